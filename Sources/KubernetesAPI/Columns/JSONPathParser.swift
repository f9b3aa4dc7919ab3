import Values

/// Reads the text of a `JSONPath`.
struct JSONPathParser {
    /// What is no path.
    struct Malformed: Error {}

    private typealias Step = JSONPath.Step

    private let text: [Unicode.Scalar]
    private var position = 0
    private var steps: [JSONPath.Step] = []

    private init(_ text: [Unicode.Scalar]) { self.text = text }

    static func parse(_ text: [Unicode.Scalar]) throws(Malformed) -> [JSONPath.Step] {
        var parser = JSONPathParser(text)
        try parser.read()
        return parser.steps
    }

    private var next: Unicode.Scalar? { position < text.count ? text[position] : nil }

    private func begins(_ prefix: String) -> Bool { text[position...].starts(with: prefix.unicodeScalars) }

    /// Up to the end, or to the brace that would end a template's action.
    private mutating func read() throws(Malformed) {
        while let scalar = next, scalar != "}" {
            if begins("[?(") {
                try filter()
            } else if begins("..") {
                if case .descend? = steps.last { throw Malformed() }
                position += 2
                steps.append(.descend)
                if let scalar = next, Self.isWordPart(scalar) { field() }
            } else {
                switch scalar {
                case " ", "@", "$": position += 1
                case "[": try brackets()
                case "\"", "'": try quote(scalar)
                case ".":
                    position += 1
                    field()
                case "+", "-", "0"..."9": try number()
                case _ where Self.isWordPart(scalar): word()
                default: throw Malformed()
                }
            }
        }
    }

    private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.generalCategory == .decimalNumber
    }

    private static let terminators = Set(" \t\r\n.,[]$@{}".unicodeScalars)

    /// A name up to what may not stand in one; behind a backslash everything may.
    private mutating func field() {
        var name = String.UnicodeScalarView()
        while let scalar = next, !Self.terminators.contains(scalar) {
            position += 1
            guard scalar == "\\" else {
                name.append(scalar)
                continue
            }
            if let escaped = next {
                position += 1
                if escaped != "\\" { name.append(escaped) }
            }
        }
        let text = String(name)
        steps.append(text == "*" ? .every : .field(text))
    }

    private mutating func word() {
        let start = position
        while let scalar = next, !Self.terminators.contains(scalar) { position += 1 }
        switch string(start..<position) {
        case "true": steps.append(.literal(true))
        case "false": steps.append(.literal(false))
        default: steps.append(.word)
        }
    }

    private mutating func number() throws(Malformed) {
        let start = position
        position += 1
        while let scalar = next, scalar == "." || ("0"..."9").contains(scalar) { position += 1 }
        let digits = string(start..<position)
        if let number = Int64(digits) {
            steps.append(.literal(.int(number)))
        } else if let number = Double(digits) {
            steps.append(.literal(.double(number)))
        } else {
            throw Malformed()
        }
    }

    private mutating func quote(_ mark: Unicode.Scalar) throws(Malformed) {
        position += 1
        var result = String.UnicodeScalarView()
        while let scalar = next, scalar != "\n" {
            position += 1
            if scalar == mark {
                steps.append(.literal(.string(String(result))))
                return
            }
            result.append(scalar == "\\" ? try escaped(mark) : scalar)
        }
        throw Malformed()
    }

    private mutating func escaped(_ mark: Unicode.Scalar) throws(Malformed) -> Unicode.Scalar {
        guard let scalar = next else { throw Malformed() }
        position += 1
        switch scalar {
        case mark, "\\": return scalar
        case "a": return "\u{7}"
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{B}"
        case "x", "u", "U":
            let count = scalar == "x" ? 2 : scalar == "u" ? 4 : 8
            let end = position + count
            guard end <= text.count, let code = UInt32(string(position..<end), radix: 16), let found = Unicode.Scalar(code) else {
                throw Malformed()
            }
            position = end
            return found
        default: throw Malformed()
        }
    }

    // MARK: Brackets

    private mutating func brackets() throws(Malformed) {
        guard let end = text[position...].firstIndex(where: { $0 == "]" || $0 == "\n" }), text[end] == "]" else { throw Malformed() }
        let inner = string(position + 1..<end)
        position = end + 1
        let parts = inner.split(separator: ",", omittingEmptySubsequences: false)
        if parts.count > 1 {
            var union: [[JSONPath.Step]] = []
            for part in parts {
                let trimmed = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
                union.append(try Self.parse(Array("[\(String(trimmed))]".unicodeScalars)))
            }
            steps.append(.union(union))
        } else if inner.hasPrefix("'"), inner.hasSuffix("'"), inner.count > 1, !inner.dropFirst().dropLast().contains("'") {
            steps += try Self.parse(Array(".\(inner.dropFirst().dropLast())".unicodeScalars))
        } else {
            steps.append(try Self.slice(inner == "*" ? ":" : inner))
        }
    }

    /// `from:to:stride`, of which each may be missing.
    private static func slice(_ text: String) throws(Malformed) -> JSONPath.Step {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 3 else { throw Malformed() }
        var numbers: [Int?] = []
        for part in parts {
            guard !part.hasPrefix("+"), part.isEmpty || Int(part) != nil else { throw Malformed() }
            numbers.append(Int(part))
        }
        let from = numbers.first ?? nil
        guard parts.count > 1 else { return .slice(from: from, to: (from ?? 0) &+ 1, isDerived: true, stride: nil) }
        return .slice(from: from, to: numbers[1], isDerived: false, stride: parts.count > 2 ? numbers[2] : nil)
    }

    /// `[?(left operator right)]`.
    private mutating func filter() throws(Malformed) {
        position += 3
        let start = position
        var pair: Unicode.Scalar?
        var isClosed = false
        scan: while true {
            guard let scalar = next, scalar != "\n" else { throw Malformed() }
            position += 1
            switch scalar {
            case "\"", "'":
                if let pair {
                    if pair == scalar, text[position - 2] != "\\" { isClosed = true }
                } else {
                    pair = scalar
                }
            case ")" where (pair != nil) == isClosed: break scan
            default: break
            }
        }
        guard next == "]" else { throw Malformed() }
        let inner = text[start..<position - 1]
        position += 1
        let operators = Set("!<>=".unicodeScalars)
        let left = inner.prefix { !operators.contains($0) }
        let operation = inner.dropFirst(left.count).prefix { operators.contains($0) }
        let right = inner.dropFirst(left.count + operation.count)
        guard !left.isEmpty, !operation.isEmpty, !right.isEmpty else {
            steps.append(.filter(try Self.parse(Array(inner)), operation: "", []))
            return
        }
        let comparison = String(String.UnicodeScalarView(operation))
        steps.append(.filter(try Self.parse(Array(left)), operation: comparison, try Self.parse(Array(right))))
    }

    private func string(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(text[range])) }
}
