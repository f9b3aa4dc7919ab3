import Core
import KubernetesAPI

/// What a job that is not over does about its pods next. Pure.
enum JobStep {
    case none
    case delete([Pod])
    case create([Pod])
    case wait(Duration)

    /// The most pods created or deleted at a time.
    static let burst = 500

    /// `streak` tells how the job's pods fared lately.
    init(_ look: JobAssessment, streak: FailureStreak) {
        let job = look.job
        if job.isSuspended {
            self = look.active.isEmpty ? .none : .delete(look.active)
            return
        }
        let wanted = Self.wanted(look)
        let surplus = Self.surplus(look, atLeast: max(0, look.active.count - wanted))
        guard surplus.isEmpty else {
            self = .delete(Array(surplus.prefix(Self.burst)))
            return
        }
        let held = job.replacesFailedOnly ? look.terminating.count : 0
        let lacking = min(wanted - held - look.active.count, Self.burst)
        guard lacking > 0 else {
            self = .none
            return
        }
        let hasLimitPerIndex = look.failedIndexes != nil
        if !hasLimitPerIndex, streak.pause(now: look.now) > .zero {
            self = .wait(streak.pause(now: look.now))
            return
        }
        guard job.isIndexed else {
            self = .create(Array(repeating: Self.pod(job), count: lacking))
            return
        }
        var taken = look.succeededIndexes.union(look.active.compactMap(\.completionIndex))
        if job.replacesFailedOnly { taken = taken.union(look.terminating.compactMap(\.completionIndex)) }
        if let lost = look.failedIndexes { taken = taken.union(lost) }
        let open = taken.missing(lacking, below: job.spec.completions ?? 0)
        let pauses = open.map { index -> Duration in
            guard hasLimitPerIndex, let replaced = look.awaitingReplacement[index] else { return .zero }
            let failures = replaced.earlierFailures + replaced.earlierIgnoredFailures + 1
            return FailureStreak(failures: failures, last: replaced.finishedAt).pause(now: look.now)
        }
        let due = zip(open, pauses).filter { $0.1 == .zero }.map(\.0)
        if due.isEmpty {
            self = pauses.min().map(JobStep.wait) ?? .none
        } else {
            self = .create(due.map { Self.pod(job, index: $0, replacing: look.awaitingReplacement[$0]) })
        }
    }

    private static func wanted(_ look: JobAssessment) -> Int {
        let job = look.job
        guard let completions = job.spec.completions else {
            // A work queue: once a pod succeeded no more are started.
            return look.succeeded > 0 ? look.active.count : job.parallelism
        }
        return max(0, min(completions - look.succeeded, job.parallelism))
    }

    /// Pods beyond what is wanted: of an indexed job first those without a valid index and all but one of each index.
    private static func surplus(_ look: JobAssessment, atLeast count: Int) -> [Pod] {
        guard look.job.isIndexed else { return count > 0 ? PodRanking.firstToGo(look.active, related: [], count: count) : [] }
        var byIndex: [Int: [Pod]] = [:]
        var doomed: [Pod] = []
        for pod in look.active {
            if let index = look.job.index(of: pod) { byIndex[index, default: []].append(pod) } else { doomed.append(pod) }
        }
        for pods in byIndex.values where pods.count > 1 {
            doomed += PodRanking.firstToGo(pods, related: [], count: pods.count - 1)
        }
        guard doomed.count < count else { return doomed }
        let gone = Set(doomed.map(\.metadata.uid))
        let rest = look.active.filter { !gone.contains($0.metadata.uid) }
        return doomed + PodRanking.firstToGo(rest, related: [], count: count - doomed.count)
    }

    // MARK: New pods

    private static func pod(_ job: Job) -> Pod {
        var pod = Pod.from(job.spec.template, controlledBy: job)
        if !pod.metadata.finalizers.contains(JobLabel.finalizer) { pod.metadata.finalizers.append(JobLabel.finalizer) }
        return pod
    }

    private static func pod(_ job: Job, index: Int, replacing failed: Pod?) -> Pod {
        var pod = pod(job)
        // Names generated from it may have 63 characters, five of them generated.
        let suffix = "-\(index)-"
        pod.metadata.generateName = "\(job.metadata.name.prefix(58 - suffix.utf8.count))\(suffix)"
        pod.metadata.annotations[JobLabel.index] = String(index)
        pod.metadata.labels[JobLabel.index] = String(index)
        pod.spec.hostname = "\(job.metadata.name)-\(index)"
        if job.spec.backoffLimitPerIndex != nil {
            var failures = failed?.earlierFailures ?? 0
            var ignored = failed?.earlierIgnoredFailures ?? 0
            if let failed {
                if PodFailureVerdict(job.spec.podFailurePolicy, failed).counts { failures += 1 } else { ignored += 1 }
            }
            pod.metadata.annotations[JobLabel.failures] = String(failures)
            if ignored > 0 { pod.metadata.annotations[JobLabel.ignoredFailures] = String(ignored) }
        }
        for position in pod.spec.initContainers.indices { tellIndex(&pod.spec.initContainers[position]) }
        for position in pod.spec.containers.indices { tellIndex(&pod.spec.containers[position]) }
        return pod
    }

    private static func tellIndex(_ container: inout Container) {
        let name = "JOB_COMPLETION_INDEX"
        guard !container.env.contains(where: { $0.name == name }) else { return }
        var variable = EnvVar()
        variable.name = name
        variable.raw["valueFrom"] = ["fieldRef": ["fieldPath": .string("metadata.labels['\(JobLabel.index)']")]]
        container.env.append(variable)
    }
}
