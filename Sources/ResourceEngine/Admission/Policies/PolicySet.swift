import Logging

/// The policies of one kind with their bindings, as they are committed. Safe from any thread.
struct PolicySet<Policy: Sendable>: Sendable {
    private let policies: ConfigurationCache<Policy>
    private let bindings: ConfigurationCache<PolicyBinding>
    private let name: @Sendable (Policy) -> String

    init(
        policies: ConfigurationCache<Policy>, bindings: ConfigurationCache<PolicyBinding>, name: @escaping @Sendable (Policy) -> String
    ) {
        self.policies = policies
        self.bindings = bindings
        self.name = name
    }

    /// Every policy that is bound, with its bindings, both in the order of their names. A policy that nothing binds does nothing.
    func current(_ cluster: ClusterState) -> [(policy: Policy, bindings: [PolicyBinding])] {
        let bindings = bindings.current(cluster)
        guard !bindings.isEmpty else { return [] }
        let byPolicy = Dictionary(grouping: bindings, by: \.policyName)
        return policies.current(cluster).compactMap { policy in byPolicy[name(policy)].map { (policy, $0) } }
    }
}
