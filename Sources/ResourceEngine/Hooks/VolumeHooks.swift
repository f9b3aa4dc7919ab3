import Core
import Values

/// Persistent volumes: the phase they begin in, and when it last changed.
struct PersistentVolumeHooks: ResourceHooks {
    func prepareForCreate(_ object: inout Value, _ context: HookContext) throws {
        object["status"] = ["phase": "Pending", "lastPhaseTransitionTime": .string(context.now.rfc3339)]
    }

    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {
        guard context.subresource == "status", object[path: "status", "phase"] != old[path: "status", "phase"],
            object[path: "status", "lastPhaseTransitionTime"] == old[path: "status", "lastPhaseTransitionTime"]
        else { return }
        object["status"]?["lastPhaseTransitionTime"] = .string(context.now.rfc3339)
    }
}

/// Claims: the phase they begin in.
struct PersistentVolumeClaimHooks: ResourceHooks {
    func prepareForCreate(_ object: inout Value, _ context: HookContext) throws { object["status"] = ["phase": "Pending"] }
}
