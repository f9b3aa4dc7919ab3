/// Pod affinity and anti-affinity, of the pod towards those that run and of those towards the pod.
package struct InterPodAffinity: FilterPlugin, ScorePlugin {
    package static let name = "InterPodAffinity"
    package static let hints: ClusterChange = [.nodes, .podPlaced, .podGone, .namespaces]
    /// What a required affinity term of a running pod adds to the score of a pod it matches (`hardPodAffinityWeight`).
    package var hardAffinityWeight: Int64 = 1
    /// Whether running pods' preferences are ignored for pods that have none of their own.
    package var ignoresPreferencesOfOthers = false

    private struct Domain: Hashable {
        let key: String
        let value: String
    }

    package init() {}

    /// The labels of namespaces are not at hand here: a term that looks at them takes every namespace.
    package func mayHelp(_ pod: PodState, _ news: ClusterNews) -> Bool {
        if !news.changes.isDisjoint(with: [.nodes, .namespaces]) { return true }
        func concerns(_ term: PodState.AffinityTerm, _ other: PodState) -> Bool {
            (term.namespaceSelector != nil || term.namespaces.contains(other.key.namespace)) && term.selector.matches(other.labels)
        }
        // All terms must be satisfied by one and the same pod.
        if !pod.requiredAffinity.isEmpty,
            news.placed.contains(where: { other in pod.requiredAffinity.allSatisfy { concerns($0, other) } })
        {
            return true
        }
        return news.gone.contains { other in
            pod.requiredAntiAffinity.contains { concerns($0, other) } || other.requiredAntiAffinity.contains { concerns($0, pod) }
                // With the last of its kind gone, the pod may be the first of its own.
                || !pod.requiredAffinity.isEmpty && pod.requiredAffinity.allSatisfy { concerns($0, other) }
        }
    }

    package func prepare(_ cycle: SchedulingCycle) -> FilterWork {
        let pod = cycle.pod
        guard !pod.requiredAffinity.isEmpty || !pod.requiredAntiAffinity.isEmpty || cycle.repellingPods > 0 else { return .none }
        let labels = { cycle.namespaceLabels[$0] ?? [:] }
        var repelled: Set<Domain> = []
        if cycle.repellingPods > 0 {
            for node in cycle.nodes where node.repellingPods > 0 {
                for other in node.pods.values {
                    for term in other.requiredAntiAffinity where term.matches(pod, namespaceLabels: labels) {
                        if let value = node.labels[term.topologyKey] { repelled.insert(Domain(key: term.topologyKey, value: value)) }
                    }
                }
            }
        }
        var avoided: Set<Domain> = []
        var wanted = [Set<Domain>](repeating: [], count: pod.requiredAffinity.count)
        if !pod.requiredAffinity.isEmpty || !pod.requiredAntiAffinity.isEmpty {
            // What a term says of a pod depends on its group alone.
            var avoids: [LabelGroup: [String]] = [:]
            var wants: [LabelGroup: Bool] = [:]
            for node in cycle.nodes {
                for group in node.groups.keys {
                    if !pod.requiredAntiAffinity.isEmpty {
                        if avoids[group] == nil {
                            avoids[group] = pod.requiredAntiAffinity.filter { $0.matches(group, namespaceLabels: labels) }.map(
                                \.topologyKey)
                        }
                        for key in avoids[group] ?? [] {
                            if let value = node.labels[key] { avoided.insert(Domain(key: key, value: value)) }
                        }
                    }
                    guard !pod.requiredAffinity.isEmpty else { continue }
                    // All terms must be satisfied by one and the same pod, as upstream counts them.
                    if wants[group] == nil {
                        wants[group] = pod.requiredAffinity.allSatisfy { $0.matches(group, namespaceLabels: labels) }
                    }
                    guard wants[group] == true else { continue }
                    for (index, term) in pod.requiredAffinity.enumerated() {
                        if let value = node.labels[term.topologyKey] { wanted[index].insert(Domain(key: term.topologyKey, value: value)) }
                    }
                }
            }
        }
        guard !pod.requiredAffinity.isEmpty || !avoided.isEmpty || !repelled.isEmpty else { return .none }
        // The first pod of a group that wants to be with its own kind may go anywhere.
        let isFirst =
            wanted.allSatisfy(\.isEmpty) && pod.requiredAffinity.allSatisfy { $0.matches(pod, namespaceLabels: labels) }
        let avoidedKeys = Set(avoided.map(\.key))
        let repelledKeys = Set(repelled.map(\.key))
        func isIn(_ domains: Set<Domain>, _ keys: Set<String>, _ node: NodeState) -> Bool {
            keys.contains { key in node.labels[key].map { domains.contains(Domain(key: key, value: $0)) } ?? false }
        }
        let isAnywhereWanted = wanted
        return .check { node in
            for (index, term) in pod.requiredAffinity.enumerated() {
                guard let value = node.labels[term.topologyKey] else { return .final("node(s) didn't match pod affinity rules") }
                guard isFirst || isAnywhereWanted[index].contains(Domain(key: term.topologyKey, value: value)) else {
                    return .final("node(s) didn't match pod affinity rules")
                }
            }
            if !avoided.isEmpty, isIn(avoided, avoidedKeys, node) { return .resolvable("node(s) didn't match pod anti-affinity rules") }
            if !repelled.isEmpty, isIn(repelled, repelledKeys, node) {
                return .resolvable("node(s) didn't satisfy existing pods anti-affinity rules")
            }
            return nil
        }
    }

    package func score(_ cycle: SchedulingCycle, _ candidates: [Int]) -> [Int64]? {
        let pod = cycle.pod
        let hasPreferences = !pod.preferredAffinity.isEmpty || !pod.preferredAntiAffinity.isEmpty
        guard hasPreferences || cycle.affinePods > 0 && !ignoresPreferencesOfOthers else { return nil }
        let labels = { cycle.namespaceLabels[$0] ?? [:] }
        var weights: [Domain: Int64] = [:]
        for node in cycle.nodes {
            func add(_ key: String, _ weight: Int64) {
                if let value = node.labels[key] { weights[Domain(key: key, value: value), default: 0] += weight }
            }
            if hasPreferences {
                for (group, count) in node.groups {
                    for term in pod.preferredAffinity where term.matches(group, namespaceLabels: labels) {
                        add(term.topologyKey, term.weight * Int64(count))
                    }
                    for term in pod.preferredAntiAffinity where term.matches(group, namespaceLabels: labels) {
                        add(term.topologyKey, -term.weight * Int64(count))
                    }
                }
            }
            guard node.affinePods > 0 else { continue }
            for other in node.pods.values where other.hasAffinity {
                for term in other.requiredAffinity where term.matches(pod, namespaceLabels: labels) {
                    add(term.topologyKey, hardAffinityWeight)
                }
                for term in other.preferredAffinity where term.matches(pod, namespaceLabels: labels) { add(term.topologyKey, term.weight) }
                for term in other.preferredAntiAffinity where term.matches(pod, namespaceLabels: labels) {
                    add(term.topologyKey, -term.weight)
                }
            }
        }
        guard !weights.isEmpty else { return nil }
        let keys = Set(weights.keys.map(\.key))
        let sums = candidates.map { position in
            keys.reduce(Int64(0)) { sum, key in
                sum + (cycle.nodes[position].labels[key].flatMap { weights[Domain(key: key, value: $0)] } ?? 0)
            }
        }
        guard let largest = sums.max(), let smallest = sums.min(), largest > smallest else { return sums.map { _ in 0 } }
        // In this order, so that what is lost below the point is the same as upstream's.
        return sums.map { Int64(Double(maximumScore) * (Double($0 - smallest) / Double(largest - smallest))) }
    }
}
