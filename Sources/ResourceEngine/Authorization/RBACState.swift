import Core
import Values

/// The roles and bindings of a cluster, found by who asks: a request looks at the bindings of its user and groups only.
struct RBACState: Sendable {
    enum Subject: Hashable, Sendable {
        case user(String)
        case group(String)
    }

    struct RoleReference: Hashable, Sendable {
        let kind: String
        let name: String
    }

    struct Binding: Sendable {
        let key: ObjectKey
        let role: RoleReference
        /// Each subject, and what upstream calls it in reasons.
        let subjects: [(subject: Subject, description: String)]

        /// What upstream calls the binding in reasons.
        func description(_ subject: String) -> String {
            let (kind, name) =
                key.namespace.isEmpty ? ("ClusterRoleBinding", key.name) : ("RoleBinding", "\(key.name)/\(key.namespace)")
            return "\(kind) \"\(name)\" of \(role.kind) \"\(role.name)\" to \(subject)"
        }
    }

    /// Cluster roles have an empty namespace.
    private var roles: [ObjectKey: [RBACRule]] = [:]
    private var bindings: [ObjectKey: Binding] = [:]
    /// The names of bindings by namespace (empty for cluster-wide ones) and subject.
    private var bound: [String: [Subject: Set<String>]] = [:]

    // MARK: Following the store

    /// Forgets all objects of a resource of RBAC.
    mutating func removeAll(_ resource: String) {
        let isClusterWide = resource.hasPrefix("cluster")
        if resource.hasSuffix("roles") {
            roles = roles.filter { $0.key.namespace.isEmpty != isClusterWide }
        } else {
            for key in bindings.keys where key.namespace.isEmpty == isClusterWide { setBinding(key, nil) }
        }
    }

    mutating func setRole(_ key: ObjectKey, _ role: Value?) {
        roles[key] = role.map { ($0["rules"]?.array ?? []).map(RBACRule.init) }
    }

    mutating func setBinding(_ key: ObjectKey, _ value: Value?) {
        if let old = bindings.removeValue(forKey: key) {
            for (subject, _) in old.subjects { bound[key.namespace]?[subject]?.remove(key.name) }
        }
        guard let value else { return }
        let role = RoleReference(kind: value[path: "roleRef", "kind"]?.string ?? "", name: value[path: "roleRef", "name"]?.string ?? "")
        let binding = Binding(
            key: key, role: role, subjects: (value["subjects"]?.array ?? []).compactMap { Self.subject($0, key.namespace) })
        bindings[key] = binding
        for (subject, _) in binding.subjects { bound[key.namespace, default: [:]][subject, default: []].insert(key.name) }
    }

    private static func subject(_ value: Value, _ bindingNamespace: String) -> (Subject, String)? {
        let name = value["name"]?.string ?? ""
        switch value["kind"]?.string {
        case "User": return (.user(name), "User \"\(name)\"")
        case "Group": return (.group(name), "Group \"\(name)\"")
        case "ServiceAccount":
            let given = value["namespace"]?.string ?? ""
            let namespace = given.isEmpty ? bindingNamespace : given
            return (.user("system:serviceaccount:\(namespace):\(name)"), "ServiceAccount \"\(name)/\(namespace)\"")
        default: return nil
        }
    }

    // MARK: Asking

    /// Visits the bindings that give the user anything in the namespace, cluster-wide ones first, until `visit` returns false.
    private func forEachBinding(of user: UserInfo, in namespace: String, _ visit: (Binding, String) -> Bool) {
        let subjects = [Subject.user(user.name)] + user.groups.map { .group($0) }
        for place in namespace.isEmpty ? [""] : ["", namespace] {
            guard let bySubject = bound[place] else { continue }
            for subject in subjects {
                for name in bySubject[subject] ?? [] {
                    guard let binding = bindings[ObjectKey(namespace: place, name: name)],
                        let description = binding.subjects.first(where: { $0.subject == subject })?.description
                    else { continue }
                    if !visit(binding, description) { return }
                }
            }
        }
    }

    /// Nil when there is no such role.
    func rules(of role: RoleReference, in namespace: String) -> [RBACRule]? {
        roles[ObjectKey(namespace: role.kind == "Role" ? namespace : "", name: role.name)]
    }

    /// Whether a binding allows the request, and by which; bindings whose role is missing are named in the reason.
    func authorize(_ request: RequestAttributes) -> AuthorizationDecision {
        var reason: String?
        var missing: [String] = []
        forEachBinding(of: request.user, in: request.namespace) { binding, subject in
            guard let rules = rules(of: binding.role, in: binding.key.namespace) else {
                missing.append(
                    "\(binding.role.kind == "Role" ? "role" : "clusterrole").rbac.authorization.k8s.io \"\(binding.role.name)\" not found")
                return true
            }
            guard rules.contains(where: { $0.allows(request) }) else { return true }
            reason = "RBAC: allowed by \(binding.description(subject))"
            return false
        }
        if let reason { return .allow(reason: reason) }
        if missing.isEmpty { return .noOpinion(reason: "") }
        missing = Array(Set(missing)).sorted()
        let list = missing.count == 1 ? missing[0] : "[\(missing.joined(separator: ", "))]"
        return .noOpinion(reason: "RBAC: \(list)")
    }

    /// All that the user may do in the namespace; `isComplete` is false when a role is missing.
    func rules(for user: UserInfo, in namespace: String) -> (rules: [RBACRule], isComplete: Bool) {
        var result: [RBACRule] = []
        var isComplete = true
        // Who is bound by two of his groups has the rules once.
        var seen: Set<ObjectKey> = []
        forEachBinding(of: user, in: namespace) { binding, _ in
            guard seen.insert(binding.key).inserted else { return true }
            if let rules = rules(of: binding.role, in: binding.key.namespace) { result += rules } else { isComplete = false }
            return true
        }
        return (result, isComplete)
    }
}
