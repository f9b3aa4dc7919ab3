extension Double {
    /// The fewest digits that read back the same, laid out as Go does in JSON: without an exponent from a millionth up to 1e21. Finite numbers
    /// only.
    package var jsonText: String {
        let text = description
        let parts = text.split(separator: "e")
        guard magnitude == 0 || (1e-6..<1e21).contains(magnitude) else {
            // Go has no leading zero in an exponent.
            let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
            return exponent < 0 ? "\(parts[0])e\(exponent)" : text
        }
        guard parts.count > 1 || text.hasSuffix(".0") else { return text }
        let mantissa = parts[0].drop { $0 == "-" }.split(separator: ".")
        var digits = mantissa.joined()
        var point = mantissa[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        if mantissa.count > 1, mantissa[1] == "0" { digits.removeLast() }
        if point <= 0 {
            digits = String(repeating: "0", count: 1 - point) + digits
            point = 1
        }
        let sign = self < 0 ? "-" : ""
        if point >= digits.count { return sign + digits + String(repeating: "0", count: point - digits.count) }
        return "\(sign)\(digits.prefix(point)).\(digits.dropFirst(point))"
    }
}
