import APIServer
import Core
import Linux
import Logging
import ResourceEngine
import Store
import Synchronization
import Values
import YAML

/// Who decides what requests may do: the authorisers of an `AuthorizationConfiguration`, in its order, as it is now. Safe from any thread.
final class AuthorizationModes: Authorizer {
    /// Those that are asked now.
    private struct Asked {
        var chain = AuthorizerChain([])
        var counted: [CountedAuthorizer] = []
        /// What each of these is counted under: by type and name, so that counts go on across changes.
        var names: [String: CountedAuthorizer] = [:]
        var webhooks: [WebhookAuthorizerMetrics] = []
    }

    /// Always there, for the check that nobody grants what he does not have.
    let rbac: RBACAuthorizer
    /// Those whose rules can be listed, in the order they are asked in.
    let listed: [any RuleListing]
    private let node: NodeAuthorizer?
    /// Nil when roles are not looked at.
    private let roles: RBACAuthorizer?
    private let policies: ABACAuthorizer?
    private let settings: APIServerSettings
    private let clock: any Clock
    private let logger: Logger
    private let asked = Mutex(Asked())

    /// Throws `ClusterError` that names the flag, file or field that is wrong.
    init(_ settings: APIServerSettings, store: Store, gates: FeatureGates, clock: any Clock, logger: Logger) throws {
        let configured = try AuthorizationConfiguration(settings).links
        self.settings = settings
        self.clock = clock
        self.logger = logger
        rbac = RBACAuthorizer(store: store)
        let types = Set(configured.map(\.type))
        node = types.contains("Node") ? NodeAuthorizer(store: store, rules: BootstrapFacts.nodeRules(gates).map(RBACRule.init)) : nil
        roles = types.contains("RBAC") ? rbac : nil
        policies = types.contains("ABAC") ? try Self.policies(settings) : nil
        listed = configured.compactMap { [roles, policies] link -> (any RuleListing)? in
            switch link.type {
            case "RBAC": roles
            case "ABAC": policies
            default: nil
            }
        }
        try use(configured)
    }

    private static func policies(_ settings: APIServerSettings) throws -> ABACAuthorizer {
        let path = settings.flags["authorization-policy-file"] ?? ""
        guard let bytes = try Files.readIfPresent(path) else {
            throw ClusterError("--authorization-policy-file: there is no file \(path)")
        }
        do { return try ABACAuthorizer(bytes, path: path) } catch let error as APIError {
            throw ClusterError("--authorization-policy-file: \(error.message)")
        }
    }

    /// The file of authorisers, to be followed; nil without one.
    func reloaded(serverID: String) throws -> ReloadedFile? {
        guard let path = settings.flags["authorization-config"] else { return nil }
        return try ReloadedFile(
            path, subsystem: "authorization_config_controller", serverID: serverID, clock: clock, logger: logger
        ) { [self] bytes in
            do { try use(try AuthorizationConfiguration.links(try YAMLParser.parse(bytes))) } catch let error as APIError {
                throw ClusterError(error.message)
            }
        }
    }

    /// Decisions from now on are made by these. Throws `ClusterError` that names what is wrong with them.
    private func use(_ links: [AuthorizationConfiguration.Link]) throws {
        let known = asked.withLock { $0.names }
        var next = Asked()
        for link in links {
            let name = "\(link.type)/\(link.name)"
            let one: CountedAuthorizer
            if let webhook = link.webhook {
                let service = try APIServerSettings.reviewer(
                    webhook.kubeconfig, place: webhook.place, timeout: webhook.timeout, clock: clock)
                let made = WebhookAuthorizer(service, webhook.settings, clock: clock, logger: logger)
                next.webhooks.append(made.figures)
                one = CountedAuthorizer(made, type: link.type, name: link.name)
            } else if let there = known[name] {
                one = there
            } else {
                one = CountedAuthorizer(try builtIn(link.type), type: link.type, name: link.name)
            }
            next.names[name] = one
            next.counted.append(one)
        }
        next.chain = AuthorizerChain(next.counted)
        asked.withLock { $0 = next }
    }

    private func builtIn(_ type: String) throws -> any Authorizer {
        switch type {
        case "Node":
            if let node { return node }
        case "RBAC":
            if let roles { return roles }
        case "ABAC":
            if let policies { return policies }
        case "AlwaysAllow": return AllowAll()
        case "AlwaysDeny": return DenyAll()
        default: throw ClusterError("there is no authorizer \(type)")
        }
        throw ClusterError("authorizer type \(type) is not allowed if it was not enabled at initial server startup")
    }

    /// What was decided, and what webhooks were asked, in Prometheus' text format.
    var metricsText: String {
        let (counted, webhooks) = asked.withLock { ($0.counted, $0.webhooks) }
        return CountedAuthorizer.text(counted) + WebhookAuthorizerMetrics.text(webhooks)
    }

    /// Follows what decisions are made from, until cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [rbac] in try await rbac.run() }
            if let node { group.addTask { try await node.run() } }
            try await group.waitForAll()
        }
    }

    // MARK: Authorizer

    private var chain: AuthorizerChain { asked.withLock { $0.chain } }

    func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision { await chain.authorize(attributes) }
    func unlistedRules(of user: UserInfo) -> String? { chain.unlistedRules(of: user) }
}
