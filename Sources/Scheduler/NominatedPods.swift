/// Pods that made others leave and wait for their place: counted on their node by those who matter no more than they.
package struct NominatedPods {
    private var byNode: [String: [String: PodState]] = [:]
    private var nodes: [String: String] = [:]

    package init() {}

    package var isEmpty: Bool { nodes.isEmpty }

    /// Promises a node to a pod, in place of what it was promised.
    package mutating func set(_ pod: PodState, node: String) {
        remove(uid: pod.uid)
        guard !node.isEmpty else { return }
        nodes[pod.uid] = node
        byNode[node, default: [:]][pod.uid] = pod
    }

    /// Promises a node to a pod for which others leave. Answers those whose own promise is void by that: who matter less, but nobody when
    /// all victims are leaving already.
    package mutating func promise(_ candidate: Preemption.Candidate, to pod: PodState) -> [PodState] {
        let displaced = candidate.isUnderWay ? [] : lessImportant(on: candidate.node, than: pod)
        for other in displaced { remove(uid: other.uid) }
        set(pod, node: candidate.node)
        return displaced
    }

    package mutating func remove(uid: String) {
        guard let node = nodes.removeValue(forKey: uid) else { return }
        byNode[node]?[uid] = nil
        if byNode[node]?.isEmpty == true { byNode[node] = nil }
    }

    package func node(of uid: String) -> String? { nodes[uid] }

    /// Those on a node that matter at least as much as `pod`.
    package func pods(on node: String, besides pod: PodState) -> [PodState] {
        guard !byNode.isEmpty, let here = byNode[node] else { return [] }
        return here.values.filter { $0.uid != pod.uid && $0.priority >= pod.priority }
    }

    /// Those on a node that matter less: their promise is void once a more important pod takes it.
    package func lessImportant(on node: String, than pod: PodState) -> [PodState] {
        (byNode[node] ?? [:]).values.filter { $0.priority < pod.priority }
    }

    package func position(of uid: String, in cycle: SchedulingCycle) -> Int? {
        nodes[uid].flatMap { cycle.positions[$0] }
    }
}
