import Client
import Core
import KubernetesAPI
import Reconcile

/// Runs pods to completion. `JobAssessment` says how a job stands, `JobStep` what it does next, `JobLedger` counts its pods.
struct JobReconciler: Reconciler {
    enum Key: Hashable, Sendable {
        case job(ObjectKey)
        /// A pod that waits to be counted by a job that will not do so.
        case orphan(ObjectKey)
    }

    let context: ControllerContext
    let jobs: Informer<Job>
    let pods: Informer<Pod>
    let queue: WorkQueue<Key>
    private let control: PodControl
    private let backoff = JobBackoff()

    init(context: ControllerContext) {
        self.context = context
        jobs = context.informer()
        pods = context.informer()
        queue = context.queue(of: Key.self)
        control = PodControl(context: context, pods: pods)
        pods.add(.controller)
        jobs.onChange { [self] changes in for change in changes { jobChanged(change) } }
        pods.onChange { [self] changes in for change in changes { podChanged(change) } }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 5, informers: [jobs.base, pods.base], logger: context.logger)
    }

    private func jobChanged(_ change: Change<Job>) {
        queue.add(.job(change.key))
        guard change.new?.isFinished ?? true else { return }
        for pod in pods.byIndex(.controller, change.latest.metadata.controlledIndex) where pod.isTracked { queue.add(.orphan(pod.key)) }
        if change.new == nil { backoff.forget(change.latest.metadata.uid) }
    }

    private func podChanged(_ change: Change<Pod>) {
        jobs.forEachOwner(of: change, selector: selector) { queue.add(.job($0)) }
        if let pod = change.new, pod.isTracked, isOrphan(pod) { queue.add(.orphan(pod.key)) }
    }

    private func selector(of job: Job) -> LabelMatcher { job.spec.selector?.matcher ?? .nothing }

    func reconcile(_ key: Key) async throws -> Duration? {
        switch key {
        case .job(let key): return try await reconcile(job: key)
        case .orphan(let key):
            try await release(orphan: key)
            return nil
        }
    }

    private func reconcile(job key: ObjectKey) async throws -> Duration? {
        guard let job = jobs.get(key), !job.isManagedElsewhere, !job.isFinished else { return nil }
        let selector = selector(of: job)
        let orphans = pods.byIndex(.controller, "\(key.namespace)/").filter { selector.matches($0.metadata.labels) }
        let claim = Claim<Job, Pod>(client: context.client, informer: pods, finalizer: JobLabel.finalizer)
        let candidates = pods.byIndex(.controller, job.metadata.controlledIndex) + orphans
        _ = try await claim.claim(candidates, for: job, selector: selector)

        var run = JobRun(context: context, jobs: jobs, control: control, backoff: backoff, job)
        var hasFailed = true
        let began = context.clock.now
        defer { context.figures.jobSynced(job.completionModeName, run.action, failed: hasFailed, context.clock.now - began) }
        let pause = try await run.advance {
            pods.byIndex(.controller, job.metadata.controlledIndex).filter { selector.matches($0.metadata.labels) }
        }
        hasFailed = false
        return pause
    }

    // MARK: Orphans

    private func isOrphan(_ pod: Pod) -> Bool {
        guard let reference = pod.metadata.controllerReference else { return true }
        guard reference.refersTo(Job.self) else { return false }
        guard let job = jobs.get(ObjectKey(namespace: pod.metadata.namespace, name: reference.name)),
            job.metadata.uid == reference.uid
        else { return true }
        return job.isFinished && !job.isManagedElsewhere
    }

    private func release(orphan key: ObjectKey) async throws {
        guard let pod = pods.get(key), pod.isTracked, isOrphan(pod) else { return }
        if let failure = try await control.release([pod], from: JobLabel.finalizer).failure { throw failure }
    }
}
