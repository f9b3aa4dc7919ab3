import NIOCore
import NIOHTTP1

/// Matches answers to requests on one client connection: one at a time. Lives on one event loop.
final class ClientExchange: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart

    struct Call {
        let continuation: CheckedContinuation<HTTPResponseHead, any Error>
        let body: InboundBuffer
        let isUpgrade: Bool
        /// Gives the connection back once the answer is complete.
        let reuse: @Sendable () -> Void
    }

    private enum State {
        case idle
        case waiting(Call)
        case reading(Call, keepsAlive: Bool, isSwitching: Bool)
        /// Ended, for this reason.
        case closed(any Error)
    }

    /// Nil where no lines are read: HTTP/2.
    private let lineEndings: ResponseLineEndings?
    private var state = State.idle
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?

    init(_ lineEndings: ResponseLineEndings? = nil) { self.lineEndings = lineEndings }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func begin(_ call: Call) {
        switch state {
        case .idle:
            lineEndings?.expectHead()
            state = .waiting(call)
        case .closed(let reason): call.continuation.resume(throwing: reason)
        case .waiting, .reading: call.continuation.resume(throwing: HTTPError.closed)
        }
    }

    func expectHead(within time: Duration) {
        guard let context, case .waiting = state else { return }
        let amount = TimeAmount.nanoseconds(time.components.seconds * 1_000_000_000 + time.components.attoseconds / 1_000_000_000)
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: amount) { [weak self] in
            guard let self, case .waiting = self.state else { return }
            self.fail(HTTPError.timeout("no answer within \(time)"))
            self.context?.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard case .waiting(let call) = state else { return }
            timer?.cancel()
            timer = nil
            // A stream of HTTP/2 ends by itself; closing it would reset it.
            let keepsAlive = (head.isKeepAlive || head.version.major > 1) && !call.isUpgrade
            state = .reading(call, keepsAlive: keepsAlive, isSwitching: head.status == .switchingProtocols)
            // Bytes after the head of a 101 belong to the other protocol: they wait in the decoder until the caller has it replaced.
            call.continuation.resume(returning: head)
        case .body(let buffer):
            guard case .reading(let call, _, _) = state else { return }
            if !call.body.push(Array(buffer.readableBytesView)) { context.channel.setOption(.autoRead, value: false).whenFailure { _ in } }
        case .end:
            guard case .reading(let call, let keepsAlive, let isSwitching) = state else { return }
            call.body.finish()
            if isSwitching { return }
            state = .idle
            if keepsAlive { call.reuse() } else { context.close(promise: nil) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(HTTPError.closed)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
        context.close(promise: nil)
    }

    /// Closes the connection if it is still reading this body.
    func discard(_ body: InboundBuffer) {
        if case .reading(let call, _, _) = state, call.body === body { context?.close(promise: nil) }
    }

    /// Fails whatever is in progress.
    func fail(_ error: any Error) {
        timer?.cancel()
        timer = nil
        let shown = error is HTTPError ? error : HTTPError.cannotConnect("\(error)")
        switch state {
        case .waiting(let call):
            state = .closed(shown)
            call.continuation.resume(throwing: shown)
            call.body.finish(shown)
        case .reading(let call, _, _):
            state = .closed(shown)
            call.body.finish(error)
        case .idle: state = .closed(shown)
        case .closed: break
        }
    }
}
