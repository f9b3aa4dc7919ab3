import Core
import Values

/// Refuses every write in a namespace that is not there, also those that `NamespaceLifecycle` lets through.
struct NamespaceExists: ValidatingPlugin {
    let name = "NamespaceExists"

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation != .connect, !request.namespace.isEmpty, request.groupResource.description != "namespaces" else { return }
        guard cluster.store.get("namespaces", ObjectKey(name: request.namespace)) != nil else {
            throw APIError.notFound(GroupResource(group: "", resource: "namespaces"), request.namespace)
        }
    }
}
