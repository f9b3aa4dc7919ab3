import Client
import Controllers
import Core
import KubernetesAPI
import ResourceEngine
import Synchronization
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct JobStopTests {
    /// Lets a job's pod succeed at the very moment in which the job's controller stops it.
    private final class LastMoment: ValidatingPlugin {
        enum Step { case release, delete }

        let name = "LastMoment"
        let step: Step
        let client = Mutex<Client?>(nil)
        private let saved = Mutex<String?>(nil)

        init(_ step: Step) { self.step = step }

        /// The index whose pod succeeded.
        var index: String? { saved.withLock { $0 } }

        func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
            guard request.isCore("pods"), request.user.name.hasSuffix(":job-controller"), let old = request.oldObject.map(Pod.init),
                old.status.phase == "Running", request.operation == (step == .release ? .update : .delete),
                let client = client.withLock({ $0 }),
                saved.withLock({ saved in
                    defer { saved = saved ?? old.metadata.annotations["batch.kubernetes.io/job-completion-index"] }
                    return saved == nil
                })
            else { return }
            var pod = old
            pod.status.phase = "Succeeded"
            _ = try await client.updateStatus(pod)
        }
    }

    @Test(arguments: [true, false])
    func `an index that succeeds while its job is being suspended is not done again`(beforeItIsLetGo: Bool) async throws {
        let watcher = LastMoment(beforeItIsLetGo ? .release : .delete)
        try await ControlPlane.run(["job-controller"], watcher: watcher) { plane in
            var job = Job()
            job.metadata.name = "work"
            job.metadata.namespace = "default"
            var container = Container()
            container.name = "main"
            container.image = "work:1"
            job.spec.template.spec.containers = [container]
            job.spec.template.spec.restartPolicy = "Never"
            job.spec.completionMode = "Indexed"
            job.spec.completions = 2
            job.spec.parallelism = 2
            _ = try await plane.client.create(job)
            let first = try await plane.waitForPods { $0.count == 2 && $0.allSatisfy(\.isReady) }
            watcher.client.withLock { $0 = plane.client }
            try await plane.change(Job.self, "work") { $0.spec.suspend = true }
            let suspended = try await plane.wait(Job.self, "work") { job in
                job?.status.conditions.contains { $0.type == "Suspended" && $0.status == "True" } == true
                    && !(job?.status.completedIndexes ?? "").isEmpty && job?.status.uncountedTerminatedPods?.succeeded.isEmpty != false
            }
            let done = try #require(watcher.index)
            #expect(suspended?.status.completedIndexes == done)
            #expect(suspended?.status.succeeded == 1)
            #expect(suspended?.status.failed == nil)
            try await plane.change(Job.self, "work") { $0.spec.suspend = false }
            let known = Set(first.map(\.metadata.uid))
            let later = try await plane.waitForPods { pods in pods.contains { !known.contains($0.metadata.uid) && $0.isReady } }
            let new = later.filter { !known.contains($0.metadata.uid) }
            #expect(new.map { $0.metadata.annotations["batch.kubernetes.io/job-completion-index"] } == [done == "0" ? "1" : "0"])
        }
    }
}
