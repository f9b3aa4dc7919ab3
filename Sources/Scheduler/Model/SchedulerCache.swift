import Core
import KubernetesAPI

/// The scheduler's picture of the cluster: nodes, and the pods on them or on their way there. Owned by one task. Every change costs
/// the same however many nodes and pods there are.
package struct SchedulerCache {
    /// Nodes whose object is there; what a cycle chooses from.
    package private(set) var nodes: [NodeState] = []
    package private(set) var imageHolders: [String: Int] = [:]
    package var namespaceLabels: [String: [String: String]] = [:]
    package var volumes = VolumeFacts()
    package let devices = DeviceInventory()
    package let siblings = SiblingSelectors()

    private var positions: [String: Int] = [:]
    /// Nodes that pods name and that have no object (yet).
    private var unknownNodes: [String: NodeState] = [:]
    /// The node each placed pod is counted on.
    private var placed: [String: (pod: PodState, node: String)] = [:]
    private let groups = LabelGroups()
    private let affinities = GroupTally<AffinityGroup>(\.affinities)
    private let nodeTally = NodeTally()

    package init() {}

    package func cycle(for pod: PodState, start: Int = 0) -> SchedulingCycle {
        SchedulingCycle(
            pod: pod, nodes: nodes, positions: positions, namespaceLabels: namespaceLabels, imageHolders: imageHolders, groups: groups,
            affinities: affinities, nodeTally: nodeTally, volumes: volumes, devices: devices, siblings: siblings, start: start)
    }

    package func position(of node: String) -> Int? { positions[node] }

    /// Takes in a node; answers what that may do for a pod that waits.
    package mutating func put(_ node: Node) -> ClusterChange {
        let name = node.metadata.name
        let state = positions[name].map { nodes[$0] } ?? unknownNodes.removeValue(forKey: name) ?? NodeState(name: name)
        let isNew = !state.isKnown
        let (images, labels) = (state.images, state.labels)
        let hasChanged = state.update(node)
        if isNew || labels != state.labels {
            if !isNew { leave(state, labels) }
            nodeTally.join(state.labels)
            groups.tally.join(state, as: state.labels)
            affinities.join(state, as: state.labels)
        }
        if images != state.images {
            for image in images.keys { imageHolders[image, default: 1] -= 1 }
            for image in state.images.keys { imageHolders[image, default: 0] += 1 }
        }
        if positions[name] == nil {
            positions[name] = nodes.count
            nodes.append(state)
        }
        return isNew ? .nodeAdded : hasChanged ? .nodeChanged : []
    }

    package mutating func removeNode(_ name: String) {
        guard let position = positions.removeValue(forKey: name) else { return }
        let state = nodes[position]
        for image in state.images.keys { imageHolders[image, default: 1] -= 1 }
        let last = nodes.removeLast()
        if position < nodes.count {
            nodes[position] = last
            positions[last.name] = position
        }
        leave(state, state.labels)
        state.forgetNode()
        if !state.pods.isEmpty { unknownNodes[name] = state }
    }

    /// A node does not count with these labels any longer.
    private func leave(_ node: NodeState, _ labels: [String: String]) {
        nodeTally.leave(labels)
        groups.tally.leave(node, as: labels)
        affinities.leave(node, as: labels)
    }

    /// Counts a pod on its node, in place of what was known of it.
    package mutating func place(_ pod: PodState, on node: String) {
        _ = removePod(uid: pod.uid)
        placed[pod.uid] = (pod, node)
        let state = state(node)
        state.add(pod, group: groups.add(pod.group, on: state), affinity: pod.affinity.map { affinities.add($0, on: state) })
    }

    /// Takes a pod off its node; answers whether it was on one.
    package mutating func removePod(uid: String) -> Bool {
        guard let (pod, node) = placed.removeValue(forKey: uid) else { return false }
        let state = state(node)
        groups.remove(pod.group, from: state)
        if let affinity = pod.affinity { affinities.remove(affinity, from: state) }
        state.remove(pod)
        if !state.isKnown, state.pods.isEmpty { unknownNodes[node] = nil }
        return true
    }

    package var placedCount: Int { placed.count }
    package func isPlaced(uid: String) -> Bool { placed[uid] != nil }
    /// The pod as it is counted, and where.
    package func placement(uid: String) -> (pod: PodState, node: String)? { placed[uid] }

    private mutating func state(_ name: String) -> NodeState {
        if let position = positions[name] { return nodes[position] }
        if let known = unknownNodes[name] { return known }
        let made = NodeState(name: name)
        unknownNodes[name] = made
        return made
    }
}
