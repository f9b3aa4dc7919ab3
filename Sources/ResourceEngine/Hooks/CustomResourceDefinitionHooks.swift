import Values

/// Custom resource definitions: remember in which versions objects may be stored.
struct CustomResourceDefinitionHooks: ResourceHooks {
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
}
