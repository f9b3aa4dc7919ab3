/// Pod affinity and anti-affinity, of the pod towards those that run and of those towards the pod.
package struct InterPodAffinity: FilterPlugin, ScorePlugin {
    package static let name = "InterPodAffinity"
    package static let hints: ClusterChange = [.nodes, .podPlaced, .podGone, .namespaces]
    /// What a required affinity term of a running pod adds to the score of a pod it matches (`hardPodAffinityWeight`).
    package var hardAffinityWeight: Int64 = 1
    /// Whether running pods' preferences are ignored for pods that have none of their own.
    package var ignoresPreferencesOfOthers = false

    /// Where some pods are: how many there are by value of a label of their nodes.
    private typealias Domains = (key: String, counts: [String: Int])

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
        let repelled = cycle.affinityGroups.flatMap { affinity in
            affinity.requiredAntiAffinity.filter { $0.matches(pod, namespaceLabels: cycle.labels) }
                .map { (key: $0.topologyKey, counts: cycle.domains(of: affinity, by: $0.topologyKey)) }
        }
        let avoided = avoids.flatMap { term in
            cycle.groups(of: [term]).filter { term.matches($0, namespaceLabels: cycle.labels) }
                .map { (key: term.topologyKey, counts: cycle.domains(of: $0, by: term.topologyKey)) }
        }
        // All terms must be satisfied by one and the same pod, as upstream counts them.
        let friends = cycle.groups(of: wants).filter { group in wants.allSatisfy { $0.matches(group, namespaceLabels: cycle.labels) } }
        let wanted = wants.map { term in
            friends.map { (key: term.topologyKey, counts: cycle.domains(of: $0, by: term.topologyKey)) }.filter { !$0.counts.isEmpty }
        }
        func isIn(_ domains: [Domains], _ node: NodeState) -> Bool {
            domains.contains { domain in node.labels[domain.key].map { domain.counts[$0] != nil } ?? false }
        }
        guard !wants.isEmpty || (avoided + repelled).contains(where: { !$0.counts.isEmpty }) else { return .none }
        // The first pod of a group that wants to be with its own kind may go anywhere.
        let isFirst = wanted.allSatisfy(\.isEmpty) && wants.allSatisfy { $0.matches(pod, namespaceLabels: cycle.labels) }
        return .check { node in
            for (index, term) in wants.enumerated() {
                guard node.labels[term.topologyKey] != nil, isFirst || isIn(wanted[index], node) else {
                    return .final("node(s) didn't match pod affinity rules")
                }
            }
            if isIn(avoided, node) { return .resolvable("node(s) didn't match pod anti-affinity rules") }
            if isIn(repelled, node) { return .resolvable("node(s) didn't satisfy existing pods anti-affinity rules") }
            return nil
        }
    }

    package func score(_ cycle: SchedulingCycle, _ candidates: [Int]) -> [Int64]? {
        let pod = cycle.pod
        let (likes, dislikes) = (pod.affinity?.preferredAffinity ?? [], pod.affinity?.preferredAntiAffinity ?? [])
        guard !likes.isEmpty || !dislikes.isEmpty || !ignoresPreferencesOfOthers else { return nil }
        var weights: [String: [String: Int64]] = [:]
        func add(_ weight: Int64, _ key: String, _ counts: [String: Int]) {
            guard !counts.isEmpty else { return }
            for (value, count) in counts { weights[key, default: [:]][value, default: 0] += weight * Int64(count) }
        }
        for group in likes.isEmpty && dislikes.isEmpty ? [] : cycle.groups(of: likes + dislikes) {
            for (terms, sign) in [(likes, 1), (dislikes, -1)] as [([PodState.AffinityTerm], Int64)] {
                for term in terms where term.matches(group, namespaceLabels: cycle.labels) {
                    add(sign * term.weight, term.topologyKey, cycle.domains(of: group, by: term.topologyKey))
                }
            }
        }
        for affinity in cycle.affinityGroups {
            func addAll(_ terms: [PodState.AffinityTerm], _ weight: (PodState.AffinityTerm) -> Int64) {
                for term in terms where term.matches(pod, namespaceLabels: cycle.labels) {
                    add(weight(term), term.topologyKey, cycle.domains(of: affinity, by: term.topologyKey))
                }
            }
            addAll(affinity.requiredAffinity) { _ in hardAffinityWeight }
            addAll(affinity.preferredAffinity) { $0.weight }
            addAll(affinity.preferredAntiAffinity) { -$0.weight }
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

    /// The groups of placed pods that one of the terms may speak of.
    fileprivate func groups(of terms: [PodState.AffinityTerm]) -> [LabelGroup] {
        guard !terms.isEmpty else { return [] }
        if terms.contains(where: { $0.namespaceSelector != nil }) { return labelGroups() }
        return labelGroups(in: terms.reduce(into: []) { $0.formUnion($1.namespaces) })
    }
}
