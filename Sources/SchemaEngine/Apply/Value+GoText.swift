import Values

extension Value {
    /// What Go's JSON decoder calls a value of this kind.
    package var jsonKind: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int, .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// The value as Go prints a decoded one: `map[a:1 b:[x y]]`, which stands in the texts of patches that were refused.
    package var goText: String {
        switch self {
        case .null: "<nil>"
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .double(let value): GoNumber.text(value)
        case .string(let text): text
        case .array(let items): "[\(items.map(\.goText).joined(separator: " "))]"
        case .object(let object):
            "map[\(object.map { ($0.key, $0.value.goText) }.sorted { $0.0 < $1.0 }.map { "\($0.0):\($0.1)" }.joined(separator: " "))]"
        }
    }
}
