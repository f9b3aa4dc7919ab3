/// Pod affinity and anti-affinity, of the pod towards those that run and of those towards the pod.
package struct InterPodAffinity: FilterPlugin, ScorePlugin {
    package static let name = "InterPodAffinity"
    package static let hints: ClusterChange = [.nodes, .podPlaced, .podGone, .namespaces]
    /// What a required affinity term of a running pod adds to the score of a pod it matches (`hardPodAffinityWeight`).
    package var hardAffinityWeight: Int64 = 1
    /// Whether running pods' preferences are ignored for pods that have none of their own.
    package var ignoresPreferencesOfOthers = false

    /// Values of labels of nodes, by the label's key.
    private typealias Domains = [String: Set<String>]

    package init() {}

    /// The labels of namespaces are not at hand here: a term that looks at them takes every namespace.
    package func mayHelp(_ pod: PodState, _ news: ClusterNews) -> Bool {
        if !news.changes.isDisjoint(with: [.nodes, .namespaces]) { return true }
        func concerns(_ term: PodState.AffinityTerm, _ other: PodState) -> Bool {
            (term.namespaceSelector != nil || term.namespaces.contains(other.key.namespace)) && term.selector.matches(other.labels)
        }
        // All terms must be satisfied by one and the same pod.
        let wanted = pod.affinity?.requiredAffinity ?? []
        if !wanted.isEmpty, news.placed.contains(where: { other in wanted.allSatisfy { concerns($0, other) } }) { return true }
        return news.gone.contains { other in
            pod.affinity?.requiredAntiAffinity.contains { concerns($0, other) } ?? false
                || other.affinity?.requiredAntiAffinity.contains { concerns($0, pod) } ?? false
                // With the last of its kind gone, the pod may be the first of its own.
                || !wanted.isEmpty && wanted.allSatisfy { concerns($0, other) }
        }
    }

    package func prepare(_ cycle: SchedulingCycle) -> FilterWork {
        let pod = cycle.pod
        let (wants, avoids) = (pod.affinity?.requiredAffinity ?? [], pod.affinity?.requiredAntiAffinity ?? [])
        guard !wants.isEmpty || !avoids.isEmpty || cycle.repellingPods > 0 else { return .none }
        let repelled = cycle.repellingPods > 0 ? Self.domainsThatRepel(cycle) : [:]
        let (wanted, avoided) = wants.isEmpty && avoids.isEmpty ? ([], [:]) : Self.domains(of: wants, avoids, cycle)
        guard !wants.isEmpty || !avoided.isEmpty || !repelled.isEmpty else { return .none }
        // The first pod of a group that wants to be with its own kind may go anywhere.
        let isFirst = wanted.allSatisfy(\.isEmpty) && wants.allSatisfy { $0.matches(pod, namespaceLabels: cycle.labels) }
        func isIn(_ domains: Domains, _ node: NodeState) -> Bool {
            domains.contains { key, values in node.labels[key].map(values.contains) ?? false }
        }
        return .check { node in
            for (index, term) in wants.enumerated() {
                guard let value = node.labels[term.topologyKey], isFirst || wanted[index].contains(value) else {
                    return .final("node(s) didn't match pod affinity rules")
                }
            }
            if isIn(avoided, node) { return .resolvable("node(s) didn't match pod anti-affinity rules") }
            if isIn(repelled, node) { return .resolvable("node(s) didn't satisfy existing pods anti-affinity rules") }
            return nil
        }
    }

    /// Where pods are that do not want this one near.
    private static func domainsThatRepel(_ cycle: SchedulingCycle) -> Domains {
        var keys = AnswersByGroup<AffinityGroup, [String]> { affinity in
            affinity.requiredAntiAffinity.filter { $0.matches(cycle.pod, namespaceLabels: cycle.labels) }.map(\.topologyKey)
        }
        var domains: Domains = [:]
        for node in cycle.nodes {
            for affinity in node.affinities.keys {
                for key in keys[affinity] {
                    if let value = node.labels[key] { domains[key, default: []].insert(value) }
                }
            }
        }
        return domains
    }

    /// Where pods are that this one wants to be near, by term, and where those are that it avoids.
    private static func domains(
        of wants: [PodState.AffinityTerm], _ avoids: [PodState.AffinityTerm], _ cycle: SchedulingCycle
    ) -> (wanted: [Set<String>], avoided: Domains) {
        // All terms must be satisfied by one and the same pod, as upstream counts them.
        var answers = AnswersByGroup<LabelGroup, (isWanted: Bool, avoidedBy: [String])> { group in
            (
                !wants.isEmpty && wants.allSatisfy { $0.matches(group, namespaceLabels: cycle.labels) },
                avoids.filter { $0.matches(group, namespaceLabels: cycle.labels) }.map(\.topologyKey)
            )
        }
        var wanted = [Set<String>](repeating: [], count: wants.count)
        var avoided: Domains = [:]
        for node in cycle.nodes {
            for group in node.groups.keys {
                let answer = answers[group]
                for key in answer.avoidedBy {
                    if let value = node.labels[key] { avoided[key, default: []].insert(value) }
                }
                guard answer.isWanted else { continue }
                for (index, term) in wants.enumerated() {
                    if let value = node.labels[term.topologyKey] { wanted[index].insert(value) }
                }
            }
        }
        return (wanted, avoided)
    }

    /// What one pod of a group adds to the score of nodes near it.
    private typealias Weights = [(key: String, weight: Int64)]

    package func score(_ cycle: SchedulingCycle, _ candidates: [Int]) -> [Int64]? {
        let pod = cycle.pod
        let (likes, dislikes) = (pod.affinity?.preferredAffinity ?? [], pod.affinity?.preferredAntiAffinity ?? [])
        let hasPreferences = !likes.isEmpty || !dislikes.isEmpty
        guard hasPreferences || cycle.hasAffinePods && !ignoresPreferencesOfOthers else { return nil }
        func matching(_ terms: [PodState.AffinityTerm], times factor: Int64) -> Weights {
            terms.filter { $0.matches(pod, namespaceLabels: cycle.labels) }.map { ($0.topologyKey, factor * $0.weight) }
        }
        var ofPods = AnswersByGroup<LabelGroup, Weights> { group in
            likes.filter { $0.matches(group, namespaceLabels: cycle.labels) }.map { ($0.topologyKey, $0.weight) }
                + dislikes.filter { $0.matches(group, namespaceLabels: cycle.labels) }.map { ($0.topologyKey, -$0.weight) }
        }
        var ofOthers = AnswersByGroup<AffinityGroup, Weights> { affinity in
            affinity.requiredAffinity.filter { $0.matches(pod, namespaceLabels: cycle.labels) }.map { ($0.topologyKey, hardAffinityWeight) }
                + matching(affinity.preferredAffinity, times: 1) + matching(affinity.preferredAntiAffinity, times: -1)
        }
        var weights: [String: [String: Int64]] = [:]
        for node in cycle.nodes {
            func add(_ parts: Weights, _ count: Int) {
                for (key, weight) in parts {
                    if let value = node.labels[key] { weights[key, default: [:]][value, default: 0] += weight * Int64(count) }
                }
            }
            if hasPreferences { for (group, count) in node.groups { add(ofPods[group], count) } }
            for (affinity, count) in node.affinities { add(ofOthers[affinity], count) }
        }
        guard !weights.isEmpty else { return nil }
        let sums = candidates.map { position in
            weights.reduce(Int64(0)) { sum, entry in
                sum + (cycle.nodes[position].labels[entry.key].flatMap { entry.value[$0] } ?? 0)
            }
        }
        guard let largest = sums.max(), let smallest = sums.min(), largest > smallest else { return sums.map { _ in 0 } }
        // In this order, so that what is lost below the point is the same as upstream's.
        return sums.map { Int64(Double(maximumScore) * (Double($0 - smallest) / Double(largest - smallest))) }
    }
}

extension SchedulingCycle {
    fileprivate func labels(_ namespace: String) -> [String: String] { namespaceLabels[namespace] ?? [:] }
}
