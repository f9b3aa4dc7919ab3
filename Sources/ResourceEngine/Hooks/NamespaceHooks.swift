import Core
import Values

/// Namespaces: hold their own deletion until their content is gone (`spec.finalizers`, emptied through the subresource `finalize`).
struct NamespaceHooks: ResourceHooks {
    static let finalizer = "kubernetes"

    func prepareForCreate(_ object: inout Value, _ context: HookContext) throws {
        object["status"] = ["phase": "Active"]
        if object["spec"]?.object == nil { object["spec"] = .object(Object()) }
        var finalizers = object[path: "spec", "finalizers"]?.array ?? []
        if !finalizers.contains(.string(Self.finalizer)) { finalizers.append(.string(Self.finalizer)) }
        object["spec"]?["finalizers"] = .array(finalizers)
        // One whose name is made by the server has it only now.
        let name = object.name
        guard !name.isEmpty, object.meta("generateName") != nil else { return }
        var labels = object.meta("labels")?.object ?? Object()
        labels["kubernetes.io/metadata.name"] = .string(name)
        object.setMeta("labels", .object(labels))
    }

    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {
        switch context.subresource {
        case "finalize":
            object["status"] = old["status"]
        default:
            // What holds the namespace changes through `finalize` only.
            if object["spec"]?.object == nil { object["spec"] = .object(Object()) }
            object["spec"]?["finalizers"] = old[path: "spec", "finalizers"]
        }
        if context.subresource.isEmpty {
            var labels = object.meta("labels")?.object ?? Object()
            labels["kubernetes.io/metadata.name"] = .string(old.name)
            object.setMeta("labels", .object(labels))
        }
    }

    func holdsDeletion(_ object: Value) -> Bool { object[path: "spec", "finalizers"]?.array?.isEmpty == false }

    func prepareForDelete(_ object: inout Value, _ context: HookContext) { object["status"]?["phase"] = "Terminating" }
}
