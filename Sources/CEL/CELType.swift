/// A type of the language.
package indirect enum CELType: Hashable, Sendable {
    case dyn, null, bool, int, uint, double, string, bytes, timestamp, duration, type
    case list(CELType)
    case map(CELType, CELType)
    /// An object with known fields.
    case object(ObjectType)
    case optional(CELType)
    /// A type of a library: "net.IP", "kubernetes.Quantity".
    case opaque(String)
    /// Any one type, the same wherever the name stands in a signature.
    case parameter(String)
}

/// The fields of an object. A class, so that a type is the same as itself and nothing else.
package final class ObjectType: Sendable, Hashable {
    package let name: String
    package let fields: [String: CELType]

    package init(name: String, fields: [String: CELType]) {
        self.name = name
        self.fields = fields
    }

    /// The type of a field as an expression names it: reserved words may be written as they are, or escaped.
    func type(of field: String) -> CELType? {
        fields[field] ?? (FieldName.reserved.contains(field) ? fields[FieldName.escape(field)] : nil)
    }

    package static func == (left: ObjectType, right: ObjectType) -> Bool { left === right }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension CELType: CustomStringConvertible {
    package var description: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .type: "type"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .object(let type): type.name
        case .optional(let wrapped): "optional_type(\(wrapped))"
        case .opaque(let name): name
        case .parameter(let name): name
        }
    }
}
