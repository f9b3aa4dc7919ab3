import KubernetesAPI

/// Counts the pods of a job, each exactly once, whenever the loop is interrupted: the uids of pods that ended are first written
/// to the status, then the pods lose their finalizer, then the uids become numbers. (Indexes need no uids: each counts once.) Pure.
struct JobLedger {
    /// The most pods taken into the status at a time, which keeps it below some 20 KB.
    static let limit = 500

    private(set) var status: JobStatus
    /// Pods whose end the status tells of by now.
    private(set) var releasable: [Pod] = []
    /// There are more than could be taken in.
    private(set) var isFull = false

    init(_ look: JobAssessment, verdict: JobVerdict?) {
        status = look.job.status
        if status.uncountedTerminatedPods == nil { status.uncountedTerminatedPods = UncountedTerminatedPods() }
        settle(held: Set(look.pods.filter(\.isTracked).map(\.metadata.uid)))
        var indexes: [Int] = []
        var taken = 0
        let tracked = look.pods.filter(\.isTracked)
        let ordered = look.job.isIndexed ? tracked.sorted { $0.completionIndex ?? -1 < $1.completionIndex ?? -1 } : tracked
        for pod in ordered where Self.mayGo(pod, look, verdict) {
            releasable.append(pod)
            let uid = pod.metadata.uid
            if pod.status.phase == "Succeeded", !look.uncountedFailed.contains(uid) {
                if look.job.isIndexed {
                    if let index = look.job.index(of: pod), !look.countedIndexes.contains(index) {
                        indexes.append(index)
                        taken += 1
                    }
                } else if !look.uncountedSucceeded.contains(uid) {
                    status.uncountedTerminatedPods?.succeeded.append(uid)
                    taken += 1
                }
            } else if look.job.hasFailed(pod) || verdict?.outcome == .failure, !look.uncountedFailed.contains(uid),
                !look.job.isIndexed || look.job.index(of: pod) != nil, PodFailureVerdict(look.job.spec.podFailurePolicy, pod).counts
            {
                status.uncountedTerminatedPods?.failed.append(uid)
                taken += 1
            }
            if taken >= Self.limit {
                isFull = true
                break
            }
        }
        guard look.job.isIndexed else { return }
        let done = look.countedIndexes.union(indexes)
        status.succeeded = done.count == 0 ? nil : done.count
        status.completedIndexes = done.description
        // Present, if empty, wherever indexes can fail.
        status.raw["failedIndexes"] = look.failedIndexes.map { .string($0.description) }
    }

    /// Turns the uids of pods that are no longer held into numbers.
    mutating func settle(held: Set<String>) {
        guard var uncounted = status.uncountedTerminatedPods else { return }
        let succeeded = uncounted.succeeded.filter(held.contains)
        let failed = uncounted.failed.filter(held.contains)
        let (newSucceeded, newFailed) = (uncounted.succeeded.count - succeeded.count, uncounted.failed.count - failed.count)
        guard newSucceeded + newFailed > 0 else { return }
        if newSucceeded > 0 { status.succeeded = (status.succeeded ?? 0) + newSucceeded }
        if newFailed > 0 { status.failed = (status.failed ?? 0) + newFailed }
        uncounted.succeeded = succeeded
        uncounted.failed = failed
        status.uncountedTerminatedPods = uncounted
    }

    /// Whether nothing is left to be counted.
    var isSettled: Bool {
        guard let uncounted = status.uncountedTerminatedPods else { return true }
        return uncounted.succeeded.isEmpty && uncounted.failed.isEmpty
    }

    /// Whether a pod need not be held any longer: it or its job is over, and no replacement waits for what it knows.
    private static func mayGo(_ pod: Pod, _ look: JobAssessment, _ verdict: JobVerdict?) -> Bool {
        if look.job.metadata.isBeingDeleted || verdict != nil || pod.status.phase == "Succeeded" { return true }
        guard look.job.hasFailed(pod) else { return false }
        return !look.awaitingReplacement.values.contains { $0.metadata.uid == pod.metadata.uid }
    }
}
