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
                text += Self.scalar(member.key, indent: indent) + ":"
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
        case .double(let number): Int64(exactly: number).map(String.init) ?? number.description
        case .string(let text): Self.scalar(text, indent: indent + 2)
        case .array: "[]"
        case .object: "{}"
        }
    }

    /// A text as a scalar: plain where that reads back the same, a literal block where it has lines, else quoted.
    private static func scalar(_ text: String, indent: Int) -> String {
        if text.isEmpty { return "\"\"" }
        let scalars = text.unicodeScalars
        let isPrintable = scalars.allSatisfy { $0.value == 0x0A || ($0.value >= 0x20 && $0.value != 0x7F && $0.value != 0xFEFF) }
        if isPrintable, scalars.contains("\n"), let block = literal(text, indent: indent) { return block }
        guard isPrintable, !scalars.contains("\n"), isPlain(text) else { return quoted(text) }
        return text
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
        if text.hasPrefix("---") || text.hasPrefix("...") { return false }
        return !text.contains(": ") && !text.contains(" #") && !text.contains(":\t")
    }

    /// A block scalar, or nil where the text cannot be one.
    private static func literal(_ text: String, indent: Int) -> String? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, !first.hasPrefix(" "), !first.isEmpty,
            !lines.contains(where: { $0.hasSuffix(" ") || $0.contains("\t") })
        else { return nil }
        let body = text.hasSuffix("\n") ? lines.dropLast() : lines[...]
        let trailing = body.reversed().prefix { $0.isEmpty }.count
        let indicator = !text.hasSuffix("\n") ? "|-" : trailing > 0 ? "|+" : "|"
        guard text.hasSuffix("\n") || trailing == 0 else { return nil }
        let margin = String(repeating: " ", count: max(indent, 2))
        return indicator + body.map { $0.isEmpty ? "\n" : "\n\(margin)\($0)" }.joined()
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
                if scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0xFEFF {
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
