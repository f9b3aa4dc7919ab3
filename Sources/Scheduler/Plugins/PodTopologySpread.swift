import Glibc

/// Spreads pods over topology domains: `DoNotSchedule` constraints rule out, `ScheduleAnyway` ones score (KEP-895).
/// A pod without constraints that has a controller is spread over hosts and zones by default.
package struct PodTopologySpread: FilterPlugin, ScorePlugin {
    package static let name = "PodTopologySpread"

    package func filter(_ cycle: SchedulingCycle, _ feasibility: inout Feasibility) {
        let constraints = cycle.pod.spreadConstraints.filter(\.isHard)
        guard !constraints.isEmpty else { return }
        let counted = constraints.map { constraint in
            Domains(of: constraint, cycle, requiringKeys: constraints.map(\.topologyKey))
        }
        feasibility.filter { position in
            let node = cycle.nodes[position]
            for (constraint, domains) in zip(constraints, counted) {
                guard let value = node.labels[constraint.topologyKey] else {
                    return "node(s) didn't match pod topology spread constraints (missing required label)"
                }
                let itself = constraint.selector.matches(cycle.pod.labels) ? 1 : 0
                let skew = (domains.counts[value] ?? 0) + itself - domains.minimum(atLeast: constraint.minDomains)
                guard skew <= constraint.maxSkew else { return "node(s) didn't match pod topology spread constraints" }
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
            let domains = Domains(of: constraint, cycle, requiringKeys: keys)
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
        guard !pod.controllerUID.isEmpty, !pod.labels.isEmpty else { return [] }
        let selector = CompiledSelector(requirements: pod.labels.sorted { $0.key < $1.key }.map { .isIn($0.key, [$0.value]) })
        return [("kubernetes.io/hostname", 3), ("topology.kubernetes.io/zone", 5)].map { key, skew in
            PodState.SpreadConstraint(
                maxSkew: skew, topologyKey: key, isHard: false, selector: selector, minDomains: 1, honoursAffinity: true,
                honoursTaints: false)
        }
    }

    /// How many matching pods each domain of a topology key holds.
    private struct Domains {
        private(set) var counts: [String: Int] = [:]

        init(of constraint: PodState.SpreadConstraint, _ cycle: SchedulingCycle, requiringKeys keys: [String]) {
            for node in cycle.nodes {
                guard let value = node.labels[constraint.topologyKey], keys.allSatisfy({ node.labels[$0] != nil }) else { continue }
                if constraint.honoursAffinity, !cycle.pod.acceptsByAffinity(node) { continue }
                if constraint.honoursTaints, cycle.pod.untolerated(on: node, effects: ["NoSchedule", "NoExecute"]) != nil { continue }
                counts[value, default: 0] += node.pods.values.count { pod in
                    !pod.isTerminating && pod.key.namespace == cycle.pod.key.namespace && constraint.selector.matches(pod.labels)
                }
            }
        }

        /// The emptiest domain's count; 0 while there are fewer domains than asked for.
        func minimum(atLeast domains: Int) -> Int { counts.count < domains ? 0 : counts.values.min() ?? 0 }
    }
}
