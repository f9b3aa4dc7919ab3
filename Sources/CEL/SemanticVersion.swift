/// A version as https://semver.org has it: "1.2.3-rc.1+build". What follows the plus does not count in comparisons.
package struct SemanticVersion: Hashable, Sendable, Comparable {
    /// A part of what follows the hyphen: numbers come before words, and compare as numbers.
    private enum Part: Hashable, Sendable, Comparable {
        case number(UInt64)
        case word(String)
    }

    package let major: UInt64
    package let minor: UInt64
    package let patch: UInt64
    private let preRelease: [Part]

    /// Reads a version; nil when the text is none. `isLenient` first drops a leading "v", adds missing parts and drops leading zeros.
    package init?(_ text: String, isLenient: Bool = false) {
        var rest = isLenient ? Self.completed(text)[...] : text[...]
        func isIdentifier(_ part: Substring) -> Bool {
            !part.isEmpty && part.utf8.allSatisfy { Self.isDigit($0) || Self.isLetter($0) || $0 == UInt8(ascii: "-") }
        }
        if let plus = rest.firstIndex(of: "+") {
            let build = rest[rest.index(after: plus)...].split(separator: ".", omittingEmptySubsequences: false)
            guard build.allSatisfy(isIdentifier) else { return nil }
            rest = rest[..<plus]
        }
        var parts: [Part] = []
        if let hyphen = rest.firstIndex(of: "-") {
            for part in rest[rest.index(after: hyphen)...].split(separator: ".", omittingEmptySubsequences: false) {
                guard isIdentifier(part) else { return nil }
                if part.utf8.allSatisfy(Self.isDigit) {
                    guard let number = Self.number(part) else { return nil }
                    parts.append(.number(number))
                } else {
                    parts.append(.word(String(part)))
                }
            }
            rest = rest[..<hyphen]
        }
        let numbers = rest.split(separator: ".", omittingEmptySubsequences: false).map(Self.number)
        guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], let patch = numbers[2] else { return nil }
        (self.major, self.minor, self.patch, preRelease) = (major, minor, patch, parts)
    }

    package static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        let (a, b) = ((left.major, left.minor, left.patch), (right.major, right.minor, right.patch))
        if a != b { return a < b }
        // A version comes after all that lead up to it.
        if left.preRelease.isEmpty || right.preRelease.isEmpty { return !left.preRelease.isEmpty && right.preRelease.isEmpty }
        return left.preRelease.lexicographicallyPrecedes(right.preRelease)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }

    private static func number(_ text: Substring) -> UInt64? {
        guard !text.isEmpty, text.utf8.allSatisfy(isDigit), text == "0" || text.first != "0" else { return nil }
        return UInt64(text)
    }

    private static func completed(_ text: String) -> String {
        let bare = text.hasPrefix("v") ? text.dropFirst() : text[...]
        var parts = bare.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false).map { part in
            var digits = part.drop { $0 == "0" }
            if digits.first?.isNumber != true, digits.count < part.count { digits = "0" + digits }
            return String(digits)
        }
        // What follows the numbers is read only where there are three.
        if parts.count < 3, parts.last?.contains(where: { $0 == "+" || $0 == "-" }) == true { return text }
        while parts.count < 3 { parts.append("0") }
        return parts.joined(separator: ".")
    }
}
