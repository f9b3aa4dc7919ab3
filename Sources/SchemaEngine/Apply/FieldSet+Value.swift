import Values

extension FieldSet {
    /// The fields that somebody who applies `value` thereby owns. Throws `FieldError` where list elements lack their keys.
    package init(of value: Value, shape: Shape) throws {
        self = try Self.fields(of: value, shape).below
    }

    /// The fields below a value, and whether the value is one itself.
    private static func fields(of value: Value, _ shape: Shape) throws -> (isMember: Bool, below: FieldSet) {
        var result = FieldSet()
        switch shape.form(of: value) {
        case .leaf: return (true, result)
        case .members:
            for member in value.object ?? Object() {
                let (isMember, below) = try fields(of: member.value, shape.member(member.key))
                let isEmptyObject = member.value.object?.isEmpty ?? false
                let isOwn = isMember || member.value.isNull || isEmptyObject || !shape.declares(member.key)
                result.add(.field(member.key), isMember: isOwn, children: below)
            }
        case .elements(let element, let keys):
            for entry in try KeyedElements(value.array ?? [], element, keys: keys).entries {
                let below = entry.isRepeated ? FieldSet() : try fields(of: entry.first, element).below
                result.add(entry.element, isMember: true, children: below)
            }
        }
        return (false, result)
    }
}
