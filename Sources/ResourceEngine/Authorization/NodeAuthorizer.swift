import Core
import JSON
import Store
import Synchronization
import Values

/// Lets a node (user `system:node:NAME` in group `system:nodes`) do what a node must: read what the pods bound to it refer to, and its own Node,
/// lease, CSINode and slices. What upstream's node authoriser decides; `NodeRestriction` looks at what is written.
///
/// Decisions are made from the store as it is now; the index of pods by node only says where to look first.
package final class NodeAuthorizer: Authorizer {
    private struct State {
        var pods: [String: Set<ObjectKey>] = [:]
        /// What pods refer to, as of a revision. Only of pods that somebody asked about.
        var references: [ObjectKey: (revision: Int64, references: PodReferences)] = [:]
    }

    private let store: Store
    /// What every node may do with resources that are not looked at singly.
    private let rules: [RBACRule]
    private let state = Mutex(State())

    package init(store: Store, rules: [RBACRule]) {
        self.store = store
        self.rules = rules
    }

    // MARK: Following pods

    /// Follows pods until cancelled.
    package func run() async throws {
        while true {
            var revision = store.currentRevision
            let pods = store.list("pods").objects
            state.withLock { state in
                state = State()
                for pod in pods { Self.add(pod, &state) }
            }
            do {
                for try await events in try store.watch("pods", from: revision) {
                    state.withLock { state in for event in events { Self.take(event, &state) } }
                    revision = events.last?.revision ?? revision
                }
            } catch StoreError.compacted {
                // Fell behind all retained history: start over from what is there now.
            }
            try Task.checkCancellation()
        }
    }

    private static func add(_ pod: StoredObject, _ state: inout State) {
        guard let node = pod.summary.fields["spec.nodeName"], !node.isEmpty else { return }
        state.pods[node, default: []].insert(pod.key)
    }

    private static func take(_ event: StoreEvent, _ state: inout State) {
        let (node, before) = (event.object.summary.fields["spec.nodeName"], event.previous?.summary.fields["spec.nodeName"])
        if event.kind == .put, node == before { return }
        if let before, let remaining = state.pods[before]?.subtracting([event.object.key]) {
            state.pods[before] = remaining.isEmpty ? nil : remaining
        }
        if event.kind == .put { return add(event.object, &state) }
        state.references[event.object.key] = nil
    }

    // MARK: Deciding

    package func authorize(_ request: RequestAttributes) async -> AuthorizationDecision { decision(request) }

    /// What the store as it is now says.
    package func decision(_ request: RequestAttributes) -> AuthorizationDecision {
        guard let node = Self.node(of: request.user) else { return .noOpinion(reason: "") }
        guard !node.isEmpty else { return .noOpinion(reason: "unknown node for user \"\(request.user.name)\"") }
        guard request.nonResourcePath == nil else { return byRules(request) }
        switch request.resource.groupResource.description {
        case "secrets", "configmaps": return reading(request, node)
        case "persistentvolumeclaims" where request.subresource == "status": return writingStatus(request, node)
        case "persistentvolumeclaims", "persistentvolumes", "resourceclaims.resource.k8s.io", "volumeattachments.storage.k8s.io":
            return getting(request, node)
        case "serviceaccounts": return usingAccount(request, node)
        case "leases.coordination.k8s.io": return usingLease(request, node)
        case "csinodes.storage.k8s.io": return usingCSINode(request, node)
        case "resourceslices.resource.k8s.io": return usingSlice(request, node)
        case "nodes": return usingNode(request, node)
        case "pods": return usingPod(request, node)
        case "podcertificaterequests.certificates.k8s.io": return .noOpinion(reason: "")
        default: return byRules(request)
        }
    }

    package func unlistedRules(of user: UserInfo) -> String? {
        Self.node(of: user) == nil ? nil : "node authorizer does not support user rule resolution"
    }

    /// The name of the node that the user is, empty for one without a name; nil for other users.
    private static func node(of user: UserInfo) -> String? {
        let prefix = "system:node:"
        guard user.name.hasPrefix(prefix), user.groups.contains("system:nodes") else { return nil }
        return String(user.name.dropFirst(prefix.count))
    }

    private func byRules(_ request: RequestAttributes) -> AuthorizationDecision {
        rules.contains { $0.allows(request) } ? .allow(reason: "") : .noOpinion(reason: "")
    }

    private static func no(_ reason: String = "") -> AuthorizationDecision { .noOpinion(reason: reason) }

    private func related(_ request: RequestAttributes, _ node: String) -> AuthorizationDecision {
        guard !request.name.isEmpty else { return Self.no("No Object name found") }
        return isRelated(request, node)
            ? .allow(reason: "") : Self.no("no relationship found between node '\(node)' and this object")
    }

    private func reading(_ request: RequestAttributes, _ node: String) -> AuthorizationDecision {
        guard ["get", "list", "watch"].contains(request.verb) else { return Self.no("can only read resources of this type") }
        guard request.subresource.isEmpty else { return Self.no("cannot read subresource") }
        guard !request.namespace.isEmpty else { return Self.no("can only read namespaced object of this type") }
        return related(request, node)
    }

    private func getting(_ request: RequestAttributes, _ node: String) -> AuthorizationDecision {
        guard request.verb == "get" else { return Self.no("can only get individual resources of this type") }
        guard request.subresource.isEmpty else { return Self.no("cannot get subresource") }
        return related(request, node)
    }

    private func writingStatus(_ request: RequestAttributes, _ node: String) -> AuthorizationDecision {
        guard ["update", "patch"].contains(request.verb) else { return Self.no("can only get/update/patch this type") }
        return related(request, node)
    }

    private func usingAccount(_ request: RequestAttributes, _ node: String) -> AuthorizationDecision {
        if request.verb == "get", request.subresource.isEmpty { return reading(request, node) }
        guard request.verb == "create", !request.name.isEmpty else {
            return Self.no("can only create tokens for individual service accounts")
        }
        guard request.subresource == "token" else { return Self.no("can only create token subresource of serviceaccount") }
        return related(request, node)
    }

    private func usingLease(_ request: RequestAttributes, _ node: String) -> AuthorizationDecision {
        guard ["get", "create", "update", "patch", "delete"].contains(request.verb) else {
            return Self.no("can only get, create, update, patch, or delete a node lease")
        }
        guard request.namespace == "kube-node-lease" else {
            return Self.no("can only access leases in the \"kube-node-lease\" system namespace")
        }
        guard request.verb == "create" || request.name == node else {
            return Self.no("can only access node lease with the same name as the requesting node")
        }
        return .allow(reason: "")
    }

    private func usingCSINode(_ request: RequestAttributes, _ node: String) -> AuthorizationDecision {
        guard ["get", "create", "update", "patch", "delete"].contains(request.verb) else {
            return Self.no("can only get, create, update, patch, or delete a CSINode")
        }
        guard request.subresource.isEmpty else { return Self.no("cannot authorize CSINode subresources") }
        guard request.verb == "create" || request.name == node else {
            return Self.no("can only access CSINode with the same name as the requesting node")
        }
        return .allow(reason: "")
    }

    private func usingSlice(_ request: RequestAttributes, _ node: String) -> AuthorizationDecision {
        guard request.subresource.isEmpty else { return Self.no("cannot authorize ResourceSlice subresources") }
        switch request.verb {
        case "create": return .allow(reason: "")
        case "get", "update", "patch", "delete": return related(request, node)
        case "watch", "list", "deletecollection":
            return Self.selects(request, node)
                ? .allow(reason: "") : Self.no("can only list/watch/deletecollection resourceslices with nodeName field selector")
        default:
            return Self.no(
                "only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection"
            )
        }
    }

    private func usingNode(_ request: RequestAttributes, _ node: String) -> AuthorizationDecision {
        switch (request.subresource, request.verb) {
        case ("", "create"), ("", "update"), ("", "patch"), ("status", "update"), ("status", "patch"): return .allow(reason: "")
        case ("", "get"), ("", "list"), ("", "watch"):
            if request.name == node { return .allow(reason: "") }
            return Self.no(
                request.name.isEmpty
                    ? "node '\(node)' cannot read all nodes, only its own Node object"
                    : "node '\(node)' cannot read '\(request.name)', only its own Node object")
        default: return Self.no()
        }
    }

    private func usingPod(_ request: RequestAttributes, _ node: String) -> AuthorizationDecision {
        switch (request.subresource, request.verb) {
        case ("", "get"): return getting(request, node)
        case ("", "list"), ("", "watch"):
            if Self.selects(request, node) { return .allow(reason: "") }
            if !request.name.isEmpty { return related(request, node) }
            return Self.no("can only list/watch pods with spec.nodeName field selector")
        case ("", "create"), ("", "delete"), ("status", "update"), ("status", "patch"), ("eviction", "create"): return .allow(reason: "")
        default: return Self.no()
        }
    }

    /// Whether the request is narrowed to what is on the node.
    private static func selects(_ request: RequestAttributes, _ node: String) -> Bool {
        guard !request.fieldSelector.isEmpty, let matcher = try? FieldMatcher(parsing: request.fieldSelector) else { return false }
        return matcher.requirements.contains { $0.field == "spec.nodeName" && $0.isEqual && $0.value == node }
    }

    // MARK: Relations

    private func isRelated(_ request: RequestAttributes, _ node: String) -> Bool {
        let key = ObjectKey(namespace: request.namespace, name: request.name)
        switch request.resource.resource {
        case "secrets":
            return isReferredTo(key, node) { $0.secrets.contains(key.name) } || isNeededByVolume(key, node)
        case "configmaps": return isReferredTo(key, node) { $0.configMaps.contains(key.name) }
        case "serviceaccounts": return isReferredTo(key, node) { $0.serviceAccount == key.name }
        case "persistentvolumeclaims": return isReferredTo(key, node) { $0.claims.contains(key.name) }
        case "resourceclaims": return isReferredTo(key, node) { $0.resourceClaims.contains(key.name) }
        case "persistentvolumes":
            guard let claim = object("persistentvolumes", ObjectKey(name: key.name))?[path: "spec", "claimRef"],
                let name = claim["name"]?.string
            else { return false }
            let owner = ObjectKey(namespace: claim["namespace"]?.string ?? "", name: name)
            return isReferredTo(owner, node) { $0.claims.contains(owner.name) }
        case "pods": return store.get("pods", key)?.summary.fields["spec.nodeName"] == node
        case "volumeattachments":
            return object("storage.k8s.io/volumeattachments", ObjectKey(name: key.name))?[path: "spec", "nodeName"]?.string == node
        case "resourceslices":
            return object("resource.k8s.io/resourceslices", ObjectKey(name: key.name))?[path: "spec", "nodeName"]?.string == node
        default: return false
        }
    }

    /// Whether a pod of the node in the namespace of `key` refers to what `isMeant` says.
    private func isReferredTo(_ key: ObjectKey, _ node: String, _ isMeant: (PodReferences) -> Bool) -> Bool {
        let known = state.withLock { $0.pods[node] ?? [] }
        for pod in known where pod.namespace == key.namespace {
            if let stored = store.get("pods", pod), refers(stored, node, isMeant) { return true }
        }
        // A pod may be bound already while the index has not been told yet.
        return store.list("pods", namespace: key.namespace).objects.contains { !known.contains($0.key) && refers($0, node, isMeant) }
    }

    private func refers(_ pod: StoredObject, _ node: String, _ isMeant: (PodReferences) -> Bool) -> Bool {
        guard pod.summary.fields["spec.nodeName"] == node else { return false }
        if let known = state.withLock({ $0.references[pod.key] }), known.revision == pod.revision { return isMeant(known.references) }
        // The engine stores nothing that it could not encode.
        guard let value = try? JSONParser.parse(pod.bytes) else { return false }
        let references = PodReferences(value)
        state.withLock { $0.references[pod.key] = (pod.revision, references) }
        return isMeant(references)
    }

    /// Whether a volume that a pod of the node has claimed is mounted with the secret.
    private func isNeededByVolume(_ secret: ObjectKey, _ node: String) -> Bool {
        for key in state.withLock({ $0.pods[node] ?? [] }) {
            var claims: Set<String> = []
            guard let pod = store.get("pods", key),
                refers(
                    pod, node,
                    {
                        claims = $0.claims; return true
                    })
            else { continue }
            for name in claims {
                let claim = ObjectKey(namespace: key.namespace, name: name)
                guard let bound = object("persistentvolumeclaims", claim)?[path: "spec", "volumeName"]?.string,
                    let volume = object("persistentvolumes", ObjectKey(name: bound)),
                    volume[path: "spec", "claimRef"]?["namespace"]?.string == claim.namespace,
                    volume[path: "spec", "claimRef"]?["name"]?.string == claim.name
                else { continue }
                if PodReferences.secrets(ofVolume: volume).contains(where: { $0 == (secret.namespace, secret.name) }) { return true }
            }
        }
        return false
    }

    private func object(_ bucket: String, _ key: ObjectKey) -> Value? {
        guard let stored = store.get(bucket, key) else { return nil }
        return try? JSONParser.parse(stored.bytes)
    }
}
