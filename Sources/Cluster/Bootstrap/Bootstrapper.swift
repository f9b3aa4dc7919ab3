import Client
import Core
import KubernetesAPI
import ResourceEngine
import Values

/// Makes sure at every start that a cluster has what every cluster has. Idempotent; what users changed stays, but for the default
/// roles, which get back the rules they lack unless their `autoupdate` annotation says otherwise.
package struct Bootstrapper: Sendable {
    let client: Client
    /// The resource of a kind; how objects find their URL.
    let resource: @Sendable (GroupVersionKind) -> GroupVersionResource?

    package init(client: Client, resource: @escaping @Sendable (GroupVersionKind) -> GroupVersionResource?) {
        self.client = client
        self.resource = resource
    }

    /// Makes all objects there are to make; those of one list at once, so that they share commits. Throws `APIError`.
    package func run(_ system: SystemObjects) async throws {
        try await ensure(system.namespaces)
        let policy = RBACPolicy().objects
        try await ensure(policy.filter { !($0["kind"]?.string ?? "").hasSuffix("Binding") })
        try await ensure(policy.filter { ($0["kind"]?.string ?? "").hasSuffix("Binding") } + system.objects)
    }

    private func ensure(_ objects: [Value]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for object in objects { group.addTask { try await ensure(object) } }
            try await group.waitForAll()
        }
    }

    private func ensure(_ wanted: Value) async throws {
        let object = DynamicObject(wanted)
        let kind = GroupVersionKind(apiVersion: object.apiVersion, kind: object.kind)
        guard let resource = resource(kind) else { throw APIError.internalError("\(kind.kind) of \(kind.apiVersion) is not served") }
        let key = ObjectKey(namespace: object.metadata.namespace, name: object.metadata.name)
        do {
            let present = try await client.get(resource, key)
            try await mend(present, wanted, resource)
        } catch let error as APIError where error.reason == .notFound {
            do {
                _ = try await client.create(object, resource)
            } catch let error as APIError where error.reason == .alreadyExists {
                return  // Another server of the cluster was first.
            }
        }
    }

    /// Adds the rules or subjects that a default role or binding lacks.
    private func mend(_ present: DynamicObject, _ wanted: Value, _ resource: GroupVersionResource) async throws {
        guard present.metadata.annotations["rbac.authorization.kubernetes.io/autoupdate"] == "true" else { return }
        guard wanted["aggregationRule"] == nil else { return }  // The aggregation controller sees to those.
        var mended = present
        var isMended = false
        for list in ["rules", "subjects"] {
            let have = present.raw[list]?.array ?? []
            let missing = (wanted[list]?.array ?? []).filter { !have.contains($0) }
            guard !missing.isEmpty else { continue }
            mended.raw[list] = .array(have + missing)
            isMended = true
        }
        if isMended { _ = try await client.update(mended, resource) }
    }
}
