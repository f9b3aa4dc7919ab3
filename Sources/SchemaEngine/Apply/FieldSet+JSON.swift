import Values

/// FieldsV1, the form in which field sets stand in `metadata.managedFields`.
extension FieldSet {
    /// The mark of a parent that is a member itself.
    private static let own = "."

    /// The set as FieldsV1; members sorted as upstream sorts them, "." first where a parent is a member itself.
    package var fieldsV1: Value { .object(written(withOwn: false)) }

    private func written(withOwn: Bool) -> Object {
        guard !nodes.isEmpty else { return Object() }
        var result = Object(reserving: nodes.count + (withOwn ? 1 : 0))
        if withOwn { result.append(Self.own, .object(Object())) }
        for node in nodes { result.append(node.element.encoded, .object(node.children.written(withOwn: node.isMember))) }
        return result
    }

    /// Reads FieldsV1. Elements of an unknown form are left out, since a later version may know them.
    package init(fieldsV1 value: Value) {
        self.init()
        guard case .object(let object) = value else { return }
        reserve(object.count)
        for member in object.members where member.key != Self.own {
            guard let element = PathElement(encoded: member.key) else { continue }
            add(element, isMember: Self.isMember(member.value), children: FieldSet(fieldsV1: member.value))
        }
    }

    /// Whether the path that leads to this part of FieldsV1 belongs to the set.
    private static func isMember(_ part: Value) -> Bool {
        guard case .object(let object) = part, let first = object.members.first else { return true }
        return first.key == own || object.position(of: own) != nil
    }

    /// Whether FieldsV1 has no path at all.
    static func isEmpty(fieldsV1 value: Value) -> Bool {
        guard case .object(let object) = value else { return true }
        return object.members.allSatisfy { member in
            member.key == own || !PathElement.isEncoded(member.key) || (!isMember(member.value) && isEmpty(fieldsV1: member.value))
        }
    }

    /// Whether any path of the set belongs to the one that is written so; reads no more of that than may be shared.
    package func meets(fieldsV1 value: Value) -> Bool {
        guard case .object(let object) = value else { return false }
        for node in nodes {
            // Fields are written in one way only, the keys of elements in many.
            guard case .field = node.element else { return meets(FieldSet(fieldsV1: value)) }
            guard let part = object[node.element.encoded] else { continue }
            if node.isMember, Self.isMember(part) { return true }
            if node.children.meets(fieldsV1: part) { return true }
        }
        return false
    }

    /// Whether every path of the set belongs to the one that is written so; reads no more of that than it must.
    package func isSubset(ofFieldsV1 value: Value) -> Bool {
        guard case .object(let object) = value else { return isEmpty }
        for node in nodes {
            guard case .field = node.element else { return subtracting(FieldSet(fieldsV1: value)).isEmpty }
            guard let part = object[node.element.encoded], !node.isMember || Self.isMember(part),
                node.children.isSubset(ofFieldsV1: part)
            else { return false }
        }
        return true
    }
}
