import Values

/// What was wrong with a text that is not JSON.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    /// Offset in bytes of the first one that could not be read.
    package let offset: Int
    package let problem: String

    package var description: String { "\(problem) at byte \(offset)" }
}

/// Reads JSON text (RFC 8259) in one pass. Depth is bounded, duplicate members are reported, nothing is read past the end.
package struct JSONParser {
    /// Limits on outside text.
    package struct Limits: Sendable {
        /// How deep arrays and objects may nest. Recursion needs some 200 bytes of stack a level.
        package var depth: Int
        package init(depth: Int) { self.depth = depth }

        /// For what clients send.
        package static let outside = Limits(depth: 500)
        /// For what was written here: it may be deeper by what was added, such as the managed fields, which mirror the object.
        package static let own = Limits(depth: 1200)
    }

    /// Of members that stand twice no more than these are told, and no more of their paths (in UTF-8), as they multiply.
    private static let duplicateLimit = 100
    private static let pathLimit = 4096

    /// A step down, put into words only where a member stands twice.
    private enum Step {
        case member(String)
        case position(Int)
    }

    private let limits: Limits
    private var path: [Step] = []
    private var depth = 0
    private var tracksDuplicates = false
    private var duplicates: [String] = []
    private let stack = MemberStack()

    private init(limits: Limits, tracksDuplicates: Bool = false) {
        self.limits = limits
        self.tracksDuplicates = tracksDuplicates
    }

    /// The one value in `bytes`. Throws `JSONError`. Of repeated members the last one stands.
    package static func parse(_ bytes: [UInt8], limits: Limits = .own) throws -> Value {
        var parser = JSONParser(limits: limits)
        return try parser.document(bytes)
    }

    package static func parse(_ text: String, limits: Limits = .own) throws -> Value {
        try parse(Array(text.utf8), limits: limits)
    }

    /// The one value in `bytes`, and the paths (`spec.replicas`, `spec.containers[0].name`) of members that stand twice.
    package static func parseNotingDuplicates(
        _ bytes: [UInt8], limits: Limits = .outside
    ) throws -> (value: Value, duplicates: [String]) {
        var parser = JSONParser(limits: limits, tracksDuplicates: true)
        let value = try parser.document(bytes)
        return (value, parser.duplicates)
    }

    private mutating func document(_ bytes: [UInt8]) throws -> Value {
        try bytes.withUnsafeBufferPointer { text in
            var position = 0
            let value = try self.value(text, &position)
            skipSpace(text, &position)
            guard position == text.count else { throw JSONError(offset: position, problem: "text after the value") }
            return value
        }
    }

    private func skipSpace(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) {
        while position < text.count {
            switch text[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func value(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) throws -> Value {
        skipSpace(text, &position)
        guard position < text.count else { throw JSONError(offset: position, problem: "unexpected end of JSON input") }
        switch text[position] {
        case UInt8(ascii: "{"): return try object(text, &position)
        case UInt8(ascii: "["): return try array(text, &position)
        case UInt8(ascii: "\""): return .string(try string(text, &position))
        case UInt8(ascii: "t"): return try literal("true", .bool(true), text, &position)
        case UInt8(ascii: "f"): return try literal("false", .bool(false), text, &position)
        case UInt8(ascii: "n"): return try literal("null", .null, text, &position)
        default: return try number(text, &position)
        }
    }

    private func literal(
        _ word: StaticString, _ value: Value, _ text: UnsafeBufferPointer<UInt8>, _ position: inout Int
    ) throws -> Value {
        let length = word.utf8CodeUnitCount
        guard position + length <= text.count else { throw JSONError(offset: position, problem: "unexpected end of JSON input") }
        for offset in 0..<length where text[position + offset] != word.utf8Start[offset] {
            throw JSONError(offset: position + offset, problem: "invalid literal")
        }
        position += length
        return value
    }

    private mutating func enter(_ position: Int) throws {
        depth += 1
        guard depth <= limits.depth else { throw JSONError(offset: position, problem: "nested deeper than \(limits.depth)") }
    }

    private mutating func object(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) throws -> Value {
        try enter(position)
        defer { depth -= 1 }
        position += 1
        let first = stack.count
        // Of large objects, where each key stands on the stack.
        var places: [String: Int]?
        skipSpace(text, &position)
        if position < text.count, text[position] == UInt8(ascii: "}") {
            position += 1
            return .object(Object())
        }
        while true {
            skipSpace(text, &position)
            guard position < text.count, text[position] == UInt8(ascii: "\"") else {
                throw JSONError(
                    offset: position, problem: position < text.count ? "expected a member name" : "unexpected end of JSON input")
            }
            let key = try string(text, &position)
            skipSpace(text, &position)
            guard position < text.count, text[position] == UInt8(ascii: ":") else {
                throw JSONError(offset: position, problem: position < text.count ? "expected ':'" : "unexpected end of JSON input")
            }
            position += 1
            if tracksDuplicates { path.append(.member(key)) }
            if places == nil, stack.count - first > Object.indexThreshold {
                places = Dictionary(uniqueKeysWithValues: (first..<stack.count).map { (stack.key(at: $0), $0) })
            }
            if let place = places == nil ? stack.position(of: key, from: first) : places?[key] {
                let member = try value(text, &position)
                if tracksDuplicates, duplicates.count < Self.duplicateLimit {
                    duplicates.append(pathText)
                }
                stack.replaceValue(at: place, by: member)
            } else {
                let member = try value(text, &position)
                places?[key] = stack.count
                stack.push(key, member)
            }
            if tracksDuplicates { path.removeLast() }
            skipSpace(text, &position)
            guard position < text.count else { throw JSONError(offset: position, problem: "unexpected end of JSON input") }
            if text[position] == UInt8(ascii: ",") {
                position += 1
            } else if text[position] == UInt8(ascii: "}") {
                position += 1
                return .object(Object(unique: stack.take(from: first)))
            } else {
                throw JSONError(offset: position, problem: "expected ',' or '}'")
            }
        }
    }

    private var pathText: String {
        var text = ""
        for (depth, step) in path.enumerated() where text.utf8.count < Self.pathLimit {
            switch step {
            case .member(let name): text += depth == 0 ? name : "." + name
            case .position(let position): text += "[\(position)]"
            }
        }
        return String(text.prefix(Self.pathLimit))
    }

    private mutating func array(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) throws -> Value {
        try enter(position)
        defer { depth -= 1 }
        position += 1
        var result: [Value] = []
        skipSpace(text, &position)
        if position < text.count, text[position] == UInt8(ascii: "]") {
            position += 1
            return .array(result)
        }
        while true {
            if tracksDuplicates { path.append(.position(result.count)) }
            result.append(try value(text, &position))
            if tracksDuplicates { path.removeLast() }
            skipSpace(text, &position)
            guard position < text.count else { throw JSONError(offset: position, problem: "unexpected end of JSON input") }
            if text[position] == UInt8(ascii: ",") {
                position += 1
            } else if text[position] == UInt8(ascii: "]") {
                position += 1
                return .array(result)
            } else {
                throw JSONError(offset: position, problem: "expected ',' or ']'")
            }
        }
    }

    private func number(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) throws -> Value {
        let start = position
        func digits() -> Int {
            let first = position
            while position < text.count, text[position] >= 0x30, text[position] <= 0x39 { position += 1 }
            return position - first
        }
        if position < text.count, text[position] == UInt8(ascii: "-") { position += 1 }
        let leading = position
        let whole = digits()
        guard whole > 0, whole == 1 || text[leading] != 0x30 else { throw JSONError(offset: start, problem: "invalid character") }
        var isFraction = false
        if position < text.count, text[position] == UInt8(ascii: ".") {
            isFraction = true
            position += 1
            guard digits() > 0 else { throw JSONError(offset: position, problem: "expected a digit") }
        }
        if position < text.count, text[position] | 0x20 == UInt8(ascii: "e") {
            isFraction = true
            position += 1
            if position < text.count, text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-") { position += 1 }
            guard digits() > 0 else { throw JSONError(offset: position, problem: "expected a digit") }
        }
        let digitsText = String(decoding: text[start..<position], as: UTF8.self)
        if !isFraction, let integer = Int64(digitsText) { return .int(integer) }
        guard let fraction = Double(digitsText), fraction.isFinite else { throw JSONError(offset: start, problem: "number out of range") }
        return .double(fraction)
    }

    private func string(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) throws -> String {
        position += 1
        let start = position
        while position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: "\"") {
                defer { position += 1 }
                return String(decoding: text[start..<position], as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(text, start, &position) }
            guard byte >= 0x20 else { throw JSONError(offset: position, problem: "control character in a string") }
            position += 1
        }
        throw JSONError(offset: position, problem: "unexpected end of JSON input")
    }

    private func escapedString(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ position: inout Int) throws -> String {
        var bytes = Array(text[start..<position])
        while position < text.count {
            let byte = text[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard position < text.count else { break }
                let escape = text[position]
                position += 1
                switch escape {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(escape)
                case UInt8(ascii: "n"): bytes.append(0x0A)
                case UInt8(ascii: "t"): bytes.append(0x09)
                case UInt8(ascii: "r"): bytes.append(0x0D)
                case UInt8(ascii: "b"): bytes.append(0x08)
                case UInt8(ascii: "f"): bytes.append(0x0C)
                case UInt8(ascii: "u"): bytes.append(contentsOf: String(try unicodeEscape(text, &position)).utf8)
                default: throw JSONError(offset: position - 1, problem: "unknown escape")
                }
            case 0..<0x20: throw JSONError(offset: position - 1, problem: "control character in a string")
            default: bytes.append(byte)
            }
        }
        throw JSONError(offset: position, problem: "unexpected end of JSON input")
    }

    /// The scalar of one `\u` escape or of a surrogate pair; a lone surrogate reads as U+FFFD, as Go reads it.
    private func unicodeEscape(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) throws -> Character {
        func unit() throws -> UInt32 {
            guard position + 4 <= text.count else { throw JSONError(offset: text.count, problem: "unexpected end of JSON input") }
            var result: UInt32 = 0
            for offset in position..<position + 4 {
                guard let digit = Character(UnicodeScalar(text[offset])).hexDigitValue else {
                    throw JSONError(offset: offset, problem: "invalid unicode escape")
                }
                result = result << 4 | UInt32(digit)
            }
            position += 4
            return result
        }
        let first = try unit()
        if (0xD800..<0xDC00).contains(first), position + 1 < text.count, text[position] == UInt8(ascii: "\\"),
            text[position + 1] == UInt8(ascii: "u")
        {
            let resume = position
            position += 2
            let second = try unit()
            if (0xDC00..<0xE000).contains(second), let scalar = UnicodeScalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)) {
                return Character(scalar)
            }
            position = resume
        }
        return Character(UnicodeScalar(first) ?? "\u{FFFD}")
    }
}
