/// Reading and writing inside a value without naming its cases. Reads of an absent place give nil or an empty collection.
extension Value {
    @inlinable package var isNull: Bool { if case .null = self { true } else { false } }
    @inlinable package var string: String? { if case .string(let value) = self { value } else { nil } }
    @inlinable package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    @inlinable package var int: Int64? {
        switch self {
        case .int(let value): value
        case .double(let value): Int64(exactly: value)
        default: nil
        }
    }
    @inlinable package var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
    @inlinable package var array: [Value]? { if case .array(let value) = self { value } else { nil } }
    @inlinable package var object: Object? { if case .object(let value) = self { value } else { nil } }

    /// The member `key` of an object. Absent members and non-objects read as `nil`. Writing `nil` removes the member;
    /// writing a member into `.null` makes an object of it; writing into any other case replaces it by an object.
    @inlinable package subscript(key: String) -> Value? {
        get { if case .object(let object) = self { object[key] } else { nil } }
        _modify {
            var object: Object
            if case .object(let existing) = self { object = existing } else { object = Object() }
            self = .null  // Gives up the reference, so that the change below happens in place.
            defer { self = .object(object) }
            yield &object[key]
        }
    }

    /// The member at a path of two object keys, which most are.
    package subscript(path first: String, _ second: String) -> Value? {
        guard case .object(let outer) = self, let place = outer.position(of: first), case .object(let inner) = outer.members[place].value
        else { return nil }
        return inner[second]
    }

    /// The member at a path of object keys, or nil where any step is absent.
    package subscript(path first: String, _ rest: String...) -> Value? {
        var current = self[first]
        for key in rest { current = current?[key] }
        return current
    }

    /// The members of an array in place; writing into anything else replaces it by an array.
    @inlinable package var elements: [Value] {
        get { array ?? [] }
        _modify {
            var list: [Value]
            if case .array(let existing) = self { list = existing } else { list = [] }
            self = .null
            defer { self = .array(list) }
            yield &list
        }
    }

    /// Whether the value is what Go calls empty: null, false, zero, or an empty string, list or object.
    package var isEmpty: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .int(let value): value == 0
        case .double(let value): value == 0
        case .string(let value): value.isEmpty
        case .array(let value): value.isEmpty
        case .object(let value): value.isEmpty
        }
    }

    /// The same value with the members of every object below it in the order of their keys, as Go writes maps.
    package var sortedByKey: Value {
        switch self {
        case .array(let elements): return .array(elements.map(\.sortedByKey))
        case .object(var object):
            object.modifyValues { _, value in value = value.sortedByKey }
            object.sortMembers()
            return .object(object)
        default: return self
        }
    }
}
