import KubernetesAPI
import Linux
import Runtime
import Values

/// What of a pod's resources has been brought about so far; kept on disk, for the runtime does not tell it.
struct ResourceRecord: Sendable, Hashable {
    /// What the node has granted.
    var allocated: PodAllocation
    /// What the pod's control group was last set to.
    var group: PodAllocation
    /// What each container was started with or changed to, as it stands in its status: own and the pod's resources.
    var containers: [String: Value] = [:]

    init(_ pod: Pod) {
        allocated = PodAllocation(pod)
        group = allocated
        for name in allocated.containers.keys { setActuated(name) }
    }

    init?(_ stored: Value) {
        guard let allocated = PodAllocation(stored["allocated"]), let group = PodAllocation(stored["group"]) else { return nil }
        self.allocated = allocated
        self.group = group
        for member in stored["containers"]?.object ?? Object() { containers[member.key] = member.value }
    }

    var stored: Value {
        [
            "allocated": allocated.stored, "group": group.stored,
            "containers": .object(Object(containers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })),
        ]
    }

    /// The container has what was granted.
    mutating func setActuated(_ name: String) {
        var value: Value = ["own": allocated.containers[name] ?? .object(Object())]
        value["whole"] = allocated.whole
        containers[name] = value
    }

    func granted(_ name: String) -> EffectiveResources { EffectiveResources(allocated.containers[name], whole: allocated.whole) }
    func actual(_ name: String) -> EffectiveResources {
        EffectiveResources(containers[name]?["own"], whole: containers[name]?["whole"])
    }
}

/// What has to be done so that a pod has what it was granted. Pure.
struct ResizePlan: Equatable {
    /// Running containers to be changed as they run, those that shrink first.
    var updates: [String] = []
    /// Running containers that want to be started anew for it (`resizePolicy`).
    var restarts: [String] = []
    /// Whether the pod's control group differs from what it shall be.
    var isGroupStale = false

    var isEmpty: Bool { updates.isEmpty && restarts.isEmpty && !isGroupStale }

    init(_ pod: Pod, _ record: ResourceRecord, running: Set<String>) {
        isGroupStale = record.group != record.allocated
        var changes: [(name: String, grows: Bool)] = []
        for container in Array(pod.spec.initContainers) + Array(pod.spec.containers) where running.contains(container.name) {
            let (now, then) = (record.granted(container.name), record.actual(container.name))
            guard now != then else { continue }
            var changed: Set<String> = []
            if now.cpuRequest != then.cpuRequest || now.cpuLimit != then.cpuLimit { changed.insert("cpu") }
            if now.memoryRequest != then.memoryRequest || now.memoryLimit != then.memoryLimit { changed.insert("memory") }
            if container.resizePolicy.contains(where: { changed.contains($0.resourceName) && $0.restartPolicy == "RestartContainer" }) {
                restarts.append(container.name)
            } else {
                changes.append((container.name, now.cpuLimit > then.cpuLimit || now.memoryLimit > then.memoryLimit))
            }
        }
        updates = changes.filter { !$0.grows }.map(\.name) + changes.filter(\.grows).map(\.name)
    }

    /// Why a memory limit cannot shrink now, in upstream's words; nil when it can. `usage` has the bytes that containers use, by
    /// name, and under "" those of the pod.
    static func refusal(_ pod: Pod, _ record: ResourceRecord, updates: [String], usage: [String: Int]) -> String? {
        var problems: [String] = []
        let was = PodResources.podLimits(record.group.applied(to: pod)).memory ?? -1
        let wanted = PodResources.podLimits(pod).memory ?? -1
        if wanted >= 0, was < 0 || wanted < was, let used = usage[""], used >= wanted {
            problems.append("attempting to set pod memory limit (\(wanted)) below current usage (\(used))")
        }
        for name in updates {
            let (now, then) = (record.granted(name).memoryLimit, record.actual(name).memoryLimit)
            guard now > 0, then == 0 || now < then, let used = usage[name], used >= now else { continue }
            problems.append("attempting to set container \"\(name)\" memory limit (\(now)) below current usage (\(used))")
        }
        guard !problems.isEmpty else { return nil }
        return "cannot decrease memory limits: " + (problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]")
    }
}
