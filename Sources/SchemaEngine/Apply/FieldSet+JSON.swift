import Values

/// FieldsV1, the form in which field sets stand in `metadata.managedFields`.
extension FieldSet {
    /// The set as FieldsV1; members sorted as upstream sorts them, "." first where a parent is a member itself.
    package var fieldsV1: Value {
        var result = Object()
        for node in nodes {
            var inner = Object()
            if !node.children.isEmpty {
                if node.isMember { inner.append(".", .object(Object())) }
                if case .object(let members) = node.children.fieldsV1 {
                    for member in members { inner.append(member.key, member.value) }
                }
            }
            result.append(node.element.encoded, .object(inner))
        }
        return .object(result)
    }

    /// Reads FieldsV1. Elements of an unknown form are left out, since a later version may know them.
    package init(fieldsV1 value: Value) {
        self.init()
        insertAll(of: value, below: [])
    }

    private mutating func insertAll(of value: Value, below prefix: [PathElement]) {
        for member in value.object ?? Object() where member.key != "." {
            guard let element = PathElement(encoded: member.key) else { continue }
            let path = prefix + [element]
            let inner = member.value.object ?? Object()
            if inner.isEmpty || inner["."] != nil { insert(path) }
            insertAll(of: member.value, below: path)
        }
    }
}
