/// Reads RE2's syntax.
struct PatternParser {
    private struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotMatchesNewline = false
        var isUngreedy = false
    }

    /// Go's limit is 1,000; ours is what a small stack bears.
    private static let depthLimit = 250
    private static let repetitionLimit = 1000

    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var flags = Flags()
    private var depth = 0
    private var atoms = 0

    init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

    mutating func parse() throws(PatternError) -> PatternNode {
        let node = try alternatives()
        guard position == scalars.count else { throw PatternError("unexpected )", text(0..<scalars.count)) }
        return node
    }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private func text(_ range: Range<Int>) -> String {
        var result = ""
        result.unicodeScalars.append(contentsOf: scalars[range])
        return result
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    private mutating func take(_ word: String) -> Bool {
        let wanted = Array(word.unicodeScalars)
        guard scalars.count - position >= wanted.count, Array(scalars[position..<position + wanted.count]) == wanted else { return false }
        position += wanted.count
        return true
    }

    // MARK: Structure

    private mutating func alternatives() throws(PatternError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw PatternError("expression nests too deeply", text(0..<scalars.count)) }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var parts: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let start = position
            guard let atom = try atom() else { continue }
            atoms += 1
            // Before it is all in memory: the compiler would say the same.
            guard atoms <= PatternCompiler.sizeLimit else { throw PatternError("expression too large", "") }
            parts.append(try repeated(atom, start))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func repeated(_ atom: PatternNode, _ start: Int) throws(PatternError) -> PatternNode {
        var node = atom
        var isRepeated = false
        while let scalar = next {
            let begin = position
            var minimum = 0
            var maximum: Int?
            switch scalar {
            case "*": position += 1
            case "+":
                position += 1
                minimum = 1
            case "?":
                position += 1
                maximum = 1
            case "{":
                guard let bounds = try counts() else { return node }
                (minimum, maximum) = bounds
            default: return node
            }
            let isLazy = take("?")
            if isRepeated { throw PatternError("invalid nested repetition operator", text(max(0, begin - 1)..<position)) }
            isRepeated = true
            node = .repetition(node, minimum: minimum, maximum: maximum, isGreedy: isLazy == flags.isUngreedy)
        }
        return node
    }

    /// `{n}`, `{n,}` or `{n,m}`; nil (and nothing read) when it is no repetition but text.
    private mutating func counts() throws(PatternError) -> (Int, Int?)? {
        let start = position
        position += 1
        guard let minimum = number() else {
            position = start
            return nil
        }
        var maximum: Int? = minimum
        if take(",") { maximum = next == "}" ? nil : number() ?? -1 }
        guard maximum != -1, take("}") else {
            position = start
            return nil
        }
        guard minimum <= Self.repetitionLimit, (maximum ?? 0) <= Self.repetitionLimit, maximum.map({ $0 >= minimum }) ?? true else {
            throw PatternError("invalid repeat count", text(start..<position))
        }
        return (minimum, maximum)
    }

    private mutating func number() -> Int? {
        var value = 0
        let start = position
        while let scalar = next, scalar.value >= 0x30, scalar.value <= 0x39, position - start < 6 {
            value = value * 10 + Int(scalar.value - 0x30)
            position += 1
        }
        return position == start ? nil : value
    }

    // MARK: Atoms

    /// The next atom; nil for a change of flags.
    private mutating func atom() throws(PatternError) -> PatternNode? {
        guard let scalar = next else { return .empty }
        let start = position
        position += 1
        switch scalar {
        case "(": return try group(start)
        case "[": return .character(try bracket(start))
        case ".": return .character(sealed(CharacterClass(flags.dotMatchesNewline ? [] : [0x0A...0x0A], isNegated: true)))
        case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case "*", "+", "?": throw PatternError("missing argument to repetition operator", text(start..<position))
        case "\\": return try escape(start)
        default: return .character(literal(scalar.value))
        }
    }

    private func literal(_ code: UInt32) -> CharacterClass { sealed(CharacterClass([code...code])) }

    private func sealed(_ set: CharacterClass) -> CharacterClass {
        var set = set
        set.ignoresCase = flags.ignoresCase
        set.seal()
        return set
    }

    private mutating func group(_ start: Int) throws(PatternError) -> PatternNode? {
        let outer = flags
        if take("?") {
            if take("P<") || (next == "<" && take("<")) {
                let begin = position
                while let scalar = next, scalar != ">" {
                    guard scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil else { break }
                    position += 1
                }
                guard position > begin, take(">") else {
                    throw PatternError("invalid named capture", text(start..<min(position + 1, scalars.count)))
                }
            } else {
                guard try changeFlags(start) else { return nil }
            }
        }
        let node = try alternatives()
        guard take(")") else { throw PatternError("missing closing )", text(0..<scalars.count)) }
        flags = outer
        return node
    }

    /// Reads `i-s)` or `i-s:`; true when a group follows.
    private mutating func changeFlags(_ start: Int) throws(PatternError) -> Bool {
        var value = true
        while let scalar = next {
            position += 1
            switch scalar {
            case "i": flags.ignoresCase = value
            case "m": flags.isMultiline = value
            case "s": flags.dotMatchesNewline = value
            case "U": flags.isUngreedy = value
            case "-" where value: value = false
            case ":": return true
            case ")": return false
            default: throw PatternError("invalid or unsupported Perl syntax", text(start..<position))
            }
        }
        throw PatternError("missing argument to repetition operator", text(start..<position))
    }

    private mutating func escape(_ start: Int) throws(PatternError) -> PatternNode {
        guard let scalar = next else { throw PatternError("trailing backslash at end of expression", "") }
        switch scalar {
        case "A":
            position += 1
            return .assertion(.textStart)
        case "z":
            position += 1
            return .assertion(.textEnd)
        case "b":
            position += 1
            return .assertion(.wordBoundary)
        case "B":
            position += 1
            return .assertion(.noWordBoundary)
        case "Q":
            position += 1
            var parts: [PatternNode] = []
            while position < scalars.count, !take("\\E") {
                parts.append(.character(literal(scalars[position].value)))
                position += 1
            }
            return .sequence(parts)
        case "C": throw PatternError("invalid escape sequence", "\\C")
        default:
            position = start + 1
            if let set = try perlClass(start) { return .character(sealed(set)) }
            return .character(literal(try escapedCode(start)))
        }
    }

    /// `\d`, `\pL` and the like, at the character after the backslash; nil (and nothing read) for anything else.
    private mutating func perlClass(_ start: Int) throws(PatternError) -> CharacterClass? {
        guard let scalar = next else { return nil }
        let digits: [ClosedRange<UInt32>] = [0x30...0x39]
        let spaces: [ClosedRange<UInt32>] = [0x09...0x0A, 0x0C...0x0D, 0x20...0x20]
        let words: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
        let set: CharacterClass
        switch scalar {
        case "d": set = CharacterClass(digits)
        case "D": set = CharacterClass(digits, isNegated: true)
        case "s": set = CharacterClass(spaces)
        case "S": set = CharacterClass(spaces, isNegated: true)
        case "w": set = CharacterClass(words)
        case "W": set = CharacterClass(words, isNegated: true)
        case "p", "P":
            position += 1
            return try unicodeClass(start, isNegated: scalar == "P")
        default: return nil
        }
        position += 1
        return set
    }

    private mutating func unicodeClass(_ start: Int, isNegated: Bool) throws(PatternError) -> CharacterClass {
        var name = ""
        var isNegated = isNegated
        if take("{") {
            if take("^") { isNegated.toggle() }
            while let scalar = next, scalar != "}" {
                name.unicodeScalars.append(scalar)
                position += 1
            }
            guard take("}") else { throw PatternError("invalid character class range", text(start..<position)) }
        } else if let scalar = next {
            name.unicodeScalars.append(scalar)
            position += 1
        }
        guard let set = UnicodeClass.named(name, isNegated: isNegated) else {
            throw PatternError("invalid character class range", text(start..<position))
        }
        return set
    }

    /// The character an escape stands for.
    private mutating func escapedCode(_ start: Int) throws(PatternError) -> UInt32 {
        guard let scalar = next else { throw PatternError("trailing backslash at end of expression", "") }
        position += 1
        func invalid() -> PatternError { PatternError("invalid escape sequence", text(start..<position)) }
        switch scalar {
        case "a": return 7
        case "f": return 0x0C
        case "t": return 9
        case "n": return 0x0A
        case "r": return 0x0D
        case "v": return 0x0B
        case "x":
            if take("{") {
                var value: UInt32 = 0
                var count = 0
                while let digit = next.flatMap({ UInt32(String($0), radix: 16) }) {
                    value = value &* 16 &+ digit
                    position += 1
                    count += 1
                    if count > 8 || value > 0x10FFFF { throw invalid() }
                }
                guard count > 0, take("}") else { throw invalid() }
                return value
            }
            guard scalars.count - position >= 2, scalars[position].properties.isASCIIHexDigit,
                let value = UInt32(text(position..<position + 2), radix: 16)
            else { throw invalid() }
            position += 2
            return value
        case "0"..."7":
            var value = scalar.value - 0x30
            // One digit other than 0 would be a back reference.
            if scalar != "0", next.map({ !("0"..."7").contains($0) }) ?? true { throw invalid() }
            var count = 1
            while count < 3, let digit = next, ("0"..."7").contains(digit) {
                value = value * 8 + digit.value - 0x30
                position += 1
                count += 1
            }
            return value
        default:
            guard scalar.value < 0x80, !("0"..."9").contains(scalar), !("a"..."z").contains(scalar), !("A"..."Z").contains(scalar) else {
                throw invalid()
            }
            return scalar.value
        }
    }

    // MARK: Bracket expressions

    private static let named: [String: [ClosedRange<UInt32>]] = [
        "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "alpha": [0x41...0x5A, 0x61...0x7A], "ascii": [0...0x7F],
        "blank": [0x09...0x09, 0x20...0x20],
        "cntrl": [0...0x1F, 0x7F...0x7F], "digit": [0x30...0x39], "graph": [0x21...0x7E], "lower": [0x61...0x7A], "print": [0x20...0x7E],
        "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E], "space": [0x09...0x0D, 0x20...0x20], "upper": [0x41...0x5A],
        "word": [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A], "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
    ]

    private mutating func bracket(_ start: Int) throws(PatternError) -> CharacterClass {
        var set = CharacterClass()
        set.isNegated = take("^")
        var isFirst = true
        while let scalar = next, isFirst || scalar != "]" {
            isFirst = false
            if scalar == "[", position + 1 < scalars.count, scalars[position + 1] == ":", try namedClass(&set) { continue }
            if scalar == "\\" {
                let begin = position
                position += 1
                if let inner = try perlClass(begin) {
                    set.insert(inner)
                    continue
                }
                position = begin
            }
            let begin = position
            let low = try classCode()
            var high = low
            if next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
                position += 1
                high = try classCode()
                guard high >= low else { throw PatternError("invalid character class range", text(begin..<position)) }
            }
            set.insert(low...high)
        }
        guard take("]") else { throw PatternError("missing closing ]", text(start..<scalars.count)) }
        return sealed(set)
    }

    private mutating func namedClass(_ set: inout CharacterClass) throws(PatternError) -> Bool {
        let begin = position
        position += 2
        let isNegated = take("^")
        var name = ""
        while let scalar = next, ("a"..."z").contains(scalar) {
            name.unicodeScalars.append(scalar)
            position += 1
        }
        guard take(":]") else {
            position = begin
            return false
        }
        guard let ranges = Self.named[name] else { throw PatternError("invalid character class range", text(begin..<position)) }
        set.insert(CharacterClass(ranges, isNegated: isNegated))
        return true
    }

    private mutating func classCode() throws(PatternError) -> UInt32 {
        guard let scalar = next else { throw PatternError("missing closing ]", text(0..<scalars.count)) }
        let start = position
        position += 1
        return scalar == "\\" ? try escapedCode(start) : scalar.value
    }
}
