import Core

/// Everything a plugin may look at while one pod is being placed. A snapshot: valid until the cache next changes.
package struct SchedulingCycle {
    package let pod: PodState
    package private(set) var nodes: [NodeState]
    /// Where each node is in `nodes`.
    package let positions: [String: Int]
    package let namespaceLabels: [String: [String: String]]
    /// How many nodes hold each image, for image locality.
    package let imageHolders: [String: Int]
    private let groups: LabelGroups
    private let affinities: GroupTally<AffinityGroup>
    private let nodeTally: NodeTally
    package let volumes: VolumeFacts
    package let devices: DeviceInventory
    package let siblings: SiblingSelectors
    /// Where to begin looking for nodes, so that all are looked at in turn.
    package var start = 0
    /// Where it is noted what the attempt takes; nil: nowhere.
    package var times: AttemptTimes?
    /// Nodes that are imagined otherwise in `nodes`, as they are.
    private var replaced: [Int: NodeState] = [:]

    init(
        pod: PodState, nodes: [NodeState], positions: [String: Int], namespaceLabels: [String: [String: String]],
        imageHolders: [String: Int], groups: LabelGroups, affinities: GroupTally<AffinityGroup>, nodeTally: NodeTally,
        volumes: VolumeFacts, devices: DeviceInventory, siblings: SiblingSelectors, start: Int
    ) {
        self.pod = pod
        self.nodes = nodes
        self.positions = positions
        self.namespaceLabels = namespaceLabels
        self.imageHolders = imageHolders
        self.groups = groups
        self.affinities = affinities
        self.nodeTally = nodeTally
        self.volumes = volumes
        self.devices = devices
        self.siblings = siblings
        self.start = start
    }

    /// The same cycle with other pods on one node, which may go on changing.
    package func replacing(_ position: Int, by node: NodeState) -> SchedulingCycle {
        var cycle = self
        cycle.times = nil
        cycle.replaced[position] = replaced[position] ?? nodes[position]
        cycle.nodes[position] = node
        return cycle
    }

    // MARK: Placed pods

    /// What placed pods have in common, in some namespaces or in all: many pods share few labels.
    func labelGroups(in namespaces: Set<String>? = nil) -> [LabelGroup] {
        let more = replaced.keys.flatMap { nodes[$0].groups.keys }.filter { group in
            !groups.tally.contains(group) && namespaces.map { $0.contains(group.namespace) } ?? true
        }
        return groups.groups(in: namespaces) + (more.isEmpty ? [] : Array(Set(more)))
    }

    /// What placed pods ask of the pods near them.
    var affinityGroups: [AffinityGroup] {
        let more = replaced.keys.flatMap { nodes[$0].affinities.keys }.filter { !affinities.contains($0) }
        return Array(affinities.groups) + (more.isEmpty ? [] : Array(Set(more)))
    }

    /// How many pods of a group there are by value of a label of their nodes, where there are any.
    func domains(of group: LabelGroup, by key: String) -> [String: Int] { groups.tally.domains(of: group, by: key, nodes, replaced) }
    func domains(of group: AffinityGroup, by key: String) -> [String: Int] { affinities.domains(of: group, by: key, nodes, replaced) }
    /// How many nodes have each value of a label.
    func domains(by key: String) -> [String: Int] { nodeTally.domains(by: key, nodes) }
}

/// Why a node, or every node, is ruled out.
package struct Rejection: Equatable, Sendable {
    package var reasons: [String]
    /// Taking other pods away would not help (`UnschedulableAndUnresolvable`).
    package var isUnresolvable: Bool

    package init(_ reasons: [String], isUnresolvable: Bool = false) {
        self.reasons = reasons
        self.isUnresolvable = isUnresolvable
    }

    package static func resolvable(_ reason: String) -> Rejection { Rejection([reason]) }
    package static func final(_ reasons: String...) -> Rejection { Rejection(reasons, isUnresolvable: true) }
}

/// What a filter says of one node; nil: it may be.
package typealias NodeCheck = (NodeState) -> Rejection?

/// What a filter does for one pod.
package enum FilterWork {
    /// The pod asks for nothing that concerns this plugin.
    case none
    case check(NodeCheck)
    /// No node will do.
    case reject(Rejection)
}

/// Rules nodes out. What does not depend on the node is computed once a pod.
package protocol FilterPlugin: Sendable {
    /// The plugin's name in KubeSchedulerConfiguration.
    static var name: String { get }
    /// What may let a pod in that this plugin ruled out everywhere (queueing hints, coarse).
    static var hints: ClusterChange { get }
    func prepare(_ cycle: SchedulingCycle) -> FilterWork
    /// The names of the only nodes that may do, where the pod says so; nil: any may. Others are not looked at.
    func named(by pod: PodState) -> Set<String>?
    /// Whether news of a kind in `hints` may let a pod in that this plugin ruled out everywhere, be it by preemption.
    func mayHelp(_ pod: PodState, _ news: ClusterNews) -> Bool
}

extension FilterPlugin {
    package func named(by pod: PodState) -> Set<String>? { nil }
    package func mayHelp(_ pod: PodState, _ news: ClusterNews) -> Bool { true }
}

/// Ranks the nodes that are left.
package protocol ScorePlugin: Sendable {
    static var name: String { get }
    /// Scores from 0 to 100, one for each of `candidates`, in their order; nil when the plugin has no say about this pod.
    func score(_ cycle: SchedulingCycle, _ candidates: [Int]) -> [Int64]?
}

/// Kinds of news that can make room for a pod that waits.
package struct ClusterChange: OptionSet, Hashable, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let nodeAdded = ClusterChange(rawValue: 1)
    /// A node's labels, taints, cordon or allocatable resources.
    package static let nodeChanged = ClusterChange(rawValue: 2)
    /// A pod got its node.
    package static let podPlaced = ClusterChange(rawValue: 4)
    /// A pod left its node.
    package static let podGone = ClusterChange(rawValue: 8)
    /// A claim, volume, storage class or driver.
    package static let volumes = ClusterChange(rawValue: 16)
    package static let namespaces = ClusterChange(rawValue: 32)
    /// Devices came or became free, or a class changed. What happens to a pod's own claims is told to that pod alone.
    package static let devices = ClusterChange(rawValue: 64)

    package static let nodes: ClusterChange = [.nodeAdded, .nodeChanged]
    package static let all: ClusterChange = [.nodes, .podPlaced, .podGone, .volumes, .namespaces, .devices]
}

/// The highest score a plugin gives (`MaxNodeScore`).
package let maximumScore: Int64 = 100

extension [Int64] {
    /// Scales scores so that the largest becomes 100; `reversed` makes the largest 0 (`DefaultNormalizeScore`).
    package func normalized(reversed: Bool = false) -> [Int64] {
        let largest = self.max() ?? 0
        guard largest > 0 else { return reversed ? map { _ in maximumScore } : self }
        return map { reversed ? maximumScore - maximumScore * $0 / largest : maximumScore * $0 / largest }
    }
}
