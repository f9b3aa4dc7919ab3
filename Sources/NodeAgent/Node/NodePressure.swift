import Core
import KubernetesAPI
import Synchronization

/// The pressure conditions of the node: what its status shows, and which pods it refuses meanwhile.
final class NodePressure: Sendable {
    private let lastSeen = Mutex<[String: Timestamp]>([:])
    private let clock: any Clock
    private let transition: Duration

    init(clock: any Clock, transition: Duration) {
        self.clock = clock
        self.transition = transition
    }

    func note(_ shortages: [Shortage]) {
        let now = clock.now
        lastSeen.withLock { seen in
            for shortage in shortages { seen[shortage.condition] = now }
            seen = seen.filter { now - $0.value < transition }
        }
    }

    /// The conditions that hold now.
    var conditions: [String] { lastSeen.withLock { $0.keys.sorted() } }

    /// Why the node does not take a pod now, or nil.
    func refusal(of pod: Pod) -> (reason: String, message: String)? {
        let conditions = conditions
        guard !conditions.isEmpty, !EvictionCandidate.isCritical(pod) else { return nil }
        if conditions == ["MemoryPressure"] {
            if PodResources.quality(pod) != .bestEffort { return nil }
            let key = "node.kubernetes.io/memory-pressure"
            let isTolerated = pod.spec.tolerations.contains {
                ($0.key == key || ($0.key.isEmpty && $0.operator == "Exists")) && ($0.effect.isEmpty || $0.effect == "NoSchedule")
            }
            if isTolerated { return nil }
        }
        return ("Evicted", "Pod was rejected: The node had condition: [\(conditions.joined(separator: " "))]. ")
    }
}

/// What a pod uses of what is short, and how it compares with others. Pure.
struct EvictionCandidate: Sendable {
    let pod: Pod
    /// Bytes of memory or disk, or inodes, in all and by container.
    let used: Int
    let containers: [String: Int]

    /// Pods the cluster cannot do without are never evicted.
    static func isCritical(_ pod: Pod) -> Bool {
        (pod.spec.priority ?? 0) >= 2_000_000_000 || StaticPodManifest.isStatic(pod)
    }

    private func request(_ resource: String) -> Int { Int(PodAdmission.requests(pod)[resource] ?? 0) }

    /// Who goes first: pods that use more than they asked for, then by priority, then by how much more.
    func goesBefore(_ other: EvictionCandidate, _ resource: String) -> Bool {
        let (mine, others) = (used - request(resource), other.used - other.request(resource))
        if (mine > 0) != (others > 0) { return mine > 0 }
        let (priority, otherPriority) = (pod.spec.priority ?? 0, other.pod.spec.priority ?? 0)
        if priority != otherPriority { return priority < otherPriority }
        return mine > others
    }

    /// The message of the eviction, upstream's.
    func message(_ shortage: Shortage) -> String {
        var text = shortage.text
        guard shortage.resource != "inodes", shortage.resource != "pids" else { return text }
        for container in Array(pod.spec.containers) + Array(pod.spec.initContainers) {
            guard let used = containers[container.name] else { continue }
            let request = (container.resources?.requests ?? [:])[shortage.resource].flatMap { Quantity($0) } ?? .zero
            let usage = Quantity(Int64(used), format: .binary)
            guard usage > request else { continue }
            text +=
                "Container \(container.name) was using \(usage), request is \(request), has larger consumption of \(shortage.resource). "
        }
        return text
    }
}
