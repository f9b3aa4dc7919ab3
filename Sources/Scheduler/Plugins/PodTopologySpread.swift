import Glibc

/// Spreads pods over topology domains: `DoNotSchedule` constraints rule out, `ScheduleAnyway` ones score (KEP-895).
/// A pod without constraints that has a controller is spread over hosts and zones by default.
package struct PodTopologySpread: FilterPlugin, ScorePlugin {
    package static let name = "PodTopologySpread"
    package static let hints: ClusterChange = [.nodes, .podPlaced, .podGone]
    private static let hostKey = "kubernetes.io/hostname"

    package init() {}

    package func prepare(_ cycle: SchedulingCycle) -> FilterWork {
        let pod = cycle.pod
        let constraints = pod.spreadConstraints.filter(\.isHard)
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
        let constraints = isDefault ? Self.defaults(for: cycle.pod) : own
        guard !constraints.isEmpty else { return nil }
        let keys = isDefault ? [] : constraints.map(\.topologyKey)
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
            let values = Set(scored.compactMap { cycle.nodes[candidates[$0]].labels[constraint.topologyKey] })
            let weight = log(Double(values.count + 2))
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

    /// What upstream's system defaults spread: siblings of the same controller over hosts (skew 3) and zones (skew 5).
    /// Siblings are told by the pod's own labels, which its controller's selector chose.
    private static func defaults(for pod: PodState) -> [PodState.SpreadConstraint] {
        guard pod.hasSiblings, !pod.labels.isEmpty else { return [] }
        let selector = CompiledSelector(requirements: pod.labels.sorted { $0.key < $1.key }.map { .isIn($0.key, [$0.value]) })
        return [(hostKey, 3), ("topology.kubernetes.io/zone", 5)].map { key, skew in
            PodState.SpreadConstraint(
                maxSkew: skew, topologyKey: key, isHard: false, selector: selector, minDomains: 1, honoursAffinity: true,
                honoursTaints: false)
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
            let matching = cycle.groups.matching(namespace: cycle.pod.key.namespace) {
                !$0.isTerminating && constraint.selector.matches($0.labels)
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
