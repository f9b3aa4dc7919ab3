import Core
import ResourceEngine
import Values

/// The rules all custom resources have in common (upstream's `customresource` strategies).
struct CustomResourceHooks: ResourceHooks {
    let hasStatus: Bool
    let isTerminating: Bool

    func prepareForCreate(_ object: inout Value, _ context: HookContext) throws {
        guard !isTerminating else {
            throw APIError(
                code: 405, reason: .methodNotAllowed, message: "create not allowed while custom resource definition is terminating")
        }
    }

    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {
        guard context.subresource == "status" else { return }
        // A write of the status changes nothing of the metadata but who owns what.
        var metadata = old["metadata"] ?? .object(Object())
        metadata["managedFields"] = object[path: "metadata", "managedFields"]
        metadata["resourceVersion"] = object[path: "metadata", "resourceVersion"]
        object["metadata"] = metadata
    }

    func raisesGeneration(_ object: Value, old: Value) -> Bool {
        let hidden: Set<String> = hasStatus ? ["metadata", "status"] : ["metadata"]
        func content(_ value: Value) -> Object {
            var content = value.object ?? Object()
            content.removeAll { hidden.contains($0.key) }
            return content
        }
        return content(object) != content(old)
    }
}
