import Core
import Values

/// Lets only those change an object's owners who may delete it, and only those keep an owner from going who may set its finalizers.
struct OwnerReferencesPermissionEnforcement: ValidatingPlugin {
    let name = "OwnerReferencesPermissionEnforcement"
    let authorizer: any Authorizer
    let registry: ResourceRegistry

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create || request.operation == .update, let object = request.object else { return }
        // Old kubelets garble the owners there, and they are kept as they are anyway.
        if request.groupResource.description == "pods", request.subresource == "status" { return }
        let owners = Self.owners(object)
        let old = request.oldObject.map(Self.owners) ?? []
        guard owners != old else { return }
        if request.operation == .update {
            let attributes = RequestAttributes(
                user: request.user, verb: "delete", resource: request.schema.resource, subresource: request.subresource,
                namespace: request.namespace, name: request.name)
            let decision = await authorizer.authorize(attributes)
            guard decision.isAllowed else {
                throw request.forbidden("cannot set an ownerRef on a resource you can't delete: \(Self.why(decision))")
            }
        }
        let blocking = owners.filter { owner in
            guard owner["blockOwnerDeletion"]?.bool == true else { return false }
            return old.first { $0["uid"] == owner["uid"] }?["blockOwnerDeletion"]?.bool != true
        }
        if blocking.isEmpty { return }
        let anything = GroupVersionResource(group: "*", version: "*", resource: "*")
        if await mayFinalize(request.user, anything, "", "*").isAllowed { return }
        for owner in blocking { try await check(owner, request) }
    }

    private func check(_ owner: Value, _ request: AdmissionRequest) async throws {
        let kind = GroupVersionKind(apiVersion: owner["apiVersion"]?.string ?? "", kind: owner["kind"]?.string ?? "")
        let resources = registry.all.filter { $0.schema.kind == kind }.map(\.schema)
        guard !resources.isEmpty else {
            throw request.forbidden(
                "cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion \(kind.apiVersion) Kind \(kind.kind): "
                    + "no matches for kind \"\(kind.kind)\" in version \"\(kind.apiVersion)\"")
        }
        for schema in resources {
            let namespace = schema.isNamespaced ? request.namespace : ""
            let decision = await mayFinalize(request.user, schema.resource, namespace, owner["name"]?.string ?? "")
            guard decision.isAllowed else {
                throw request.forbidden(
                    "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: "
                        + Self.why(decision))
            }
        }
    }

    private func mayFinalize(_ user: UserInfo, _ resource: GroupVersionResource, _ namespace: String, _ name: String) async
        -> AuthorizationDecision
    {
        await authorizer.authorize(
            RequestAttributes(
                user: user, verb: "update", resource: resource, subresource: "finalizers", namespace: namespace, name: name))
    }

    private static func owners(_ object: Value) -> [Value] { object.meta("ownerReferences")?.array ?? [] }

    private static func why(_ decision: AuthorizationDecision) -> String { "\(decision.reason), \(decision.error ?? "<nil>")" }
}
