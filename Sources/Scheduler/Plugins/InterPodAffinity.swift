/// Pod affinity and anti-affinity, of the pod towards those that run and of those towards the pod.
package struct InterPodAffinity: FilterPlugin, ScorePlugin {
    package static let name = "InterPodAffinity"
    /// What a required affinity term of a running pod adds to the score of a pod it matches (`hardPodAffinityWeight`).
    private static let hardAffinityWeight: Int64 = 1

    private struct Domain: Hashable {
        let key: String
        let value: String
    }

    package func filter(_ cycle: SchedulingCycle, _ feasibility: inout Feasibility) {
        let pod = cycle.pod
        let labels = { cycle.namespaceLabels[$0] ?? [:] }
        var repelled: Set<Domain> = []
        var avoided: Set<Domain> = []
        var wanted = [Set<Domain>](repeating: [], count: pod.requiredAffinity.count)
        let looksAtAll = !pod.requiredAffinity.isEmpty || !pod.requiredAntiAffinity.isEmpty
        for node in cycle.nodes where looksAtAll || node.repellingPods > 0 {
            for other in node.pods.values {
                for term in other.requiredAntiAffinity where term.matches(pod, namespaceLabels: labels) {
                    if let value = node.labels[term.topologyKey] { repelled.insert(Domain(key: term.topologyKey, value: value)) }
                }
                for term in pod.requiredAntiAffinity where term.matches(other, namespaceLabels: labels) {
                    if let value = node.labels[term.topologyKey] { avoided.insert(Domain(key: term.topologyKey, value: value)) }
                }
                // All terms must be satisfied by one and the same pod, as upstream counts them.
                guard !pod.requiredAffinity.isEmpty, pod.requiredAffinity.allSatisfy({ $0.matches(other, namespaceLabels: labels) }) else {
                    continue
                }
                for (index, term) in pod.requiredAffinity.enumerated() {
                    if let value = node.labels[term.topologyKey] { wanted[index].insert(Domain(key: term.topologyKey, value: value)) }
                }
            }
        }
        // The first pod of a group that wants to be with its own kind may go anywhere.
        let isFirst =
            wanted.allSatisfy(\.isEmpty) && pod.requiredAffinity.allSatisfy { $0.matches(pod, namespaceLabels: labels) }
        func isIn(_ domains: Set<Domain>, _ node: NodeState) -> Bool {
            domains.contains { node.labels[$0.key] == $0.value }
        }
        feasibility.filter { position in
            let node = cycle.nodes[position]
            for (index, term) in pod.requiredAffinity.enumerated() {
                guard let value = node.labels[term.topologyKey] else { return "node(s) didn't match pod affinity rules" }
                guard isFirst || wanted[index].contains(Domain(key: term.topologyKey, value: value)) else {
                    return "node(s) didn't match pod affinity rules"
                }
            }
            if !avoided.isEmpty, isIn(avoided, node) { return "node(s) didn't match pod anti-affinity rules" }
            if !repelled.isEmpty, isIn(repelled, node) { return "node(s) didn't satisfy existing pods anti-affinity rules" }
            return nil
        }
    }

    package func score(_ cycle: SchedulingCycle, _ candidates: [Int]) -> [Int64]? {
        let pod = cycle.pod
        let labels = { cycle.namespaceLabels[$0] ?? [:] }
        var weights: [Domain: Int64] = [:]
        for node in cycle.nodes {
            func add(_ term: PodState.AffinityTerm, _ weight: Int64) {
                if let value = node.labels[term.topologyKey] { weights[Domain(key: term.topologyKey, value: value), default: 0] += weight }
            }
            for other in node.pods.values {
                for term in pod.preferredAffinity where term.matches(other, namespaceLabels: labels) { add(term, term.weight) }
                for term in pod.preferredAntiAffinity where term.matches(other, namespaceLabels: labels) { add(term, -term.weight) }
                for term in other.requiredAffinity where term.matches(pod, namespaceLabels: labels) { add(term, Self.hardAffinityWeight) }
                for term in other.preferredAffinity where term.matches(pod, namespaceLabels: labels) { add(term, term.weight) }
                for term in other.preferredAntiAffinity where term.matches(pod, namespaceLabels: labels) { add(term, -term.weight) }
            }
        }
        guard !weights.isEmpty else { return nil }
        let sums = candidates.map { position in
            weights.reduce(Int64(0)) { cycle.nodes[position].labels[$1.key.key] == $1.key.value ? $0 + $1.value : $0 }
        }
        guard let largest = sums.max(), let smallest = sums.min(), largest > smallest else { return sums.map { _ in 0 } }
        return sums.map { Int64(Double(maximumScore) * Double($0 - smallest) / Double(largest - smallest)) }
    }
}
