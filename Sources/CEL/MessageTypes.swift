import Core
import Values

/// The types of which an expression may write values: `Object.spec{replicas: 3}`.
package struct MessageTypes: Sendable {
    /// The type of a field of a message type; nil where the type has no such field.
    package typealias Fields = @Sendable (_ field: String) -> CELType?

    /// The fields of a type; nil where there is no such type.
    package let fields: @Sendable (_ type: String) -> Fields?

    package init(fields: @escaping @Sendable (_ type: String) -> Fields?) { self.fields = fields }

    /// What an expression may write unless told otherwise.
    package static let none = MessageTypes { _ in nil }
}

/// A value of a message type, with the fields in the order they were written.
package struct CELMessage: Sendable {
    package let type: String
    package let fields: [(name: String, value: CELValue)]

    package init(type: String, fields: [(name: String, value: CELValue)]) {
        self.type = type
        self.fields = fields
    }

    package subscript(name: String) -> CELValue? { fields.last { $0.name == name }?.value }
}

extension CELValue {
    /// The value as JSON has it; absent optional values come as nil. Throws `CELError` for what has no such form.
    package func json() throws -> Value? {
        switch self {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .int(let number): return .int(number)
        case .uint(let number): return Int64(exactly: number).map { .int($0) } ?? .double(Double(number))
        case .double(let number): return .double(number)
        case .string(let text): return .string(text)
        case .bytes(let bytes): return .string(Base64.encode(bytes))
        case .timestamp(let moment): return .string(moment.rfc3339)
        case .duration(let nanoseconds): return .string(GoDuration.text(nanoseconds))
        case .list(let items): return .array(try items.compactMap { try $0.json() })
        case .map(let map):
            var result = Object()
            for key in map.keys {
                guard case .string(let name) = key else { throw CELError("a key that is no string has no JSON form") }
                if let value = try map[key]?.json() { result[name] = value }
            }
            return .object(result)
        case .message(let message):
            var result = Object()
            for (name, value) in message.fields { if let value = try value.json() { result[FieldName.unescape(name)] = value } }
            return .object(result)
        case .object(let object, _): return .object(object)
        case .optional(let wrapped): return try wrapped?.json()
        case .quantity(let quantity): return .string("\(quantity)")
        case .type, .url, .ip, .cidr, .format, .opaque, .version: throw CELError("a value of type \(type) has no JSON form")
        }
    }
}
