import Core
import Values

/// Nobody may grant what he does not have: the check of writes of roles and bindings.
///
/// A writer passes who is in `system:masters`, may `escalate` the role or `bind` the role named, or holds every rule himself.
package struct RoleEscalation: Sendable {
    private static let group = "rbac.authorization.k8s.io"
    private static let everything = [
        RBACRule(verbs: ["*"], groups: ["*"], resources: ["*"]), RBACRule(verbs: ["*"], paths: ["*"]),
    ]

    private let authorizer: RBACAuthorizer

    package init(_ authorizer: RBACAuthorizer) { self.authorizer = authorizer }

    /// Throws the refusal of a create or update of a Role or ClusterRole (`resource` "roles" or "clusterroles").
    package func checkRole(_ role: Value, old: Value?, resource: String, key: ObjectKey, user: UserInfo) async throws {
        if user.groups.contains("system:masters") || old.map({ Self.onlyCollectorFieldsDiffer($0, role) }) == true { return }
        if await isAllowed("escalate", resource, key, user) { return }
        let rules = (role["rules"]?.array ?? []).map(RBACRule.init)
        if let missing = missingRights(rules, key.namespace, user) { throw refusal(resource, key.name, missing) }
        guard [role, old ?? .null].contains(where: { $0[path: "aggregationRule", "clusterRoleSelectors"]?.array?.isEmpty == false }),
            missingRights(Self.everything, "", user) != nil
        else { return }
        throw refusal(resource, key.name, "must have cluster-admin privileges to use the aggregationRule")
    }

    /// Throws the refusal of a create or update of a RoleBinding or ClusterRoleBinding.
    package func checkBinding(_ binding: Value, old: Value?, resource: String, key: ObjectKey, user: UserInfo) async throws {
        if user.groups.contains("system:masters") || old.map({ Self.onlyCollectorFieldsDiffer($0, binding) }) == true { return }
        let role = RBACState.RoleReference(
            kind: binding[path: "roleRef", "kind"]?.string ?? "", name: binding[path: "roleRef", "name"]?.string ?? "")
        let roles = role.kind == "Role" ? "roles" : "clusterroles"
        if await isAllowed("bind", roles, ObjectKey(namespace: key.namespace, name: role.name), user) { return }
        guard let rules = authorizer.state.withLock({ $0.rules(of: role, in: key.namespace) }) else {
            throw APIError.notFound(GroupResource(group: Self.group, resource: role.kind == "Role" ? "role" : "clusterrole"), role.name)
        }
        if let missing = missingRights(rules, key.namespace, user) { throw refusal(resource, key.name, missing) }
    }

    private func isAllowed(_ verb: String, _ resource: String, _ key: ObjectKey, _ user: UserInfo) async -> Bool {
        let resource = GroupVersionResource(group: Self.group, version: "*", resource: resource)
        return await authorizer.authorize(
            RequestAttributes(user: user, verb: verb, resource: resource, namespace: key.namespace, name: key.name)
        ).isAllowed
    }

    /// What the user lacks of the rules, in upstream's words.
    private func missingRights(_ rules: [RBACRule], _ namespace: String, _ user: UserInfo) -> String? {
        let owned = authorizer.state.withLock { $0.rules(for: user, in: namespace).rules }
        let missing = rules.flatMap(\.parts).filter { part in !owned.contains { $0.covers(part) } }
        if missing.isEmpty { return nil }
        let groups = user.groups.map { "\"\($0)\"" }.joined(separator: " ")
        let lines = Set(Self.compact(missing).map(\.text)).sorted().joined(separator: "\n")
        return "user \"\(user.name)\" (groups=[\(groups)]) is attempting to grant RBAC permissions not currently held:\n\(lines)"
    }

    /// Joins the verbs of parts about one resource.
    private static func compact(_ parts: [RBACRule]) -> [RBACRule] {
        var result: [RBACRule] = []
        var positions: [RBACRule: Int] = [:]
        for part in parts {
            var place = part
            place.verbs = []
            if let position = positions[place], part.names.isEmpty, part.paths.isEmpty {
                result[position].verbs += part.verbs
            } else {
                positions[place] = result.count
                result.append(part)
            }
        }
        return result
    }

    private func refusal(_ resource: String, _ name: String, _ why: String) -> APIError {
        .forbidden(GroupResource(group: Self.group, resource: resource), name, why)
    }

    /// Whether an update changes nothing but what the garbage collector must be able to change of any role.
    private static func onlyCollectorFieldsDiffer(_ old: Value, _ new: Value) -> Bool {
        func rest(_ value: Value) -> Value {
            var value = value
            for field in ["finalizers", "ownerReferences", "managedFields", "resourceVersion"] { value["metadata"]?[field] = nil }
            return value
        }
        return rest(old) == rest(new)
    }
}
