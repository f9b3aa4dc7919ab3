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
    /// How many pods here repel others: most nodes have none, which makes the check of existing anti-affinity cheap.
    package private(set) var repellingPods = 0
    /// How many pods here have any affinity or anti-affinity.
    package private(set) var affinePods = 0
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
        copy.repellingPods = repellingPods
        copy.affinePods = affinePods
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

    package func add(_ pod: PodState) {
        if let old = pods[pod.uid] { remove(old) }
        pods[pod.uid] = pod
        requested += pod.requests
        scoringRequested += pod.scoringRequests
        hostPorts += pod.hostPorts
        groups[pod.group, default: 0] += 1
        if !pod.requiredAntiAffinity.isEmpty { repellingPods += 1 }
        if pod.hasAffinity { affinePods += 1 }
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
        if !old.requiredAntiAffinity.isEmpty { repellingPods -= 1 }
        if old.hasAffinity { affinePods -= 1 }
        for claim in old.claims {
            if let count = claims[claim] { claims[claim] = count > 1 ? count - 1 : nil }
        }
    }
}
