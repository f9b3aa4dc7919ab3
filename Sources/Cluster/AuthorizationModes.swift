import APIServer
import Core
import Logging
import ResourceEngine
import Store
import Values

/// Who decides what requests may do: the authorisers of an `AuthorizationConfiguration`, in its order.
struct AuthorizationModes: Sendable {
    let chain: AuthorizerChain
    /// Always there, for the check that nobody grants what he does not have.
    let rbac: RBACAuthorizer
    /// The rules that can be listed; nil when roles are not looked at.
    let listed: RBACAuthorizer?
    private let node: NodeAuthorizer?
    private let counted: [CountedAuthorizer]
    private let webhooks: [WebhookAuthorizerMetrics]

    /// Throws `ClusterError` that names the flag, file or field that is wrong.
    init(_ settings: APIServerSettings, store: Store, gates: FeatureGates, clock: any Clock, logger: Logger) throws {
        let configured = try AuthorizationConfiguration(settings).links
        rbac = RBACAuthorizer(store: store)
        var counted: [CountedAuthorizer] = []
        var webhooks: [WebhookAuthorizerMetrics] = []
        var node: NodeAuthorizer?
        for link in configured {
            let authorizer: any Authorizer
            switch link.type {
            case "Node":
                let made = NodeAuthorizer(store: store, rules: BootstrapFacts.nodeRules(gates).map(RBACRule.init))
                authorizer = made
                node = made
            case "RBAC": authorizer = rbac
            case "AlwaysAllow": authorizer = AllowAll()
            case "AlwaysDeny": authorizer = DenyAll()
            default:
                guard let webhook = link.webhook else { throw ClusterError("there is no authorizer \(link.type)") }
                let service = try APIServerSettings.reviewer(
                    webhook.kubeconfig, place: webhook.place, timeout: webhook.timeout, clock: clock)
                let made = WebhookAuthorizer(service, webhook.settings, clock: clock, logger: logger)
                authorizer = made
                webhooks.append(made.figures)
            }
            counted.append(CountedAuthorizer(authorizer, type: link.type, name: link.name))
        }
        self.node = node
        self.counted = counted
        self.webhooks = webhooks
        listed = configured.contains { $0.type == "RBAC" } ? rbac : nil
        chain = AuthorizerChain(counted)
    }

    /// What was decided, and what webhooks were asked, in Prometheus' text format.
    var metricsText: String { CountedAuthorizer.text(counted) + WebhookAuthorizerMetrics.text(webhooks) }

    /// Follows what decisions are made from, until cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [rbac] in try await rbac.run() }
            if let node { group.addTask { try await node.run() } }
            try await group.waitForAll()
        }
    }
}
