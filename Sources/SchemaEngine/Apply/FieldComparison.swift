import Values

/// What differs between two states of an object, as field sets.
package struct FieldComparison: Sendable {
    package var added = FieldSet()
    package var modified = FieldSet()
    package var removed = FieldSet()

    private var path: [PathElement] = []

    /// Compares two values of one shape. Throws `FieldError` where list elements lack their keys.
    package init(_ old: Value, _ new: Value, shape: Shape) throws {
        try compare(old, new, shape)
    }

    package var isSame: Bool { added.isEmpty && modified.isEmpty && removed.isEmpty }

    /// Changes each of the three sets.
    package mutating func filter(_ change: (FieldSet) -> FieldSet) {
        added = change(added)
        modified = change(modified)
        removed = change(removed)
    }

    private mutating func compare(_ old: Value?, _ new: Value?, _ shape: Shape) throws {
        if let old, let new, old.isIdentical(to: new) { return }
        // Within `.any` an object and something else have different forms; such a change is one of the whole.
        let form = shape.form(of: new ?? old)
        switch form {
        case .leaf: return leaf(old, new)
        case .members:
            let before = old?.object ?? Object()
            let after = new?.object ?? Object()
            if before.isEmpty && after.isEmpty { return leaf(old, new) }
            for member in before { try descend(.field(member.key), member.value, after[member.key], shape.member(member.key)) }
            for member in after where before.position(of: member.key) == nil {
                try descend(.field(member.key), nil, member.value, shape.member(member.key))
            }
        case .elements(let element, let keys):
            let before = old?.array ?? []
            let after = new?.array ?? []
            if before.isEmpty && after.isEmpty { return leaf(old, new) }
            try compareElements(before, after, element, keys)
        }
        // A part that came or went is noted itself, besides what is in it.
        if old == nil { added.insert(path) } else if new == nil { removed.insert(path) }
    }

    private mutating func leaf(_ old: Value?, _ new: Value?) {
        if old == nil {
            added.insert(path)
        } else if new == nil {
            removed.insert(path)
        } else if old != new {
            modified.insert(path)
        }
    }

    private mutating func descend(_ element: PathElement, _ old: Value?, _ new: Value?, _ shape: Shape) throws {
        path.append(element)
        defer { path.removeLast() }
        try compare(old, new, shape)
    }

    /// Elements with the same key are compared with each other wherever they stand; repeated keys count as one whole.
    private mutating func compareElements(_ old: [Value], _ new: [Value], _ shape: Shape, _ keys: [String]) throws {
        var order: [PathElement] = []
        var pairs: [PathElement: (old: [Value], new: [Value])] = [:]
        for item in old {
            let element = try shape.pathElement(of: item, keys: keys)
            if pairs[element] == nil { order.append(element) }
            pairs[element, default: ([], [])].old.append(item)
        }
        for item in new {
            let element = try shape.pathElement(of: item, keys: keys)
            if pairs[element] == nil { order.append(element) }
            pairs[element, default: ([], [])].new.append(item)
        }
        for element in order {
            guard let (before, after) = pairs[element] else { continue }
            switch (before.count > 1, after.count > 1) {
            case (false, false): try descend(element, before.first, after.first, shape)
            case (true, true): if before != after { modified.insert(path + [element]) }
            case (true, false):
                if let item = after.first { try descend(element, nil, item, shape) }
                removed.insert(path + [element])
            case (false, true):
                if let item = before.first { try descend(element, item, nil, shape) }
                added.insert(path + [element])
            }
        }
    }
}
