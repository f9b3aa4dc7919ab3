import Core
import Values

/// Events: forgotten after a while. What comes by `events.k8s.io` is held to more than what comes by the core group, in whose form all
/// are stored and validated; so that is done here, where the request is known.
struct EventHooks: ResourceHooks {
    let lifetime: Duration

    func prepareForCreate(_ object: inout Value, _ context: HookContext) throws {
        try check(object, context) { $0.strictEvent(Place(object)) }
    }

    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {
        try check(object, context) { $0.strictEventUpdate(Place(object), Place(old)) }
    }

    private func check(_ object: Value, _ context: HookContext, _ rules: (inout Validator) -> Void) throws {
        guard context.resource.group == "events.k8s.io" else { return }
        // Upstream names the kind without its group here.
        let kind = GroupVersionKind(group: "", version: "v1", kind: "Event")
        var validator = Validator()
        rules(&validator)
        guard validator.causes.isEmpty else { throw APIError.invalid(kind, object.name, validator.causes) }
    }

    func timeToLive(_ object: Value) -> Duration? { lifetime }
}

/// `events.k8s.io/v1` and the core group's `v1` are two views of one stored event; the core group's is stored.
enum EventConversion {
    static let conversion: Conversion = {
        var conversion = Conversion(toStorage: toCore, fromStorage: fromCore)
        let stored = Dictionary(uniqueKeysWithValues: names.map { ($1, $0) })
        conversion.storedField = { field in
            let head = field.prefix { $0 != "." }
            return (stored[String(head)] ?? String(head)) + field.dropFirst(head.count)
        }
        return conversion
    }()
    /// Fields of the core form, and what `events.k8s.io` calls them.
    private static let names = [
        ("involvedObject", "regarding"), ("message", "note"), ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"), ("reportingComponent", "reportingController"),
    ]

    @Sendable private static func toCore(_ event: Value) -> Value {
        var result = renamed(event, Dictionary(uniqueKeysWithValues: names.map { ($1, $0) }))
        result["apiVersion"] = "v1"
        return result
    }

    @Sendable private static func fromCore(_ event: Value) -> Value {
        var result = renamed(event, Dictionary(uniqueKeysWithValues: names.map { ($0, $1) }))
        result["apiVersion"] = "events.k8s.io/v1"
        // The core form writes them even when they are empty.
        for field in ["reportingController", "reportingInstance"] where result[field] == "" { result[field] = nil }
        return result
    }

    private static func renamed(_ event: Value, _ names: [String: String]) -> Value {
        var result = Object()
        for member in event.object ?? Object() { result[names[member.key] ?? member.key] = member.value }
        return .object(result)
    }
}
