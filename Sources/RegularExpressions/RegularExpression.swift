import Synchronization

/// A compiled regular expression in RE2's syntax.
///
/// Matching takes time proportional to the length of the text times that of the pattern, whatever they are. Safe to share.
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

    /// Whether the expression matches anywhere in the text.
    package func matches(_ text: String) -> Bool {
        var matcher = PatternMatcher(program, text)
        return matcher.firstMatch(from: 0, wantsRange: false) != nil
    }

    /// The leftmost match, or nil.
    package func firstMatch(in text: String) -> String? {
        var matcher = PatternMatcher(program, text)
        return matcher.firstMatch(from: 0, wantsRange: true).map { matcher.text(in: $0) }
    }

    /// Matches that do not overlap, from the left; at most `limit` of them. An empty match right after another is none, as in Go.
    package func allMatches(in text: String, limit: Int = .max) -> [String] {
        var matcher = PatternMatcher(program, text)
        var result: [String] = []
        var position = 0
        var previousEnd = -1
        while result.count < limit, position <= matcher.count, let range = matcher.firstMatch(from: position, wantsRange: true) {
            if !range.isEmpty || range.lowerBound != previousEnd { result.append(matcher.text(in: range)) }
            previousEnd = range.upperBound
            position = range.isEmpty ? range.upperBound + 1 : range.upperBound
        }
        return result
    }

    // MARK: Cache

    private static let cacheLimit = 512
    private static let cache = Mutex<[String: RegularExpression]>([:])

    /// The expression for a pattern, compiled once while it is in use. Throws `PatternError`.
    package static func cached(_ pattern: String) throws(PatternError) -> RegularExpression {
        if let known = cache.withLock({ $0[pattern] }) { return known }
        let made = try RegularExpression(pattern)
        cache.withLock { cache in
            if cache.count >= cacheLimit { cache.removeAll() }
            cache[pattern] = made
        }
        return made
    }
}

/// Why a pattern is none.
package struct PatternError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ problem: String, _ part: String) { description = "error parsing regexp: \(problem): `\(part)`" }
}
