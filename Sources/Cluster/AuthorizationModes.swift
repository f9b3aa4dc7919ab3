import APIServer
import ResourceEngine
import Store
import Values

/// Who decides what requests may do: the authorisers that `--authorization-mode` names, in its order.
struct AuthorizationModes: Sendable {
    /// Upstream's default is AlwaysAllow; ours is what every secure cluster sets.
    private static let defaults = ["Node", "RBAC"]

    let chain: AuthorizerChain
    /// Always there, for the check that nobody grants what he does not have.
    let rbac: RBACAuthorizer
    /// The rules that can be listed; nil when roles are not looked at.
    let listed: RBACAuthorizer?
    private let node: NodeAuthorizer?

    /// Throws `ClusterError` for modes that are not known, not built or named twice.
    init(_ settings: APIServerSettings, store: Store, gates: FeatureGates) throws {
        let modes = settings.words("authorization-mode") ?? Self.defaults
        guard Set(modes).count == modes.count else {
            throw ClusterError("--authorization-mode \(modes.joined(separator: ",")) names a mode twice")
        }
        rbac = RBACAuthorizer(store: store)
        var links: [any Authorizer] = []
        var node: NodeAuthorizer?
        for mode in modes {
            switch mode {
            case "Node":
                let made = NodeAuthorizer(store: store, rules: BootstrapFacts.nodeRules(gates).map(RBACRule.init))
                links.append(made)
                node = made
            case "RBAC": links.append(rbac)
            case "AlwaysAllow": links.append(AllowAll())
            case "AlwaysDeny": links.append(DenyAll())
            case "ABAC": throw ClusterError("--authorization-mode ABAC is not built; use RBAC or Webhook")
            default: throw ClusterError("--authorization-mode \(mode) is not known: Node, RBAC, Webhook, AlwaysAllow and AlwaysDeny are")
            }
        }
        self.node = node
        listed = modes.contains("RBAC") ? rbac : nil
        chain = AuthorizerChain(links)
    }

    /// Follows what decisions are made from, until cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [rbac] in try await rbac.run() }
            if let node { group.addTask { try await node.run() } }
            try await group.waitForAll()
        }
    }
}
