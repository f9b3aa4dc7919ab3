import HTTPTransport
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import Synchronization

/// A gRPC server whose answers a test writes frame by frame.
package final class GRPCTestServer: Sendable {
    /// One call that came in whole. Used on its event loop.
    package struct Exchange {
        package let headers: HPACKHeaders
        /// The message with its five bytes in front.
        package let body: [UInt8]
        package let stream: any Channel

        package var method: String { headers.first(name: ":path") ?? "" }

        package func head(_ more: HPACKHeaders = [:], status: String = "200", type: String = "application/grpc", isEnd: Bool = false) {
            var headers: HPACKHeaders = [":status": status, "content-type": type]
            headers.add(contentsOf: more)
            stream.writeAndFlush(HTTP2Frame.FramePayload.headers(.init(headers: headers, endStream: isEnd)), promise: nil)
        }

        package func data(_ bytes: some Sequence<UInt8>, isEnd: Bool = false) {
            let part = HTTP2Frame.FramePayload.Data(data: .byteBuffer(ByteBuffer(bytes: bytes)), endStream: isEnd)
            stream.writeAndFlush(HTTP2Frame.FramePayload.data(part), promise: nil)
        }

        package func trailers(_ trailers: HPACKHeaders) {
            stream.writeAndFlush(HTTP2Frame.FramePayload.headers(.init(headers: trailers, endStream: true)), promise: nil)
        }

        package func reset(_ reason: HTTP2ErrorCode) { stream.writeAndFlush(HTTP2Frame.FramePayload.rstStream(reason), promise: nil) }

        /// A whole answer of these messages.
        package func answer(_ messages: [[UInt8]]) {
            head()
            for message in messages { data(GRPCFrames.framed(message)) }
            trailers(["grpc-status": "0"])
        }

        package func closeConnection() { stream.parent?.close(promise: nil) }

        package func goAway() {
            let frame = HTTP2Frame(
                streamID: .rootStream, payload: .goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil))
            stream.parent?.writeAndFlush(frame, promise: nil)
        }
    }

    /// What clients did to their streams: "reset", once for each.
    package let resets: AsyncStream<Void>
    private let noteReset: AsyncStream<Void>.Continuation
    private let listener = Mutex<(any Channel)?>(nil)
    private let connections = Mutex<[any Channel]>([])
    private let answer: @Sendable (Exchange) -> Void

    package var connectionCount: Int { connections.withLock { $0.count } }

    package init(_ answer: @escaping @Sendable (Exchange) -> Void) {
        self.answer = answer
        (resets, noteReset) = AsyncStream.makeStream()
    }

    package func listen(socket path: String) async throws {
        try await listen { $0.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) }
    }

    package func listen() async throws -> HTTPClient.Target {
        try await listen { $0.bind(host: "127.0.0.1", port: 0) }
        return .tcp(host: "127.0.0.1", port: listener.withLock { $0?.localAddress?.port } ?? 0)
    }

    private func listen(_ bind: (ServerBootstrap) -> EventLoopFuture<any Channel>) async throws {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).childChannelInitializer { [self] channel in
            connections.withLock { $0.append(channel) }
            return channel.eventLoop.makeCompletedFuture {
                let handler = NIOHTTP2Handler(
                    mode: .server, eventLoop: channel.eventLoop, connectionConfiguration: .init(), streamConfiguration: .init()
                ) { [self] stream in
                    stream.eventLoop.makeCompletedFuture {
                        try stream.pipeline.syncOperations.addHandler(StreamHandler(answer: answer, noteReset: noteReset))
                    }
                }
                try channel.pipeline.syncOperations.addHandler(handler)
            }
        }
        let channel = try await bind(bootstrap).get()
        listener.withLock { $0 = channel }
    }

    package func stop() async {
        try? await listener.withLock { $0 }?.close()
        for connection in connections.withLock({ $0 }) { try? await connection.close() }
    }

    private final class StreamHandler: ChannelInboundHandler {
        typealias InboundIn = HTTP2Frame.FramePayload

        private let answer: @Sendable (Exchange) -> Void
        private let noteReset: AsyncStream<Void>.Continuation
        private var headers = HPACKHeaders()
        private var body: [UInt8] = []

        init(answer: @escaping @Sendable (Exchange) -> Void, noteReset: AsyncStream<Void>.Continuation) {
            self.answer = answer
            self.noteReset = noteReset
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .headers(let part): headers = part.headers
            case .data(let part):
                if case .byteBuffer(let buffer) = part.data { body += Array(buffer.readableBytesView) }
                if part.endStream { answer(Exchange(headers: headers, body: body, stream: context.channel)) }
            case .rstStream: noteReset.yield()
            default: break
            }
        }
    }
}
