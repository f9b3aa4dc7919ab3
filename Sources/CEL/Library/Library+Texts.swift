import Core

/// Functions of texts: the standard library's and the strings extension (version 2).
extension Library {
    private static func texts(_ values: [CELValue]) throws -> [String] {
        try values.map {
            guard case .string(let text) = $0 else { throw CELError.noOverload }
            return text
        }
    }

    private static func predicate(_ test: @escaping @Sendable (String, String) -> Bool) -> Function {
        Function([.member(.string, [.string], .bool)]) { values in
            let texts = try texts(values)
            return .bool(test(texts[0], texts[1]))
        }
    }

    private static func change(_ change: @escaping @Sendable (String) -> String) -> Function {
        Function([.member(.string, [], .string)]) { .string(change(try texts($0)[0])) }
    }

    private static func integer(_ value: CELValue) throws -> Int {
        guard case .int(let number) = value, let result = Int(exactly: number) else { throw CELError.noOverload }
        return result
    }

    static let texts = Library(functions: [
        "startsWith": predicate { $0.unicodeScalars.starts(with: $1.unicodeScalars) },
        "endsWith": predicate { $0.unicodeScalars.reversed().starts(with: $1.unicodeScalars.reversed()) },
        "contains": predicate { find(Array($1.unicodeScalars), in: Array($0.unicodeScalars), from: 0) != nil },
        "lowerAscii": change { mapped($0) { (0x41...0x5A).contains($0.value) ? Unicode.Scalar($0.value + 32) ?? $0 : $0 } },
        "upperAscii": change { mapped($0) { (0x61...0x7A).contains($0.value) ? Unicode.Scalar($0.value - 32) ?? $0 : $0 } },
        "trim": change { text in
            let scalars = Array(text.unicodeScalars)
            let start = scalars.firstIndex { !$0.properties.isWhitespace } ?? scalars.count
            let end = scalars.lastIndex { !$0.properties.isWhitespace }.map { $0 + 1 } ?? start
            return string(scalars[start..<end])
        },
        "charAt": Function([.member(.string, [.int], .string)]) { values in
            guard case .string(let text) = values[0] else { throw CELError.noOverload }
            let scalars = Array(text.unicodeScalars)
            let index = try integer(values[1])
            guard index >= 0, index <= scalars.count else { throw CELError("index out of range: \(index)") }
            return .string(index == scalars.count ? "" : String(scalars[index]))
        },
        "indexOf": Function([.member(.string, [.string], .int), .member(.string, [.string, .int], .int)]) { values in
            let both = try texts(Array(values.prefix(2))).map { Array($0.unicodeScalars) }
            let start = values.count > 2 ? try integer(values[2]) : 0
            guard start >= 0, start <= both[0].count else { throw CELError("index out of range: \(start)") }
            return .int(Int64(find(both[1], in: both[0], from: start) ?? -1))
        },
        "lastIndexOf": Function([.member(.string, [.string], .int), .member(.string, [.string, .int], .int)]) { values in
            let both = try texts(Array(values.prefix(2))).map { Array($0.unicodeScalars) }
            var position = both[0].count - both[1].count
            if values.count > 2 {
                let start = try integer(values[2])
                guard start >= 0, start < max(both[0].count, 1) else { throw CELError("index out of range: \(start)") }
                position = min(position, start)
            }
            while position >= 0 {
                if both[0][position..<position + both[1].count].elementsEqual(both[1]) { return .int(Int64(position)) }
                position -= 1
            }
            return .int(-1)
        },
        "substring": Function([.member(.string, [.int], .string), .member(.string, [.int, .int], .string)]) { values in
            guard case .string(let text) = values[0] else { throw CELError.noOverload }
            let scalars = Array(text.unicodeScalars)
            let start = try integer(values[1])
            let end = values.count > 2 ? try integer(values[2]) : scalars.count
            guard start >= 0, start <= scalars.count else { throw CELError("index out of range: \(start)") }
            guard end >= 0, end <= scalars.count else { throw CELError("index out of range: \(end)") }
            guard start <= end else { throw CELError("invalid substring range. start: \(start), end: \(end)") }
            return .string(string(scalars[start..<end]))
        },
        "replace": Function([.member(.string, [.string, .string], .string), .member(.string, [.string, .string, .int], .string)]) {
            values in
            let all = try texts(Array(values.prefix(3)))
            let limit = values.count > 3 ? try integer(values[3]) : -1
            let (text, old, new) = (Array(all[0].unicodeScalars), Array(all[1].unicodeScalars), Array(all[2].unicodeScalars))
            guard !old.isEmpty else {
                let times = limit < 0 ? text.count + 1 : min(limit, text.count + 1)
                try bound(text.count.adding(clamped: times.multiplied(clamped: new.count)))
                return .string(interspersed(text, new, limit))
            }
            var result: [Unicode.Scalar] = []
            var position = 0
            var count = 0
            while limit < 0 || count < limit, let found = find(old, in: text, from: position) {
                result += text[position..<found] + new
                position = found + old.count
                count += 1
                try bound(result.count)
            }
            result += text[position...]
            return .string(string(result[...]))
        },
        "split": Function([.member(.string, [.string], .list(.string)), .member(.string, [.string, .int], .list(.string))]) { values in
            let both = try texts(Array(values.prefix(2)))
            let limit = values.count > 2 ? try integer(values[2]) : -1
            return .list(split(Array(both[0].unicodeScalars), Array(both[1].unicodeScalars), limit).map { .string($0) })
        },
        "join": Function([.member(.list(.string), [], .string), .member(.list(.string), [.string], .string)]) { values in
            guard case .list(let items) = values[0] else { throw CELError.noOverload }
            let separator = values.count > 1 ? try texts([values[1]])[0] : ""
            let parts = try texts(items)
            try bound(parts.reduce(0) { $0.adding(clamped: $1.utf8.count + separator.utf8.count) })
            return .string(parts.joined(separator: separator))
        },
        "strings.quote": Function([Signature([.string], .string)]) { .string(quoted(try texts($0)[0])) },
        "format": Function([.member(.string, [.list(.dyn)], .string)]) { values in
            guard case .string(let form) = values[0], case .list(let arguments) = values[1] else { throw CELError.noOverload }
            return .string(try TextFormat.apply(form, arguments))
        },
        "reverse": Function([.member(.string, [], .string)]) { string(Array(try texts($0)[0].unicodeScalars.reversed())[...]).celValue },
    ])

    /// Texts are not made longer than this; costs are counted by what goes in.
    private static let longest = 16 * 1024 * 1024

    /// Throws when a text would be too long.
    static func bound(_ count: Int) throws {
        guard count <= longest else { throw CELError("a text of more than \(longest) bytes") }
    }

    static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars)
        return String(result)
    }

    private static func mapped(_ text: String, _ change: (Unicode.Scalar) -> Unicode.Scalar) -> String {
        string(text.unicodeScalars.map(change)[...])
    }

    static func find(_ part: [Unicode.Scalar], in text: [Unicode.Scalar], from start: Int) -> Int? {
        guard !part.isEmpty else { return start }
        var position = start
        while position + part.count <= text.count {
            if text[position] == part[0], text[position..<position + part.count].elementsEqual(part) { return position }
            position += 1
        }
        return nil
    }

    private static func interspersed(_ text: [Unicode.Scalar], _ new: [Unicode.Scalar], _ limit: Int) -> String {
        var result: [Unicode.Scalar] = []
        for position in 0...text.count {
            if limit < 0 || position < limit { result += new }
            if position < text.count { result.append(text[position]) }
        }
        return string(result[...])
    }

    private static func split(_ text: [Unicode.Scalar], _ separator: [Unicode.Scalar], _ limit: Int) -> [String] {
        if limit == 0 { return [] }
        if limit == 1 { return [string(text[...])] }
        if separator.isEmpty {
            let count = limit < 0 ? text.count : min(limit, text.count)
            return (0..<count).map { $0 == count - 1 ? string(text[$0...]) : String(text[$0]) }
        }
        var result: [String] = []
        var position = 0
        while limit < 0 || result.count < limit - 1, let found = find(separator, in: text, from: position) {
            result.append(string(text[position..<found]))
            position = found + separator.count
        }
        return result + [string(text[position...])]
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 7: result += "\\a"
            case 8: result += "\\b"
            case 9: result += "\\t"
            case 10: result += "\\n"
            case 11: result += "\\v"
            case 12: result += "\\f"
            case 13: result += "\\r"
            case 0x22: result += "\\\""
            case 0x5C: result += "\\\\"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension String {
    var celValue: CELValue { .string(self) }
}

/// `"…".format([…])`: %s, %d, %f, %e, %b, %x, %X and %o.
enum TextFormat {
    static func apply(_ form: String, _ arguments: [CELValue]) throws -> String {
        var result = ""
        var rest = arguments[...]
        var characters = Array(form.unicodeScalars)[...]
        while let character = characters.popFirst() {
            guard character == "%" else {
                result.unicodeScalars.append(character)
                continue
            }
            guard var verb = characters.popFirst() else { throw CELError("unexpected end of format string") }
            if verb == "%" {
                result += "%"
                continue
            }
            var precision = 6
            if verb == "." {
                var digits = ""
                while let digit = characters.first, ("0"..."9").contains(digit) {
                    digits.unicodeScalars.append(digit)
                    characters.removeFirst()
                }
                guard let given = Int(digits), given <= 100, let next = characters.popFirst() else {
                    throw CELError("error while parsing precision")
                }
                precision = given
                verb = next
            }
            guard let argument = rest.popFirst() else { throw CELError("index \(arguments.count) out of range") }
            result += try one(verb, argument, precision)
            try Library.bound(result.utf8.count)
        }
        return result
    }

    private static func one(_ verb: Unicode.Scalar, _ value: CELValue, _ precision: Int) throws -> String {
        switch (verb, value) {
        case ("s", _): return try text(value)
        case ("d", .int(let number)): return "\(number)"
        case ("d", .uint(let number)): return "\(number)"
        case ("f", .double(let number)): return fixed(number, precision)
        case ("f", .int(let number)): return fixed(Double(number), precision)
        case ("e", .double(let number)): return scientific(number, precision)
        case ("b", .int(let number)): return String(number, radix: 2)
        case ("b", .uint(let number)): return String(number, radix: 2)
        case ("b", .bool(let flag)): return flag ? "1" : "0"
        case ("x", .int(let number)): return String(number, radix: 16)
        case ("x", .uint(let number)): return String(number, radix: 16)
        case ("X", .int(let number)): return String(number, radix: 16, uppercase: true)
        case ("X", .uint(let number)): return String(number, radix: 16, uppercase: true)
        case ("x", .string(let text)): return hex(Array(text.utf8), uppercase: false)
        case ("X", .string(let text)): return hex(Array(text.utf8), uppercase: true)
        case ("x", .bytes(let bytes)): return hex(bytes, uppercase: false)
        case ("X", .bytes(let bytes)): return hex(bytes, uppercase: true)
        case ("o", .int(let number)): return String(number, radix: 8)
        case ("o", .uint(let number)): return String(number, radix: 8)
        default: throw CELError("unrecognized formatting clause: %\(verb) of \(value.type)")
        }
    }

    private static func hex(_ bytes: [UInt8], uppercase: Bool) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: uppercase) }.joined()
    }

    private static func text(_ value: CELValue) throws -> String {
        switch value {
        case .null: return "null"
        case .list(let items):
            var result = "["
            for (position, item) in items.enumerated() {
                if position > 0 { result += ", " }
                result += try text(item)
                try Library.bound(result.utf8.count)
            }
            return result + "]"
        case .map, .object:
            guard let map = value.asMap else { return "{}" }
            var length = 0
            let entries = try map.keys.map { key in
                let entry = (try text(key.value), try text(map[key] ?? .null))
                length += entry.0.utf8.count + entry.1.utf8.count
                try Library.bound(length)
                return entry
            }.sorted { $0.0 < $1.0 }
            return "{\(entries.map { "\($0.0): \($0.1)" }.joined(separator: ", "))}"
        case .type(let type): return type.description
        default: return try Library.text(of: value)
        }
    }

    private static func fixed(_ number: Double, _ precision: Int) -> String {
        guard number.isFinite else { return number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity" }
        var scale = 1.0
        for _ in 0..<min(precision, 15) { scale *= 10 }
        let scaled = (abs(number) * scale).rounded(.toNearestOrEven)
        guard scaled < 9e18 else { return "\(number)" }
        var digits = String(Int64(scaled))
        let places = min(precision, 15)
        if digits.count <= places { digits = String(repeating: "0", count: places + 1 - digits.count) + digits }
        let whole = digits.dropLast(places)
        let fraction = String(digits.suffix(places)) + String(repeating: "0", count: precision - places)
        return (number < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }

    private static func scientific(_ number: Double, _ precision: Int) -> String {
        guard number.isFinite, number != 0 else { return number == 0 ? fixed(0, precision) + "e+00" : fixed(number, precision) }
        var exponent = 0
        var mantissa = abs(number)
        while mantissa >= 10 {
            mantissa /= 10
            exponent += 1
        }
        while mantissa < 1 {
            mantissa *= 10
            exponent -= 1
        }
        let digits = "\(abs(exponent))"
        return (number < 0 ? "-" : "") + fixed(mantissa, precision) + "e" + (exponent < 0 ? "-" : "+") + (digits.count < 2 ? "0" : "")
            + digits
    }
}
