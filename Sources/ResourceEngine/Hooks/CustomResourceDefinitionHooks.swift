import Core
import Values

/// Custom resource definitions: remember in which versions objects may be stored, and stay until their objects are gone.
struct CustomResourceDefinitionHooks: ResourceHooks {
    static let finalizer = "customresourcecleanup.apiextensions.k8s.io"

    func prepareForCreate(_ object: inout Value, _ context: HookContext) throws {
        object["status"] = ["conditions": .null, "acceptedNames": ["plural": "", "kind": ""]]
        noteStored(&object)
    }

    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {
        if context.subresource.isEmpty { noteStored(&object) }
    }

    private func noteStored(_ object: inout Value) {
        var stored = object[path: "status", "storedVersions"]?.array ?? []
        for version in object[path: "spec", "versions"]?.array ?? [] where version["storage"]?.bool == true {
            if let name = version["name"], !stored.contains(name) { stored.append(name) }
        }
        object["status"]?["storedVersions"] = .array(stored)
    }

    /// The first deletion only marks the definition and gives it the finalizer that then holds it.
    func holdsDeletion(_ object: Value) -> Bool { object.meta("deletionTimestamp") == nil }

    func prepareForDelete(_ object: inout Value, _ context: HookContext) {
        var finalizers = object.meta("finalizers")?.array ?? []
        if !finalizers.contains(.string(Self.finalizer)) { finalizers.append(.string(Self.finalizer)) }
        object.setMeta("finalizers", .array(finalizers))
        var conditions = (object[path: "status", "conditions"]?.array ?? []).filter { $0["type"] != "Terminating" }
        conditions.append([
            "type": "Terminating", "status": "True", "lastTransitionTime": .string(context.now.rfc3339),
            "reason": "InstanceDeletionPending",
            "message": "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
        ])
        object["status"]?["conditions"] = .array(conditions)
    }
}
