import Synchronization

/// A compiled regular expression in RE2's syntax.
///
/// Matching takes time proportional to the length of the text times that of the pattern, whatever they are, and ends with an error when that
/// is more than the `MatchBudget` has. Safe to share.
package final class RegularExpression: Sendable {
    package let pattern: String
    let program: [Instruction]
    /// The number of instructions: what the cost of a match is estimated from.
    package var size: Int { program.count }

    /// Throws `PatternError` in the words of Go's `regexp`, which clients have come to see.
    package init(_ pattern: String) throws(PatternError) {
        self.pattern = pattern
        var parser = PatternParser(pattern)
        program = try PatternCompiler.compile(try parser.parse())
    }

    /// Whether the expression matches anywhere in the text. Throws `PatternError` when finding out takes too long.
    package func matches(_ text: String) throws(PatternError) -> Bool {
        var matcher = PatternMatcher(program, text)
        let found = try matcher.firstMatch(from: 0, wantsRange: false)
        try matcher.settle()
        return found != nil
    }

    /// The leftmost match, or nil. Throws `PatternError` when finding it takes too long.
    package func firstMatch(in text: String) throws(PatternError) -> String? {
        var matcher = PatternMatcher(program, text)
        let found = try matcher.firstMatch(from: 0, wantsRange: true)
        try matcher.settle()
        return found.map { matcher.text(in: $0) }
    }

    /// Matches that do not overlap, from the left; at most `limit` of them. An empty match right after another is none, as in Go. Throws
    /// `PatternError` when finding them takes too long.
    package func allMatches(in text: String, limit: Int = .max) throws(PatternError) -> [String] {
        var matcher = PatternMatcher(program, text)
        var result: [String] = []
        var position = 0
        var previousEnd = -1
        while result.count < limit, position <= matcher.count, let range = try matcher.firstMatch(from: position, wantsRange: true) {
            if !range.isEmpty || range.lowerBound != previousEnd { result.append(matcher.text(in: range)) }
            previousEnd = range.upperBound
            position = range.isEmpty ? range.upperBound + 1 : range.upperBound
        }
        try matcher.settle()
        return result
    }

    // MARK: Cache

    /// In instructions, some tens of bytes each.
    private static let cacheLimit = 500_000
    private static let cache = Mutex<(known: [String: RegularExpression], size: Int)>(([:], 0))

    /// The expression for a pattern, compiled once while it is in use. Throws `PatternError`.
    package static func cached(_ pattern: String) throws(PatternError) -> RegularExpression {
        if let known = cache.withLock({ $0.known[pattern] }) { return known }
        let made = try RegularExpression(pattern)
        cache.withLock { cache in
            if cache.size + made.size + 100 > cacheLimit { cache = ([:], 0) }
            if cache.known.updateValue(made, forKey: pattern) == nil { cache.size += made.size + 100 }
        }
        return made
    }
}

/// Why a pattern is none, or cannot be matched.
package struct PatternError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ problem: String, _ part: String) { description = "error parsing regexp: \(problem): `\(part)`" }

    private init(_ description: String) { self.description = description }

    /// The request has used up its `MatchBudget`.
    static let tooCostly = PatternError("matching regular expressions takes too long")
}
