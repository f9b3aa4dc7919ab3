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

    /// The value with its defaults, in canonical form again. `value` must have been decoded as `structure`.
    /// Throws `DecodingError` when it had not.
    package func applied(to value: Value, as structure: Structure) throws(DecodingError) -> Value {
        var value = value
        fill(&value, structure)
        return try ObjectDecoder.decode(value, as: structure, keepsEmptyLists: true).value
    }

    private func fill(_ value: inout Value, _ structure: Structure) {
        guard case .object(var object) = value else { return }
        value = .null
        for field in structure.fields {
            if let fallback = field.defaultValue, Self.isAbsent(object[field.name], field) { object[field.name] = fallback }
            guard Self.hasParts(field.shape), var member = object[field.name] else { continue }
            object[field.name] = .null
            fill(&member, field.shape)
            object[field.name] = member
        }
        value = .object(object)
        functions[structure.name]?(&value)
    }

    private func fill(_ value: inout Value, _ shape: Shape) {
        switch shape {
        case .scalar, .any: break
        case .structure(let structure): fill(&value, structure)
        case .list(let element, _):
            guard case .array(var items) = value, Self.hasParts(element) else { return }
            value = .null
            for position in items.indices { fill(&items[position], element) }
            value = .array(items)
        case .map(.scalar(.quantity), _):
            // Resource lists are kept to thousandths.
            guard case .object(var object) = value else { return }
            object.modifyValues { _, amount in
                guard let text = amount.string, text.hasSuffix("n") || text.hasSuffix("u"), let quantity = Quantity(text) else { return }
                amount = .string(quantity.roundedUpToMilli.description)
            }
            value = .object(object)
        case .map(let element, _):
            guard case .object(var object) = value, Self.hasParts(element) else { return }
            value = .null
            object.modifyValues { _, member in fill(&member, element) }
            value = .object(object)
        }
    }

    private static func isAbsent(_ value: Value?, _ field: Field) -> Bool {
        guard let value, !value.isNull else { return true }
        return !field.hasPresence && value.isEmpty
    }

    private static func hasParts(_ shape: Shape) -> Bool {
        switch shape {
        case .scalar, .any: false
        case .structure: true
        case .list(let element, _): hasParts(element)
        case .map(.scalar(.quantity), _): true
        case .map(let element, _): hasParts(element)
        }
    }
}
