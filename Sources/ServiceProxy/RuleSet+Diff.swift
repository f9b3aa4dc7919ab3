/// What takes a table from one rule set to another.
package struct RuleChange: Sendable, Equatable {
    /// Commands for one `nft -f -`, which does all or nothing.
    package var commands: [String] = []
    /// Chains that are empty now and to be deleted in a later batch: kernels before 6.2 hold a chain busy for a while after
    /// the map element that named it is gone.
    package var staleChains: [String] = []
    /// Flows whose endpoint is gone.
    package var staleFlows: [UDPTarget] = []
}

/// The commands that take `table` from `actual` to `desired`. Established connections are in the kernel's connection table
/// and notice none of them. `emptied`: chains that still exist, without rules, from an earlier change.
package func diff(_ desired: RuleSet, _ actual: RuleSet, table: String, emptied: Set<String> = []) -> RuleChange {
    var change = RuleChange()
    func command(_ text: String) { change.commands.append(text) }

    // New sets and chains first, for rules and elements name them; chains before any rule, for rules name one another's.
    for (name, timeout) in desired.affinitySets.sorted(by: { $0.key < $1.key }) where actual.affinitySets[name] != timeout {
        if actual.affinitySets[name] != nil { continue }  // A changed timeout has a set of another name.
        command("add set ip \(table) \(name) { type ipv4_addr; size 65535; flags dynamic,timeout; timeout \(timeout)s; }")
    }
    let changed = desired.chains.filter { actual.chains[$0.key] != $0.value }.sorted { $0.key < $1.key }
    for (name, _) in changed where actual.chains[name] == nil && !emptied.contains(name) { command("add chain ip \(table) \(name)") }

    // Elements that go or change, while the chains they name still exist.
    for container in RuleSet.Container.allCases {
        let new = desired.elements[container] ?? [:]
        let gone = (actual.elements[container] ?? [:]).filter { new[$0.key] != $0.value }
        if !gone.isEmpty { command("delete element ip \(table) \(container.rawValue) { \(gone.keys.sorted().joined(separator: ", ")) }") }
    }
    for (name, rules) in changed {
        if actual.chains[name] != nil { command("flush chain ip \(table) \(name)") }
        for rule in rules { command("add rule ip \(table) \(name) \(rule)") }
    }
    for container in RuleSet.Container.allCases {
        let old = actual.elements[container] ?? [:]
        let new = (desired.elements[container] ?? [:]).filter { old[$0.key] != $0.value }.sorted { $0.key < $1.key }
        let text = new.map { $0.value.isEmpty ? $0.key : "\($0.key) : \($0.value)" }.joined(separator: ", ")
        if !new.isEmpty { command("add element ip \(table) \(container.rawValue) { \(text) }") }
    }

    change.staleChains = actual.chains.keys.filter { desired.chains[$0] == nil }.sorted()
    for name in change.staleChains { command("flush chain ip \(table) \(name)") }
    for name in actual.affinitySets.keys.sorted() where desired.affinitySets[name] == nil { command("delete set ip \(table) \(name)") }
    // Flows that began before the service was there go nowhere for as long as the client keeps sending.
    let known = Set(actual.udpTargets.map { UDPTarget(address: $0.address, port: $0.port, endpoint: nil) })
    let fresh =
        actual == RuleSet()
        ? []
        : desired.udpTargets.filter { $0.address != nil }.map { UDPTarget(address: $0.address, port: $0.port, endpoint: nil) }
            .filter { !known.contains($0) }
    change.staleFlows = actual.udpTargets.subtracting(desired.udpTargets).union(fresh).sorted {
        ($0.address ?? "", $0.port, $0.endpoint ?? "") < ($1.address ?? "", $1.port, $1.endpoint ?? "")
    }
    return change
}
