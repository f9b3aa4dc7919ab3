import Values

extension FieldSet {
    /// The fields that somebody who applies `value` thereby owns. Throws `FieldError` where list elements lack their keys.
    package init(of value: Value, shape: Shape) throws {
        self.init()
        var path: [PathElement] = []
        try collect(value, shape, &path)
    }

    private mutating func collect(_ value: Value, _ shape: Shape, _ path: inout [PathElement]) throws {
        switch shape.form(of: value) {
        case .leaf: insert(path)
        case .members:
            for member in value.object ?? Object() {
                path.append(.field(member.key))
                defer { path.removeLast() }
                try collect(member.value, shape.member(member.key), &path)
                let isEmptyObject = member.value.object?.isEmpty ?? false
                if member.value.isNull || isEmptyObject || !shape.declares(member.key) { insert(path) }
            }
        case .elements(let element, let keys):
            var seen: Set<PathElement> = []
            var repeated: Set<PathElement> = []
            let items = try (value.array ?? []).map { (try element.pathElement(of: $0, keys: keys), $0) }
            for (step, _) in items where !seen.insert(step).inserted { repeated.insert(step) }
            for (step, item) in items {
                path.append(step)
                defer { path.removeLast() }
                insert(path)
                if !repeated.contains(step) { try collect(item, element, &path) }
            }
        }
    }
}
