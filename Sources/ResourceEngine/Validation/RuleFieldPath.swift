import Core

/// The `fieldPath` of a rule: `.name` and `['name']`, one after another, from the schema that has the rule (upstream's `ValidFieldPath`).
enum RuleFieldPath {
    /// The schema that a path leads to; nil where it leads nowhere.
    static func schema(at path: String, in root: Place) -> Place? {
        var rest = path.unicodeScalars[...]
        var schema = root
        while let mark = rest.popFirst() {
            let name: String
            switch mark {
            case ".":
                guard let next = word(&rest) else { return nil }
                name = next
            case "[":
                guard let next = quoted(&rest), rest.popFirst() == "]" else { return nil }
                name = next
            default: return nil
            }
            guard let inner = member(name, of: schema) else { return nil }
            schema = inner
        }
        return schema
    }

    private static func member(_ name: String, of schema: Place) -> Place? {
        let properties = schema["properties"]
        if !properties.isEmpty {
            let property = properties[key: name]
            return property.isPresent ? property : nil
        }
        let additional = schema["additionalProperties"]
        return additional.value?.object == nil ? nil : additional
    }

    /// What stands before the next mark; nil for nothing. What begins with a quote ends with one.
    private static func word(_ rest: inout Substring.UnicodeScalarView) -> String? {
        if rest.first == "'" {
            var end = rest.index(after: rest.startIndex)
            while end != rest.endIndex, rest[end] != "'" || rest[rest.index(before: end)] == "\\" { end = rest.index(after: end) }
            if end != rest.endIndex { end = rest.index(after: end) }
            defer { rest = rest[end...] }
            return String(rest[..<end])
        }
        let text = rest.prefix { $0 != "." && $0 != "[" && $0 != "]" }
        rest = rest.dropFirst(text.count)
        return text.isEmpty ? nil : String(text)
    }

    private static func quoted(_ rest: inout Substring.UnicodeScalarView) -> String? {
        guard let text = word(&rest), text.utf8.count >= 2, text.hasPrefix("'"), text.hasSuffix("'") else { return nil }
        var result = String.UnicodeScalarView()
        var inner = text.unicodeScalars.dropFirst().dropLast()
        while let scalar = inner.popFirst() {
            guard scalar == "\\" else {
                result.append(scalar)
                continue
            }
            switch inner.popFirst() {
            case .some(let escaped) where "'\"\\".unicodeScalars.contains(escaped): result.append(escaped)
            case "n": result.append("\n")
            case "t": result.append("\t")
            case "r": result.append("\r")
            default: return nil
            }
        }
        return String(result)
    }
}
