import Core
import KubernetesAPI
import Reconcile

/// One look at one job: starts or stops pods, counts those that ended, and writes the status.
struct JobRun {
    let context: ControllerContext
    let jobs: Informer<Job>
    let control: PodControl
    let backoff: JobBackoff
    private var job: Job
    /// What this look led to so far.
    private(set) var action = ControllerMetrics.JobAction.reconciling

    init(context: ControllerContext, jobs: Informer<Job>, control: PodControl, backoff: JobBackoff, _ job: Job) {
        self.context = context
        self.jobs = jobs
        self.control = control
        self.backoff = backoff
        self.job = job
    }

    /// `pods` reads the job's pods, as they are at each moment. Answers when to look again.
    mutating func advance(pods: () -> [Pod]) async throws -> Duration? {
        if job.status.startTime.isEmpty, !job.isSuspended { job.status.startTime = context.clock.now.rfc3339 }
        var look = JobAssessment(job, pods(), now: context.clock.now)
        var verdict = look.verdict
        var failure: (any Error)?
        var pause: Duration?
        if verdict != nil {
            if !look.active.isEmpty { action = .podsDeleted }
            failure = try await control.delete(look.active, for: job)
        } else if !job.metadata.isBeingDeleted {
            let streak = backoff[job.metadata.uid].after(succeeded: look.newlySucceeded, failed: look.newlyFailed)
            switch JobStep(look, streak: streak) {
            case .none: action = .tracking
            case .wait(let duration):
                action = .podsCreated
                pause = duration
            case .create(let wanted):
                action = .podsCreated
                failure = try await control.create(wanted, for: job)
            case .delete(let doomed):
                action = .podsDeleted
                // Pods that are stopped on purpose count as neither succeeded nor failed.
                failure = try await control.stop(doomed, heldBy: JobLabel.finalizer, for: job)
            }
        }
        look = JobAssessment(job, pods(), now: context.clock.now)
        if verdict != nil {
            // Not over while a pod may still do work.
            if !look.active.isEmpty { verdict = nil }
        } else if look.isComplete {
            verdict = .completions
        } else if !job.metadata.isBeingDeleted {
            noteSuspension()
            look = JobAssessment(job, pods(), now: context.clock.now)
        }
        try await count(look, verdict)
        if let failure { throw failure }
        return [pause, look.untilDeadline].compactMap { $0 }.filter { $0 > .zero }.min()
    }

    private mutating func noteSuspension() {
        let now = context.clock.now
        if job.isSuspended {
            guard job.status.set("Suspended", true, "JobSuspended", "Job suspended", now: now) else { return }
            context.recorder.record(job, .normal, "Suspended", "Job suspended")
            job.status.startTime = ""
        } else if job.status.set("Suspended", false, "JobResumed", "Job resumed", now: now) {
            context.recorder.record(job, .normal, "Resumed", "Job resumed")
            // The deadline counts from when the job goes on.
            job.status.startTime = now.rfc3339
        }
    }

    // MARK: Counting

    private mutating func count(_ look: JobAssessment, _ verdict: JobVerdict?) async throws {
        let now = context.clock.now
        var ledger = JobLedger(look, verdict: verdict)
        job.status = ledger.status
        job.status.active = look.active.isEmpty ? nil : look.active.count
        job.status.ready = look.active.count(where: \.isReady)
        job.status.terminating = look.terminating.count
        if let verdict { job.status.set(verdict.interimType, true, verdict.reason, verdict.message, now: now) }
        try await writeStatus()
        let uid = job.metadata.uid
        backoff[uid] = backoff[uid].after(succeeded: look.newlySucceeded, failed: look.newlyFailed)

        let (released, failure) = try await control.release(ledger.releasable, from: JobLabel.finalizer)
        ledger.settle(held: Set(look.pods.filter(\.isTracked).map(\.metadata.uid)).subtracting(released))
        job.status.succeeded = ledger.status.succeeded
        job.status.failed = ledger.status.failed
        job.status.uncountedTerminatedPods = ledger.status.uncountedTerminatedPods
        let isOver = verdict != nil && ledger.isSettled && !ledger.isFull && look.terminating.isEmpty && failure == nil
        if isOver, let verdict {
            job.status.set(verdict.finalType, true, verdict.reason, verdict.message, now: context.clock.now)
            if verdict.outcome == .success { job.status.completionTime = context.clock.now.rfc3339 }
        }
        try await writeStatus()
        if isOver, let verdict { tellEnd(verdict) }
        if let failure { throw failure }
    }

    private func tellEnd(_ verdict: JobVerdict) {
        backoff.forget(job.metadata.uid)
        context.figures.jobFinished(job.completionModeName, verdict.reason, succeeded: verdict.outcome == .success)
        guard verdict.outcome == .success else { return context.recorder.record(job, .warning, verdict.reason, verdict.message) }
        if let completions = job.spec.completions, job.status.succeeded ?? 0 > completions {
            context.recorder.record(
                job, .warning, "TooManySucceededPods", "Too many succeeded pods running after completion count reached")
        }
        context.recorder.record(job, .normal, "Completed", "Job completed")
    }

    private mutating func writeStatus() async throws {
        let before = jobs.get(job.key)?.status
        guard job.status != before else { return }
        do {
            job = try await context.client.updateStatus(job)
        } catch let error as APIError where error.reason == .notFound {
            // The pods of a job that is gone are let go as orphans.
            return
        }
        context.figures.podsFinished(
            job.completionModeName, succeeded: max(0, (job.status.succeeded ?? 0) - (before?.succeeded ?? 0)),
            failed: max(0, (job.status.failed ?? 0) - (before?.failed ?? 0)))
        try await jobs.waitFor(job)
    }
}
