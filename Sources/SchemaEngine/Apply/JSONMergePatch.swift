import Values

/// JSON merge patch (RFC 7386).
package enum JSONMergePatch {
    /// `target` with `patch` applied: null members are removed, objects are merged, everything else is replaced.
    package static func apply(_ patch: Value, to target: Value) -> Value {
        guard case .object(let changes) = patch else { return patch }
        var result: Value = target.object == nil ? .object(Object()) : target
        for change in changes {
            if change.value.isNull {
                result[change.key] = nil
            } else {
                result[change.key] = apply(change.value, to: result[change.key] ?? .null)
            }
        }
        return result
    }
}
