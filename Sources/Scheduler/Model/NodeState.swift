import Core
import KubernetesAPI

/// What the scheduler knows of a node: the object's facts, and what the pods on it take.
package struct NodeState: Sendable {
    package let name: String
    package private(set) var labels: [String: String] = [:]
    package private(set) var taints: [Taint] = []
    package private(set) var isUnschedulable = false
    package private(set) var allocatable = ResourceAmounts()
    package private(set) var allowedPods = 0
    /// Sizes in bytes by normalised image name.
    package private(set) var images: [String: Int64] = [:]
    /// Whether the node object is there; pods may be seen before their node.
    package private(set) var isKnown = false

    package private(set) var pods: [String: PodState] = [:]
    package private(set) var requested = ResourceAmounts()
    package private(set) var scoringRequested = ResourceAmounts()
    package private(set) var hostPorts: [PodState.HostPort] = []
    /// How many pods here repel others: most nodes have none, which makes the check of existing anti-affinity cheap.
    package private(set) var repellingPods = 0

    package init(name: String) { self.name = name }

    package mutating func update(_ node: Node) {
        labels = node.metadata.labels
        taints = Array(node.spec.taints)
        isUnschedulable = node.spec.unschedulable ?? false
        let amounts = node.status.allocatable.isEmpty ? node.status.capacity : node.status.allocatable
        allocatable = ResourceAmounts(amounts)
        allowedPods = Int(amounts["pods"].flatMap { Quantity($0) }?.value ?? 0)
        images = [:]
        for image in node.status.images {
            for name in image.names { images[ImageLocality.normalized(name)] = Int64(image.sizeBytes ?? 0) }
        }
        isKnown = true
    }

    package mutating func forgetNode() { isKnown = false }

    package mutating func add(_ pod: PodState) {
        if let old = pods[pod.uid] { remove(old) }
        pods[pod.uid] = pod
        requested += pod.requests
        scoringRequested += pod.scoringRequests
        hostPorts += pod.hostPorts
        if !pod.requiredAntiAffinity.isEmpty { repellingPods += 1 }
    }

    package mutating func remove(_ pod: PodState) {
        guard let old = pods.removeValue(forKey: pod.uid) else { return }
        requested -= old.requests
        scoringRequested -= old.scoringRequests
        for port in old.hostPorts {
            if let position = hostPorts.firstIndex(of: port) { hostPorts.remove(at: position) }
        }
        if !old.requiredAntiAffinity.isEmpty { repellingPods -= 1 }
    }
}
