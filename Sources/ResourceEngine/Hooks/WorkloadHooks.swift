import Values

/// Deployments: annotations count for the generation, labels do not change through the status.
struct DeploymentHooks: ResourceHooks {
    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {
        if context.subresource == "status" { object.setMeta("labels", old.meta("labels")) }
    }

    func raisesGeneration(_ object: Value, old: Value) -> Bool {
        object["spec"] != old["spec"] || object.metaStrings("annotations") != old.metaStrings("annotations")
    }
}

/// Daemon sets: an annotation counts the changes of the template.
struct DaemonSetHooks: ResourceHooks {
    private static let annotation = "deprecated.daemonset.template.generation"

    func applyDefaults(_ object: inout Value, _ context: HookContext) {
        if object.metaStrings("annotations")[Self.annotation] == nil { set("0", &object) }
    }

    func prepareForCreate(_ object: inout Value, _ context: HookContext) throws {
        let given = Int(object.metaStrings("annotations")[Self.annotation] ?? "") ?? 0
        set(String(max(1, given)), &object)
    }

    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {
        let before = Int(old.metaStrings("annotations")[Self.annotation] ?? "") ?? 1
        let isChanged = object["spec"]?["template"] != old["spec"]?["template"]
        set(String(isChanged ? before + 1 : before), &object)
    }

    private func set(_ generation: String, _ object: inout Value) {
        var annotations = object.meta("annotations")?.object ?? Object()
        annotations[Self.annotation] = .string(generation)
        object.setMeta("annotations", .object(annotations))
    }
}
