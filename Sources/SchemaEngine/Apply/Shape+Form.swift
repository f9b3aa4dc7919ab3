import Values

/// How the field algorithms see a shape: something whole, a list, or an object.
enum Form {
    /// Compared, merged and owned as one.
    case leaf
    /// A list whose elements are told apart by their keys (or, for a set, by themselves).
    case elements(Shape, keys: [String])
    /// An object whose members are merged one by one.
    case members
}

extension Shape {
    /// The form of `value` in this shape. Inside `.any` objects merge by member and lists are whole.
    func form(of value: Value?) -> Form {
        switch self {
        case .scalar: return .leaf
        case .any: if case .object? = value { return .members } else { return .leaf }
        case .structure(let structure): return structure.kind == .atomic ? .leaf : .members
        case .map(_, let kind): return kind == .atomic ? .leaf : .members
        case .list(let element, let kind):
            switch kind {
            case .atomic: return .leaf
            case .set: return .elements(element, keys: [])
            case .map(let keys): return .elements(element, keys: keys)
            }
        }
    }

    /// The shape of the member `name`; an undeclared member of a structure reads as `.any`. Built-in fields of any JSON are whole,
    /// while what a custom resource preserves without knowing it merges by member.
    func member(_ name: String) -> Shape {
        switch self {
        case .structure(let structure):
            guard let shape = structure.shape(of: name) else { return .any }
            if case .any = shape, structure[field: name]?.definition.isEmpty == false { return .map(.any, .atomic) }
            return shape
        case .map(let element, _): return element
        default: return .any
        }
    }

    /// Whether `name` is a declared field, and not the free key of a map.
    func declares(_ name: String) -> Bool {
        if case .structure(let structure) = self { structure.has(field: name) } else { false }
    }

    /// The shape of what lies at a path element.
    func part(at element: PathElement) -> Shape? {
        switch (self, element) {
        case (.structure(let structure), .field(let name)): structure.shape(of: name)
        case (.map(let shape, _), .field): shape
        case (.list(let shape, _), _): shape
        case (.any, _): .any
        default: nil
        }
    }

    /// The path element of a list element of this shape. Throws `FieldError` where its keys are missing.
    func pathElement(of item: Value, keys: [String]) throws -> PathElement {
        guard !keys.isEmpty else {
            switch item {
            case .object: throw FieldError("associative list without keys has an element that's a map type")
            case .array: throw FieldError("not supported: associative list with lists as elements")
            case .null: throw FieldError("associative list without keys has an element that's an explicit null")
            default: return .value(item)
            }
        }
        guard case .object(let object) = item else {
            throw FieldError(
                item.isNull
                    ? "associative list with keys may not have a null element" : "associative list with keys may not have non-map elements")
        }
        var members: [PathElement.KeyMember] = []
        for key in keys {
            if let value = object[key] {
                members.append(.init(name: key, value: value))
            } else if case .structure(let structure) = self, let value = structure[field: key]?.defaultValue {
                members.append(.init(name: key, value: value))
            }
        }
        guard !members.isEmpty else {
            let list = keys.map { "\"\($0)\"" }.joined(separator: " ")
            throw FieldError(
                "associative list with keys has an element that omits all key fields [\(list)] "
                    + "(and doesn't have default values for any key fields)")
        }
        return .key(PathElement.sorted(members))
    }
}

/// A value that does not fit its shape; the texts are those of upstream's structured merge.
package struct FieldError: Error, Equatable, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }
}
