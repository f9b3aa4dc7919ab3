import Core
import Values

/// Fills in what a client left out: the defaults of the tables, and functions for what depends on other fields.
///
/// A table's default applies where the structure is there and the field is absent, null, or zero without presence. Structures
/// are done from the inside out, each one's function last, so that a function sees its parts complete.
package struct Defaulter: Sendable {
    /// Changes a decoded value of one structure; the order of members does not matter.
    package typealias Function = @Sendable (inout Value) -> Void

    private let functions: [String: Function]

    /// Functions by the full name of their structure ("io.k8s.api.core.v1.Pod").
    package init(functions: [String: Function]) { self.functions = functions }

    /// A decoded object with its defaults, in canonical form again. Parts that lack nothing stay the same in memory.
    /// What it shares with `before`, which has its defaults, is not looked at. Throws `DecodingError` when it had not been decoded as
    /// `structure`.
    package func applied(
        to decoded: ObjectDecoder.Decoded, as structure: Structure, before: Value? = nil
    ) throws(DecodingError) -> ObjectDecoder.Decoded {
        guard let filled = filled(decoded.value, structure, before) else { return decoded }
        // With an empty list in it no part may be taken over unseen.
        let known = decoded.hasKeptEmptyLists ? nil : decoded.value
        var result = try ObjectDecoder.decode(filled, as: structure, keepsEmptyLists: true, known: known)
        result.warnings = decoded.warnings
        return result
    }

    /// The value with its defaults in any order, or nil where it lacks nothing.
    private func filled(_ value: Value, _ structure: Structure, _ before: Value?) -> Value? {
        if let before, value.isIdentical(to: before) { return nil }
        guard case .object(let given) = value else { return nil }
        var object = given
        var isChanged = false
        let columns = structure.columns
        for (position, fallback) in columns.defaults
        where Self.isAbsent(object[columns.names[position]], hasPresence: columns.havePresence[position]) {
            object[columns.names[position]] = fallback
            isChanged = true
        }
        var (expected, cursor) = (0, 0)
        let known = before?.object
        for position in object.members.indices {
            guard let field = structure.position(of: object.members[position].key, expecting: expected) else { continue }
            expected = field + 1
            guard columns.haveParts[field] else { continue }
            let before = known?.value(of: columns.names[field], after: &cursor)
            guard let filled = filled(object.members[position].value, columns.shapes[field], before) else { continue }
            object.replaceValue(at: position, by: filled)
            isChanged = true
        }
        let result = isChanged ? Value.object(object) : value
        guard let function = functions[structure.name] else { return isChanged ? result : nil }
        var completed = result
        function(&completed)
        return isChanged || completed != result ? completed : nil
    }

    private func filled(_ value: Value, _ shape: Shape, _ before: Value?) -> Value? {
        if let before, value.isIdentical(to: before) { return nil }
        switch shape {
        case .scalar, .any: return nil
        case .structure(let structure): return filled(value, structure, before)
        case .list(let element, _):
            guard case .array(let items) = value else { return nil }
            let known = before?.array ?? []
            var result: [Value]?
            for position in items.indices {
                let before = position < known.count ? known[position] : nil
                guard let filled = filled(items[position], element, before) else { continue }
                if result == nil { result = items }
                result?[position] = filled
            }
            return result.map(Value.array)
        case .map(.scalar(.quantity), _):
            // Resource lists are kept to thousandths.
            return changed(value) { amount in
                guard let text = amount.string, text.hasSuffix("n") || text.hasSuffix("u"), let quantity = Quantity(text) else {
                    return nil
                }
                return .string(quantity.roundedUpToMilli.description)
            }
        case .map(let element, _): return changed(value) { filled($0, element, nil) }
        }
    }

    private func changed(_ value: Value, _ change: (Value) -> Value?) -> Value? {
        guard case .object(let object) = value else { return nil }
        var result: Object?
        for member in object {
            guard let new = change(member.value) else { continue }
            if result == nil { result = object }
            result?[member.key] = new
        }
        return result.map(Value.object)
    }

    private static func isAbsent(_ value: Value?, hasPresence: Bool) -> Bool {
        guard let value, !value.isNull else { return true }
        return !hasPresence && value.isEmpty
    }
}
