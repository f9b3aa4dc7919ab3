import NIOCore
import NIOHTTP1
import Synchronization

/// Answers one request, once: whole, as a stream, or by changing the protocol. Any thread may call it.
package final class HTTPResponder: Sendable {
    private let answered = Atomic<Bool>(false)
    private let loop: any EventLoop
    private let exchange: NIOLoopBound<ServerExchange>
    private let gate: OutboundGate
    private let unread: UnreadAnswers
    private let share = Mutex<UnreadAnswers.Share?>(nil)
    /// Whether bodies may be compressed for this client.
    private let acceptsGzip: Bool

    init(exchange: ServerExchange, loop: any EventLoop, gate: OutboundGate, unread: UnreadAnswers, acceptsGzip: Bool) {
        self.loop = loop
        self.exchange = NIOLoopBound(exchange, eventLoop: loop)
        self.gate = gate
        self.unread = unread
        self.acceptsGzip = acceptsGzip
    }

    /// Whether an answer has been given or begun.
    package var isAnswered: Bool { answered.load(ordering: .relaxed) }

    /// Whether an answer of about `bytes` may be made now; if not, `waitForRoom` before it is made. Clients that ask for much and read
    /// nothing are so kept from filling the memory.
    package func hasRoom(for bytes: Int) -> Bool {
        guard bytes > UnreadAnswers.short else { return true }
        guard let found = unread.share(bytes) else { return false }
        share.withLock { $0 = found }
        return true
    }

    /// Waits until the client has read enough of the connection's other answers. Throws `CancellationError` when it leaves.
    package func waitForRoom(for bytes: Int) async throws {
        let found = try await unread.waitForShare(bytes)
        share.withLock { $0 = found }
    }

    /// Sends a whole answer; a body over `gzipThreshold` bytes is compressed when the client takes that.
    /// The first answer counts; false tells that there was one already. `stopsWork` cancels the task that handles the request: its answer is
    /// not waited for any more.
    @discardableResult
    package func respond(_ response: HTTPResponse, gzipThreshold: Int = 128 * 1024, stopsWork: Bool = false) -> Bool {
        guard answered.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged else { return false }
        var response = response
        if acceptsGzip, response.body.count > gzipThreshold, response.headers["content-encoding"] == nil,
            let compressed = Gzip.compress(response.body)
        {
            response.body = compressed
            response.headers["Content-Encoding"] = "gzip"
            response.headers.add("Vary", "Accept-Encoding")
        }
        let final = response
        let share = share.withLock { $0.take() }
        onLoop {
            if stopsWork { $0.stopWork() }
            $0.send(final, share)
        }
        return true
    }

    /// Sends a head at once and leaves the body to the caller. Throws `HTTPError.closed` when there was an answer already.
    package func stream(status: Int, headers: HTTPFields) throws -> HTTPResponseStream {
        guard answered.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged else { throw HTTPError.closed }
        onLoop { $0.beginStream(status: status, headers: headers) }
        return HTTPResponseStream(loop: loop, exchange: exchange, gate: gate, unread: unread)
    }

    /// Answers 101 and gives the connection's bytes. The caller must close the stream. Throws `HTTPError.notUpgraded` over HTTP/2,
    /// when the request asked for no upgrade, or when the client has gone.
    package func upgrade(headers: HTTPFields) async throws -> any ByteStream {
        guard answered.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged else { throw HTTPError.closed }
        return try await withCheckedThrowingContinuation { continuation in
            onLoop { exchange in exchange.upgrade(headers: headers) { continuation.resume(with: $0) } }
        }
    }

    private func onLoop(_ body: @escaping @Sendable (ServerExchange) -> Void) {
        if loop.inEventLoop { return body(exchange.value) }
        loop.execute { [exchange] in body(exchange.value) }
    }
}

/// The body of an answer whose length is not known beforehand.
package final class HTTPResponseStream: Sendable {
    private let loop: any EventLoop
    private let exchange: NIOLoopBound<ServerExchange>
    private let gate: OutboundGate
    private let unread: UnreadAnswers
    private let isFinished = Atomic<Bool>(false)

    fileprivate init(loop: any EventLoop, exchange: NIOLoopBound<ServerExchange>, gate: OutboundGate, unread: UnreadAnswers) {
        self.loop = loop
        self.exchange = exchange
        self.gate = gate
        self.unread = unread
    }

    /// Sends a piece that may be long: `make` is called once the connection's client has read enough of what it asked for.
    package func write(about bytes: Int, _ make: () throws -> [UInt8]) async throws {
        guard bytes > UnreadAnswers.short else { return try await write(try make()) }
        let share = try await unread.waitForShare(bytes)
        try await gate.open()
        let promise = loop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { _ in withExtendedLifetime(share) {} }
        do {
            gate.channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: try make()))), promise: promise)
        } catch {
            promise.fail(error)
            throw error
        }
        try await gate.open()
    }

    /// Sends bytes and waits until the client has room for more. Throws `HTTPError.closed` when it has gone.
    package func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        try await gate.open()
        gate.channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes))), promise: nil)
        try await gate.open()
    }

    /// Ends the body in good order.
    package func finish() {
        guard !isFinished.exchange(true, ordering: .relaxed) else { return }
        loop.execute { [exchange] in exchange.value.endStream() }
    }

    /// Breaks the answer off, so that the client can tell it from a whole one.
    package func abort() {
        guard !isFinished.exchange(true, ordering: .relaxed) else { return }
        gate.channel.close(promise: nil)
    }

    deinit { if !isFinished.load(ordering: .relaxed) { gate.channel.close(promise: nil) } }
}
