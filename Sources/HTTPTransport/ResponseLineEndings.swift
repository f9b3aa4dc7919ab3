import NIOCore

/// Ends the lines of an answer's head with a carriage return and a line feed, where the server wrote a line feed alone: CGI programs do, and every
/// client takes it. Stands before the decoder of a client, never of a server: of requests two readers must not see different ends. For one
/// event loop.
package final class ResponseLineEndings: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    /// "HTTP/1.1 100".
    private static let statusEnd = 12

    private var isHead = true
    private var previous: UInt8 = 0
    /// Of the line that is being read, without its end.
    private var length = 0
    private var isFirstLine = true
    private var status = 0

    package init() {}

    /// The next bytes begin an answer.
    package func expectHead() {
        isHead = true
        previous = 0
        length = 0
        isFirstLine = true
        status = 0
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard isHead else { return context.fireChannelRead(data) }
        let bare = scan(buffer.readableBytesView)
        guard !bare.isEmpty else { return context.fireChannelRead(data) }
        var mended = context.channel.allocator.buffer(capacity: buffer.readableBytes + bare.count)
        var start = buffer.readerIndex
        for place in bare {
            mended.writeImmutableBuffer(buffer.getSlice(at: start, length: place - start) ?? ByteBuffer())
            mended.writeInteger(Self.carriageReturn)
            start = place
        }
        mended.writeImmutableBuffer(buffer.getSlice(at: start, length: buffer.writerIndex - start) ?? ByteBuffer())
        context.fireChannelRead(wrapInboundOut(mended))
    }

    /// Reads on in the head; where line feeds stand alone in it.
    private func scan(_ bytes: ByteBufferView) -> [Int] {
        var bare: [Int] = []
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == Self.lineFeed {
                if previous != Self.carriageReturn { bare.append(index) }
                if endLine() { return bare }
            } else if byte != Self.carriageReturn {
                if isFirstLine, length >= Self.statusEnd - 3, length < Self.statusEnd { status = status * 10 + Int(byte) - 0x30 }
                length += 1
            }
            previous = byte
        }
        return bare
    }

    /// Whether the head of the answer is over. Another one follows what is only preliminary.
    private func endLine() -> Bool {
        guard length == 0 else {
            length = 0
            isFirstLine = false
            return false
        }
        // Empty lines before an answer are left to the decoder.
        if isFirstLine { return false }
        let isPreliminary = (100..<200).contains(status) && status != 101
        expectHead()
        isHead = isPreliminary
        return !isPreliminary
    }
}
