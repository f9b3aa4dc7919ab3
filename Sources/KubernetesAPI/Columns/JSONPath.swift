import Values

/// The paths of `additionalPrinterColumns` and `selectableFields`: `.spec.names[0].kind`, `.metadata.labels.app\.io/name`,
/// `.status.conditions[?(@.type=="Ready")].status`.
package enum JSONPath {
    /// The first value a path leads to, or nil.
    package static func value(at path: String, in value: Value) -> Value? {
        var rest = Array(path)[...]
        var current = [value]
        while let first = rest.first {
            rest.removeFirst()
            switch first {
            case ".": current = current.compactMap { $0[name(&rest)] }.map { $0 }
            case "[": current = index(&rest, current)
            default: return nil
            }
            guard !current.isEmpty else { return nil }
        }
        return current.first
    }

    /// The names that a path begins with; what is behind them is all that the path looks at.
    package static func names(of path: String) -> [String] {
        var rest = Array(path)[...]
        var names: [String] = []
        while rest.first == "." {
            rest.removeFirst()
            names.append(name(&rest))
        }
        return names
    }

    private static func name(_ rest: inout ArraySlice<Character>) -> String {
        var name = ""
        while let character = rest.first, character != ".", character != "[" {
            rest.removeFirst()
            if character == "\\", let escaped = rest.popFirst() { name.append(escaped) } else { name.append(character) }
        }
        return name
    }

    /// A number, `*`, a quoted name or an equality filter, up to the closing bracket.
    private static func index(_ rest: inout ArraySlice<Character>, _ values: [Value]) -> [Value] {
        var text = ""
        var depth = 1
        while let character = rest.popFirst() {
            if character == "[" { depth += 1 }
            if character == "]" { depth -= 1 }
            if depth == 0 { break }
            text.append(character)
        }
        if text == "*" { return values.flatMap { $0.array ?? [] } }
        if let number = Int(text) {
            return values.compactMap { value in
                let items = value.array ?? []
                let position = number < 0 ? items.count + number : number
                return items.indices.contains(position) ? items[position] : nil
            }
        }
        if text.hasPrefix("?(@"), text.hasSuffix(")"), let equals = text.firstRange(of: "==") {
            let path = text[text.index(text.startIndex, offsetBy: 3)..<equals.lowerBound].filter { $0 != " " }
            let wanted = text[equals.upperBound...].dropLast().filter { $0 != " " && $0 != "\"" && $0 != "'" }
            return values.flatMap { $0.array ?? [] }.filter { item in
                switch value(at: path, in: item) {
                case .string(let text): text == wanted
                case .bool(let flag): "\(flag)" == wanted
                case .int(let number): "\(number)" == wanted
                default: false
                }
            }
        }
        let key = text.filter { $0 != "'" && $0 != "\"" }
        return values.compactMap { $0[key] }
    }
}
