import Values

/// What holds taints of devices: a taint knows since when it is there, and so does a rule's whose effect has changed.
enum DeviceTaintHooks {
    struct Rule: ResourceHooks {
        func applyDefaults(_ object: inout Value, _ context: HookContext) {
            if object[path: "spec", "taint"]?.object != nil, object[path: "spec", "taint", "timeAdded"]?.string == nil {
                object["spec"]?["taint"]?["timeAdded"] = .string(context.now.rfc3339)
            }
        }

        func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {
            guard context.subresource.isEmpty, let new = object[path: "spec", "taint"], let before = old[path: "spec", "taint"],
                new["effect"] != before["effect"], new["timeAdded"] == before["timeAdded"]
            else { return }
            object["spec"]?["taint"]?["timeAdded"] = .string(context.now.rfc3339)
        }
    }

    /// A request for the state of pools says how many it wants to hear of.
    struct PoolRequest: ResourceHooks {
        func applyDefaults(_ object: inout Value, _ context: HookContext) {
            if object["spec"]?.object != nil, object[path: "spec", "limit"]?.int == nil { object["spec"]?["limit"] = 100 }
        }
    }
}
