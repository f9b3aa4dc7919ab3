import Synchronization

/// A SPDY/3.1 connection over any stream of bytes: many streams, opened by either side.
///
/// `run` reads until the end and must be running for anything to move. There is no flow control of single streams, since the peers
/// (kubectl and client-go with moby/spdystream) have none: a stream that nobody reads holds up the connection.
package final class SPDYSession: Sendable {
    package enum Role: Sendable {
        case client, server
    }

    private struct State {
        var codec: SPDYCodec
        var streams: [UInt32: SPDYStream] = [:]
        var nextID: UInt32
        var isClosed = false
    }

    private static let maximumStreams = 1024

    /// Streams the peer opens, in order. Ends with the connection.
    package let incoming: AsyncStream<SPDYStream>
    private let arrivals: AsyncStream<SPDYStream>.Continuation
    private let stream: any ByteStream
    private let role: Role
    private let state: Mutex<State>
    private let sending = AsyncLock()

    /// Throws when zlib cannot allocate.
    package init(_ stream: any ByteStream, role: Role) throws {
        guard let codec = SPDYCodec() else { throw HTTPError.protocolViolation("no memory for SPDY's compression") }
        self.stream = stream
        self.role = role
        state = Mutex(State(codec: codec, nextID: role == .client ? 1 : 2))
        (incoming, arrivals) = AsyncStream.makeStream(of: SPDYStream.self, bufferingPolicy: .bufferingOldest(Self.maximumStreams))
    }

    /// Reads frames until the connection ends. Returns at its end; throws `HTTPError.protocolViolation`.
    package func run() async throws {
        defer { end() }
        // A decoder of its own: header blocks of the two directions have separate contexts, and reading must not wait for writing.
        guard var decoder = SPDYCodec() else { throw HTTPError.protocolViolation("no memory for SPDY's compression") }
        while let bytes = try await stream.read() {
            decoder.append(bytes)
            while let frame = try decoder.next() { try await take(frame) }
        }
    }

    private func take(_ frame: SPDYFrame) async throws {
        switch frame {
        case .synStream(let id, let headers, let isLast):
            let made = SPDYStream(id: id, headers: headers, session: self)
            let isNew = state.withLock { state -> Bool in
                guard state.streams[id] == nil, state.streams.count < Self.maximumStreams, !state.isClosed else { return false }
                state.streams[id] = made
                return true
            }
            guard isNew else { return try await send(.reset(id: id, status: 1)) }
            if isLast { made.finishInbound() }
            if case .enqueued = arrivals.yield(made) { return }
            made.close()
        case .synReply(let id, _, let isLast):
            let opened = find(id)
            opened?.wasAccepted()
            if isLast { opened?.finishInbound() }
        case .headers(let id, _, let isLast): if isLast { find(id)?.finishInbound() }
        case .data(let id, let bytes, let isLast):
            guard let found = find(id) else { return }
            await found.deliver(bytes)
            if isLast { found.finishInbound() }
        case .reset(let id, _): drop(id)?.wasReset()
        case .ping(let id):
            // Pings of this side's own would have the parity of its stream numbers.
            if (id % 2 == 1) == (role == .server) { try await send(.ping(id: id)) }
        case .goAway, .settings, .windowUpdate, .unknown: break
        }
    }

    private func find(_ id: UInt32) -> SPDYStream? { state.withLock { $0.streams[id] } }
    func drop(_ id: UInt32) -> SPDYStream? { state.withLock { $0.streams.removeValue(forKey: id) } }

    /// Opens a stream to the peer.
    package func open(_ headers: HTTPFields) async throws -> SPDYStream {
        let made = try state.withLock { state -> SPDYStream in
            guard !state.isClosed else { throw HTTPError.closed }
            let made = SPDYStream(id: state.nextID, headers: headers, session: self)
            state.streams[state.nextID] = made
            state.nextID += 2
            return made
        }
        try await send(.synStream(id: made.id, headers: headers, isLast: false))
        return made
    }

    /// Frames are coded under the same lock that sends them, since the compression of headers depends on their order.
    func send(_ frames: SPDYFrame...) async throws {
        try await sending.with {
            let bytes = state.withLock { state in frames.flatMap { state.codec.encode($0) } }
            try await stream.write(bytes)
        }
    }

    /// Says goodbye and closes the connection with all its streams.
    package func close() async {
        do { try await send(.goAway(lastGood: 0, status: 0)) } catch {
            // The peer has gone already.
        }
        stream.close()
        end()
    }

    private func end() {
        let streams = state.withLock { state -> [SPDYStream] in
            state.isClosed = true
            defer { state.streams = [:] }
            return Array(state.streams.values)
        }
        for stream in streams { stream.wasReset() }
        arrivals.finish()
    }
}

/// One stream of a SPDY connection.
package final class SPDYStream: ByteStream {
    package let id: UInt32
    /// What it was opened with.
    package let headers: HTTPFields
    private let session: SPDYSession
    private let inbound: InboundBuffer
    private let waiters: Room
    private let acceptance = Room()
    private let isClosed = Atomic<Bool>(false)
    private let hasFinished = Atomic<Bool>(false)

    fileprivate init(id: UInt32, headers: HTTPFields, session: SPDYSession) {
        self.id = id
        self.headers = headers
        self.session = session
        let waiting = Room()
        waiters = waiting
        inbound = InboundBuffer(limit: 256 * 1024) { waiting.wake() }
    }

    /// Takes a stream that the peer has opened. Streams of remote commands must be accepted before they carry anything.
    package func accept() async throws { try await session.send(.synReply(id: id, headers: HTTPFields(), isLast: false)) }

    /// Waits until the peer has accepted a stream that this side has opened: what comes earlier, moby/spdystream drops. Throws
    /// `HTTPError.closed` when it refuses.
    package func accepted() async throws {
        await acceptance.wait()
        if isClosed.load(ordering: .relaxed) { throw HTTPError.closed }
    }

    /// Refuses a stream that the peer has opened.
    package func refuse() async throws {
        _ = session.drop(id)
        try await session.send(.reset(id: id, status: 3))
    }

    package func read() async throws -> [UInt8]? { try await inbound.read() }

    package func write(_ bytes: [UInt8]) async throws {
        var start = 0
        while start < bytes.count {
            guard !isClosed.load(ordering: .relaxed), !hasFinished.load(ordering: .relaxed) else { throw HTTPError.closed }
            let end = min(start + 32 * 1024, bytes.count)
            try await session.send(.data(id: id, bytes: Array(bytes[start..<end]), isLast: false))
            start = end
        }
    }

    package func closeWrite() async {
        guard !hasFinished.exchange(true, ordering: .relaxed), !isClosed.load(ordering: .relaxed) else { return }
        do { try await session.send(.data(id: id, bytes: [], isLast: true)) } catch { wasReset() }
    }

    /// Resets the stream, unless this side has said that it has no more to write: then the peer ends it.
    package func close() {
        guard !isClosed.exchange(true, ordering: .relaxed) else { return }
        inbound.finish()
        waiters.end()
        _ = session.drop(id)
        guard !hasFinished.load(ordering: .relaxed) else { return }
        Task { [session, id] in
            do { try await session.send(.reset(id: id, status: 5)) } catch {
                // The connection has gone, and the stream with it.
            }
        }
    }

    /// Waits while the reader is behind, which holds up the whole connection: the peer has no other way to be slowed down.
    fileprivate func deliver(_ bytes: [UInt8]) async {
        if !inbound.push(bytes) { await waiters.wait() }
    }

    fileprivate func finishInbound() { inbound.finish() }

    fileprivate func wasAccepted() { acceptance.wake() }

    fileprivate func wasReset() {
        isClosed.store(true, ordering: .relaxed)
        inbound.finish()
        waiters.end()
        acceptance.end()
    }
}
