/// `nodeSelector` and node affinity: required terms rule out, preferred ones add their weight.
package struct NodeAffinity: FilterPlugin, ScorePlugin {
    package static let name = "NodeAffinity"

    package static let hints: ClusterChange = .nodes

    /// What the profile asks of every node beside the pod (`addedAffinity`): nil terms ask nothing.
    package var addedTerms: [NodeTerm]?
    package var addedPreferences: [(weight: Int64, term: NodeTerm)] = []

    package init() {}

    package func prepare(_ cycle: SchedulingCycle) -> FilterWork {
        let pod = cycle.pod
        if pod.namedNodes?.isEmpty == true { return .reject(.final("pod affinity terms conflict")) }
        guard !pod.nodeSelector.isEmpty || pod.requiredNodeTerms != nil || addedTerms != nil else { return .none }
        if let addedTerms {
            return .check { node in
                guard addedTerms.contains(where: { $0.matches(node) }) else {
                    return .final("node(s) didn't match scheduler-enforced node affinity")
                }
                return pod.acceptsByAffinity(node) ? nil : .final("node(s) didn't match Pod's node affinity/selector")
            }
        }
        return .check { pod.acceptsByAffinity($0) ? nil : .final("node(s) didn't match Pod's node affinity/selector") }
    }

    package func mayHelp(_ pod: PodState, _ news: ClusterNews) -> Bool {
        news.nodes.contains { node in
            pod.acceptsByAffinity(node) && (addedTerms?.contains { $0.matches(node) } ?? true)
        }
    }

    package func named(by pod: PodState) -> Set<String>? { pod.namedNodes }

    package func score(_ cycle: SchedulingCycle, _ candidates: [Int]) -> [Int64]? {
        let preferred = cycle.pod.preferredNodeTerms + addedPreferences
        guard !preferred.isEmpty else { return nil }
        let sums = candidates.map { position in
            preferred.reduce(Int64(0)) { $1.term.matches(cycle.nodes[position]) ? $0 + $1.weight : $0 }
        }
        return sums.normalized()
    }
}
