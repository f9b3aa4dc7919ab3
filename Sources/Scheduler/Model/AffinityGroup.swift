import KubernetesAPI

/// What a pod asks of the pods near it. Pods made from one template ask the same and share one, so that what it means for another pod is
/// found out once and not for each of them. Compared by identity first.
package final class AffinityGroup: Hashable, Sendable {
    package let requiredAffinity: [PodState.AffinityTerm]
    package let requiredAntiAffinity: [PodState.AffinityTerm]
    package let preferredAffinity: [PodState.AffinityTerm]
    package let preferredAntiAffinity: [PodState.AffinityTerm]
    private let hash: Int

    /// Nil when nothing is asked for.
    init?(
        requiredAffinity: [PodState.AffinityTerm], requiredAntiAffinity: [PodState.AffinityTerm],
        preferredAffinity: [PodState.AffinityTerm], preferredAntiAffinity: [PodState.AffinityTerm]
    ) {
        let terms = [requiredAffinity, requiredAntiAffinity, preferredAffinity, preferredAntiAffinity]
        guard terms.contains(where: { !$0.isEmpty }) else { return nil }
        self.requiredAffinity = requiredAffinity
        self.requiredAntiAffinity = requiredAntiAffinity
        self.preferredAffinity = preferredAffinity
        self.preferredAntiAffinity = preferredAntiAffinity
        var hasher = Hasher()
        hasher.combine(terms)
        hash = hasher.finalize()
    }

    /// Nil when nothing is asked for of other pods.
    convenience init?(_ affinity: Affinity, namespace: String, podLabels: [String: String]) {
        func terms(_ list: ViewList<PodAffinityTerm>?) -> [PodState.AffinityTerm] {
            (list?.values ?? []).map { .init(PodAffinityTerm($0), weight: 0, namespace: namespace, podLabels: podLabels) }
        }
        func weighted(_ list: ViewList<WeightedPodAffinityTerm>?) -> [PodState.AffinityTerm] {
            (list?.values ?? []).map {
                let term = WeightedPodAffinityTerm($0)
                return .init(term.podAffinityTerm, weight: Int64(term.weight), namespace: namespace, podLabels: podLabels)
            }
        }
        let (near, far) = (affinity.podAffinity, affinity.podAntiAffinity)
        self.init(
            requiredAffinity: terms(near?.requiredDuringSchedulingIgnoredDuringExecution),
            requiredAntiAffinity: terms(far?.requiredDuringSchedulingIgnoredDuringExecution),
            preferredAffinity: weighted(near?.preferredDuringSchedulingIgnoredDuringExecution),
            preferredAntiAffinity: weighted(far?.preferredDuringSchedulingIgnoredDuringExecution))
    }

    package static func == (left: AffinityGroup, right: AffinityGroup) -> Bool {
        left === right
            || (left.hash == right.hash && left.requiredAffinity == right.requiredAffinity
                && left.requiredAntiAffinity == right.requiredAntiAffinity && left.preferredAffinity == right.preferredAffinity
                && left.preferredAntiAffinity == right.preferredAntiAffinity)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
