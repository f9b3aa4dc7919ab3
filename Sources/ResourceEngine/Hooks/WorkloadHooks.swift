import Core
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
        set(String(max(1, try Self.generation(of: object))), &object)
    }

    /// Throws `APIError` (400) for what is no number.
    private static func generation(of object: Value) throws -> Int64 {
        let text = object.metaStrings("annotations")[annotation] ?? "0"
        if let number = Int64(text) { return number }
        let problem = "strconv.ParseInt: parsing \(Validator.quoted(text)): invalid syntax"
        throw APIError.badRequest("DaemonSet in version \"v1\" cannot be handled as a DaemonSet: \(problem)")
    }

    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {
        _ = try Self.generation(of: object)
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
