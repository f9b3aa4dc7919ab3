/// What was wrong with bytes that are no protobuf message of the expected type.
package struct ProtobufError: Error, Equatable, CustomStringConvertible {
    package let problem: String
    package var description: String { "proto: \(problem)" }
}

/// The fields of one protobuf message, in the order they stand.
struct ProtobufFields: IteratorProtocol, Sequence {
    enum Content {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>
    private(set) var failure: ProtobufError?

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// Every field. Throws `ProtobufError`.
    static func read(_ bytes: ArraySlice<UInt8>) throws -> [(number: Int, content: Content)] {
        var fields = ProtobufFields(bytes)
        var result: [(number: Int, content: Content)] = []
        while let field = fields.next() { result.append(field) }
        if let failure = fields.failure { throw failure }
        return result
    }

    mutating func next() -> (number: Int, content: Content)? {
        guard failure == nil, !rest.isEmpty else { return nil }
        guard let key = varint(), key >> 3 > 0, key >> 3 < 1 << 29 else { return fail("illegal tag") }
        let number = Int(key >> 3)
        switch key & 7 {
        case 0:
            guard let value = varint() else { return fail("integer cut off") }
            return (number, .number(value))
        case 1, 5:
            let width = key & 7 == 1 ? 8 : 4
            guard rest.count >= width else { return fail("number cut off") }
            let value = rest.prefix(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            rest = rest.dropFirst(width)
            return (number, .number(value))
        case 2:
            guard let length = varint(), length <= UInt64(rest.count) else { return fail("unexpected EOF") }
            defer { rest = rest.dropFirst(Int(length)) }
            return (number, .bytes(rest.prefix(Int(length))))
        default: return fail("illegal wireType \(key & 7)")
        }
    }

    private mutating func fail(_ problem: String) -> (number: Int, content: Content)? {
        failure = ProtobufError(problem: problem)
        return nil
    }

    private mutating func varint() -> UInt64? { Self.varint(&rest) }

    static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var result: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            result |= shift < 64 ? UInt64(byte & 0x7F) << shift : 0
            if byte & 0x80 == 0 { return result }
        }
        return nil
    }
}
