import JSON
import Values

/// One step from a value to a part of it, as managed fields name it.
package enum PathElement: Hashable, Sendable {
    /// A key member of a list element: what a map list tells its elements apart by.
    package struct KeyMember: Hashable, Sendable {
        package var name: String
        package var value: Value

        package init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// The member of an object.
    case field(String)
    /// The element of a map list whose key members are these, sorted by name.
    case key([KeyMember])
    /// The element of a set.
    case value(Value)
    /// The element of a list at this place.
    case index(Int)

    /// The text before JSON escapes in FieldsV1: "f:name", `k:{"name":"c"}`, `v:"x"`, "i:0".
    package var encoded: String {
        switch self {
        case .field(let name): return "f:" + name
        case .key(let members):
            var writer = JSONWriter(reserving: 64)
            writer.write(raw: "k:{")
            for position in members.indices {
                if position > 0 { writer.write(raw: ",") }
                writer.write(members[position].name)
                writer.write(raw: ":")
                writer.write(members[position].value)
            }
            writer.write(raw: "}")
            return String(decoding: writer.take(), as: UTF8.self)
        case .value(let value): return "v:" + JSONWriter.string(value)
        case .index(let index): return "i:\(index)"
        }
    }

    /// Reads what `encoded` writes; nil for text of no known form.
    package init?(encoded text: String) {
        guard text.utf8.count >= 2, text.utf8[text.utf8.index(after: text.startIndex)] == UInt8(ascii: ":") else { return nil }
        // A mark that combines with what stands before it may begin a name.
        let rest = String(Substring(text.utf8.dropFirst(2)))
        switch text.utf8[text.startIndex] {
        case UInt8(ascii: "f"): self = .field(rest)
        case UInt8(ascii: "k"):
            guard case .object(let object)? = try? JSONParser.parse(rest) else { return nil }
            self = .key(Self.sorted(object.map { KeyMember(name: $0.key, value: $0.value) }))
        case UInt8(ascii: "v"):
            guard let value = try? JSONParser.parse(rest) else { return nil }
            self = .value(value)
        case UInt8(ascii: "i"):
            guard let index = Int(rest) else { return nil }
            self = .index(index)
        default: return nil
        }
    }

    /// Whether `text` is what `encoded` writes of some element.
    static func isEncoded(_ text: String) -> Bool { text.utf8.starts(with: "f:".utf8) || PathElement(encoded: text) != nil }

    static func sorted(_ members: [KeyMember]) -> [KeyMember] { members.count < 2 ? members : members.sorted { $0.name < $1.name } }
}

extension PathElement: CustomStringConvertible {
    /// The form of conflict messages: ".spec", `[name="c"]`, `[="x"]`, "[0]".
    package var description: String {
        switch self {
        case .field(let name): "." + name
        case .key(let members): "[" + members.map { "\($0.name)=\(JSONWriter.string($0.value))" }.joined(separator: ",") + "]"
        case .value(let value): "[=\(JSONWriter.string(value))]"
        case .index(let index): "[\(index)]"
        }
    }
}

extension PathElement: Comparable {
    private var rank: Int {
        switch self {
        case .field: 0
        case .key: 1
        case .value: 2
        case .index: 3
        }
    }

    package static func < (left: PathElement, right: PathElement) -> Bool {
        switch (left, right) {
        case (.field(let a), .field(let b)): a < b
        case (.key(let a), .key(let b)): precedes(a, b)
        case (.value(let a), .value(let b)): order(a, b) < 0
        case (.index(let a), .index(let b)): a < b
        default: left.rank < right.rank
        }
    }

    private static func precedes(_ left: [KeyMember], _ right: [KeyMember]) -> Bool {
        for (a, b) in zip(left, right) {
            if a.name != b.name { return a.name < b.name }
            let order = order(a.value, b.value)
            if order != 0 { return order < 0 }
        }
        return left.count < right.count
    }

    /// Numbers before strings before booleans before everything else, as field sets sort them.
    private static func order(_ left: Value, _ right: Value) -> Int {
        func rank(_ value: Value) -> Int {
            switch value {
            case .int, .double: 0
            case .string: 1
            case .bool: 2
            default: 3
            }
        }
        func sign<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : (a == b ? 0 : 1) }
        switch (left, right) {
        case (.int(let a), .int(let b)): return sign(a, b)
        case (.string(let a), .string(let b)): return sign(a, b)
        case (.bool(let a), .bool(let b)): return sign(a ? 1 : 0, b ? 1 : 0)
        default:
            if let a = left.double, let b = right.double { return sign(a, b) }
            let ranks = sign(rank(left), rank(right))
            return ranks != 0 ? ranks : sign(JSONWriter.string(left), JSONWriter.string(right))
        }
    }
}
