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

    package static func == (left: AffinityGroup, right: AffinityGroup) -> Bool {
        left === right
            || (left.hash == right.hash && left.requiredAffinity == right.requiredAffinity
                && left.requiredAntiAffinity == right.requiredAntiAffinity && left.preferredAffinity == right.preferredAffinity
                && left.preferredAntiAffinity == right.preferredAntiAffinity)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
