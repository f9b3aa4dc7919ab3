import KubernetesAPI

/// What a job's spec says, defaults included.
extension Job {
    var isIndexed: Bool { spec.completionMode == "Indexed" }
    var isSuspended: Bool { spec.suspend == true }
    var parallelism: Int { spec.parallelism ?? 1 }
    var isFinished: Bool { isTrue("Complete") || isTrue("Failed") }
    /// Somebody else looks after it.
    var isManagedElsewhere: Bool { !spec.managedBy.isEmpty && spec.managedBy != "kubernetes.io/job-controller" }

    /// Whether a pod is replaced only once it has failed, not as soon as it is being deleted.
    var replacesFailedOnly: Bool {
        spec.podReplacementPolicy.isEmpty ? spec.podFailurePolicy != nil : spec.podReplacementPolicy == "Failed"
    }

    /// As metrics have it.
    var completionModeName: String { spec.completionMode == "Indexed" ? "Indexed" : "NonIndexed" }

    func condition(_ type: String) -> JobCondition? { status.conditions.first { $0.type == type } }
    func isTrue(_ type: String) -> Bool { condition(type)?.status == "True" }

    /// Whether the job counts a pod as failed.
    func hasFailed(_ pod: Pod) -> Bool {
        if pod.status.phase == "Failed" { return true }
        return !replacesFailedOnly && pod.metadata.isBeingDeleted && pod.status.phase != "Succeeded"
    }

    /// The pod's index if the job has one of that number.
    func index(of pod: Pod) -> Int? { pod.completionIndex.flatMap { $0 < spec.completions ?? 0 ? $0 : nil } }
}
