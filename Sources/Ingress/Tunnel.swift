import NIOCore
import NIOHTTP1

/// Two connections glued together after an upgrade.
enum Tunnel {
    /// Takes HTTP off the client's connection, sends the request to the backend and passes bytes from then on. On the loop of both.
    static func start(client: any Channel, upstream: any Channel, request: String, leaving proxy: ProxyHandler) {
        let here = GlueHandler(awaitsUpgrade: false), there = GlueHandler(awaitsUpgrade: true)
        here.partner = there
        there.partner = here
        do {
            let pipeline = client.pipeline.syncOperations
            try pipeline.addHandler(here)
            try upstream.pipeline.syncOperations.addHandler(there)
            let layers = [
                try pipeline.context(handlerType: HTTPServerPipelineHandler.self), try pipeline.context(handler: proxy),
                try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self),
                try pipeline.context(handlerType: HTTPResponseEncoder.self),
            ]
            for layer in layers { pipeline.removeHandler(context: layer).whenFailure { _ in client.close(promise: nil) } }
            upstream.writeAndFlush(ByteBuffer(string: request), promise: nil)
        } catch {
            client.close(promise: nil)
            upstream.close(promise: nil)
        }
    }
}

/// One end of a tunnel.
private final class GlueHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Each end holds the other until one of them closes.
    var partner: GlueHandler?
    private var context: ChannelHandlerContext?
    private var awaitsUpgrade: Bool
    private var discards = false

    init(awaitsUpgrade: Bool) { self.awaitsUpgrade = awaitsUpgrade }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        partner = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !discards else { return }
        let bytes = unwrapInboundIn(data)
        if awaitsUpgrade {
            awaitsUpgrade = false
            // The backend stays with HTTP: its answer goes back, but nothing more of the client may reach it past the routes.
            if bytes.getString(at: bytes.readerIndex + 8, length: 4) != " 101" {
                partner?.discards = true
                context.close(mode: .output, promise: nil)
            }
        }
        guard let other = partner?.context else { return }
        other.write(wrapOutboundOut(bytes), promise: nil)
        if !other.channel.isWritable { try? context.channel.syncOptions?.setOption(.autoRead, value: false) }
    }

    func channelReadComplete(context: ChannelHandlerContext) { partner?.context?.flush() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, let other = partner?.context { try? other.channel.syncOptions?.setOption(.autoRead, value: true) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard let other = partner?.context else { return }
        partner = nil
        other.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: nil)
        other.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
