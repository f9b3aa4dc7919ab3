import Core
import KubernetesAPI

/// A job with its pods at one moment: what is running, what ended, and whether the job is over. Pure.
struct JobAssessment {
    let job: Job
    let pods: [Pod]
    let now: Timestamp

    let active: [Pod]
    let terminating: [Pod]
    let uncountedSucceeded: Set<String>
    let uncountedFailed: Set<String>
    /// Pods that ended and are in no count yet.
    let newlySucceeded: [Pod]
    let newlyFailed: [Pod]
    let succeeded: Int
    let failed: Int
    /// Indexed jobs: the indexes that are done, by the status alone and with the pods' news.
    let countedIndexes: IndexRanges
    let succeededIndexes: IndexRanges
    /// Nil unless each index has a back-off limit of its own.
    let failedIndexes: IndexRanges?
    /// Failed pods that wait for their replacement, which takes over their index's failure count.
    let awaitingReplacement: [Int: Pod]

    init(_ job: Job, _ pods: [Pod], now: Timestamp) {
        self.job = job
        self.pods = pods
        self.now = now
        active = pods.filter(\.isActive)
        terminating = pods.filter(\.isTerminating)
        let uncounted = job.status.uncountedTerminatedPods
        let uncountedSucceeded = Set(uncounted?.succeeded ?? [])
        let uncountedFailed = Set(uncounted?.failed ?? [])
        self.uncountedSucceeded = uncountedSucceeded
        self.uncountedFailed = uncountedFailed
        let valid = pods.filter { $0.isTracked && (!job.isIndexed || job.index(of: $0) != nil) }
        newlySucceeded = valid.filter { $0.status.phase == "Succeeded" && !uncountedSucceeded.contains($0.metadata.uid) }
        let newlyFailed = valid.filter { job.hasFailed($0) && !uncountedFailed.contains($0.metadata.uid) }
        self.newlyFailed = newlyFailed
        failed =
            (job.status.failed ?? 0) + uncountedFailed.count
            + newlyFailed.count { PodFailureVerdict(job.spec.podFailurePolicy, $0).counts }

        guard job.isIndexed else {
            succeeded = (job.status.succeeded ?? 0) + uncountedSucceeded.count + newlySucceeded.count
            countedIndexes = IndexRanges()
            succeededIndexes = IndexRanges()
            failedIndexes = nil
            awaitingReplacement = [:]
            return
        }
        let completions = job.spec.completions ?? 0
        countedIndexes = IndexRanges(job.status.completedIndexes, below: completions)
        let done = countedIndexes.union(valid.filter { $0.status.phase == "Succeeded" }.compactMap { job.index(of: $0) })
        succeededIndexes = done
        succeeded = done.count
        guard let limit = job.spec.backoffLimitPerIndex else {
            failedIndexes = nil
            awaitingReplacement = [:]
            return
        }
        let lost = IndexRanges(job.status.failedIndexes, below: completions)
            .union(valid.filter { Self.failsItsIndex($0, job, limit: limit) }.compactMap { job.index(of: $0) })
        failedIndexes = lost
        awaitingReplacement = Self.awaitingReplacement(valid.filter(job.hasFailed), job, done: done, lost: lost, active: active)
    }

    private static func failsItsIndex(_ pod: Pod, _ job: Job, limit: Int) -> Bool {
        guard job.hasFailed(pod) else { return false }
        let verdict = PodFailureVerdict(job.spec.podFailurePolicy, pod)
        return verdict.action == "FailIndex" || (verdict.counts && pod.earlierFailures >= limit)
    }

    private static func awaitingReplacement(
        _ failed: [Pod], _ job: Job, done: IndexRanges, lost: IndexRanges, active: [Pod]
    ) -> [Int: Pod] {
        let busy = Set(active.compactMap(\.completionIndex))
        var result: [Int: Pod] = [:]
        func rank(_ pod: Pod) -> (Int, Timestamp) { (pod.earlierFailures + pod.earlierIgnoredFailures, pod.finishedAt) }
        for pod in failed {
            guard let index = job.index(of: pod), !done.contains(index), !lost.contains(index), !busy.contains(index) else { continue }
            if let other = result[index], rank(other) > rank(pod) { continue }
            result[index] = pod
        }
        return result
    }

    // MARK: Whether it is over

    /// The end that the job has come to, unless by completions. What was said before stands; failures come before success.
    var verdict: JobVerdict? {
        if let passed = JobVerdict(passed: job) { return passed }
        let policy = job.spec.podFailurePolicy
        if policy != nil {
            for pod in pods where job.hasFailed(pod) {
                let verdict = PodFailureVerdict(policy, pod)
                if verdict.action == "FailJob" { return .failed("PodFailurePolicy", verdict.message) }
            }
        }
        if isPastBackoffLimit { return .failed("BackoffLimitExceeded", "Job has reached the specified backoff limit") }
        if untilDeadline == .zero { return .failed("DeadlineExceeded", "Job was active longer than specified deadline") }
        if let lost = failedIndexes?.count, lost > 0 {
            if let most = job.spec.maxFailedIndexes, lost > most {
                return .failed("MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes")
            }
            if lost + succeededIndexes.count >= job.spec.completions ?? 0 { return .failed("FailedIndexes", "Job has failed indexes") }
        }
        return successByPolicy
    }

    /// Whether enough pods succeeded and none is left that runs.
    var isComplete: Bool {
        guard active.isEmpty else { return false }
        guard let completions = job.spec.completions else { return succeeded > 0 }
        return succeeded >= completions
    }

    /// How long until the job has been active for too long; nil when it may be for ever.
    var untilDeadline: Duration? {
        guard let seconds = job.spec.activeDeadlineSeconds, !job.isSuspended, let start = Timestamp(rfc3339: job.status.startTime) else {
            return nil
        }
        return max(.zero, start + .seconds(seconds) - now)
    }

    private var isPastBackoffLimit: Bool {
        // A limit for each index leaves the job's own practically without bound, by default.
        let limit = job.spec.backoffLimit ?? 6
        if failed > limit { return true }
        guard job.spec.template.spec.restartPolicy == "OnFailure" else { return false }
        let restarts = pods.filter { ["Running", "Pending"].contains($0.status.phase) }.reduce(0) { sum, pod in
            sum + (Array(pod.status.initContainerStatuses) + Array(pod.status.containerStatuses)).reduce(0) { $0 + $1.restartCount }
        }
        return limit == 0 ? restarts > 0 : restarts >= limit
    }

    private var successByPolicy: JobVerdict? {
        guard let policy = job.spec.successPolicy, !succeededIndexes.isEmpty else { return nil }
        for (position, rule) in policy.rules.enumerated() {
            let isMet: Bool
            if !rule.succeededIndexes.isEmpty {
                let wanted = IndexRanges(rule.succeededIndexes, below: job.spec.completions ?? 0)
                let present = wanted.overlap(succeededIndexes)
                isMet = !wanted.isEmpty && present >= min(wanted.count, rule.succeededCount ?? wanted.count)
            } else {
                isMet = rule.succeededCount.map { succeededIndexes.count >= $0 } ?? false
            }
            if isMet { return JobVerdict(outcome: .success, reason: "SuccessPolicy", message: "Matched rules at index \(position)") }
        }
        return nil
    }
}
