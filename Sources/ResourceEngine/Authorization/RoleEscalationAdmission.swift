import Core
import Values

/// Applies `RoleEscalation` to writes of roles and bindings. Upstream has the check in the registries of these kinds, before their validation.
package struct RoleEscalationAdmission: ScreeningPlugin {
    package let name = "RoleEscalation"
    private let escalation: RoleEscalation

    package init(_ authorizer: RBACAuthorizer) { escalation = RoleEscalation(authorizer) }

    package func screen(_ request: AdmissionRequest, _ cluster: ClusterState) async throws {
        let resource = request.schema.resource
        guard resource.group == "rbac.authorization.k8s.io", request.subresource.isEmpty, let object = request.object,
            request.operation == .create || request.operation == .update
        else { return }
        let key = ObjectKey(namespace: request.namespace, name: request.name)
        switch resource.resource {
        case "roles", "clusterroles":
            try await escalation.checkRole(object, old: request.oldObject, resource: resource.resource, key: key, user: request.user)
        case "rolebindings", "clusterrolebindings":
            try await escalation.checkBinding(object, old: request.oldObject, resource: resource.resource, key: key, user: request.user)
        default: break
        }
    }
}
