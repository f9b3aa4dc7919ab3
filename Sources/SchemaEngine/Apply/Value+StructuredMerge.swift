import Values

extension Value {
    /// This value with `applied` merged into it by the rules of the shape: members by name, list elements by key, all else as a whole.
    /// The order of shared list elements follows `applied`. Throws `FieldError`.
    package func merging(_ applied: Value, shape: Shape) throws -> Value {
        try Self.merged(self, applied, shape) ?? .null
    }

    private static func merged(_ old: Value?, _ new: Value?, _ shape: Shape) throws -> Value? {
        switch shape.form(of: new ?? old) {
        case .leaf: return new ?? old
        case .members:
            let before = old?.object ?? Object()
            let after = new?.object ?? Object()
            if before.isEmpty && after.isEmpty { return new ?? old }
            var result = Object()
            for member in before {
                if let value = try merged(member.value, after[member.key], shape.member(member.key)) { result.append(member.key, value) }
            }
            for member in after where before.position(of: member.key) == nil {
                if let value = try merged(nil, member.value, shape.member(member.key)) { result.append(member.key, value) }
            }
            return result.isEmpty ? Optional.none : .some(.object(result))
        case .elements(let element, let keys):
            let before = old?.array ?? []
            let after = new?.array ?? []
            if before.isEmpty && after.isEmpty { return new ?? old }
            let result = try mergedElements(before, after, element, keys)
            return result.isEmpty ? Optional.none : .some(.array(result))
        }
    }

    private static func mergedElements(_ old: [Value], _ new: [Value], _ shape: Shape, _ keys: [String]) throws -> [Value] {
        let oldSteps = try old.map { try shape.pathElement(of: $0, keys: keys) }
        let newSteps = try new.map { try shape.pathElement(of: $0, keys: keys) }
        var oldItems: [PathElement: Value?] = [:]
        for (step, item) in zip(oldSteps, old) {
            // Repeated elements merge with nothing: which of them would be meant?
            oldItems[step] = .some(oldItems[step] == nil ? .some(item) : .none)
        }
        var newItems: [PathElement: Value] = [:]
        for (step, item) in zip(newSteps, new) {
            guard newItems.updateValue(item, forKey: step) == nil else { throw FieldError("duplicate entries for key \(step)") }
        }
        var shared = newSteps.filter { oldItems[$0] != nil }[...]
        var nextShared = shared.popFirst()
        var result: [Value] = []
        var done: Set<PathElement> = []
        func take(_ step: PathElement) throws {
            done.insert(step)
            let before = oldItems[step].flatMap { $0 }
            if let value = try merged(before, newItems[step], shape) { result.append(value) }
        }
        var left = 0
        var right = 0
        while left < old.count || right < new.count {
            if left < old.count, right < new.count {
                let step = oldSteps[left]
                if step == newSteps[right] {
                    try take(step)
                    left += 1
                    right += 1
                    nextShared = shared.popFirst()
                    continue
                }
                if newItems[step] != nil, let wanted = nextShared, wanted != step {
                    left += 1  // Shared, but its turn comes with the applied order.
                    continue
                }
            }
            if left < old.count {
                let step = oldSteps[left]
                if newItems[step] == nil {
                    if let value = try merged(old[left], nil, shape) { result.append(value) }
                    left += 1
                    continue
                }
                if done.contains(step) { left += 1 }
            }
            if right < new.count {
                let step = newSteps[right]
                try take(step)
                right += 1
                if nextShared == step { nextShared = shared.popFirst() }
            }
        }
        return result
    }

    /// This value without the fields of `fields`. A container that something was taken out of stays, even when empty; an atomic
    /// one that lies on the way goes.
    package func removing(_ fields: FieldSet, shape: Shape) throws -> Value {
        try Self.removed(self, fields, shape) ?? .null
    }

    private static func removed(_ value: Value, _ fields: FieldSet, _ shape: Shape) throws -> Value? {
        switch shape.form(of: value) {
        case .leaf:
            switch value {
            case .object, .array: return nil
            default: return value
            }
        case .members:
            guard case .object(let object) = value, !object.isEmpty else { return nil }
            var result = Object()
            var descended = false
            for member in object {
                let step = PathElement.field(member.key)
                if fields.has(step) { continue }
                let below = fields.below(step)
                guard !below.isEmpty else {
                    result.append(member.key, member.value)
                    continue
                }
                descended = true
                result.append(member.key, try removed(member.value, below, shape.member(member.key)) ?? emptied(member.value))
            }
            return result.isEmpty && !descended ? Optional.none : .some(.object(result))
        case .elements(let element, let keys):
            guard case .array(let items) = value, !items.isEmpty else { return nil }
            var result: [Value] = []
            var descended = false
            for item in items {
                let step = try element.pathElement(of: item, keys: keys)
                if fields.has(step) { continue }
                let below = fields.below(step)
                guard !below.isEmpty else {
                    result.append(item)
                    continue
                }
                descended = true
                result.append(try removed(item, below, element) ?? emptied(item))
            }
            return result.isEmpty && !descended ? Optional.none : .some(.array(result))
        }
    }

    private static func emptied(_ value: Value) -> Value {
        switch value {
        case .object: .object(Object())
        case .array: .array([])
        default: .null
        }
    }
}
