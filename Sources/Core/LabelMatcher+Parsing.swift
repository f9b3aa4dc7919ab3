/// The text form of label selectors, with upstream's messages (`k8s.io/apimachinery/pkg/labels`).
extension LabelMatcher {
    /// Throws `APIError` (400) with the place that could not be read.
    package init(parsing text: String) throws {
        var parser = SelectorParser(text)
        do {
            self.init(try parser.requirements())
        } catch let problem as SelectorParser.Problem {
            throw APIError.badRequest(problem.isOfRequirement ? "unable to parse requirement: \(problem.text)" : problem.text)
        }
    }
}

private struct SelectorParser {
    struct Problem: Error {
        let text: String
        /// Whether one requirement could not be read, which is told so, or what stands between them.
        var isOfRequirement = false
    }

    enum Token: Equatable {
        case end, comma, open, close, not, equals, doubleEquals, notEquals, greater, less, isIn, notIn
        case identifier
    }

    private let tokens: [(token: Token, literal: String)]
    private var position = 0

    init(_ text: String) {
        var tokens: [(Token, String)] = []
        let bytes = Array(text.utf8)
        var index = 0
        let special = Set("=!(),<>".utf8)
        let space = Set(" \t\r\n".utf8)
        while index < bytes.count {
            let byte = bytes[index]
            if space.contains(byte) {
                index += 1
                continue
            }
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            switch byte {
            case UInt8(ascii: "="):
                tokens.append(next == byte ? (.doubleEquals, "==") : (.equals, "="))
            case UInt8(ascii: "!"):
                tokens.append(next == UInt8(ascii: "=") ? (.notEquals, "!=") : (.not, "!"))
            case UInt8(ascii: "("): tokens.append((.open, "("))
            case UInt8(ascii: ")"): tokens.append((.close, ")"))
            case UInt8(ascii: ","): tokens.append((.comma, ","))
            case UInt8(ascii: "<"): tokens.append((.less, "<"))
            case UInt8(ascii: ">"): tokens.append((.greater, ">"))
            default:
                let start = index
                while index < bytes.count, !special.contains(bytes[index]), !space.contains(bytes[index]) { index += 1 }
                let word = String(decoding: bytes[start..<index], as: UTF8.self)
                tokens.append((word == "in" ? .isIn : word == "notin" ? .notIn : .identifier, word))
                continue
            }
            index += tokens[tokens.count - 1].1.utf8.count
        }
        self.tokens = tokens
    }

    private func peek(wordsAsValues: Bool = false) -> (token: Token, literal: String) {
        guard position < tokens.count else { return (.end, "") }
        let next = tokens[position]
        return wordsAsValues && (next.token == .isIn || next.token == .notIn) ? (.identifier, next.literal) : next
    }

    private mutating func take(wordsAsValues: Bool = false) -> (token: Token, literal: String) {
        defer { position += 1 }
        return peek(wordsAsValues: wordsAsValues)
    }

    mutating func requirements() throws -> [LabelMatcher.Requirement] {
        var result: [LabelMatcher.Requirement] = []
        while true {
            let first = peek(wordsAsValues: true)
            switch first.token {
            case .identifier, .not:
                do { result.append(try requirement()) } catch let problem as Problem {
                    throw Problem(text: problem.text, isOfRequirement: true)
                }
                let separator = take()
                if separator.token == .end { return result }
                guard separator.token == .comma else {
                    throw Problem(text: "found '\(separator.literal)', expected: ',' or 'end of string'")
                }
                let next = peek(wordsAsValues: true)
                guard next.token == .identifier || next.token == .not else {
                    throw Problem(text: "found '\(next.literal)', expected: identifier after ','")
                }
            case .end: return result
            default: throw Problem(text: "found '\(first.literal)', expected: !, identifier, or 'end of string'")
            }
        }
    }

    private mutating func requirement() throws -> LabelMatcher.Requirement {
        var first = take(wordsAsValues: true)
        let isNegated = first.token == .not
        if isNegated { first = take(wordsAsValues: true) }
        guard first.token == .identifier else { throw Problem(text: "found '\(first.literal)', expected: identifier") }
        let key = first.literal
        if isNegated { return .init(key, .doesNotExist) }
        let next = peek()
        if next.token == .end || next.token == .comma { return .init(key, .exists) }
        _ = take()
        switch next.token {
        case .isIn: return .init(key, .isIn, try values())
        case .notIn: return .init(key, .notIn, try values())
        case .equals, .doubleEquals: return .init(key, .isIn, [try exactValue()])
        case .notEquals: return .init(key, .notIn, [try exactValue()])
        case .greater, .less:
            let bound = try exactValue()
            guard Int64(bound) != nil else {
                throw Problem(
                    text: "values[0]: Invalid value: \"\(bound)\": for 'Gt', 'Lt' operators, the value must be an integer")
            }
            return .init(key, next.token == .greater ? .greaterThan : .lessThan, [bound])
        default: throw Problem(text: "found '\(next.literal)', expected: in, notin, =, ==, !=, gt, lt")
        }
    }

    private mutating func exactValue() throws -> String {
        let next = peek(wordsAsValues: true)
        if next.token == .end || next.token == .comma { return "" }
        _ = take()
        guard next.token == .identifier else { throw Problem(text: "found '\(next.literal)', expected: identifier") }
        return next.literal
    }

    private mutating func values() throws -> [String] {
        let open = take()
        guard open.token == .open else { throw Problem(text: "found '\(open.literal)' expected: '('") }
        var result: [String] = []
        var expectsValue = true
        while true {
            let next = take(wordsAsValues: true)
            switch next.token {
            case .identifier where expectsValue:
                result.append(next.literal)
                expectsValue = false
            case .comma:
                if expectsValue { result.append("") }
                expectsValue = true
            case .close:
                if expectsValue { result.append("") }
                return result
            case .identifier: throw Problem(text: "found '\(next.literal)', expected: ',' or ')'")
            default:
                let expected = expectsValue ? "',', ')' or identifier" : "',' or ')'"
                throw Problem(text: "found '\(next.literal)', expected: \(expected)")
            }
        }
    }
}
