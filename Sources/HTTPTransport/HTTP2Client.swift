import Glibc
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOTLS
import Synchronization
import TLS

/// Makes requests of one server over HTTP/2 with TLS: many at once on few connections, which are made when first needed and
/// again after they ended.
///
/// A request that never left is sent again on a new connection, whatever its method; anything else is for the caller to repeat.
package final class HTTP2Client: Sendable {
    /// An answer whose body is still coming.
    package struct Response: Sendable {
        package var status: Int
        package var headers: HTTPFields
        package let body: InboundBuffer
        fileprivate let stream: StreamHandle

        /// Resets the stream of an answer that is of no more interest.
        package func discard() { stream.close() }
    }

    fileprivate struct Connection: Sendable {
        let channel: any Channel
        let multiplexer: NIOHTTP2Handler.StreamMultiplexer
    }

    /// The request could not be put on its connection.
    private struct NeverSent: Error {
        let reason: any Error
    }

    private struct Slots {
        var connections: [Task<Connection, any Error>?]
        var next = 0
    }

    private let target: HTTPClient.Target
    private let tls: ClientTLS
    private let context: TLSContext
    private let connectTimeout: Duration
    private let group: any EventLoopGroup
    private let slots: Mutex<Slots>

    /// A client of one server. Requests take its `connections` in turn. Throws `HTTPError.invalidTLS`.
    package init(
        target: HTTPClient.Target, tls: ClientTLS, connections: Int = 1, connectTimeout: Duration = .seconds(10),
        group: EventLoops = .shared
    ) throws {
        self.target = target
        self.tls = tls
        self.connectTimeout = connectTimeout
        self.group = group.group
        context = try tls.context(protocols: ["h2"])
        slots = Mutex(Slots(connections: Array(repeating: nil, count: max(1, connections))))
    }

    deinit { for connection in slots.withLock({ $0.connections }) { Self.close(connection) } }

    /// Closes every connection; requests under way fail.
    package func close() {
        let connections = slots.withLock { slots in
            defer { for index in slots.connections.indices { slots.connections[index] = nil } }
            return slots.connections
        }
        for connection in connections { Self.close(connection) }
    }

    private static func close(_ connection: Task<Connection, any Error>?) {
        guard let connection else { return }
        Task { try? await connection.value.channel.close(promise: nil) }  // One that was never made needs no closing.
    }

    // MARK: Requests

    /// Sends a request and returns once the head of its answer is there. `headTimeout` bounds the wait for it; nil waits as long as
    /// it takes. Throws `HTTPError`. Cancelling resets the stream.
    package func send(
        _ method: String, _ path: String, headers: HTTPFields = HTTPFields(), body: [UInt8] = [], headTimeout: Duration? = .seconds(60)
    ) async throws -> Response {
        var head = HTTPRequestHead(
            version: HTTPVersion(major: 2, minor: 0), method: HTTPMethod(rawValue: method), uri: PercentEncoding.target(path),
            headers: headers.nio)
        if !head.headers.contains(name: "host") { head.headers.add(name: "Host", value: target.hostHeader(isTLS: true)) }
        if !body.isEmpty { head.headers.replaceOrAdd(name: "Content-Length", value: String(body.count)) }
        let (slot, connection) = takeSlot()
        let established: Connection
        do { established = try await connection.value } catch {
            forget(slot, connection)
            throw error
        }
        // What fails one stream leaves the others of its connection alone: a connection that is gone is forgotten when it closes.
        do {
            return try await exchange(head, body, headTimeout, on: established)
        } catch let error as NeverSent {
            forget(slot, connection)
            guard !Task.isCancelled else { throw CancellationError() }
            do {
                return try await exchange(head, body, headTimeout, on: try await open(slot).value)
            } catch is NeverSent {
                throw HTTPError.cannotConnect("\(error.reason)")
            }
        }
    }

    /// Sends a request and reads its whole answer, up to `limit` bytes.
    package func fetch(
        _ method: String, _ path: String, headers: HTTPFields = HTTPFields(), body: [UInt8] = [], headTimeout: Duration? = .seconds(60),
        limit: Int = 16 << 20
    ) async throws -> HTTPResponse {
        let response = try await send(method, path, headers: headers, body: body, headTimeout: headTimeout)
        do {
            return HTTPResponse(status: response.status, headers: response.headers, body: try await response.body.readAll(limit: limit))
        } catch {
            response.discard()
            throw error
        }
    }

    private func exchange(
        _ head: HTTPRequestHead, _ bytes: [UInt8], _ headTimeout: Duration?, on connection: Connection
    ) async throws -> Response {
        let handle = StreamHandle()
        let body = InboundBuffer { handle.resumeReading() }
        let loop = connection.channel.eventLoop
        return try await withTaskCancellationHandler {
            let answer: HTTPResponseHead = try await withCheckedThrowingContinuation { continuation in
                loop.execute {
                    let exchange = NIOLoopBound(ClientExchange(), eventLoop: loop)
                    let opened = loop.makePromise(of: (any Channel).self)
                    opened.futureResult.whenComplete { result in
                        switch result {
                        case .failure(let error): continuation.resume(throwing: NeverSent(reason: error))
                        case .success(let stream):
                            exchange.value.begin(.init(continuation: continuation, body: body, isUpgrade: false, reuse: {}))
                            guard handle.open(stream), stream.isActive else { return exchange.value.fail(HTTPError.closed) }
                            stream.write(HTTPClientRequestPart.head(head), promise: nil)
                            if !bytes.isEmpty {
                                stream.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: bytes))), promise: nil)
                            }
                            stream.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
                            if let headTimeout { exchange.value.expectHead(within: headTimeout) }
                        }
                    }
                    connection.multiplexer.createStreamChannel(promise: opened) { stream in
                        stream.eventLoop.makeCompletedFuture {
                            let pipeline = stream.pipeline.syncOperations
                            try pipeline.addHandler(HTTP2FramePayloadToHTTP1ClientCodec(httpProtocol: .https))
                            try pipeline.addHandler(exchange.value)
                        }
                    }
                }
            }
            return Response(status: Int(answer.status.code), headers: HTTPFields(answer.headers), body: body, stream: handle)
        } onCancel: {
            handle.close()
        }
    }

    // MARK: Connections

    private func takeSlot() -> (Int, Task<Connection, any Error>) {
        slots.withLock { slots in
            let slot = slots.next % slots.connections.count
            slots.next = slot + 1
            if let known = slots.connections[slot] { return (slot, known) }
            let task = dialling(slot)
            slots.connections[slot] = task
            return (slot, task)
        }
    }

    private func open(_ slot: Int) -> Task<Connection, any Error> {
        slots.withLock { slots in
            if let known = slots.connections[slot] { return known }
            let task = dialling(slot)
            slots.connections[slot] = task
            return task
        }
    }

    /// Whoever shares the connection is not affected by one task's cancellation: dialling is nobody's child.
    private func dialling(_ slot: Int) -> Task<Connection, any Error> {
        Task.detached { [weak self] in
            guard let self else { throw HTTPError.closed }
            let connection = try await self.dial()
            connection.channel.closeFuture.whenComplete { [weak self] _ in self?.forget(slot, channel: connection.channel) }
            return connection
        }
    }

    private func forget(_ slot: Int, _ connection: Task<Connection, any Error>) {
        slots.withLock { slots in
            if slots.connections[slot] == connection { slots.connections[slot] = nil }
        }
        Self.close(connection)
    }

    private func forget(_ slot: Int, channel: any Channel) {
        let task = slots.withLock { $0.connections[slot] }
        guard let task else { return }
        Task {
            guard let current = try? await task.value, current.channel === channel else { return }  // Another took its place.
            slots.withLock { slots in
                if slots.connections[slot] == task { slots.connections[slot] = nil }
            }
        }
    }

    private func dial() async throws -> Connection {
        guard case .tcp(let host, let port) = target else {
            throw HTTPError.invalidAddress("HTTP/2 with TLS is spoken over TCP only")
        }
        let ready = group.next().makePromise(of: NIOHTTP2Handler.StreamMultiplexer.self)
        let (context, name) = (context, target.serverName(tls))
        let bootstrap = ClientBootstrap(group: ready.futureResult.eventLoop)
            .connectTimeout(.nanoseconds(connectTimeout.components.seconds * 1_000_000_000))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // A server that vanished must not leave a watch waiting for ever: the kernel gives up on unanswered segments and probes.
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: 30)
            .channelOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: 10)
            .channelOption(.tcpOption(.init(rawValue: TCP_USER_TIMEOUT)), value: 30_000)
            .channelInitializer { channel in
                channel.closeFuture.whenComplete { _ in ready.fail(HTTPError.closed) }
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(TLSHandler(context, peer: name))
                    try pipeline.addHandler(
                        ApplicationProtocolNegotiationHandler { result in
                            channel.eventLoop.makeCompletedFuture {
                                guard case .negotiated("h2") = result else {
                                    ready.fail(HTTPError.protocolViolation("the server does not speak HTTP/2"))
                                    channel.close(promise: nil)
                                    return
                                }
                                ready.succeed(try Self.configure(channel))
                            }
                        })
                    try pipeline.addHandler(HandshakeFailure(ready))
                }
            }
        do {
            let channel = try await bootstrap.connect(host: host, port: port).get()
            return Connection(channel: channel, multiplexer: try await ready.futureResult.get())
        } catch let error as HTTPError {
            ready.fail(error)
            throw error == .closed ? HTTPError.cannotConnect("the server closed the connection during the handshake") : error
        } catch {
            ready.fail(error)
            throw HTTPError.cannotConnect("\(error)")
        }
    }

    static func configure(_ channel: any Channel) throws -> NIOHTTP2Handler.StreamMultiplexer {
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .enablePush, value: 0),
            HTTP2Setting(parameter: .maxHeaderListSize, value: 64 << 10),
            HTTP2Setting(parameter: .initialWindowSize, value: 1 << 20),
        ]
        connection.targetWindowSize = 4 << 20
        // A runtime pings for every other answer of a busy node. (The count is also room that is set aside.)
        connection.controlFrameRateLimit.maximumCount = 10_000
        connection.controlFrameRateLimit.windowLength = .seconds(1)
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.targetWindowSize = 1 << 20
        stream.streamErrorRateLimit.maximumCount = 10_000
        let handler = NIOHTTP2Handler(
            mode: .client, eventLoop: channel.eventLoop, connectionConfiguration: connection, streamConfiguration: stream
        ) { pushed in pushed.close() }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(handler)
        try pipeline.addHandler(ConnectionEnd())
        return try handler.syncMultiplexer()
    }
}

/// The stream of one request: known once it is open, closed from any thread.
final class StreamHandle: Sendable {
    private enum State {
        case pending
        case open(any Channel)
        case closed
    }

    private let state = Mutex(State.pending)

    /// False when the request was given up meanwhile.
    func open(_ stream: any Channel) -> Bool {
        state.withLock { state in
            guard case .pending = state else { return false }
            state = .open(stream)
            return true
        }
    }

    var isClosed: Bool {
        if case .closed = state.withLock({ $0 }) { return true }
        return false
    }

    /// Forgets a stream on which nothing was sent: the request takes another.
    func reopen() {
        state.withLock { state in
            if case .open = state { state = .pending }
        }
    }

    func close() {
        let stream: (any Channel)? = state.withLock { state in
            defer { state = .closed }
            if case .open(let stream) = state { return stream }
            return nil
        }
        stream?.close(promise: nil)
    }

    func resumeReading() {
        guard case .open(let stream) = state.withLock({ $0 }) else { return }
        stream.setOption(.autoRead, value: true).whenSuccess { stream.read() }
    }
}

/// Tells whoever waits for a connection why its handshake failed.
private final class HandshakeFailure: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private let ready: EventLoopPromise<NIOHTTP2Handler.StreamMultiplexer>

    init(_ ready: EventLoopPromise<NIOHTTP2Handler.StreamMultiplexer>) { self.ready = ready }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        ready.fail(HTTPError.cannotConnect("\(error)"))
        context.close(promise: nil)
    }
}

/// Closes a connection that failed: requests then take a new one. After a GOAWAY no stream can be opened, which the next request
/// finds out; streams under way go on.
private final class ConnectionEnd: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An error of one stream has been told to that stream.
        if error is NIOHTTP2Errors.StreamError { return }
        context.close(promise: nil)
    }
}
