import Values

/// A field that is a number or a percentage of one ("25%").
enum IntOrPercent {
    /// The field's number for a whole of `total`; nil when it is neither.
    static func resolve(_ value: Value?, of total: Int, roundUp: Bool) -> Int? {
        guard let value else { return nil }
        if let number = value.int { return Int(number) }
        guard let text = value.string, text.hasSuffix("%"), let percent = Int(text.dropLast()) else { return nil }
        return roundUp ? (percent * total + 99) / 100 : percent * total / 100
    }
}
