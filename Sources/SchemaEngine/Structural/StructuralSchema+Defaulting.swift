import Values

extension StructuralSchema {
    /// The value with the schema's defaults. Nulls where none may stand and no default waits are taken out before (upstream's `defaulting`).
    package func defaulted(_ value: Value) -> Value {
        var value = Self.withoutIdleNulls(value, self)
        Self.fill(&value, self)
        return value
    }

    private static func isWrongNull(_ value: Value, _ schema: StructuralSchema?) -> Bool {
        guard value.isNull, let schema else { return false }
        return !schema.isNullable
    }

    private static func withoutIdleNulls(_ value: Value, _ schema: StructuralSchema?) -> Value {
        switch value {
        case .object(let object):
            var result = Object()
            for member in object {
                let inner = schema?.member(member.key)
                if isWrongNull(member.value, inner), inner?.defaultValue == nil { continue }
                result.append(member.key, withoutIdleNulls(member.value, inner))
            }
            return .object(result)
        case .array(let items): return .array(items.map { withoutIdleNulls($0, schema?.items) })
        default: return value
        }
    }

    private static func fill(_ value: inout Value, _ schema: StructuralSchema?) {
        guard let schema else { return }
        switch value {
        case .object(var object):
            value = .null
            for property in schema.properties {
                guard let fallback = property.schema.defaultValue else { continue }
                if object[property.name].map({ isWrongNull($0, property.schema) }) ?? true { object[property.name] = fallback }
            }
            object.modifyValues { name, member in
                if let inner = schema[property: name] {
                    fill(&member, inner)
                } else if let inner = schema.additionalSchema {
                    if isWrongNull(member, inner) { member = inner.defaultValue ?? .null }
                    fill(&member, inner)
                }
            }
            value = .object(object)
        case .array(var items):
            value = .null
            for position in items.indices {
                if let inner = schema.items, isWrongNull(items[position], inner) { items[position] = inner.defaultValue ?? .null }
                fill(&items[position], schema.items)
            }
            value = .array(items)
        default: break
        }
    }
}
