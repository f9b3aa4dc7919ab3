import Glibc

/// Spreads pods over topology domains: `DoNotSchedule` constraints rule out, `ScheduleAnyway` ones score (KEP-895).
/// A pod without constraints that has a controller is spread over hosts and zones by default.
package struct PodTopologySpread: FilterPlugin, ScorePlugin {
    package static let name = "PodTopologySpread"
    package static let hints: ClusterChange = [.nodes, .podPlaced, .podGone]
    private static let hostKey = "kubernetes.io/hostname"

    /// What spreads pods that say nothing themselves.
    package struct Default: Sendable {
        package let maxSkew: Int
        package let topologyKey: String
        package let isHard: Bool

        package init(maxSkew: Int, topologyKey: String, isHard: Bool) {
            self.maxSkew = maxSkew
            self.topologyKey = topologyKey
            self.isHard = isHard
        }
    }

    /// Upstream's system defaults: over hosts and zones. Nodes without the labels are ranked all the same.
    package static let systemDefaults = [
        Default(maxSkew: 3, topologyKey: hostKey, isHard: false),
        Default(maxSkew: 5, topologyKey: "topology.kubernetes.io/zone", isHard: false),
    ]
    package var defaults = systemDefaults
    /// Whether the defaults are the system's, which need no labels.
    package var isSystemDefaulted = true

    package init() {}

    package func mayHelp(_ pod: PodState, _ news: ClusterNews) -> Bool {
        if !news.changes.isDisjoint(with: .nodes) || pod.spreadConstraints.isEmpty { return true }
        return (news.placed + news.gone).contains { other in
            other.key.namespace == pod.key.namespace
                && pod.spreadConstraints.contains { $0.isHard && $0.selector.matches(other.labels) }
        }
    }

    package func prepare(_ cycle: SchedulingCycle) -> FilterWork {
        let pod = cycle.pod
        var constraints = pod.spreadConstraints.filter(\.isHard)
        if pod.spreadConstraints.isEmpty, defaults.contains(where: \.isHard) { constraints = defaults(cycle).filter(\.isHard) }
        guard !constraints.isEmpty else { return .none }
        let keys = constraints.map(\.topologyKey)
        let rules = constraints.map { constraint in
            let domains = Domains(of: constraint, cycle, requiringKeys: keys)
            return (
                constraint: constraint, counts: domains.counts, minimum: domains.minimum(atLeast: constraint.minDomains),
                itself: constraint.selector.matches(pod.labels) ? 1 : 0
            )
        }
        return .check { node in
            for rule in rules {
                guard let value = node.labels[rule.constraint.topologyKey] else {
                    return .final("node(s) didn't match pod topology spread constraints (missing required label)")
                }
                guard (rule.counts[value] ?? 0) + rule.itself - rule.minimum <= rule.constraint.maxSkew else {
                    return .resolvable("node(s) didn't match pod topology spread constraints")
                }
            }
            return nil
        }
    }

    package func score(_ cycle: SchedulingCycle, _ candidates: [Int]) -> [Int64]? {
        let own = cycle.pod.spreadConstraints.filter { !$0.isHard }
        let isDefault = cycle.pod.spreadConstraints.isEmpty
        let constraints = isDefault ? defaults(cycle).filter { !$0.isHard } : own
        guard !constraints.isEmpty else { return nil }
        let keys = isDefault && isSystemDefaulted ? [] : constraints.map(\.topologyKey)
        // nil: the node lacks a key and is not scored.
        var raw: [Int64?] = candidates.map { position in
            keys.allSatisfy { cycle.nodes[position].labels[$0] != nil } ? 0 : nil
        }
        let scored = candidates.indices.filter { raw[$0] != nil }
        var sums = [Double](repeating: 0, count: candidates.count)
        for constraint in constraints {
            // A host is a domain of its own: only those that are ranked count.
            let domains = Domains(
                of: constraint, cycle, requiringKeys: keys, among: constraint.topologyKey == Self.hostKey ? candidates : nil)
            // Nodes without the label are together one domain more.
            let size =
                constraint.topologyKey == Self.hostKey
                ? scored.count : Set(scored.map { cycle.nodes[candidates[$0]].labels[constraint.topologyKey] ?? "" }).count
            let weight = log(Double(size + 2))
            for index in scored {
                guard let value = cycle.nodes[candidates[index]].labels[constraint.topologyKey] else { continue }
                sums[index] += Double(domains.counts[value] ?? 0) * weight + Double(constraint.maxSkew - 1)
            }
        }
        for index in scored { raw[index] = Int64(sums[index].rounded()) }
        let present = raw.compactMap { $0 }
        let largest = present.max() ?? 0
        let smallest = present.min() ?? 0
        return raw.map { score in
            guard let score else { return 0 }
            return largest == 0 ? maximumScore : maximumScore * (largest + smallest - score) / largest
        }
    }

    /// The defaults for a pod: among those that its Services and its controller select, too.
    private func defaults(_ cycle: SchedulingCycle) -> [PodState.SpreadConstraint] {
        guard !defaults.isEmpty, let selector = cycle.siblings.selector(for: cycle.pod) else { return [] }
        return defaults.map { entry in
            PodState.SpreadConstraint(
                maxSkew: entry.maxSkew, topologyKey: entry.topologyKey, isHard: entry.isHard, selector: selector, minDomains: 1,
                honoursAffinity: true, honoursTaints: false)
        }
    }

    /// How many matching pods each domain of a topology key holds.
    private struct Domains {
        private(set) var counts: [String: Int] = [:]

        /// Counts on all nodes, or on some, by position.
        init(
            of constraint: PodState.SpreadConstraint, _ cycle: SchedulingCycle, requiringKeys keys: [String], among positions: [Int]? = nil
        ) {
            // What a selector says of a pod depends on its group alone, and mostly few groups match.
            let matching = Set(
                cycle.labelGroups(in: [cycle.pod.key.namespace]).filter { !$0.isTerminating && constraint.selector.matches($0.labels) })
            let countsEveryNode =
                positions == nil && !constraint.honoursTaints && keys.allSatisfy { $0 == constraint.topologyKey }
                && (!constraint.honoursAffinity || cycle.pod.acceptsEveryNode)
            if countsEveryNode {
                counts = cycle.domains(by: constraint.topologyKey).mapValues { _ in 0 }
                for group in matching {
                    counts.merge(cycle.domains(of: group, by: constraint.topologyKey)) { $0 + $1 }
                }
                return
            }
            for position in positions ?? Array(cycle.nodes.indices) {
                let node = cycle.nodes[position]
                guard let value = node.labels[constraint.topologyKey], keys.allSatisfy({ node.labels[$0] != nil }) else { continue }
                if constraint.honoursAffinity, !cycle.pod.acceptsByAffinity(node) { continue }
                if constraint.honoursTaints, cycle.pod.untolerated(on: node, effects: ["NoSchedule", "NoExecute"]) != nil { continue }
                var count = 0
                if matching.count <= node.groups.count {
                    for group in matching { count += node.groups[group] ?? 0 }
                } else {
                    for (group, number) in node.groups where matching.contains(group) { count += number }
                }
                counts[value, default: 0] += count
            }
        }

        /// The emptiest domain's count; 0 while there are fewer domains than asked for.
        func minimum(atLeast domains: Int) -> Int { counts.count < domains ? 0 : counts.values.min() ?? 0 }
    }
}
