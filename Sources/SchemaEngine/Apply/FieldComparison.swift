import Values

/// What differs between two states of an object, as field sets.
package struct FieldComparison: Sendable {
    package var added = FieldSet()
    package var modified = FieldSet()
    package var removed = FieldSet()
    /// Whether the place that was compared differs as a whole: scalars, and what is owned as one.
    private var isModified = false

    /// Compares two values of one shape. Throws `FieldError` where list elements lack their keys.
    package init(_ old: Value, _ new: Value, shape: Shape) throws {
        if old.isIdentical(to: new) { return }
        // Nothing but an object or a list has parts, whatever the shape says.
        guard old.hasParts || new.hasParts else {
            isModified = old != new
            return
        }
        // Within `.any` an object and something else have different forms; such a change is one of the whole.
        switch shape.form(of: new) {
        case .leaf: isModified = old != new
        case .members:
            let before = old.object ?? Object()
            let after = new.object ?? Object()
            if before.isEmpty && after.isEmpty { isModified = old != new } else { try compareMembers(before, after, shape) }
        case .elements(let element, let keys):
            let before = old.array ?? []
            let after = new.array ?? []
            if before.isEmpty && after.isEmpty { isModified = old != new } else { try compareElements(before, after, element, keys) }
        }
    }

    package var isSame: Bool { added.isEmpty && modified.isEmpty && removed.isEmpty }

    /// Changes each of the three sets.
    package mutating func filter(_ change: (FieldSet) -> FieldSet) {
        added = change(added)
        modified = change(modified)
        removed = change(removed)
    }

    private mutating func compareMembers(_ old: Object, _ new: Object, _ shape: Shape) throws {
        var shared = 0
        for position in old.members.indices {
            let member = old.members[position]
            guard let value = new.value(of: member.key, expectedAt: position) else {
                try remove(.field(member.key), member.value, shape.member(member.key))
                continue
            }
            shared += 1
            if !member.value.isUnchanged(in: value) {
                note(.field(member.key), try FieldComparison(member.value, value, shape: shape.member(member.key)))
            }
        }
        guard shared < new.count else { return }
        added.reserve(new.count - shared)
        for member in new.members where old.position(of: member.key) == nil {
            try add(.field(member.key), member.value, shape.member(member.key))
        }
    }

    /// Elements with the same key are compared with each other wherever they stand; repeated keys count as one whole.
    private mutating func compareElements(_ old: [Value], _ new: [Value], _ shape: Shape, _ keys: [String]) throws {
        let old = try KeyedElements(old, shape, keys: keys).entries
        let new = try KeyedElements(new, shape, keys: keys).entries
        var next = 0
        for before in old {
            while next < new.count, new[next].element < before.element {
                try add(new[next], shape)
                next += 1
            }
            guard next < new.count, new[next].element == before.element else {
                try remove(before, shape)
                continue
            }
            let after = new[next]
            next += 1
            switch (before.isRepeated, after.isRepeated) {
            case (false, false): note(before.element, try FieldComparison(before.first, after.first, shape: shape))
            case (true, true): if before.items != after.items { modified.add(before.element, isMember: true) }
            default:
                try add(after, shape)
                try remove(before, shape)
            }
        }
        for after in new[next...] { try add(after, shape) }
    }

    /// Takes over what differs below `element`.
    private mutating func note(_ element: PathElement, _ below: FieldComparison) {
        added.add(element, isMember: false, children: below.added)
        modified.add(element, isMember: below.isModified, children: below.modified)
        removed.add(element, isMember: false, children: below.removed)
    }

    // A part that came or went is noted itself, besides what is in it; not so what is in repeated elements.

    private mutating func add(_ element: PathElement, _ value: Value, _ shape: @autoclosure () -> Shape) throws {
        added.add(element, isMember: true, children: value.hasParts ? try FieldSet(partsOf: value, shape: shape()) : FieldSet())
    }

    private mutating func remove(_ element: PathElement, _ value: Value, _ shape: @autoclosure () -> Shape) throws {
        removed.add(element, isMember: true, children: value.hasParts ? try FieldSet(partsOf: value, shape: shape()) : FieldSet())
    }

    private mutating func add(_ entry: KeyedElements.Entry, _ shape: Shape) throws {
        if entry.isRepeated { added.add(entry.element, isMember: true) } else { try add(entry.element, entry.first, shape) }
    }

    private mutating func remove(_ entry: KeyedElements.Entry, _ shape: Shape) throws {
        if entry.isRepeated { removed.add(entry.element, isMember: true) } else { try remove(entry.element, entry.first, shape) }
    }
}

extension FieldSet {
    /// All that is in a value, parents too, as it is noted when the value comes or goes. Throws `FieldError` where list elements lack
    /// their keys.
    fileprivate init(partsOf value: Value, shape: Shape) throws {
        self.init()
        switch shape.form(of: value) {
        case .leaf: break
        case .members:
            guard case .object(let object) = value else { return }
            reserve(object.count)
            for member in object.members {
                let parts = member.value.hasParts ? try FieldSet(partsOf: member.value, shape: shape.member(member.key)) : FieldSet()
                add(.field(member.key), isMember: true, children: parts)
            }
        case .elements(let element, let keys):
            guard case .array(let items) = value else { return }
            let entries = try KeyedElements(items, element, keys: keys).entries
            reserve(entries.count)
            for entry in entries {
                let parts = entry.isRepeated ? FieldSet() : try FieldSet(partsOf: entry.first, shape: element)
                add(entry.element, isMember: true, children: parts)
            }
        }
    }
}

extension Value {
    /// Whether it is an object or a list, and not empty.
    fileprivate var hasParts: Bool {
        switch self {
        case .object(let object): !object.isEmpty
        case .array(let items): !items.isEmpty
        default: false
        }
    }

    /// Whether `other` is surely the same: a scalar that is equal, or one and the same tree in memory.
    fileprivate func isUnchanged(in other: Value) -> Bool {
        switch (self, other) {
        case (.array, _), (.object, _): isIdentical(to: other)
        case (_, .array), (_, .object): false
        default: self == other
        }
    }
}

extension Object {
    /// The value of `key`, which is looked for first where it is likely to be.
    fileprivate func value(of key: String, expectedAt position: Int) -> Value? {
        position < count && members[position].key == key ? members[position].value : self[key]
    }
}
