/// The part of the table that changes with services, endpoints and pods. The part that does not is `tableSkeleton`.
package struct RuleSet: Sendable, Hashable {
    /// A set or map of the skeleton.
    package enum Container: String, Sendable, Hashable, CaseIterable {
        case serviceAddresses = "service-addresses"
        case nodePorts = "node-ports"
        case refusedAddresses = "refused-addresses"
        case refusedNodePorts = "refused-node-ports"
        case hostPorts = "host-ports"
        case hostPortAddresses = "host-port-addresses"
        case hairpins = "hairpins"
    }

    /// Rules by chain.
    package var chains: [String: [String]] = [:]
    /// Elements by container: key to value, which is empty in a set.
    package var elements: [Container: [String: String]] = [:]
    /// Sets that remember clients: name to seconds of idleness after which a client is forgotten.
    package var affinitySets: [String: Int] = [:]
    /// Where UDP datagrams are sent: the kernel remembers flows, and forgets those of a vanished endpoint only when told.
    package var udpTargets: Set<UDPTarget> = []

    package init() {}

    /// Adds what `other` has. What both have with different values (two services claim one external address) stays as it is,
    /// so the caller merges in a fixed order.
    package mutating func merge(_ other: RuleSet) {
        chains.merge(other.chains) { first, _ in first }
        for (container, added) in other.elements { elements[container, default: [:]].merge(added) { first, _ in first } }
        affinitySets.merge(other.affinitySets) { first, _ in first }
        udpTargets.formUnion(other.udpTargets)
    }

    mutating func add(_ container: Container, _ key: String, _ value: String = "") {
        if elements[container]?[key] == nil { elements[container, default: [:]][key] = value }
    }
}

/// One way on which UDP datagrams of a service reach an endpoint.
package struct UDPTarget: Sendable, Hashable {
    /// What the client sends to; nil: any address of the node.
    package var address: String?
    package var port: Int
    /// Where it ends; nil: nowhere, the service has no endpoints.
    package var endpoint: String?

    package init(address: String?, port: Int, endpoint: String?) {
        self.address = address
        self.port = port
        self.endpoint = endpoint
    }

    /// Arguments of `conntrack` that forget the flows of this target.
    package var conntrackArguments: [String] {
        ["-D", "-f", "ipv4", "-p", "udp", "--dport", String(port)] + (address.map { ["--orig-dst", $0] } ?? [])
            + (endpoint.map { ["--dst-nat", $0] } ?? [])
    }
}
