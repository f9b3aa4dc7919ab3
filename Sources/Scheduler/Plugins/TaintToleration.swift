/// NoSchedule and NoExecute taints rule out; PreferNoSchedule ones count against a node.
package struct TaintToleration: FilterPlugin, ScorePlugin {
    package static let name = "TaintToleration"

    package static let hints: ClusterChange = .nodes
    private static let hard: Set<String> = ["NoSchedule", "NoExecute"]

    package init() {}

    package func mayHelp(_ pod: PodState, _ news: ClusterNews) -> Bool {
        news.nodes.contains { pod.untolerated(on: $0, effects: Self.hard) == nil }
    }

    package func prepare(_ cycle: SchedulingCycle) -> FilterWork {
        let pod = cycle.pod
        return .check { node in
            guard !node.taints.isEmpty else { return nil }
            return pod.untolerated(on: node, effects: Self.hard) == nil ? nil : .final("node(s) had untolerated taint(s)")
        }
    }

    package func score(_ cycle: SchedulingCycle, _ candidates: [Int]) -> [Int64]? {
        let tolerations = cycle.pod.tolerations.filter { $0.effect.isEmpty || $0.effect == "PreferNoSchedule" }
        let counts = candidates.map { position in
            let taints = cycle.nodes[position].taints
            guard !taints.isEmpty else { return Int64(0) }
            return Int64(taints.count { taint in taint.effect == "PreferNoSchedule" && !tolerations.contains { $0.tolerates(taint) } })
        }
        return counts.normalized(reversed: true)
    }
}
