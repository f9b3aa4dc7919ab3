import Client
import Controllers
import Core
import KubernetesAPI
import Reconcile
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct CronJobTests {
    private let loops = ["cronjob-controller", "job-controller"]

    // MARK: Schedules

    private func times(_ schedule: String, from start: String, _ count: Int, zone: ZoneRules = .utc) throws -> [String] {
        let schedule = try CronSchedule(schedule)
        var moment = try #require(Timestamp(rfc3339: start))
        var result: [String] = []
        for _ in 0..<count {
            guard let next = schedule.next(after: moment, in: zone) else { break }
            result.append(next.rfc3339)
            moment = next
        }
        return result
    }

    @Test func `schedules name minutes, hours and days`() throws {
        #expect(
            try times("*/20 9-10 * * mon-fri", from: "2026-01-02T10:30:00Z", 3) == [
                "2026-01-02T10:40:00Z", "2026-01-05T09:00:00Z", "2026-01-05T09:20:00Z",
            ])
        #expect(try times("@monthly", from: "2026-01-01T00:00:00Z", 1) == ["2026-02-01T00:00:00Z"])
        #expect(try times("@every 1h30m", from: "2026-01-01T00:00:10Z", 2) == ["2026-01-01T01:30:10Z", "2026-01-01T03:00:10Z"])
        #expect(
            try times("5/25 * * * *", from: "2026-01-01T00:00:00Z", 3).map { $0.dropFirst(11).prefix(5) } == ["00:05", "00:30", "00:55"])
        #expect(try times("0 0 29 feb ?", from: "2026-01-01T00:00:00Z", 1) == ["2028-02-29T00:00:00Z"])
    }

    @Test func `a day matches by month or by week when both are restricted`() throws {
        #expect(
            try times("0 0 13 * fri", from: "2026-01-01T00:00:00Z", 4).map { $0.prefix(10) } == [
                "2026-01-02", "2026-01-09", "2026-01-13", "2026-01-16",
            ])
    }

    @Test func `a day that never comes is never found`() throws {
        #expect(try times("59 23 31 2 *", from: "2026-01-01T00:00:00Z", 1).isEmpty)
    }

    @Test(arguments: [
        "* * * *", "60 * * * *", "* * * * 7", "*/0 * * * *", "5-1 * * * *", "@often", "@every soon", "@every 99999999999999999999h",
        "a * * * *",
    ])
    func `what is no schedule is refused`(text: String) {
        #expect(throws: CronSchedule.Malformed.self) { try CronSchedule(text) }
    }

    @Test func `a time zone's clocks leap and fall back`() throws {
        let berlin = try #require(ZoneRules.named("Europe/Berlin"))
        #expect(try times("30 2 * * *", from: "2026-03-28T00:00:00Z", 2, zone: berlin) == ["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"])
        #expect(try times("30 2 * * *", from: "2026-10-24T12:00:00Z", 2, zone: berlin) == ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"])
        // Beyond the table the rule at its end holds.
        #expect(try times("0 12 * * *", from: "2090-07-01T00:00:00Z", 1, zone: berlin) == ["2090-07-01T10:00:00Z"])
        #expect(berlin.text(try #require(Timestamp(rfc3339: "2026-07-01T10:00:00Z"))) == "2026-07-01T12:00:00+02:00")
        #expect(ZoneRules.named("../etc/passwd") == nil)
        #expect(ZoneRules.named("Nowhere/AtAll") == nil)
    }

    // MARK: Jobs

    @discardableResult
    private func create(_ plane: ControlPlane, _ image: String, change: (inout CronJob) -> Void = { _ in }) async throws -> CronJob {
        var cronJob = CronJob()
        cronJob.metadata.name = "tick"
        cronJob.metadata.namespace = "default"
        cronJob.spec.schedule = "* * * * *"
        var container = Container()
        container.name = "main"
        container.image = image
        cronJob.spec.jobTemplate.spec.template.spec.containers = [container]
        cronJob.spec.jobTemplate.spec.template.spec.restartPolicy = "Never"
        cronJob.spec.jobTemplate.metadata.labels = ["from": "tick"]
        change(&cronJob)
        return try await plane.client.create(cronJob)
    }

    private func jobs(_ plane: ControlPlane) async throws -> [String] {
        try await plane.client.list(Job.self, namespace: "default").items.map(\.metadata.name).sorted()
    }

    /// The minute of the tests' clock, from which jobs are named.
    private func minute(_ plane: ControlPlane) -> Int64 { plane.cluster.clock.now.seconds / 60 }

    @Test func `a job is started when its time comes, and named after it`() async throws {
        try await ControlPlane.run(loops) { plane in
            let cronJob = try await create(plane, "work:exits-0")
            try await plane.wait(CronJob.self, "tick") { $0 != nil }
            await plane.advance(.seconds(61))
            let done = try await plane.wait(CronJob.self, "tick") { $0?.status.lastSuccessfulTime.isEmpty == false }
            let name = "tick-\(minute(plane))"
            #expect(try await jobs(plane) == [name])
            #expect(done?.status.lastScheduleTime == "2026-01-01T00:01:00Z")
            #expect(done?.status.active.isEmpty == true)
            let job = try await plane.client.get(Job.self, ObjectKey(namespace: "default", name: name))
            #expect(job.metadata.labels["from"] == "tick")
            #expect(job.metadata.annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"] == "2026-01-01T00:01:00Z")
            #expect(job.metadata.controllerReference?.uid == cronJob.metadata.uid)
        }
    }

    @Test func `old jobs are cleared away, the newest kept`() async throws {
        try await ControlPlane.run(loops + ["garbage-collector-controller"]) { plane in
            try await create(plane, "work:exits-0") { $0.spec.successfulJobsHistoryLimit = 1 }
            try await plane.wait(CronJob.self, "tick") { $0 != nil }
            for turn in 0..<3 {
                await plane.advance(.seconds(turn == 0 ? 61 : 60))
                let name = "tick-\(minute(plane))"
                let start = Timestamp(seconds: minute(plane) * 60).rfc3339
                try await plane.wait(CronJob.self, "tick") { $0?.status.lastScheduleTime == start && $0?.status.active.isEmpty == true }
                try await plane.wait(Job.self, name) { $0?.status.succeeded == 1 }
            }
            let last = minute(plane)
            try await plane.wait(Job.self, "tick-\(last - 1)") { $0 == nil }
            try await plane.wait(Job.self, "tick-\(last - 2)") { $0 == nil }
            #expect(try await jobs(plane) == ["tick-\(last)"])
        }
    }

    @Test func `jobs that still run are waited for, or replaced`() async throws {
        try await ControlPlane.run(loops + ["garbage-collector-controller"]) { plane in
            try await create(plane, "work:1") { $0.spec.concurrencyPolicy = "Forbid" }
            try await plane.wait(CronJob.self, "tick") { $0 != nil }
            await plane.advance(.seconds(61))
            let first = "tick-\(minute(plane))"
            try await plane.wait(CronJob.self, "tick") { $0?.status.active.count == 1 }
            try await plane.wait(Job.self, first) { $0?.status.ready == 1 }
            await plane.advance(.seconds(60))
            try await plane.change(CronJob.self, "tick") { $0.spec.concurrencyPolicy = "Replace" }
            let second = "tick-\(minute(plane))"
            try await plane.wait(CronJob.self, "tick") { $0?.status.active.first?.name == second }
            try await plane.wait(Job.self, first) { $0 == nil }
            #expect(try await jobs(plane) == [second])
        }
    }

    @Test func `a job whose time is long past is not started`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await create(plane, "work:exits-0") {
                $0.spec.schedule = "0 * * * *"
                $0.spec.suspend = true
                $0.spec.startingDeadlineSeconds = 60
            }
            try await plane.wait(CronJob.self, "tick") { $0 != nil }
            plane.cluster.clock.advance(by: .seconds(3600 + 120))
            try await plane.change(CronJob.self, "tick") { $0.spec.suspend = false }
            await plane.advance(.seconds(3600 - 120 + 1))
            try await plane.wait(CronJob.self, "tick") { $0?.status.lastScheduleTime == "2026-01-01T02:00:00Z" }
            #expect(try await jobs(plane).count == 1)
        }
    }
}
