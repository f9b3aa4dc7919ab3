import Logging
import NIOCore
import NIOPosix

/// Listens for queries over UDP and TCP.
package struct DNSServer: Sendable {
    /// A connection that asks nothing for this long is closed.
    static let idleTime = TimeAmount.seconds(10)

    /// The listening sockets: TCP, then UDP.
    package let channels: [any Channel]
    /// The port of both.
    package let port: Int

    /// Binds both sockets to one port (a free one for 0). Throws when it is taken.
    package static func bind(host: String, port: Int, group: any EventLoopGroup, resolver: Resolver) async throws -> DNSServer {
        let stream = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 128)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(IdleStateHandler(readTimeout: Self.idleTime))
                    try pipeline.addHandler(ByteToMessageHandler(FrameDecoder(), maximumBufferSize: 1 << 17))
                    try pipeline.addHandler(StreamHandler(resolver))
                }
            }
            .bind(host: host, port: port).get()
        let actual = stream.localAddress?.port ?? port
        do {
            let datagrams = try await DatagramBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(DatagramHandler(resolver)) }
                }
                .bind(host: host, port: actual).get()
            return DNSServer(channels: [stream, datagrams], port: actual)
        } catch {
            try? await stream.close()
            throw error
        }
    }

    /// Closes both sockets; connections that are open end by themselves.
    package func close() async { for channel in channels { try? await channel.close() } }
}

private final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>
    private let resolver: Resolver

    init(_ resolver: Resolver) { self.resolver = resolver }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let channel = context.channel
        let client = envelope.remoteAddress
        @Sendable func send(_ bytes: [UInt8]) {
            channel.writeAndFlush(AddressedEnvelope(remoteAddress: client, data: ByteBuffer(bytes: bytes)), promise: nil)
        }
        let query: Query
        do {
            query = try MessageReader.query(Array(envelope.data.readableBytesView))
        } catch {
            if let error = error as? MessageError, let id = error.id { send(MessageWriter.failure(id: id, error.code)) }
            return
        }
        let limit = query.datagramLimit
        if let response = resolver.answerNow(query) { return send(MessageWriter.response(response, to: query, limit: limit)) }
        let resolver = resolver
        Task { send(await resolver.answer(query, limit: limit)) }
    }

    // An unreachable client's ICMP message must not close the socket of all.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}

private final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = [UInt8]
    private let resolver: Resolver

    init(_ resolver: Resolver) { self.resolver = resolver }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let query = try? MessageReader.query(unwrapInboundIn(data)) else { return context.close(promise: nil) }
        let channel = context.channel
        let resolver = resolver
        Task { channel.writeAndFlush(ByteBuffer(frame: await resolver.answer(query, limit: 65535)), promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) } else { context.fireUserInboundEventTriggered(event) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
