import Core
import Values

/// Keeps objects out of namespaces that are absent or going, and the system's namespaces from being deleted.
struct NamespaceLifecycle: MutatingPlugin {
    let name = "NamespaceLifecycle"
    static let immortal: Set<String> = ["default", "kube-system", "kube-public"]

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        let isNamespace = request.schema.resource.group.isEmpty && request.schema.resource.resource == "namespaces"
        if isNamespace {
            if request.operation == .delete, Self.immortal.contains(request.name) {
                throw APIError.forbidden(request.groupResource, request.name, "this namespace may not be deleted")
            }
            return
        }
        guard request.operation == .create, !request.namespace.isEmpty, request.schema.isNamespaced else { return }
        if request.schema.resource.group == "authorization.k8s.io" { return }
        guard let namespace = cluster.store.get("namespaces", ObjectKey(name: request.namespace)) else {
            throw APIError.notFound(GroupResource(group: "", resource: "namespaces"), request.namespace)
        }
        guard namespace.summary.fields["status.phase"] == "Terminating" else { return }
        var error = request.forbidden("unable to create new content in namespace \(request.namespace) because it is being terminated")
        error.causes.append(
            .init(
                reason: "NamespaceTerminating", message: "namespace \(request.namespace) is being terminated", field: "metadata.namespace"))
        throw error
    }
}
