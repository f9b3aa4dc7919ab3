import NIOCore

/// The bytes of a connection that no longer speaks HTTP, or never did.
package final class ChannelByteStream: ByteStream {
    private let channel: any Channel
    private let inbound: InboundBuffer
    private let gate: OutboundGate

    fileprivate init(channel: any Channel, inbound: InboundBuffer, gate: OutboundGate) {
        self.channel = channel
        self.inbound = inbound
        self.gate = gate
    }

    package func read() async throws -> [UInt8]? { try await inbound.read() }

    package func write(_ bytes: [UInt8]) async throws {
        try await gate.open()
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        try await gate.open()
    }

    /// TCP and Unix sockets are half-closed; over TLS the whole connection ends when both sides are done.
    package func closeWrite() async {
        channel.close(mode: .output, promise: nil)
    }

    package func close() {
        // An empty write's completion comes after all bytes written before it.
        channel.writeAndFlush(ByteBuffer()).whenComplete { [channel] _ in channel.close(promise: nil) }
    }

    /// Makes the stream of a channel, and the handler that must be the last of its pipeline. On the channel's event loop.
    static func make(on channel: any Channel) -> (ChannelByteStream, ChannelByteStreamHandler) {
        let inbound = InboundBuffer { [channel] in
            channel.setOption(.autoRead, value: true).whenSuccess { channel.read() }
        }
        let gate = OutboundGate(channel: channel)
        return (ChannelByteStream(channel: channel, inbound: inbound, gate: gate), ChannelByteStreamHandler(inbound: inbound, gate: gate))
    }
}

/// Moves bytes and events from a pipeline into a `ChannelByteStream`.
final class ChannelByteStreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let inbound: InboundBuffer
    private let gate: OutboundGate

    init(inbound: InboundBuffer, gate: OutboundGate) {
        self.inbound = inbound
        self.gate = gate
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        if !inbound.push(Array(buffer.readableBytesView)) {
            context.channel.setOption(.autoRead, value: false).whenFailure { _ in }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { inbound.finish() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) { gate.writabilityChanged() }

    func channelInactive(context: ChannelHandlerContext) {
        inbound.finish()
        gate.close()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        inbound.finish(error)
        gate.close()
        context.close(promise: nil)
    }
}
