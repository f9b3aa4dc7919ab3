import Core
import KubernetesAPI

/// The scheduler's picture of the cluster: nodes, and the pods on them or on their way there. Owned by one task.
package struct SchedulerCache {
    /// Nodes whose object is there; what a cycle chooses from.
    package private(set) var nodes: [NodeState] = []
    package private(set) var imageHolders: [String: Int] = [:]
    package var namespaceLabels: [String: [String: String]] = [:]

    private var positions: [String: Int] = [:]
    /// Nodes that pods name and that have no object (yet).
    private var unknownNodes: [String: NodeState] = [:]
    /// The node each placed pod is counted on.
    private var placed: [String: (pod: PodState, node: String)] = [:]

    package init() {}

    package func cycle(for pod: PodState) -> SchedulingCycle {
        SchedulingCycle(pod: pod, nodes: nodes, namespaceLabels: namespaceLabels, imageHolders: imageHolders)
    }

    /// Takes in a node; answers whether anything changed that could let a waiting pod in.
    package mutating func put(_ node: Node) -> Bool {
        let name = node.metadata.name
        var state = positions[name].map { nodes[$0] } ?? unknownNodes.removeValue(forKey: name) ?? NodeState(name: name)
        let before = state
        state.update(node)
        for image in before.images.keys { imageHolders[image, default: 1] -= 1 }
        for image in state.images.keys { imageHolders[image, default: 0] += 1 }
        if let position = positions[name] {
            nodes[position] = state
        } else {
            positions[name] = nodes.count
            nodes.append(state)
        }
        return !before.isKnown || before.allocatable != state.allocatable || before.allowedPods != state.allowedPods
            || before.labels != state.labels || before.taints != state.taints || before.isUnschedulable != state.isUnschedulable
    }

    package mutating func removeNode(_ name: String) {
        guard let position = positions.removeValue(forKey: name) else { return }
        var state = nodes[position]
        for image in state.images.keys { imageHolders[image, default: 1] -= 1 }
        let last = nodes.removeLast()
        if position < nodes.count {
            nodes[position] = last
            positions[last.name] = position
        }
        state.forgetNode()
        if !state.pods.isEmpty { unknownNodes[name] = state }
    }

    /// Counts a pod on its node, in place of what was known of it.
    package mutating func place(_ pod: PodState, on node: String) {
        if let old = placed[pod.uid] { change(old.node) { $0.remove(old.pod) } }
        placed[pod.uid] = (pod, node)
        change(node) { $0.add(pod) }
    }

    /// Takes a pod off its node; answers whether it was on one.
    package mutating func removePod(uid: String) -> Bool {
        guard let old = placed.removeValue(forKey: uid) else { return false }
        change(old.node) { $0.remove(old.pod) }
        return true
    }

    package func isPlaced(uid: String) -> Bool { placed[uid] != nil }

    private mutating func change(_ name: String, _ body: (inout NodeState) -> Void) {
        if let position = positions[name] {
            body(&nodes[position])
        } else {
            body(&unknownNodes[name, default: NodeState(name: name)])
            if unknownNodes[name]?.pods.isEmpty == true { unknownNodes[name] = nil }
        }
    }
}
