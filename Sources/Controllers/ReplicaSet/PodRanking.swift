import Core
import KubernetesAPI

/// Which pods of a set go first when there are too many: those that would be missed least.
///
/// In upstream's order: not yet on a node; pending, then of unknown state; not ready; of lower
/// `controller.kubernetes.io/pod-deletion-cost`; on a node with more of their kind; ready for less long; restarted more
/// often; younger.
enum PodRanking {
    static func firstToGo(_ pods: [Pod], related: [Pod], count: Int) -> [Pod] {
        guard count < pods.count else { return pods }
        var perNode: [String: Int] = [:]
        for pod in related.isEmpty ? pods : related where pod.isActive { perNode[pod.spec.nodeName, default: 0] += 1 }
        let ranked = pods.map { (rank: rank($0, doubled: perNode[$0.spec.nodeName] ?? 0), pod: $0) }
        return ranked.sorted { $0.rank.lexicographicallyPrecedes($1.rank) }.prefix(count).map(\.pod)
    }

    /// Lower goes first.
    private static func rank(_ pod: Pod, doubled: Int) -> [Int64] {
        let phases: [String: Int64] = ["Pending": 0, "Unknown": 1, "Running": 2]
        let ready = pod.condition("Ready")
        let isReady = ready?.status == "True"
        let readySince = isReady ? Timestamp(rfc3339: ready?.lastTransitionTime ?? "")?.nanoseconds ?? 0 : 0
        let created = Timestamp(rfc3339: pod.metadata.creationTimestamp)?.nanoseconds ?? 0
        return [
            pod.spec.nodeName.isEmpty ? 0 : 1, phases[pod.status.phase] ?? 0, isReady ? 1 : 0,
            Int64(pod.metadata.annotations["controller.kubernetes.io/pod-deletion-cost"] ?? "") ?? 0, -Int64(doubled), -readySince,
            -Int64(pod.mostRestarts), -created,
        ]
    }
}
