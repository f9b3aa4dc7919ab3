import Values

/// What a plain (unquoted) scalar means: YAML 1.1's words for null and booleans as far as Kubernetes' own parser takes them,
/// numbers, and otherwise text.
enum YAMLScalar {
    static func value(of text: String) -> Value {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
        case "false", "False", "FALSE", "n", "N", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
        default: return number(text) ?? .string(text)
        }
    }

    /// Whether a text must be quoted to be read back as text.
    static func needsQuotes(_ text: String) -> Bool {
        if case .string = value(of: text) { return isTimestampLike(text) } else { return true }
    }

    private static func number(_ text: String) -> Value? {
        guard let first = text.utf8.first, first == 0x2B || first == 0x2D || first == 0x2E || (0x30...0x39).contains(first) else {
            return nil
        }
        let clean = text.contains("_") ? text.filter { $0 != "_" } : text
        let isNegative = clean.hasPrefix("-")
        let unsigned = clean.hasPrefix("-") || clean.hasPrefix("+") ? clean.dropFirst() : clean[...]
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where unsigned.hasPrefix(prefix) {
            return integer(unsigned.dropFirst(2), radix: radix, isNegative)
        }
        // YAML 1.1's octal: 0644 in a manifest is a file mode.
        if unsigned.count > 1, unsigned.first == "0", unsigned.utf8.allSatisfy({ (0x30...0x37).contains($0) }) {
            return integer(unsigned, radix: 8, isNegative)
        }
        if let integer = Int64(clean) { return .int(integer) }
        guard unsigned.utf8.allSatisfy({ (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0) }) else { return nil }
        guard unsigned.utf8.contains(where: { (0x30...0x39).contains($0) }), let fraction = Double(clean), fraction.isFinite else {
            return nil
        }
        return .double(fraction)
    }

    /// Digits whose sign has been read: a second one makes it text.
    private static func integer(_ digits: Substring, radix: Int, _ isNegative: Bool) -> Value? {
        guard digits.first != "-", digits.first != "+" else { return nil }
        return Int64(isNegative ? "-\(digits)" : String(digits), radix: radix).map { .int($0) }
    }

    /// Dates are quoted in output, since other readers take them for timestamps.
    private static func isTimestampLike(_ text: String) -> Bool {
        let bytes = Array(text.utf8.prefix(10))
        guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D else { return false }
        return [0, 1, 2, 3, 5, 6, 8, 9].allSatisfy { (0x30...0x39).contains(bytes[$0]) }
    }
}
