/// Durations in the text form of Go's `time.Duration`, which the API and its configuration files use: "1m30s", "15.012s", "500ms".
package enum GoDuration {
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
    ]

    /// Reads a text; nil when it is none, or longer than 292 years.
    package static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest = rest.dropFirst() }
        guard !rest.isEmpty else { return nil }
        var nanoseconds = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            let unit = rest.dropFirst(digits.count).prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            guard let number = Double(digits), let factor = units.first(where: { $0.name == unit })?.nanoseconds else { return nil }
            nanoseconds += number * factor
            rest = rest.dropFirst(digits.count + unit.count)
        }
        guard nanoseconds < 9.223372036854775e18 else { return nil }
        return .nanoseconds(Int64(isNegative ? -nanoseconds : nanoseconds))
    }

    /// The text that Go prints.
    package static func text(_ duration: Duration) -> String {
        let total = duration.nanoseconds
        if total == 0 { return "0s" }
        let sign = total < 0 ? "-" : ""
        let amount = total.magnitude
        if amount < 1_000 { return "\(sign)\(amount)ns" }
        if amount < 1_000_000 { return sign + fraction(amount, digits: 3) + "µs" }
        if amount < 1_000_000_000 { return sign + fraction(amount, digits: 6) + "ms" }
        let minutes = amount / 60_000_000_000
        let seconds = fraction(amount % 60_000_000_000, digits: 9) + "s"
        if minutes == 0 { return sign + seconds }
        return minutes < 60 ? "\(sign)\(minutes)m\(seconds)" : "\(sign)\(minutes / 60)h\(minutes % 60)m\(seconds)"
    }

    /// An amount with so many decimal places, without the zeros at its end.
    private static func fraction(_ amount: UInt64, digits: Int) -> String {
        var unit: UInt64 = 1
        for _ in 0..<digits { unit *= 10 }
        let (whole, rest) = amount.quotientAndRemainder(dividingBy: unit)
        if rest == 0 { return "\(whole)" }
        var text = String(rest)
        text = String(repeating: "0", count: digits - text.utf8.count) + text
        while text.last == "0" { text.removeLast() }
        return "\(whole).\(text)"
    }
}
