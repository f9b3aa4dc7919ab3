import NIOCore
import NIOEmbedded
import Runtime
import Testing

@Suite struct PingAnswererTests {
    private static let ping: [UInt8] = [0, 0, 8, 6, 0, 0, 0, 0, 0, 2, 4, 16, 16, 9, 14, 7, 7]
    private static let pong: [UInt8] = [0, 0, 8, 6, 1, 0, 0, 0, 0, 2, 4, 16, 16, 9, 14, 7, 7]
    private static let data: [UInt8] = [0, 0, 12, 0, 0, 0, 0, 0, 1, 0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3]

    @Test(arguments: 1...40) func `Pings are answered and everything else goes through, however the bytes are cut`(size: Int) throws {
        let channel = EmbeddedChannel(handler: PingAnswerer())
        let input = Self.data + Self.ping + Self.pong + Self.ping + Self.data + Self.data
        for start in stride(from: 0, to: input.count, by: size) {
            try channel.writeInbound(ByteBuffer(bytes: input[start..<min(start + size, input.count)]))
        }
        var through: [UInt8] = []
        while let part = try channel.readInbound(as: ByteBuffer.self) { through += Array(part.readableBytesView) }
        var answers: [UInt8] = []
        while let part = try channel.readOutbound(as: ByteBuffer.self) { answers += Array(part.readableBytesView) }
        #expect(through == Self.data + Self.pong + Self.data + Self.data)
        #expect(answers == Self.pong + Self.pong)
        _ = try channel.finish()
    }
}
