import Client
import Core
import KubernetesAPI
import Reconcile

/// One look at one cron job: notes what became of its jobs, forgets the oldest, starts the next when it is time.
struct CronRun {
    let context: ControllerContext
    let cronJobs: Informer<CronJob>
    let jobs: Informer<Job>
    private var cronJob: CronJob

    init(context: ControllerContext, cronJobs: Informer<CronJob>, jobs: Informer<Job>, _ cronJob: CronJob) {
        self.context = context
        self.cronJobs = cronJobs
        self.jobs = jobs
        self.cronJob = cronJob
    }

    /// Answers when to look again.
    mutating func advance(_ owned: [Job]) async throws -> Duration? {
        try await note(owned)
        do {
            let pause = try await start()
            try await forget(owned)
            try await writeStatus()
            return pause
        } catch {
            try await writeStatus()
            throw error
        }
    }

    private func tell(_ type: EventRecorder.EventType, _ reason: String, _ message: String) {
        context.recorder.record(cronJob, type, reason, message)
    }

    // MARK: Jobs there are

    private mutating func note(_ owned: [Job]) async throws {
        for job in owned {
            let isActive = cronJob.status.active.contains { $0.uid == job.metadata.uid }
            guard job.isFinished else {
                if !isActive {
                    tell(.warning, "UnexpectedJob", "Saw a job that the controller did not create or forgot: \(job.metadata.name)")
                    // Upstream leaves it at that, and starts another beside it even where that is forbidden.
                    if !job.metadata.isBeingDeleted { cronJob.status.active.append(Self.reference(to: job)) }
                }
                continue
            }
            if isActive {
                let condition = job.isTrue("Complete") ? "Complete" : "Failed"
                remove(job.metadata.uid)
                tell(.normal, "SawCompletedJob", "Saw completed job: \(job.metadata.name), condition: \(condition)")
            }
            if job.isTrue("Complete"), let end = Timestamp(rfc3339: job.status.completionTime),
                Timestamp(rfc3339: cronJob.status.lastSuccessfulTime).map({ $0 < end }) ?? true
            {
                cronJob.status.lastSuccessfulTime = end.rfc3339
            }
        }
        let present = Set(owned.map(\.metadata.uid))
        for reference in cronJob.status.active where !present.contains(reference.uid) {
            do {
                _ = try await context.client.get(Job.self, ObjectKey(namespace: cronJob.metadata.namespace, name: reference.name))
            } catch let error as APIError where error.reason == .notFound {
                tell(.normal, "MissingJob", "Active job went missing: \(reference.name)")
                remove(reference.uid)
            }
        }
    }

    private mutating func remove(_ uid: String) { cronJob.status.active.removeAll { $0.uid == uid } }

    /// Deletes finished jobs beyond the history that is kept, oldest first.
    private mutating func forget(_ owned: [Job]) async throws {
        let kinds = [("Complete", cronJob.spec.successfulJobsHistoryLimit), ("Failed", cronJob.spec.failedJobsHistoryLimit)]
        for (type, limit) in kinds {
            guard let limit else { continue }
            let finished = owned.filter { $0.isTrue(type) && !$0.metadata.isBeingDeleted }
            guard finished.count > limit else { continue }
            // Those that never started come last.
            let ordered = finished.sorted { left, right in
                let (a, b) = (left.status.startTime, right.status.startTime)
                if a.isEmpty != b.isEmpty { return b.isEmpty }
                return (a, left.metadata.name) < (b, right.metadata.name)
            }
            for job in ordered.prefix(finished.count - limit) { try await delete(job) }
        }
    }

    private mutating func delete(_ job: Job) async throws {
        var options = Client.Options()
        options.propagationPolicy = "Background"
        options.preconditionUID = job.metadata.uid
        do {
            try await context.client.delete(Job.self, job.key, options: options)
        } catch let error as APIError where error.reason == .notFound {
            remove(job.metadata.uid)
            return
        } catch {
            tell(.warning, "FailedDelete", "Deleted job: \(error)")
            throw error
        }
        remove(job.metadata.uid)
        tell(.normal, "SuccessfulDelete", "Deleted job \(job.metadata.name)")
        try await jobs.waitForDeletion(job.key, uid: job.metadata.uid)
    }

    // MARK: The next job

    private mutating func start() async throws -> Duration? {
        guard !cronJob.metadata.isBeingDeleted else { return nil }
        guard let zone = zone(), cronJob.spec.suspend != true, let schedule = schedule() else { return nil }
        let last = Timestamp(rfc3339: cronJob.status.lastScheduleTime) ?? Timestamp(rfc3339: cronJob.metadata.creationTimestamp)
        let now = context.clock.now
        let deadline = cronJob.spec.startingDeadlineSeconds
        var clock = CronClock(schedule: schedule, zone: zone, now: now, last: last ?? now, deadline: deadline)
        do {
            guard let due = try clock.due() else { return clock.untilNext }
            if due.missed > CronClock.manyMissed {
                tell(
                    .warning, "TooManyMissedTimes",
                    "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew")
            }
            if let deadline, due.time + .seconds(deadline) < now {
                tell(.warning, "MissSchedule", "Missed scheduled time to start a job: \(due.time.rfc3339)")
                return clock.untilNext
            }
            let name = "\(cronJob.metadata.name)-\(due.time.seconds / 60)"
            if cronJob.status.active.contains(where: { $0.name == name }) || cronJob.status.lastScheduleTime == due.time.rfc3339 {
                return clock.untilNext
            }
            if cronJob.spec.concurrencyPolicy == "Forbid", !cronJob.status.active.isEmpty {
                tell(
                    .normal, "JobAlreadyActive",
                    "Not starting job because prior execution is running and concurrency policy is Forbid")
                return clock.untilNext
            }
            if cronJob.spec.concurrencyPolicy == "Replace" { try await replaceActive() }
            guard try await create(name, due.time, zone) else { return clock.untilNext }
            clock = CronClock(schedule: schedule, zone: zone, now: now, last: due.time, deadline: deadline)
            return clock.untilNext
        } catch let error as CronSchedule.Malformed {
            tell(.warning, "InvalidSchedule", "invalid schedule: \(cronJob.spec.schedule) : \(error)")
            return nil
        }
    }

    private func zone() -> ZoneRules? {
        var name = cronJob.spec.timeZone
        // A zone within the schedule is not supported; it works for those who have it from before that was said.
        let text = cronJob.spec.schedule
        for prefix in ["TZ=", "CRON_TZ="] where text.hasPrefix(prefix) {
            name = String(text.dropFirst(prefix.count).prefix { !$0.isWhitespace })
        }
        if let zone = ZoneRules.named(name) { return zone }
        tell(.warning, "UnknownTimeZone", "invalid timeZone: \"\(name)\": unknown time zone \(name)")
        return nil
    }

    private func schedule() -> CronSchedule? {
        var text = cronJob.spec.schedule[...]
        if text.contains("TZ") {
            tell(
                .warning, "UnsupportedSchedule",
                "CRON_TZ or TZ used in schedule \"\(text)\" is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"
            )
            if text.hasPrefix("TZ=") || text.hasPrefix("CRON_TZ=") { text = text.drop { !$0.isWhitespace } }
        }
        do {
            return try CronSchedule(text)
        } catch {
            tell(.warning, "UnparseableSchedule", "unparseable schedule: \"\(cronJob.spec.schedule)\" : \(error)")
            return nil
        }
    }

    private mutating func replaceActive() async throws {
        for reference in cronJob.status.active {
            do {
                let key = ObjectKey(namespace: cronJob.metadata.namespace, name: reference.name)
                try await delete(try await context.client.get(Job.self, key))
            } catch let error as APIError where error.reason == .notFound {
                remove(reference.uid)
            }
        }
    }

    /// Answers whether the job of this time is in the status now. Its name follows from the time, so that it starts once only.
    private mutating func create(_ name: String, _ time: Timestamp, _ zone: ZoneRules) async throws -> Bool {
        var job = Job()
        job.metadata.name = name
        job.metadata.namespace = cronJob.metadata.namespace
        job.metadata.labels = cronJob.spec.jobTemplate.metadata.labels
        job.metadata.annotations = cronJob.spec.jobTemplate.metadata.annotations
        job.metadata.annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"] = zone.text(time)
        job.metadata.ownerReferences = [OwnerReference(controller: cronJob)]
        job.spec = cronJob.spec.jobTemplate.spec
        do {
            job = try await context.client.create(job)
            context.figures.cronJobStarted(late: (Timestamp(rfc3339: job.metadata.creationTimestamp) ?? context.clock.now) - time)
            tell(.normal, "SuccessfulCreate", "Created job \(name)")
            try await jobs.waitFor(job)
        } catch let error as APIError where error.reason == .alreadyExists {
            let uid = cronJob.metadata.uid
            job = try await context.client.get(Job.self, job.key)
            guard job.metadata.controllerReference?.uid == uid else { return false }
        } catch let error as APIError where error.isNamespaceTerminating {
            return false
        } catch {
            tell(.warning, "FailedCreate", "Error creating job: \(error)")
            throw error
        }
        let isKnown = cronJob.status.active.contains { $0.uid == job.metadata.uid }
        if !job.isFinished, !isKnown { cronJob.status.active.append(Self.reference(to: job)) }
        cronJob.status.lastScheduleTime = time.rfc3339
        return true
    }

    private static func reference(to job: Job) -> ObjectReference {
        var reference = ObjectReference()
        reference.kind = Job.descriptor.kind
        reference.apiVersion = Job.descriptor.gvk.apiVersion
        reference.namespace = job.metadata.namespace
        reference.name = job.metadata.name
        reference.uid = job.metadata.uid
        reference.resourceVersion = job.metadata.resourceVersion
        return reference
    }

    private mutating func writeStatus() async throws {
        guard cronJob.status != cronJobs.get(cronJob.key)?.status else { return }
        do {
            cronJob = try await context.client.updateStatus(cronJob)
        } catch let error as APIError where error.reason == .notFound {
            return
        }
        try await cronJobs.waitFor(cronJob)
    }
}
