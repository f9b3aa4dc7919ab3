/// Where a pod goes, or why it goes nowhere.
package enum Placement: Equatable {
    case node(String)
    /// The text of the pod's `PodScheduled` condition and of its FailedScheduling event.
    case none(message: String)
}

/// The plugins of one scheduling profile, in upstream's order and with its weights.
package struct Profile: Sendable {
    package let filters: [any FilterPlugin]
    package let scores: [(plugin: any ScorePlugin, weight: Int64)]

    package static let standard = Profile(
        filters: [
            NodeUnschedulable(), NodeName(), TaintToleration(), NodeAffinity(), NodePorts(), NodeResourcesFit(), PodTopologySpread(),
            InterPodAffinity(),
        ],
        scores: [
            (TaintToleration(), 3), (NodeAffinity(), 2), (NodeResourcesFit(), 1), (PodTopologySpread(), 2), (InterPodAffinity(), 2),
            (NodeResourcesBalancedAllocation(), 1), (ImageLocality(), 1),
        ])

    /// Chooses a node: filters in order, then the highest weighted score; among equals the one `tieBreaker` picks.
    /// - Parameter tieBreaker: given a count, a number below it.
    package func place(_ cycle: SchedulingCycle, tieBreaker: (Int) -> Int) -> Placement {
        guard !cycle.nodes.isEmpty else { return .none(message: "no nodes available to schedule pods") }
        var feasibility = Feasibility(nodeCount: cycle.nodes.count)
        for plugin in filters {
            plugin.filter(cycle, &feasibility)
            if feasibility.candidates.isEmpty { return .none(message: explanation(feasibility, nodes: cycle.nodes.count)) }
        }
        let candidates = feasibility.candidates
        if candidates.count == 1 { return .node(cycle.nodes[candidates[0]].name) }
        var totals = [Int64](repeating: 0, count: candidates.count)
        for (plugin, weight) in scores {
            guard let scores = plugin.score(cycle, candidates) else { continue }
            for index in totals.indices { totals[index] += scores[index] * weight }
        }
        let best = totals.max() ?? 0
        let winners = totals.indices.filter { totals[$0] == best }
        return .node(cycle.nodes[candidates[winners[tieBreaker(winners.count)]]].name)
    }

    /// "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable." with the reasons in the order of their text.
    private func explanation(_ feasibility: Feasibility, nodes: Int) -> String {
        let reasons = feasibility.reasons.map { "\($0.value) \($0.key)" }.sorted()
        return "0/\(nodes) nodes are available: \(reasons.joined(separator: ", "))."
    }
}
