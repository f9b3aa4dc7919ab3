import Core
import RegularExpressions

/// The formats of strings that custom resources may demand (`format`); unknown ones demand nothing.
package enum ValueFormat {
    private static let strings: Set<String> = [
        "bsonobjectid", "uri", "email", "hostname", "ipv4", "ipv6", "cidr", "mac", "uuid", "uuid3", "uuid4", "uuid5", "isbn", "isbn10",
        "isbn13",
        "creditcard", "ssn", "hexcolor", "rgbcolor", "byte", "password", "date", "duration", "datetime", "k8sshortname", "k8slongname",
    ]

    /// The format without dashes, or empty where it has no meaning for the type.
    package static func supported(_ format: String, type: String) -> String {
        switch type {
        case "", "string":
            let normalized = format.filter { $0 != "-" }
            return strings.contains(normalized) ? normalized : ""
        case "integer": return format == "int32" || format == "int64" ? format : ""
        case "number": return format == "float" || format == "double" ? format : ""
        default: return ""
        }
    }

    private static let patterns: [String: String] = [
        "bsonobjectid": "^[0-9a-fA-F]{24}$",
        "uuid": "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$",
        "uuid3": "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$",
        "uuid4": "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$",
        "uuid5": "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$",
        "ssn": #"^\d{3}[- ]?\d{2}[- ]?\d{4}$"#,
        "hexcolor": "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$",
        "rgbcolor":
            #"^rgb\(\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*\)$"#,
        "mac": "^([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}$|^([0-9a-fA-F]{2}[:-]){7}[0-9a-fA-F]{2}$|^([0-9a-fA-F]{4}\\.){2}[0-9a-fA-F]{4}$",
        "hostname":
            #"^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$"#,
        "email": #"^[^\s@<>()\[\],;:\\"]+(\.[^\s@<>()\[\],;:\\"]+)*@[^\s@<>()\[\],;:\\"]+$"#,
        "uri": #"^([a-zA-Z][a-zA-Z0-9+.-]*:[^\s]+|/[^\s]*)$"#,
        "date": #"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"#,
        "datetime": #"(?i)^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])t([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(z|[+-]\d{2}:\d{2})$"#,
        "duration":
            #"^[+-]?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$|(?i)(\d+)\s*(ns|us|µs|ms|s|m|h|d|w|hr|wk|nano|micro|milli|sec|min|hour|day|week)"#,
        "byte": "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$",
        "k8sshortname": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
        "k8slongname": #"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"#,
        "creditcard":
            #"^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$"#,
    ]

    private static let expressions: [String: RegularExpression] = patterns.compactMapValues { try? RegularExpression($0) }

    /// Whether a text is of a format that `supported` has given.
    package static func matches(_ text: String, _ format: String) -> Bool {
        // What takes too long to be matched is not taken for a match.
        func isMatch(_ name: String, _ text: String) -> Bool { (try? expressions[name]?.matches(text)) ?? false }
        switch format {
        case "password", "int32", "int64", "float", "double": return true
        case "ipv4": return IPText.isIPv4(text)
        case "ipv6": return IPText.isIPv6(text)
        case "cidr": return IPText.isCIDR(text)
        case "date": return isMatch("date", text) && Timestamp(rfc3339: "\(text)T00:00:00Z") != nil
        case "datetime":
            return isMatch("datetime", text) && Timestamp(rfc3339: "\(text.prefix(10))T00:00:00Z") != nil
        case "hostname":
            return text.utf8.count <= 255 && isMatch(format, text) && text.split(separator: ".").allSatisfy { $0.utf8.count <= 63 }
        case "k8sshortname": return text.utf8.count <= 63 && isMatch(format, text)
        case "k8slongname": return text.utf8.count <= 253 && isMatch(format, text)
        case "creditcard":
            let digits = text.filter { $0.isNumber }
            return isMatch(format, digits) && isLuhn(digits)
        case "isbn": return isISBN10(text) || isISBN13(text)
        case "isbn10": return isISBN10(text)
        case "isbn13": return isISBN13(text)
        default: return isMatch(format, text)
        }
    }

    private static func isLuhn(_ digits: String) -> Bool {
        var sum = 0
        for (position, character) in digits.reversed().enumerated() {
            let digit = character.wholeNumberValue ?? 0
            sum += position % 2 == 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2
        }
        return sum % 10 == 0
    }

    private static func isISBN10(_ text: String) -> Bool {
        let characters = Array(text.filter { $0 != "-" && $0 != " " })
        guard characters.count == 10 else { return false }
        var sum = 0
        for (position, character) in characters.enumerated() {
            if position == 9, character == "X" {
                sum += 100
            } else {
                guard let digit = character.wholeNumberValue, character.isASCII else { return false }
                sum += (position + 1) * digit
            }
        }
        return sum % 11 == 0
    }

    private static func isISBN13(_ text: String) -> Bool {
        let digits = text.filter { $0 != "-" && $0 != " " }.map { $0.isASCII ? $0.wholeNumberValue : nil }
        guard digits.count == 13 else { return false }
        var sum = 0
        for (position, digit) in digits.enumerated() {
            guard let digit else { return false }
            sum += position % 2 == 0 ? digit : 3 * digit
        }
        return sum % 10 == 0
    }
}
