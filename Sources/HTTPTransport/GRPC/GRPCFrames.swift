/// Messages in a body: each after a byte that says whether it is compressed, and its length in four bytes.
package struct GRPCFrames: Sendable {
    private var bytes: [UInt8] = []
    private var start = 0
    private let limit: Int

    /// Takes messages of at most `limit` bytes.
    package init(limit: Int) { self.limit = limit }

    /// Whether nothing waits for more bytes.
    package var isEmpty: Bool { start == bytes.count }

    package mutating func append(_ more: [UInt8]) {
        bytes.removeFirst(start)
        start = 0
        bytes.append(contentsOf: more)
    }

    /// The next whole message; nil when more bytes are needed. Throws `GRPCError`.
    package mutating func next() throws -> [UInt8]? {
        guard bytes.count - start >= 5 else { return nil }
        guard bytes[start] == 0 else { throw GRPCError(.internal, "the server sent a compressed message, which was not asked for") }
        let length = bytes[(start + 1)..<(start + 5)].reduce(0) { $0 << 8 | Int($1) }
        guard length <= limit else {
            throw GRPCError(.resourceExhausted, "received message larger than max (\(length) vs. \(limit))")
        }
        guard bytes.count - start - 5 >= length else { return nil }
        let message = Array(bytes[(start + 5)..<(start + 5 + length)])
        start += 5 + length
        return message
    }

    /// A message as it travels.
    package static func framed(_ message: [UInt8]) -> [UInt8] {
        let length = UInt32(message.count)
        return [0] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32($0))) } + message
    }
}
