import Values

/// Values of JSON as Go prints them.
package enum GoText {
    /// `%T`.
    package static func type(_ value: Value) -> String {
        switch value {
        case .null: "<nil>"
        case .bool: "bool"
        case .int: "int64"
        case .double: "float64"
        case .string: "string"
        case .array: "[]interface {}"
        case .object: "map[string]interface {}"
        }
    }

    /// `%v`.
    static func plain(_ value: Value) -> String {
        switch value {
        case .null: "<nil>"
        case .bool(let flag): "\(flag)"
        case .int(let number): "\(number)"
        case .double(let number): GoNumber.text(number)
        case .string(let text): text
        case .array(let items): "[\(items.map(plain).joined(separator: " "))]"
        case .object(let object): "map[\(object.sorted { $0.key < $1.key }.map { "\($0.key):\(plain($0.value))" }.joined(separator: " "))]"
        }
    }

    /// `%#v`.
    static func literal(_ value: Value) -> String {
        switch value {
        case .null: "interface {}(nil)"
        case .string(let text): GoNumber.quoted(text)
        case .array(let items): "[]interface {}{\(items.map(literal).joined(separator: ", "))}"
        case .object(let object):
            "map[string]interface {}{"
                + object.sorted { $0.key < $1.key }.map { "\(GoNumber.quoted($0.key)):\(literal($0.value))" }.joined(separator: ", ") + "}"
        case .bool, .int, .double: plain(value)
        }
    }
}
