import Core
import JSON
import Store
import Synchronization
import Values

/// Role-based access control over the roles and bindings in the store, held in memory and kept up to date.
package final class RBACAuthorizer: Authorizer, RuleListing {
    private static let group = "rbac.authorization.k8s.io"
    private static let resources = ["clusterroles", "clusterrolebindings", "roles", "rolebindings"]

    let store: Store
    let state = Mutex(RBACState())

    package init(store: Store) { self.store = store }

    /// Follows the store until cancelled. Requests are refused before the first objects are read, which is done at once.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for resource in Self.resources {
                let revision = load(resource)
                group.addTask { try await self.follow(resource, from: revision) }
            }
            try await group.waitForAll()
        }
    }

    /// Reads what the store has now: for a server that starts, and for tests that do not follow.
    package func load() { for resource in Self.resources { _ = load(resource) } }

    private func load(_ resource: String) -> Int64 {
        let (objects, revision) = store.list("\(Self.group)/\(resource)")
        let parsed = objects.map { ($0.key, Self.value($0)) }
        state.withLock { for (key, value) in parsed { $0.set(resource, key, value) } }
        return revision
    }

    private func follow(_ resource: String, from revision: Int64) async throws {
        var revision = revision
        while true {
            do {
                let watch = try store.watch("\(Self.group)/\(resource)", from: revision)
                for try await events in watch {
                    let changes = events.map { ($0.object.key, $0.kind == .delete ? nil : Self.value($0.object)) }
                    state.withLock { for (key, value) in changes { $0.set(resource, key, value) } }
                    revision = events.last?.revision ?? revision
                }
            } catch StoreError.compacted {
                // Fell behind all retained history: start over from what is there now.
                state.withLock { $0.removeAll(resource) }
                revision = load(resource)
            }
            try Task.checkCancellation()
        }
    }

    private static func value(_ object: StoredObject) -> Value {
        // The engine stores nothing that it could not encode.
        (try? JSONParser.parse(object.bytes)) ?? .null
    }

    /// All that the user may do in the namespace by roles; false when a role that is bound is missing.
    package func rules(for user: UserInfo, in namespace: String) -> (rules: [RBACRule], isComplete: Bool) {
        state.withLock { state in
            var (rules, isComplete) = state.rules(for: user, in: namespace)
            if user.groups.contains("system:masters") {
                let all = [RBACRule(verbs: ["*"], groups: ["*"], resources: ["*"]), RBACRule(verbs: ["*"], paths: ["*"])]
                rules += all.filter { !rules.contains($0) }
            }
            return (rules, isComplete)
        }
    }

    package func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision {
        if attributes.user.groups.contains("system:masters") { return .allow(reason: "") }
        return state.withLock { $0.authorize(attributes) }
    }
}

extension RBACState {
    /// Takes in one object of a resource of RBAC; nil for one that was deleted.
    mutating func set(_ resource: String, _ key: ObjectKey, _ value: Value?) {
        switch resource {
        case "roles", "clusterroles": setRole(key, value)
        default: setBinding(key, value)
        }
    }
}
