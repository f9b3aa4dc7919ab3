import NIOCore

/// Answers HTTP/2 pings below the HTTP/2 handler, which never sees them.
///
/// Servers written in Go measure the connection with a ping for almost every message. NIO's HTTP/2 handler takes more than 200 in
/// 30 seconds for an attack and closes the connection, with all calls on it; the gRPC transport has no setting for it. The
/// container runtime at the other end of a socket in the file system attacks nobody.
package final class PingAnswerer: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    /// RFC 9113, 4.1 and 6.7: nine bytes of header, eight of a ping's payload.
    private static let headerLength = 9
    private static let ping: UInt8 = 6
    private static let acknowledgement: UInt8 = 1

    /// The start of a frame whose header, or whose ping, has not arrived whole.
    private var partial = ByteBuffer()
    /// How much of the current frame's payload is still to come.
    private var payloadLeft = 0

    package init() {}

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var input = unwrapInboundIn(data)
        if partial.readableBytes > 0 {
            partial.writeBuffer(&input)
            input = partial
            partial = ByteBuffer()
        }
        var through = context.channel.allocator.buffer(capacity: input.readableBytes)
        while input.readableBytes > 0 {
            if payloadLeft > 0 {
                guard var part = input.readSlice(length: min(payloadLeft, input.readableBytes)) else { break }
                payloadLeft -= part.readableBytes
                through.writeBuffer(&part)
                continue
            }
            guard let length = frameLength(input), let type = input.getInteger(at: input.readerIndex + 3, as: UInt8.self),
                let flags = input.getInteger(at: input.readerIndex + 4, as: UInt8.self)
            else {
                partial = input
                break
            }
            if type == Self.ping, length == 8, flags & Self.acknowledgement == 0 {
                guard var frame = input.readSlice(length: Self.headerLength + length) else {
                    partial = input
                    break
                }
                frame.setInteger(Self.acknowledgement, at: frame.readerIndex + 4)
                context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
                continue
            }
            if var header = input.readSlice(length: Self.headerLength) { through.writeBuffer(&header) }
            payloadLeft = length
        }
        if through.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(through)) }
    }

    /// The payload length of the frame that starts here, or nil when its header is not whole yet.
    private func frameLength(_ buffer: ByteBuffer) -> Int? {
        guard let bytes = buffer.getBytes(at: buffer.readerIndex, length: Self.headerLength) else { return nil }
        return Int(bytes[0]) << 16 | Int(bytes[1]) << 8 | Int(bytes[2])
    }
}
