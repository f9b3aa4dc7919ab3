/// The classes of characters that patterns name: `\p{Greek}`, `\p{Lu}`, `\pL`, `\p{Uppercase_Letter}`.
enum UnicodeClass {
    private static let all: [String: Set<String>] = {
        var result: [String: Set<String>] = ["lc": ["Lu", "Ll", "Lt"]]
        for category in Unicode.GeneralCategory.abbreviations {
            result[category.lowercased()] = [category]
            result[category.prefix(1).lowercased(), default: []].insert(category)
        }
        return result
    }()

    /// The longer names of general categories.
    private static let aliases = [
        "letter": "l", "casedletter": "lc", "uppercaseletter": "lu", "lowercaseletter": "ll", "titlecaseletter": "lt",
        "modifierletter": "lm", "otherletter": "lo", "mark": "m", "combiningmark": "m", "nonspacingmark": "mn", "spacingmark": "mc",
        "enclosingmark": "me", "number": "n", "decimalnumber": "nd", "digit": "nd", "letternumber": "nl", "othernumber": "no",
        "punctuation": "p", "punct": "p", "connectorpunctuation": "pc", "dashpunctuation": "pd", "openpunctuation": "ps",
        "closepunctuation": "pe", "initialpunctuation": "pi", "finalpunctuation": "pf", "otherpunctuation": "po", "symbol": "s",
        "mathsymbol": "sm", "currencysymbol": "sc", "modifiersymbol": "sk", "othersymbol": "so", "separator": "z", "spaceseparator": "zs",
        "lineseparator": "zl", "paragraphseparator": "zp", "other": "c", "control": "cc", "cntrl": "cc", "format": "cf",
        "surrogate": "cs", "privateuse": "co", "unassigned": "cn",
    ]

    /// The class of a name, in which neither case nor what stands between words matters; nil when there is none.
    static func named(_ name: String, isNegated: Bool) -> CharacterClass? {
        let key = name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
        switch key {
        case "any": return CharacterClass(isNegated ? [] : [0...0x10FFFF])
        case "ascii": return CharacterClass([0...0x7F], isNegated: isNegated)
        case "assigned": return category(["Cn"], isNegated: !isNegated)
        default: break
        }
        if let categories = all[key] ?? aliases[key].flatMap({ all[$0] }) { return category(categories, isNegated: isNegated) }
        return UnicodeScripts.ranges[key].map { CharacterClass(ranges($0), isNegated: isNegated) }
    }

    private static func category(_ names: Set<String>, isNegated: Bool) -> CharacterClass {
        var result = CharacterClass()
        result.insert(categories: names, isNegated: isNegated)
        return result
    }

    private static func ranges(_ text: StaticString) -> [ClosedRange<UInt32>] {
        text.description.split(separator: " ").compactMap { part in
            let ends = part.split(separator: "-").compactMap { UInt32($0, radix: 16) }
            return ends.first.map { $0...(ends.last ?? $0) }
        }
    }
}
