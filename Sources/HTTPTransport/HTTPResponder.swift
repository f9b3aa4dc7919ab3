import NIOCore
import NIOHTTP1
import Synchronization

/// Answers one request, once: whole, as a stream, or by changing the protocol. Any thread may call it.
package final class HTTPResponder: Sendable {
    private let answered = Atomic<Bool>(false)
    private let loop: any EventLoop
    private let exchange: NIOLoopBound<ServerExchange>
    private let gate: OutboundGate
    /// Whether bodies may be compressed for this client.
    private let acceptsGzip: Bool

    init(exchange: ServerExchange, loop: any EventLoop, gate: OutboundGate, acceptsGzip: Bool) {
        self.loop = loop
        self.exchange = NIOLoopBound(exchange, eventLoop: loop)
        self.gate = gate
        self.acceptsGzip = acceptsGzip
    }

    /// Whether an answer has been given or begun.
    package var isAnswered: Bool { answered.load(ordering: .relaxed) }

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
        onLoop {
            if stopsWork { $0.stopWork() }
            $0.send(final)
        }
        return true
    }

    /// Sends a head at once and leaves the body to the caller. Throws `HTTPError.closed` when there was an answer already.
    package func stream(status: Int, headers: HTTPFields) throws -> HTTPResponseStream {
        guard answered.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged else { throw HTTPError.closed }
        onLoop { $0.beginStream(status: status, headers: headers) }
        return HTTPResponseStream(loop: loop, exchange: exchange, gate: gate)
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
    private let isFinished = Atomic<Bool>(false)

    fileprivate init(loop: any EventLoop, exchange: NIOLoopBound<ServerExchange>, gate: OutboundGate) {
        self.loop = loop
        self.exchange = exchange
        self.gate = gate
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
