/// The parsed form of a pattern.
indirect enum PatternNode {
    case empty
    case character(CharacterClass)
    case sequence([PatternNode])
    case alternatives([PatternNode])
    case repetition(PatternNode, minimum: Int, maximum: Int?, isGreedy: Bool)
    case assertion(PatternAssertion)
}

/// A condition on a place between characters.
enum PatternAssertion {
    case lineStart, lineEnd, textStart, textEnd, wordBoundary, noWordBoundary
}

/// A set of characters: ranges and Unicode categories, possibly all but those.
struct CharacterClass {
    private(set) var ranges: [ClosedRange<UInt32>] = []
    private var categories: [(Set<String>, isNegated: Bool)] = []
    var isNegated = false
    var ignoresCase = false
    /// Whether each ASCII character is in, once `seal` has been called.
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init() {}

    init(_ ranges: [ClosedRange<UInt32>], isNegated: Bool = false) {
        self.ranges = ranges
        self.isNegated = isNegated
    }

    mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }

    mutating func insert(categories names: Set<String>, isNegated: Bool) { categories.append((names, isNegated)) }

    /// Adds another class with its negation.
    mutating func insert(_ other: CharacterClass) {
        if other.isNegated {
            var next: UInt32 = 0
            for range in other.ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
                if range.lowerBound > next { ranges.append(next...(range.lowerBound - 1)) }
                next = max(next, range.upperBound + 1)
            }
            if next <= 0x10FFFF { ranges.append(next...0x10FFFF) }
        } else {
            ranges += other.ranges
        }
        categories += other.categories
    }

    /// Prepares quick answers; called once the class is complete.
    mutating func seal() {
        if ranges.count > 1 { merge() }
        for code in UInt32(0)..<128 where search(code) {
            if code < 64 { low |= 1 << UInt64(code) } else { high |= 1 << UInt64(code - 64) }
        }
    }

    func contains(_ code: UInt32) -> Bool {
        if code < 64 { return low & (1 << UInt64(code)) != 0 }
        if code < 128 { return high & (1 << UInt64(code - 64)) != 0 }
        return search(code)
    }

    /// Puts the ranges in order and joins those that meet.
    private mutating func merge() {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        ranges = merged
    }

    private func search(_ code: UInt32) -> Bool {
        if has(code) { return !isNegated }
        if ignoresCase, code < 128 {
            let letter = code & ~0x20
            return (letter >= 0x41 && letter <= 0x5A && has(code ^ 0x20)) != isNegated
        }
        if ignoresCase, let scalar = Unicode.Scalar(code) {
            for other in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
                let scalars = other.unicodeScalars
                if scalars.count == 1, let first = scalars.first, has(first.value) { return !isNegated }
            }
        }
        return isNegated
    }

    private func has(_ code: UInt32) -> Bool {
        var candidates = ranges[...]
        while let middle = candidates.indices.dropFirst(candidates.count / 2).first {
            if ranges[middle].contains(code) { return true }
            candidates = ranges[middle].lowerBound > code ? candidates[..<middle] : candidates[(middle + 1)...]
        }
        guard !categories.isEmpty, let scalar = Unicode.Scalar(code) else { return false }
        let name = scalar.properties.generalCategory.abbreviation
        return categories.contains { names, isNegated in names.contains(name) != isNegated }
    }
}

extension Unicode.GeneralCategory {
    /// The two letters of the Unicode standard.
    var abbreviation: String {
        switch self {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        default: "Cn"
        }
    }

    static let abbreviations = [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So",
        "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
    ]
}
