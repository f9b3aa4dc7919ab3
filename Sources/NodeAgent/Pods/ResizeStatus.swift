import Core
import JSON
import KubernetesAPI
import Values

/// How far a resize of a pod has come, as its conditions tell it. Pure.
struct ResizeStatus: Sendable, Hashable {
    struct Entry: Sendable, Hashable {
        var reason = ""
        var message = ""
        /// The pod's generation that it is about.
        var generation: Int64
        var since: Timestamp
    }

    static let pendingType = "PodResizePending"
    static let progressType = "PodResizeInProgress"

    var pending: Entry?
    var progress: Entry?

    init() {}

    /// What an earlier agent has told of the pod.
    init(_ status: PodStatus) {
        func entry(_ type: String) -> Entry? {
            guard let known = status.conditions.first(where: { $0.type == type && $0.status == "True" }) else { return nil }
            return Entry(
                reason: known.reason, message: known.message, generation: Int64(known.observedGeneration ?? 0),
                since: Timestamp(rfc3339: known.lastTransitionTime) ?? Timestamp(nanoseconds: 0))
        }
        pending = entry(Self.pendingType)
        progress = entry(Self.progressType)
    }

    var conditions: [PodCondition] {
        func condition(_ type: String, _ entry: Entry) -> PodCondition {
            var condition = PodCondition()
            condition.type = type
            condition.status = "True"
            condition.observedGeneration = Int(entry.generation)
            condition.raw["lastProbeTime"] = .null
            condition.lastTransitionTime = entry.since.rfc3339
            condition.reason = entry.reason
            condition.message = entry.message
            return condition
        }
        return [pending.map { condition(Self.pendingType, $0) }, progress.map { condition(Self.progressType, $0) }].compactMap { $0 }
    }

    /// The text of an event about a resize: what happened and the resources that it is about.
    static func text(_ what: String, _ pod: Pod, generation: Int64, error: String = "") -> String {
        func list(_ containers: some Sequence<Container>) -> [Value] {
            containers.map { ["name": .string($0.name), "resources": $0.raw["resources"] ?? .object(Object())] }
        }
        var summary = Object()
        if !pod.spec.initContainers.isEmpty { summary["initContainers"] = .array(list(pod.spec.initContainers)) }
        summary["containers"] = .array(list(pod.spec.containers))
        summary["generation"] = .int(generation)
        if !error.isEmpty { summary["error"] = .string(error) }
        return "\(what): \(JSONWriter.string(.object(summary)))"
    }
}

/// Which of several pods that wait for a resize is asked first: one that asks for no more, then by priority, quality of service, and
/// how long it has waited. Pure.
struct ResizeRank: Comparable {
    let grows: Bool
    let priority: Int
    let isGuaranteed: Bool
    let since: Timestamp

    init(_ wanted: Pod, allocated: Pod, since: Timestamp) {
        let (now, then) = (PodAdmission.requests(wanted), PodAdmission.requests(allocated))
        grows = ["cpu", "memory"].contains { now[$0] ?? 0 > then[$0] ?? 0 }
        priority = wanted.spec.priority ?? 0
        isGuaranteed = PodResources.quality(wanted) == .guaranteed
        self.since = since
    }

    static func < (left: ResizeRank, right: ResizeRank) -> Bool {
        if left.grows != right.grows { return !left.grows }
        if left.priority != right.priority { return left.priority > right.priority }
        if left.isGuaranteed != right.isGuaranteed { return left.isGuaranteed }
        return left.since < right.since
    }
}
