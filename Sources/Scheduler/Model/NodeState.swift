import Core
import KubernetesAPI

/// What the scheduler knows of a node: the object's facts, and what the pods on it take. Owned by one task; dry runs work on copies.
package final class NodeState {
    package let name: String
    package private(set) var labels: [String: String] = [:]
    package private(set) var taints: [Taint] = []
    package private(set) var isUnschedulable = false
    package private(set) var allocatable = ResourceAmounts()
    package private(set) var allowedPods = 0
    /// Sizes in bytes by image name.
    package private(set) var images: [String: Int64] = [:]
    /// What it says it can do beyond what every node can.
    package private(set) var features: Set<String> = []
    /// Whether the node object is there; pods may be seen before their node.
    package private(set) var isKnown = false

    package private(set) var pods: [String: PodState] = [:]
    package private(set) var requested = ResourceAmounts()
    package private(set) var scoringRequested = ResourceAmounts()
    package private(set) var hostPorts: [PodState.HostPort] = []
    /// How many pods there are of each label group.
    package private(set) var groups: [LabelGroup: Int] = [:]
    /// How many pods there are that ask for the same of others; none of those that ask for nothing.
    package private(set) var affinities: [AffinityGroup: Int] = [:]
    /// How many pods here use each claim.
    package private(set) var claims: [ObjectKey: Int] = [:]

    /// Larger images count as this large, so that no sum of sizes goes beyond a number.
    private static let largestImage: Int64 = 1 << 50

    package init(name: String) { self.name = name }

    /// A node like this one that can be changed on its own.
    package func copy() -> NodeState {
        let copy = NodeState(name: name)
        copy.labels = labels
        copy.taints = taints
        copy.isUnschedulable = isUnschedulable
        copy.allocatable = allocatable
        copy.allowedPods = allowedPods
        copy.images = images
        copy.features = features
        copy.isKnown = isKnown
        copy.pods = pods
        copy.requested = requested
        copy.scoringRequested = scoringRequested
        copy.hostPorts = hostPorts
        copy.groups = groups
        copy.affinities = affinities
        copy.claims = claims
        return copy
    }

    /// Takes in the object; answers whether anything changed that a pod may wait for.
    package func update(_ node: Node) -> Bool {
        let before = (labels, taints, isUnschedulable, allocatable, allowedPods, isKnown)
        labels = node.metadata.labels
        taints = Array(node.spec.taints)
        isUnschedulable = node.spec.unschedulable ?? false
        let amounts = node.status.allocatable.isEmpty ? node.status.capacity : node.status.allocatable
        allocatable = ResourceAmounts(amounts)
        allowedPods = Int(amounts["pods"].flatMap { Quantity($0) }?.value ?? 0)
        images = [:]
        for image in node.status.images {
            for name in image.names { images[name] = min(Int64(image.sizeBytes ?? 0), Self.largestImage) }
        }
        isKnown = true
        let oldFeatures = features
        features = Set(node.status.declaredFeatures)
        return before != (labels, taints, isUnschedulable, allocatable, allowedPods, true) || oldFeatures != features
    }

    package func forgetNode() { isKnown = false }

    /// Adds a pod. `group` and `affinity`, when given, are equal to the pod's and shared with other nodes.
    package func add(_ pod: PodState, group: LabelGroup? = nil, affinity: AffinityGroup? = nil) {
        if let old = pods[pod.uid] { remove(old) }
        pods[pod.uid] = pod
        requested += pod.requests
        scoringRequested += pod.scoringRequests
        hostPorts += pod.hostPorts
        groups[group ?? pod.group, default: 0] += 1
        if let affinity = affinity ?? pod.affinity { affinities[affinity, default: 0] += 1 }
        for claim in pod.claims { claims[claim, default: 0] += 1 }
    }

    package func remove(_ pod: PodState) {
        guard let old = pods.removeValue(forKey: pod.uid) else { return }
        requested -= old.requests
        scoringRequested -= old.scoringRequests
        for port in old.hostPorts {
            if let position = hostPorts.firstIndex(of: port) { hostPorts.remove(at: position) }
        }
        if let count = groups[old.group] { groups[old.group] = count > 1 ? count - 1 : nil }
        if let affinity = old.affinity, let count = affinities[affinity] { affinities[affinity] = count > 1 ? count - 1 : nil }
        for claim in old.claims {
            if let count = claims[claim] { claims[claim] = count > 1 ? count - 1 : nil }
        }
    }
}
