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

    /// The value as Go writes it in its source (`%#v`), where a text was expected.
    var goLiteral: String {
        switch self {
        case .null: "interface {}(nil)"
        case .string(let text): GoNumber.quoted(text)
        case .array(let items): "[]interface {}{\(items.map(\.goLiteral).joined(separator: ", "))}"
        case .object(let object):
            "map[string]interface {}{"
                + object.sorted { $0.key < $1.key }.map { "\(GoNumber.quoted($0.key)):\($0.value.goLiteral)" }.joined(separator: ", ") + "}"
        case .bool, .int, .double: goText
        }
    }

    /// The name of the type that Go decodes the value as (`%T`).
    package var goType: String {
        switch self {
        case .null: "<nil>"
        case .bool: "bool"
        case .int: "int64"
        case .double: "float64"
        case .string: "string"
        case .array: "[]interface {}"
        case .object: "map[string]interface {}"
        }
    }
}
