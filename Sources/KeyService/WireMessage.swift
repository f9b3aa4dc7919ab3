/// A protobuf message of numbered fields, as the few messages of the service need it: bytes, texts, small numbers and maps of bytes.
package struct WireMessage: Sendable, Equatable {
    /// In the order in which they came; a later one of a number replaces an earlier one where only one is meant.
    package private(set) var fields: [(number: Int, content: Content)] = []

    package enum Content: Sendable, Equatable {
        case bytes([UInt8])
        case number(UInt64)
    }

    package init() {}

    package static func == (left: WireMessage, right: WireMessage) -> Bool {
        left.fields.count == right.fields.count
            && zip(left.fields, right.fields).allSatisfy { $0.number == $1.number && $0.content == $1.content }
    }

    // MARK: Fields

    package func bytes(_ number: Int) -> [UInt8] {
        guard case .bytes(let bytes)? = fields.last(where: { $0.number == number })?.content else { return [] }
        return bytes
    }

    package func text(_ number: Int) -> String { String(decoding: bytes(number), as: UTF8.self) }

    package func number(_ number: Int) -> UInt64 {
        guard case .number(let value)? = fields.last(where: { $0.number == number })?.content else { return 0 }
        return value
    }

    /// Throws `KeyPluginError` for an entry that is none.
    package func map(_ number: Int) throws -> [String: [UInt8]] {
        var result: [String: [UInt8]] = [:]
        for field in fields where field.number == number {
            guard case .bytes(let bytes) = field.content else { throw KeyPluginError("an entry of a map is a number") }
            let entry = try WireMessage(bytes[...])
            result[entry.text(1)] = entry.bytes(2)
        }
        return result
    }

    /// What is empty or zero is left out, as protobuf has it.
    package mutating func add(_ number: Int, _ bytes: [UInt8]) {
        if !bytes.isEmpty { fields.append((number, .bytes(bytes))) }
    }

    package mutating func add(_ number: Int, _ text: String) { add(number, Array(text.utf8)) }

    package mutating func add(_ number: Int, _ value: UInt64) {
        if value != 0 { fields.append((number, .number(value))) }
    }

    package mutating func add(_ number: Int, _ map: [String: [UInt8]]) {
        for (key, value) in map.sorted(by: { $0.key < $1.key }) {
            var entry = WireMessage()
            entry.add(1, key)
            entry.add(2, value)
            fields.append((number, .bytes(entry.encoded)))
        }
    }

    // MARK: Bytes

    package var encoded: [UInt8] {
        var result: [UInt8] = []
        for field in fields {
            switch field.content {
            case .bytes(let bytes):
                Self.append(UInt64(field.number) << 3 | 2, to: &result)
                Self.append(UInt64(bytes.count), to: &result)
                result += bytes
            case .number(let value):
                Self.append(UInt64(field.number) << 3, to: &result)
                Self.append(value, to: &result)
            }
        }
        return result
    }

    private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Throws `KeyPluginError` for bytes that are no message.
    package init(_ bytes: ArraySlice<UInt8>) throws {
        var rest = bytes
        func take(_ count: Int) throws -> ArraySlice<UInt8> {
            guard count >= 0, count <= rest.count else { throw KeyPluginError("the message ends in the middle of a field") }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
        func number() throws -> UInt64 {
            var value: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 70, by: 7) {
                let byte = try take(1).first ?? 0
                value |= UInt64(byte & 0x7F) << shift
                if byte & 0x80 == 0 { return value }
            }
            throw KeyPluginError("a number of the message is too long")
        }
        while !rest.isEmpty {
            let tag = try number()
            let field = Int(truncatingIfNeeded: tag >> 3 & 0x1FFF_FFFF)
            switch tag & 7 {
            case 0: fields.append((field, .number(try number())))
            case 1: _ = try take(8)
            case 2:
                let count = try number()
                guard count <= UInt64(rest.count) else { throw KeyPluginError("the message ends in the middle of a field") }
                fields.append((field, .bytes(Array(try take(Int(count))))))
            case 5: _ = try take(4)
            default: throw KeyPluginError("the message has a field of a kind that is not known")
            }
        }
    }
}
