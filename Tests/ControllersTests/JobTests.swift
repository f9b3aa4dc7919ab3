import Client
import Controllers
import Core
import KubernetesAPI
import Reconcile
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct JobTests {
    private let loops = ["job-controller"]

    @discardableResult
    private func create(_ plane: ControlPlane, _ image: String = "work:exits-0", change: (inout Job) -> Void = { _ in }) async throws -> Job
    {
        var job = Job()
        job.metadata.name = "work"
        job.metadata.namespace = "default"
        var container = Container()
        container.name = "main"
        container.image = image
        job.spec.template.spec.containers = [container]
        job.spec.template.spec.restartPolicy = "Never"
        change(&job)
        return try await plane.client.create(job)
    }

    private func has(_ type: String, _ reason: String) -> @Sendable (Job?) -> Bool {
        { job in job?.status.conditions.contains { $0.type == type && $0.status == "True" && $0.reason == reason } == true }
    }

    private func end(_ plane: ControlPlane, _ pod: Pod, _ code: Int) async throws {
        try await plane.changeStatus(Pod.self, pod.metadata.name) { $0.end(code, at: plane.cluster.clock.now) }
    }

    @Test func `a job runs its completions, some at a time, and counts each once`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await create(plane) {
                $0.spec.completions = 5
                $0.spec.parallelism = 2
            }
            let done = try #require(try await plane.wait(Job.self, "work", until: has("Complete", "CompletionsReached")))
            #expect(done.status.succeeded == 5)
            #expect(done.status.active == nil)
            #expect(done.status.conditions.map(\.type) == ["SuccessCriteriaMet", "Complete"])
            #expect(!done.status.completionTime.isEmpty)
            let pods = try await plane.pods()
            #expect(pods.count == 5)
            #expect(pods.allSatisfy { $0.metadata.finalizers.isEmpty })
            #expect(pods.allSatisfy { $0.metadata.controllerReference?.uid == done.metadata.uid })
            // Counted once the status is written.
            let finished =
                "job_controller_jobs_finished_total{completion_mode=\"NonIndexed\",reason=\"CompletionsReached\",result=\"succeeded\"} 1\n"
            while !plane.controllers.metricsText.contains(finished), !Task.isCancelled { await Task.yield() }
            let text = plane.controllers.metricsText
            #expect(text.contains("job_controller_job_pods_finished_total{completion_mode=\"NonIndexed\",result=\"succeeded\"} 5\n"))
            #expect(!text.contains("result=\"failed\""))
            #expect(
                text.contains("job_controller_job_syncs_total{action=\"pods_created\",completion_mode=\"NonIndexed\",result=\"success\"}"))
            #expect(text.contains("running_managed_controllers{manager=\"kube-controller-manager\",name=\"job-controller\"} 1\n"))
        }
    }

    @Test func `the pods of an indexed job know their index`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await create(plane) {
                $0.spec.completionMode = "Indexed"
                $0.spec.completions = 3
                $0.spec.parallelism = 3
            }
            let done = try await plane.wait(Job.self, "work", until: has("Complete", "CompletionsReached"))
            #expect(done?.status.completedIndexes == "0-2")
            let pods = try await plane.pods().sorted { $0.spec.hostname < $1.spec.hostname }
            #expect(pods.map(\.spec.hostname) == ["work-0", "work-1", "work-2"])
            #expect(pods.map { $0.metadata.labels["batch.kubernetes.io/job-completion-index"] } == ["0", "1", "2"])
            #expect(pods[1].metadata.name.hasPrefix("work-1-"))
            #expect(pods[0].spec.containers[0].env[0].name == "JOB_COMPLETION_INDEX")
        }
    }

    @Test func `a failed pod is replaced after ten seconds, until the limit is reached`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await create(plane, "work:exits-1") { $0.spec.backoffLimit = 1 }
            try await plane.wait(Job.self, "work") { $0?.status.failed == 1 }
            #expect(try await plane.pods().count == 1)
            await plane.advance(.seconds(11))
            let failed = try await plane.wait(Job.self, "work", until: has("Failed", "BackoffLimitExceeded"))
            #expect(failed?.status.failed == 2)
            #expect(failed?.status.conditions.map(\.type) == ["FailureTarget", "Failed"])
            #expect(failed?.status.conditions[1].message == "Job has reached the specified backoff limit")
        }
    }

    @Test func `a job that takes too long is stopped`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await create(plane, "work:1") { $0.spec.activeDeadlineSeconds = 30 }
            try await plane.wait(Job.self, "work") { $0?.status.ready == 1 }
            await plane.advance(.seconds(31))
            let failed = try await plane.wait(Job.self, "work", until: has("Failed", "DeadlineExceeded"))
            #expect(failed?.status.conditions.last?.message == "Job was active longer than specified deadline")
            #expect(failed?.status.failed == 1)
            try await plane.waitForPods(until: \.isEmpty)
        }
    }

    @Test func `a suspended job has no pods, and goes on when told so`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await create(plane, "work:1")
            try await plane.wait(Job.self, "work") { $0?.status.ready == 1 }
            try await plane.change(Job.self, "work") { $0.spec.suspend = true }
            let suspended = try await plane.wait(Job.self, "work") { job in
                job?.status.conditions.contains { $0.type == "Suspended" && $0.status == "True" } == true && job?.status.active == nil
            }
            #expect(suspended?.status.startTime == "")
            #expect(suspended?.status.failed == nil)
            try await plane.waitForPods(until: \.isEmpty)
            try await plane.change(Job.self, "work") { $0.spec.suspend = false }
            let resumed = try await plane.wait(Job.self, "work") { $0?.status.active == 1 }
            #expect(resumed?.status.conditions[0].status == "False")
            #expect(resumed?.status.conditions[0].reason == "JobResumed")
        }
    }

    @Test func `a pod failure policy fails the job or looks away`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await create(plane, "work:1") {
                $0.spec.backoffLimit = 0
                $0.spec.raw["podFailurePolicy"] = [
                    "rules": [
                        ["action": "Ignore", "onPodConditions": [["type": "DisruptionTarget", "status": "True"]]],
                        ["action": "FailJob", "onExitCodes": ["containerName": "main", "operator": "In", "values": [42]]],
                    ]
                ]
            }
            let first = try await plane.waitForPods { $0.count == 1 && $0[0].isReady }[0]
            try await plane.changeStatus(Pod.self, first.metadata.name) {
                $0.status.phase = "Failed"
                $0.status.conditions[0].type = "DisruptionTarget"
            }
            await plane.advance(.seconds(11))
            let second = try await plane.waitForPods { $0.contains { $0.isReady } }.first { $0.isReady }!
            try await end(plane, second, 42)
            let failed = try await plane.wait(Job.self, "work", until: has("Failed", "PodFailurePolicy"))
            #expect(
                failed?.status.conditions.last?.message
                    == "Container main for pod default/\(second.metadata.name) failed with exit code 42 matching FailJob rule at index 1")
            #expect(failed?.status.failed == 1)
        }
    }

    @Test func `a success policy ends the job early, and stops the rest`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await create(plane, "work:1") {
                $0.spec.completionMode = "Indexed"
                $0.spec.completions = 3
                $0.spec.parallelism = 3
                $0.spec.raw["successPolicy"] = ["rules": [["succeededIndexes": "1-2", "succeededCount": 1]]]
            }
            let pods = try await plane.waitForPods { $0.count == 3 && $0.allSatisfy(\.isReady) }
            try await end(plane, try #require(pods.first { $0.spec.hostname == "work-2" }), 0)
            let done = try await plane.wait(Job.self, "work", until: has("Complete", "SuccessPolicy"))
            #expect(done?.status.conditions.last?.message == "Matched rules at index 0")
            #expect(done?.status.completedIndexes == "2")
            try await plane.waitForPods { $0.count == 1 }
        }
    }

    @Test func `each index may have a limit of its own`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await create(plane, "work:1") {
                $0.spec.completionMode = "Indexed"
                $0.spec.completions = 2
                $0.spec.parallelism = 2
                $0.spec.backoffLimitPerIndex = 1
            }
            let pods = try await plane.waitForPods { $0.count == 2 && $0.allSatisfy(\.isReady) }
            try await end(plane, try #require(pods.first { $0.spec.hostname == "work-0" }), 0)
            let first = try #require(pods.first { $0.spec.hostname == "work-1" })
            try await end(plane, first, 1)
            try await plane.wait(Job.self, "work") { $0?.status.completedIndexes == "0" }
            // Held until its replacement has its count.
            #expect(try await plane.client.get(Pod.self, first.key).metadata.finalizers == ["batch.kubernetes.io/job-tracking"])
            await plane.advance(.seconds(11))
            let again = try await plane.waitForPods { $0.contains { $0.isReady } }.first { $0.isReady }!
            #expect(again.metadata.annotations["batch.kubernetes.io/job-index-failure-count"] == "1")
            try await end(plane, again, 1)
            let failed = try await plane.wait(Job.self, "work", until: has("Failed", "FailedIndexes"))
            #expect(failed?.status.failedIndexes == "1")
            #expect(failed?.status.completedIndexes == "0")
            #expect(failed?.status.failed == 2)
        }
    }

    @Test func `a pod is not replaced before it has failed where the job says so`() async throws {
        try await ControlPlane.run(loops, runsPods: false) { plane in
            try await create(plane, "work:1") { $0.spec.podReplacementPolicy = "Failed" }
            let first = try await plane.waitForPods { $0.count == 1 }[0]
            try await plane.changeStatus(Pod.self, first.metadata.name) { $0.status.phase = "Running" }
            try await plane.client.delete(Pod.self, first.key)
            try await plane.wait(Job.self, "work") { $0?.status.terminating == 1 && $0?.status.active == nil }
            #expect(try await plane.pods().count == 1)
            try await end(plane, first, 1)
            try await plane.wait(Job.self, "work") { $0?.status.failed == 1 }
            await plane.advance(.seconds(11))
            try await plane.waitForPods { $0.contains { $0.metadata.uid != first.metadata.uid } }
        }
    }

    @Test func `the pods of a job that is gone are held no longer`() async throws {
        try await ControlPlane.run(loops + ["garbage-collector-controller"]) { plane in
            let job = try await create(plane, "work:1") { $0.spec.parallelism = 2 }
            try await plane.waitForPods { $0.count == 2 && $0.allSatisfy(\.isReady) }
            var options = Client.Options()
            options.propagationPolicy = "Background"
            try await plane.client.delete(Job.self, job.key, options: options)
            try await plane.waitForPods(until: \.isEmpty)
        }
    }

    @Test func `indexes are written as ranges`() {
        let ranges = IndexRanges("1,3-5,7,x,9-20", below: 10)
        #expect(ranges.description == "1,3-5,7,9")
        #expect(ranges.count == 6)
        #expect(ranges.union([2, 6, 8]).description == "1-9")
        #expect(IndexRanges([0, 1]).description == "0,1")
        #expect(ranges.missing(3, below: 10) == [0, 2, 6])
        #expect(ranges.missing(30, below: 10) == [0, 2, 6, 8])
        #expect(IndexRanges().missing(2, below: 1) == [0])
        #expect(ranges.overlap(IndexRanges("4-7", below: 10)) == 3)
        #expect(ranges.contains(4) && !ranges.contains(6) && !ranges.contains(10))
    }
}
