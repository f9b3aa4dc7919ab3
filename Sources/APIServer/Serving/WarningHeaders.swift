import HTTPTransport
import ResourceEngine

/// `Warning` headers as upstream sends them: each text once, and cut to their beginnings when there are too many.
enum WarningHeaders {
    /// Characters of all texts beyond which each is cut.
    private static let total = 4096
    /// Characters that are left of a text then.
    private static let each = 256

    /// The texts that are sent.
    static func texts(_ given: [String]) -> [String] {
        var seen: Set<String> = []
        var texts: [String] = []
        var length = 0
        for text in given where !text.isEmpty && seen.insert(text).inserted {
            texts.append(text)
            length += text.unicodeScalars.count
        }
        guard length > total else { return texts }
        var cut: [String] = []
        length = 0
        for text in texts where length < total {
            let scalars = text.unicodeScalars.prefix(each)
            length += scalars.count
            cut.append(String(scalars))
        }
        return cut
    }

    /// A warning as RFC 7234 has it, without an agent or a date: one line, quotes and backslashes escaped, a space for each control character,
    /// which no field may carry.
    static func value(_ text: String) -> String {
        var result = "299 - \""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                result += "\\"
                result.unicodeScalars.append(scalar)
            case "\0"..<" ", "\u{7F}"..."\u{9F}": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension HTTPFields {
    /// The resource's deprecation first, then what the request gave cause to say; in place of what there was.
    mutating func setWarnings(of deprecation: Deprecation?, _ warnings: [String]) {
        guard deprecation != nil || !warnings.isEmpty else { return }
        self["Warning"] = nil
        for text in WarningHeaders.texts((deprecation.map { [$0.text] } ?? []) + warnings) { add("Warning", WarningHeaders.value(text)) }
    }
}
