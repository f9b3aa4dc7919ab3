import Values

extension Shape {
    /// What in `value` does not fit this shape, as upstream words it for applied configurations; empty when all of it fits.
    func misfits(of value: Value) -> [String] {
        var problems: [String] = []
        check(value, "", &problems)
        return problems
    }

    private func check(_ value: Value, _ path: String, _ problems: inout [String]) {
        if value.isNull { return }
        func expected(_ what: String, got shown: String? = nil) {
            problems.append("\(path): expected \(what), got \(shown ?? "&{\(value.goText)}")")
        }
        switch self {
        case .any: return
        case .scalar(let scalar):
            switch (scalar, value) {
            case (.quantity, .string), (.quantity, .int), (.quantity, .double): return
            case (.intOrString, .string), (.intOrString, .int), (.intOrString, .double): return
            case (.time, .string), (.microTime, .string), (.bytes, .string), (.duration, .string), (.string, .string): return
            case (.bool, .bool), (.int32, .int), (.int64, .int), (.double, .int), (.double, .double): return
            case (.int32, .double), (.int64, .double): return
            case (.bool, _): expected("boolean")
            case (.int32, _), (.int64, _), (.double, _): expected("numeric (int or float)", got: value.goType)
            case (.quantity, _), (.intOrString, _): expected("any scalar")
            default: expected("string", got: "&value.valueUnstructured{Value:\(value.goLiteral)}")
            }
        case .structure(let structure):
            guard case .object(let object) = value else { return expected("map") }
            for member in object {
                guard let field = structure[field: member.key] else {
                    if structure.keepsUnknownFields { continue }
                    problems.append("\(path).\(member.key): field not declared in schema")
                    continue
                }
                field.shape.check(member.value, "\(path).\(member.key)", &problems)
            }
        case .map(let element, _):
            guard case .object(let object) = value else { return expected("map") }
            for member in object { element.check(member.value, "\(path).\(member.key)", &problems) }
        case .list(let element, let kind):
            guard case .array(let items) = value else { return expected("list") }
            var seen: Set<PathElement> = []
            for (position, item) in items.enumerated() {
                guard case .elements(_, let keys) = form(of: value), kind != .atomic else {
                    element.check(item, "\(path)[\(position)]", &problems)
                    continue
                }
                do {
                    let step = try element.pathElement(of: item, keys: keys)
                    if !seen.insert(step).inserted { problems.append("\(path): duplicate entries for key \(step)") }
                    element.check(item, "\(path)\(step)", &problems)
                } catch {
                    problems.append("\(path): element \(position): \(error)")
                    return
                }
            }
        }
    }
}
