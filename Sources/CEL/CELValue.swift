import Core
import RegularExpressions
import Values

/// A value of the language.
package indirect enum CELValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    /// Nanoseconds since the epoch would not reach far enough: a moment.
    case timestamp(Timestamp)
    /// Nanoseconds.
    case duration(Int64)
    case list([CELValue])
    case map(CELMap)
    /// An object as it came, read by its type when somebody looks inside.
    case object(Object, ObjectType)
    case optional(CELValue?)
    case type(CELType)
    case url(CELURL)
    case quantity(Quantity)
    case version(SemanticVersion)
    case ip(CELAddress)
    case cidr(CELAddress, prefix: Int)
    case format(String)
    case opaque(any CELOpaque)
    case message(CELMessage)
}

/// A map with keys of any of the types that may be keys.
package struct CELMap: Sendable {
    package private(set) var entries: [CELKey: CELValue] = [:]
    /// Keys in the order they came.
    package private(set) var keys: [CELKey] = []
    /// Whether a look-up of an absent key answers an empty map; the key is absent all the same to `in`.
    package var answersAbsentKeysWithEmptyMap = false

    package init() {}

    package subscript(key: CELKey) -> CELValue? {
        get { entries[key] }
        set {
            if entries[key] == nil, newValue != nil { keys.append(key) }
            if newValue == nil { keys.removeAll { $0 == key } }
            entries[key] = newValue
        }
    }

    /// What `map[key]` and `map.key` are; nil where that is an error.
    func lookUp(_ key: CELKey) -> CELValue? { entries[key] ?? (answersAbsentKeysWithEmptyMap ? .map(CELMap()) : nil) }
}

/// What may be a key. Whole numbers are the same key whatever their type.
package enum CELKey: Hashable, Sendable {
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case string(String)

    package init?(_ value: CELValue) {
        switch value {
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .int(number)
        case .uint(let number): self = Int64(exactly: number).map { .int($0) } ?? .uint(number)
        case .double(let number):
            guard let whole = Int64(exactly: number) else { return nil }
            self = .int(whole)
        case .string(let text): self = .string(text)
        default: return nil
        }
    }

    package var value: CELValue {
        switch self {
        case .bool(let flag): .bool(flag)
        case .int(let number): .int(number)
        case .uint(let number): .uint(number)
        case .string(let text): .string(text)
        }
    }
}

/// An IP address: four bytes or sixteen.
package struct CELAddress: Hashable, Sendable {
    package let bytes: [UInt8]
    package var isIPv4: Bool { bytes.count == 4 }
    package init(bytes: [UInt8]) { self.bytes = bytes }
}

/// The parts of a URL that the library tells.
package struct CELURL: Hashable, Sendable {
    package var text = ""
    package var scheme = ""
    package var host = ""
    package var path = ""
    package var query = ""
    package init() {}
}

/// Why an expression has no value.
package struct CELError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    /// Not to be absorbed by `||` or `&&`: the evaluation is over.
    package let isFinal: Bool

    package init(_ description: String, isFinal: Bool = false) {
        self.description = description
        self.isFinal = isFinal
    }

    static let noOverload = CELError("no such overload")
    static func noKey(_ key: String) -> CELError { CELError("no such key: \(key)") }
}

extension CELValue {
    /// A JSON value as its type has it. What does not fit the type comes as what it is.
    package init(_ value: Value, as type: CELType) {
        switch (value, type) {
        case (.null, _): self = .null
        case (.bool(let flag), _): self = .bool(flag)
        case (.int(let number), .double): self = .double(Double(number))
        case (.int(let number), .uint): self = UInt64(exactly: number).map { .uint($0) } ?? .int(number)
        case (.int(let number), _): self = .int(number)
        case (.double(let number), .int): self = Int64(exactly: number).map { .int($0) } ?? .double(number)
        case (.double(let number), _): self = .double(number)
        case (.string(let text), .timestamp): self = Timestamp(rfc3339: text).map { .timestamp($0) } ?? CELValue.date(text) ?? .string(text)
        case (.string(let text), .duration): self = GoDuration.parse(text).map { .duration($0) } ?? .string(text)
        case (.string(let text), .bytes): self = (try? Base64.decode(text)).map { .bytes($0) } ?? .string(text)
        case (.string(let text), _): self = .string(text)
        case (.array(let items), .list(let element)): self = .list(items.map { CELValue($0, as: element) })
        case (.array(let items), _): self = .list(items.map { CELValue($0, as: .dyn) })
        case (.object(let object), .object(let type)): self = .object(object, type)
        case (.object(let object), _):
            var element = CELType.dyn
            if case .map(_, let given) = type { element = given }
            var map = CELMap()
            for member in object { map[.string(member.key)] = CELValue(member.value, as: element) }
            self = .map(map)
        }
    }

    private static func date(_ text: String) -> CELValue? { Timestamp(rfc3339: "\(text)T00:00:00Z").map { .timestamp($0) } }

    /// The type of the value itself.
    package var type: CELType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .timestamp: .timestamp
        case .duration: .duration
        case .list: .list(.dyn)
        case .map: .map(.dyn, .dyn)
        case .object(_, let type): .object(type)
        case .optional: .optional(.dyn)
        case .type: .type
        case .url: .opaque("kubernetes.URL")
        case .quantity: .opaque("kubernetes.Quantity")
        case .version: .opaque("kubernetes.Semver")
        case .ip: .opaque("net.IP")
        case .cidr: .opaque("net.CIDR")
        case .format: .opaque("kubernetes.NamedFormat")
        case .opaque(let value): value.type
        case .message(let value): .opaque(value.type)
        }
    }

    /// Equality across types of numbers; of anything else only like is equal to like.
    package static func equal(_ left: CELValue, _ right: CELValue) -> Bool {
        switch (left, right) {
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.string(let a), .string(let b)): return a.unicodeScalars.elementsEqual(b.unicodeScalars)
        case (.bytes(let a), .bytes(let b)): return a == b
        case (.timestamp(let a), .timestamp(let b)): return a == b
        case (.duration(let a), .duration(let b)): return a == b
        case (.list(let a), .list(let b)): return a.count == b.count && zip(a, b).allSatisfy { equal($0, $1) }
        case (.map, .map), (.map, .object), (.object, .map), (.object, .object):
            guard let a = left.asMap, let b = right.asMap, a.keys.count == b.keys.count else { return false }
            return a.keys.allSatisfy { key in
                guard let x = a[key], let y = b[key] else { return false }
                return equal(x, y)
            }
        case (.optional(let a), .optional(let b)):
            guard let a, let b else { return a == nil && b == nil }
            return equal(a, b)
        case (.type(let a), .type(let b)): return a.description == b.description
        case (.url(let a), .url(let b)): return a == b
        case (.quantity(let a), .quantity(let b)): return a == b
        case (.version(let a), .version(let b)): return a == b
        case (.ip(let a), .ip(let b)): return a == b
        case (.cidr(let a, let m), .cidr(let b, let n)): return a == b && m == n
        case (.format(let a), .format(let b)): return a == b
        default: return compareNumbers(left, right) == 0
        }
    }

    /// -1, 0 or 1 of two numbers; nil where one of them is none.
    static func compareNumbers(_ left: CELValue, _ right: CELValue) -> Int? {
        func order<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a == b ? 0 : 1 }
        switch (left, right) {
        case (.int(let a), .int(let b)): return order(a, b)
        case (.uint(let a), .uint(let b)): return order(a, b)
        case (.double(let a), .double(let b)): return a.isNaN || b.isNaN ? nil : order(a, b)
        case (.int(let a), .uint(let b)): return a < 0 ? -1 : order(UInt64(a), b)
        case (.uint(let a), .int(let b)): return b < 0 ? 1 : order(a, UInt64(b))
        case (.int(let a), .double(let b)): return b.isNaN ? nil : order(Double(a), b)
        case (.double(let a), .int(let b)): return a.isNaN ? nil : order(a, Double(b))
        case (.uint(let a), .double(let b)): return b.isNaN ? nil : order(Double(a), b)
        case (.double(let a), .uint(let b)): return a.isNaN ? nil : order(a, Double(b))
        default: return nil
        }
    }

    /// The value as a map: an object's fields by their escaped names.
    var asMap: CELMap? {
        switch self {
        case .map(let map): return map
        case .object(let object, let type):
            var map = CELMap()
            for member in object {
                let name = FieldName.escape(member.key)
                guard let field = type.fields[name] else { continue }
                map[.string(name)] = CELValue(member.value, as: field)
            }
            return map
        default: return nil
        }
    }
}

/// Names of fields as expressions write them: what is no identifier or is reserved is escaped.
///
/// Source: `k8s.io/apiserver/pkg/cel/escaping.go`.
package enum FieldName {
    static let reserved: Set<String> = [
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop",
        "package", "namespace", "return", "var", "void", "while",
    ]

    /// The name in an expression.
    package static func escape(_ name: String) -> String {
        if reserved.contains(name) { return "__\(name)__" }
        guard name.utf8.contains(where: { $0 == 0x5F || $0 == 0x2E || $0 == 0x2D || $0 == 0x2F }) else { return name }
        var result = ""
        var rest = Array(name)[...]
        while let character = rest.popFirst() {
            switch character {
            case "_" where rest.first == "_":
                rest.removeFirst()
                result += "__underscores__"
            case ".": result += "__dot__"
            case "-": result += "__dash__"
            case "/": result += "__slash__"
            default: result.append(character)
            }
        }
        return result
    }

    /// The name in the object.
    package static func unescape(_ name: String) -> String {
        guard name.hasPrefix("__") || name.contains("__") else { return name }
        if name.hasPrefix("__"), name.hasSuffix("__"), reserved.contains(String(name.dropFirst(2).dropLast(2))) {
            return String(name.dropFirst(2).dropLast(2))
        }
        var result = ""
        var rest = name[...]
        let table = [("__underscores__", "__"), ("__dot__", "."), ("__dash__", "-"), ("__slash__", "/")]
        outer: while let first = rest.first {
            for (escaped, plain) in table where rest.hasPrefix(escaped) {
                result += plain
                rest = rest.dropFirst(escaped.count)
                continue outer
            }
            result.append(first)
            rest.removeFirst()
        }
        return result
    }

    /// Whether a field can be named in an expression at all.
    package static func isExpressible(_ name: String) -> Bool {
        let escaped = escape(name)
        guard let first = escaped.unicodeScalars.first, first == "_" || first.properties.isAlphabetic, first.isASCII else { return false }
        return escaped.utf8.allSatisfy {
            $0 == 0x5F || ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x61 && $0 <= 0x7A)
        }
    }
}

/// Durations as Go writes them: "1h30m", "1.5s".
package enum GoDuration {
    /// Nanoseconds, or nil.
    package static func parse(_ text: String) -> Int64? {
        var rest = text[...]
        var sign = 1.0
        if rest.hasPrefix("-") || rest.hasPrefix("+") {
            if rest.hasPrefix("-") { sign = -1 }
            rest.removeFirst()
        }
        if rest == "0" { return 0 }
        guard !rest.isEmpty else { return nil }
        var whole: Int64 = 0
        let units: [(String, Int64)] = [
            ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
            ("h", 3_600_000_000_000),
        ]
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard !digits.isEmpty, digits != ".", let number = Double(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter || $0 == "µ" || $0 == "μ" }
            guard let factor = units.first(where: { $0.0 == unit })?.1 else { return nil }
            rest = rest.dropFirst(unit.count)
            let part: Int64
            if let exact = Int64(digits) {
                let (product, overflow) = exact.multipliedReportingOverflow(by: factor)
                guard !overflow else { return nil }
                part = product
            } else {
                guard let rounded = Int64(exactly: (number * Double(factor)).rounded()) else { return nil }
                part = rounded
            }
            let (sum, overflow) = whole.addingReportingOverflow(part)
            guard !overflow else { return nil }
            whole = sum
        }
        return sign < 0 ? -whole : whole
    }

    /// Seconds with an "s", as CEL's string() writes a duration.
    package static func text(_ nanoseconds: Int64) -> String {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard rest != 0 else { return "\(seconds)s" }
        var fraction = String(abs(rest))
        fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(nanoseconds < 0 && seconds == 0 ? "-" : "")\(seconds).\(fraction)s"
    }
}
