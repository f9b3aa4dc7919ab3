import NIOCore
import NIOHPACK
import NIOHTTP2

/// One call on its way: what is sent, and where its answer goes. Any thread.
final class GRPCCall: Sendable {
    let method: String
    let timeout: Duration?
    /// Whether the call waits for a server that cannot be reached yet.
    let waits: Bool
    let message: [UInt8]
    let stream: StreamHandle
    /// The body of the answer; ends with the call's `GRPCError`, or without one.
    let answer: InboundBuffer

    init(_ method: String, _ message: [UInt8], timeout: Duration?, waits: Bool) {
        self.method = method
        self.message = message
        self.timeout = timeout
        self.waits = waits
        let stream = StreamHandle()
        self.stream = stream
        answer = InboundBuffer { stream.resumeReading() }
    }

    /// Ends the call, unless it has ended.
    func fail(_ error: GRPCError) {
        answer.finish(error)
        stream.close()
    }

    func headers(authority: String) -> HPACKHeaders {
        var headers: HPACKHeaders = [
            ":method": "POST", ":scheme": "http", ":path": method, ":authority": authority, "te": "trailers",
            "content-type": "application/grpc", "user-agent": "grpc-martlet",
        ]
        if let timeout { headers.add(name: "grpc-timeout", value: Self.timeoutText(timeout)) }
        return headers
    }

    /// A `grpc-timeout`: at most eight digits and a unit. Rounded up: the caller's own clock ends the call.
    static func timeoutText(_ timeout: Duration) -> String {
        let (seconds, attoseconds) = timeout.components
        if seconds >= 99_999 { return "\(min(seconds, 99_999_999))S" }
        return "\(max(0, seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))m"
    }
}

/// Reads the answer of one call from its stream. Lives on the connection's event loop.
final class GRPCAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let call: GRPCCall
    private let peer: String
    /// Puts a call that never left on another connection.
    private let neverSent: () -> Void
    private var isSent = false
    private var hasHead = false
    private var isDone = false

    init(_ call: GRPCCall, peer: String, neverSent: @escaping () -> Void) {
        self.call = call
        self.peer = peer
        self.neverSent = neverSent
    }

    /// Sends the call.
    func begin(_ channel: any Channel, authority: String) {
        let sent = channel.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { result in
            switch result {
            case .success: self.isSent = true
            case .failure(let error):
                self.lose("\(error)")
                channel.close(promise: nil)
            }
        }
        channel.write(HTTP2Frame.FramePayload.headers(.init(headers: call.headers(authority: authority))), promise: sent)
        let body = ByteBuffer(bytes: GRPCFrames.framed(call.message))
        channel.writeAndFlush(HTTP2Frame.FramePayload.data(.init(data: .byteBuffer(body), endStream: true)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let part): read(part.headers, isEnd: part.endStream)
        case .data(let part):
            guard hasHead, case .byteBuffer(let buffer) = part.data else {
                return end(GRPCError(.internal, "the server sent a body before its headers"))
            }
            if !call.answer.push(Array(buffer.readableBytesView)) {
                context.channel.setOption(.autoRead, value: false).whenFailure { _ in }
            }
            if part.endStream { end(GRPCError(.internal, "server closed the stream without sending trailers")) }
        case .rstStream(let reason): end(.reset(reason))
        default: break  // Windows and priorities are the multiplexer's.
        }
    }

    private func read(_ headers: HPACKHeaders, isEnd: Bool) {
        isSent = true
        if !hasHead {
            let status = headers.first(name: ":status") ?? ""
            if status.hasPrefix("1"), !isEnd { return }  // Informational; the head follows.
            guard status == "200" else { return end(.http(status: status)) }
            let type = headers.first(name: "content-type") ?? ""
            guard type.hasPrefix("application/grpc") else { return end(GRPCError(.unknown, "unexpected content-type \"\(type)\"")) }
            hasHead = true
        }
        guard isEnd else { return }
        guard let status = headers.first(name: "grpc-status") else {
            return end(GRPCError(.internal, "server closed the stream without sending a grpc-status"))
        }
        end(.said(status: status, message: headers.first(name: "grpc-message")))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let closed = error as? NIOHTTP2Errors.StreamClosed {
            end(.reset(closed.errorCode))
        } else {
            lose("\(error)")
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        lose("the connection to \(peer) was closed")
        context.fireChannelInactive()
    }

    private func lose(_ reason: String) {
        guard !isDone, !isSent else { return end(GRPCError(.unavailable, reason)) }
        isDone = true
        neverSent()
    }

    private func end(_ error: GRPCError?) {
        guard !isDone else { return }
        isDone = true
        if let error { call.fail(error) } else { call.answer.finish() }
    }
}
