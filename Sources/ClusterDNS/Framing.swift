import NIOCore

/// DNS over TCP: two bytes of length before each message.
package struct FrameDecoder: ByteToMessageDecoder {
    /// One message without its length.
    package typealias InboundOut = [UInt8]

    /// A decoder of one connection.
    package init() {}

    /// Passes on the next message when it has come whole.
    package mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt16.self), buffer.readableBytes >= 2 + Int(length) else {
            return .needMoreData
        }
        buffer.moveReaderIndex(forwardBy: 2)
        context.fireChannelRead(wrapInboundOut(buffer.readBytes(length: Int(length)) ?? []))
        return .continue
    }

    /// A message cut by the end of the connection is dropped.
    package mutating func decodeLast(context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool) throws -> DecodingState {
        .needMoreData
    }
}

extension ByteBuffer {
    /// A message behind its length; what is longer than 65,535 bytes is cut.
    package init(frame message: [UInt8]) {
        self.init()
        writeInteger(UInt16(clamping: message.count))
        writeBytes(message.prefix(65535))
    }
}
