import Values

/// Writes values as YAML in the form kubectl prints: block style, members in the order they have, two spaces.
package struct YAMLEmitter {
    private var text = ""

    /// The YAML text of one value, ending with a line break.
    package static func emit(_ value: Value) -> String {
        var emitter = YAMLEmitter()
        emitter.write(value, indent: 0, isInline: false)
        return emitter.text
    }

    /// Writes a value at the current place. `isInline`: something ("- " or "key:") stands on the line already.
    private mutating func write(_ value: Value, indent: Int, isInline: Bool) {
        switch value {
        case .object(let object) where !object.isEmpty:
            var isFirst = true
            for member in object {
                if !isFirst || !isInline { text += String(repeating: " ", count: indent) }
                isFirst = false
                text += Self.key(member.key) + ":"
                writeMember(member.value, indent: indent)
            }
        case .array(let items) where !items.isEmpty:
            for (position, item) in items.enumerated() {
                if position > 0 || !isInline { text += String(repeating: " ", count: indent) }
                text += "- "
                write(item, indent: indent + 2, isInline: true)
            }
        default: text += leaf(value, indent: indent) + "\n"
        }
    }

    private mutating func writeMember(_ value: Value, indent: Int) {
        switch value {
        case .object(let object) where !object.isEmpty:
            text += "\n"
            write(value, indent: indent + 2, isInline: false)
        case .array(let items) where !items.isEmpty:
            text += "\n"
            write(value, indent: indent, isInline: false)
        default: text += " " + leaf(value, indent: indent) + "\n"
        }
    }

    private func leaf(_ value: Value, indent: Int) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .double(let number): number.magnitude < 0x1p64 && number == number.rounded() ? number.jsonText : number.description
        case .string(let text): Self.scalar(text, indent: indent + 2)
        case .array: "[]"
        case .object: "{}"
        }
    }

    /// A text as a scalar: plain where that reads back the same, a literal block where it has lines, else quoted.
    private static func scalar(_ text: String, indent: Int) -> String {
        let scalars = text.unicodeScalars
        if scalars.contains("\n"), scalars.allSatisfy(isPrintable), let block = literal(text, indent: indent) { return block }
        return key(text)
    }

    /// A text on one line.
    private static func key(_ text: String) -> String {
        guard text.unicodeScalars.allSatisfy({ isPrintable($0) && $0 != "\n" }), isPlain(text) else { return quoted(text) }
        return text
    }

    /// Whether a character may stand as it is; other line breaks of Unicode than "\n" would be read as such.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    private static func isPlain(_ text: String) -> Bool {
        guard !YAMLScalar.needsQuotes(text), let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else {
            return false
        }
        if " \t".unicodeScalars.contains(first) || " \t:".unicodeScalars.contains(last) { return false }
        if "!&*{}[]|>@`\"'#%,=".unicodeScalars.contains(first) || text == "<<" { return false }
        if "-?:".unicodeScalars.contains(first) {
            guard let second = text.unicodeScalars.dropFirst().first, second != " ", second != "\t" else { return false }
        }
        if text.utf8.starts(with: "---".utf8) || text.utf8.starts(with: "...".utf8) { return false }
        return !zip(text.utf8, text.utf8.dropFirst()).contains { $0 == (0x3A, 0x20) || $0 == (0x20, 0x23) }
    }

    /// A block scalar, or nil where the text cannot be one.
    private static func literal(_ text: String, indent: Int) -> String? {
        // A mark may follow a space or a line break and be one character with it.
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        let isEnded = text.unicodeScalars.last == "\n"
        guard let first = lines.first?.first, first != " ", !lines.contains(where: { $0.last == " " || $0.contains("\t") }) else {
            return nil
        }
        let body = isEnded ? lines.dropLast() : lines[...]
        let trailing = body.reversed().prefix { $0.isEmpty }.count
        let indicator = !isEnded ? "|-" : trailing > 0 ? "|+" : "|"
        guard isEnded || trailing == 0 else { return nil }
        let margin = String(repeating: " ", count: max(indent, 2))
        return indicator + body.map { $0.isEmpty ? "\n" : "\n\(margin)\(Substring($0))" }.joined()
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if !isPrintable(scalar) {
                    let digits = String(scalar.value, radix: 16, uppercase: true)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
