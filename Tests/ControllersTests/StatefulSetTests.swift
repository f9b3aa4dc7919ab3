import Client
import Controllers
import Core
import KubernetesAPI
import Reconcile
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct StatefulSetTests {
    private let loops = ["statefulset-controller"]

    @discardableResult
    private func create(_ plane: ControlPlane, replicas: Int, change: (inout StatefulSet) -> Void = { _ in }) async throws -> StatefulSet {
        var set = StatefulSet()
        set.metadata.name = "db"
        set.metadata.namespace = "default"
        set.spec.replicas = replicas
        set.spec.serviceName = "db"
        set.spec.selector.matchLabels = ["app": "db"]
        set.spec.template.metadata.labels = ["app": "db"]
        var container = Container()
        container.name = "main"
        container.image = "db:1"
        set.spec.template.spec.containers = [container]
        change(&set)
        return try await plane.client.create(set)
    }

    private func addClaim(_ set: inout StatefulSet) {
        set.spec.raw["volumeClaimTemplates"] = [
            [
                "metadata": ["name": "data"],
                "spec": ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]]],
            ]
        ]
    }

    private func isReady(_ replicas: Int, updated: Int? = nil) -> @Sendable (StatefulSet?) -> Bool {
        { set in
            guard let status = set?.status else { return false }
            return status.readyReplicas ?? 0 == replicas && status.replicas == replicas
                && status.updatedReplicas ?? 0 == updated ?? replicas
                && status.observedGeneration == set?.metadata.generation
        }
    }

    private func ready(_ plane: ControlPlane, _ name: String) async throws {
        try await plane.changeStatus(Pod.self, name) { pod in
            pod.status.phase = "Running"
            pod.status.raw["conditions"] = [
                ["type": "Ready", "status": "True", "lastTransitionTime": .string(plane.cluster.clock.now.rfc3339)]
            ]
        }
    }

    private func names(_ plane: ControlPlane) async throws -> [String] { try await plane.pods().map(\.metadata.name).sorted() }

    @Test func `pods come one after another, each when the one before is ready`() async throws {
        try await ControlPlane.run(loops, runsPods: false) { plane in
            let set = try await create(plane, replicas: 3)
            let first = try await plane.waitForPods { $0.count == 1 }[0]
            #expect(first.metadata.name == "db-0")
            #expect(first.spec.hostname == "db-0")
            #expect(first.spec.subdomain == "db")
            #expect(first.metadata.labels["statefulset.kubernetes.io/pod-name"] == "db-0")
            #expect(first.metadata.labels["apps.kubernetes.io/pod-index"] == "0")
            #expect(first.metadata.controllerReference?.uid == set.metadata.uid)
            try await plane.wait(StatefulSet.self, "db") { $0?.status.replicas == 1 && $0?.status.updatedReplicas == 1 }
            #expect(try await names(plane) == ["db-0"])
            try await ready(plane, "db-0")
            try await plane.waitForPods { $0.count == 2 }
            try await plane.wait(StatefulSet.self, "db") { $0?.status.replicas == 2 }
            #expect(try await names(plane) == ["db-0", "db-1"])
            try await ready(plane, "db-1")
            try await plane.waitForPods { $0.count == 3 }
            try await ready(plane, "db-2")
            let done = try await plane.wait(StatefulSet.self, "db", until: isReady(3))
            #expect(done?.status.currentRevision == first.metadata.labels["controller-revision-hash"])
            #expect(done?.status.currentReplicas == 3)
            #expect(done?.status.collisionCount == 0)
        }
    }

    @Test func `a set may begin with another ordinal, and all its pods at once`() async throws {
        try await ControlPlane.run(loops, runsPods: false) { plane in
            try await create(plane, replicas: 3) {
                $0.spec.podManagementPolicy = "Parallel"
                $0.spec.raw["ordinals"] = ["start": 5]
            }
            try await plane.waitForPods { $0.count == 3 }
            #expect(try await names(plane) == ["db-5", "db-6", "db-7"])
        }
    }

    @Test func `scaling down takes the highest first`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await create(plane, replicas: 3)
            try await plane.wait(StatefulSet.self, "db", until: isReady(3))
            try await plane.change(StatefulSet.self, "db") { $0.spec.replicas = 1 }
            try await plane.wait(StatefulSet.self, "db", until: isReady(1))
            #expect(try await names(plane) == ["db-0"])
        }
    }

    @Test func `an update goes from the highest down to the partition, and can be undone`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await create(plane, replicas: 3) {
                $0.spec.raw["updateStrategy"] = ["type": "RollingUpdate", "rollingUpdate": ["partition": 1]]
            }
            let before = try await plane.wait(StatefulSet.self, "db", until: isReady(3))
            try await plane.change(StatefulSet.self, "db") { $0.spec.template.spec.containers[0].image = "db:2" }
            let partly = try await plane.wait(StatefulSet.self, "db", until: isReady(3, updated: 2))
            let images = try await plane.pods().sorted { $0.metadata.name < $1.metadata.name }.map { $0.spec.containers[0].image }
            #expect(images == ["db:1", "db:2", "db:2"])
            #expect(partly?.status.currentRevision == before?.status.currentRevision)
            #expect(partly?.status.updateRevision != before?.status.updateRevision)

            // A pod below the partition that dies comes back as it was.
            let first = try await plane.client.get(Pod.self, ObjectKey(namespace: "default", name: "db-0"))
            try await plane.client.delete(Pod.self, first.key)
            try await plane.wait(Pod.self, "db-0") { $0.map { $0.metadata.uid != first.metadata.uid && $0.isReady } ?? false }
            try await plane.wait(StatefulSet.self, "db", until: isReady(3, updated: 2))
            #expect(try await plane.client.get(Pod.self, ObjectKey(namespace: "default", name: "db-0")).spec.containers[0].image == "db:1")

            try await plane.change(StatefulSet.self, "db") { $0.spec.updateStrategy?.rollingUpdate?.partition = 0 }
            let done = try await plane.wait(StatefulSet.self, "db") {
                isReady(3)($0) && $0?.status.currentRevision == $0?.status.updateRevision
            }
            let revisions = try await plane.client.list(ControllerRevision.self, namespace: "default").items.sorted {
                $0.revision < $1.revision
            }
            #expect(revisions.map(\.revision) == [1, 2])
            #expect(revisions[1].metadata.name == done?.status.currentRevision)
            #expect(revisions[0].raw[path: "data", "spec", "template", "$patch"] == "replace")

            try await plane.change(StatefulSet.self, "db") { $0.spec.template.spec.containers[0].image = "db:1" }
            try await plane.wait(StatefulSet.self, "db") {
                isReady(3)($0) && $0?.status.currentRevision == revisions[0].metadata.name
            }
            #expect(try await plane.client.list(ControllerRevision.self, namespace: "default").items.map(\.revision).sorted() == [2, 3])
        }
    }

    @Test func `what is updated on deletion only waits for that`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await create(plane, replicas: 2) { $0.spec.raw["updateStrategy"] = ["type": "OnDelete"] }
            try await plane.wait(StatefulSet.self, "db", until: isReady(2))
            try await plane.change(StatefulSet.self, "db") { $0.spec.template.spec.containers[0].image = "db:2" }
            try await plane.wait(StatefulSet.self, "db", until: isReady(2, updated: 0))
            try await plane.client.delete(Pod.self, ObjectKey(namespace: "default", name: "db-0"))
            try await plane.wait(StatefulSet.self, "db", until: isReady(2, updated: 1))
            let images = try await plane.pods().sorted { $0.metadata.name < $1.metadata.name }.map { $0.spec.containers[0].image }
            #expect(images == ["db:2", "db:1"])
        }
    }

    @Test func `each pod has its claims, which go when the set says so`() async throws {
        try await ControlPlane.run(loops + ["garbage-collector-controller", "persistentvolumeclaim-protection-controller"]) { plane in
            let set = try await create(plane, replicas: 2) {
                addClaim(&$0)
                $0.spec.raw["persistentVolumeClaimRetentionPolicy"] = ["whenDeleted": "Retain", "whenScaled": "Delete"]
            }
            try await plane.wait(StatefulSet.self, "db", until: isReady(2))
            let claim = try await plane.client.get(PersistentVolumeClaim.self, ObjectKey(namespace: "default", name: "data-db-1"))
            #expect(claim.metadata.labels == ["app": "db"])
            #expect(claim.metadata.ownerReferences.isEmpty)
            let pod = try await plane.client.get(Pod.self, ObjectKey(namespace: "default", name: "db-1"))
            #expect(pod.spec.volumes.first { $0.name == "data" }?.raw[path: "persistentVolumeClaim", "claimName"] == "data-db-1")

            try await plane.change(StatefulSet.self, "db") { $0.spec.replicas = 1 }
            try await plane.wait(PersistentVolumeClaim.self, "data-db-1") { $0 == nil }
            let kept = try await plane.client.get(PersistentVolumeClaim.self, ObjectKey(namespace: "default", name: "data-db-0"))
            #expect(!kept.metadata.isBeingDeleted)

            try await plane.change(StatefulSet.self, "db") { $0.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted = "Delete" }
            let owned = try await plane.wait(PersistentVolumeClaim.self, "data-db-0") { $0?.metadata.ownerReferences.count == 1 }
            #expect(owned?.metadata.ownerReferences[0].uid == set.metadata.uid)
        }
    }

    @Test func `an ordered set waits for what is ready long enough, and replaces what failed`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await create(plane, replicas: 2) { $0.spec.minReadySeconds = 30 }
            try await plane.wait(StatefulSet.self, "db") { $0?.status.readyReplicas == 1 && $0?.status.availableReplicas == 0 }
            await plane.advance(.seconds(31))
            try await plane.wait(StatefulSet.self, "db") { $0?.status.readyReplicas == 2 && $0?.status.availableReplicas == 1 }
            let first = try await plane.client.get(Pod.self, ObjectKey(namespace: "default", name: "db-0"))
            try await plane.changeStatus(Pod.self, "db-0") { $0.status.phase = "Failed" }
            try await plane.wait(Pod.self, "db-0") { $0 != nil && $0?.metadata.uid != first.metadata.uid }
        }
    }

    // MARK: The plan

    private func plan(maxUnavailable: Value? = nil, outdated: [Int], broken: [Int] = []) -> [StatefulPlan.Step] {
        var set = StatefulSet()
        set.metadata.name = "db"
        set.metadata.namespace = "default"
        set.spec.replicas = 4
        set.spec.raw["updateStrategy"] = ["type": "RollingUpdate", "rollingUpdate": ["partition": 0]]
        if let maxUnavailable { set.spec.updateStrategy?.rollingUpdate?.maxUnavailable = maxUnavailable }
        set.spec.podManagementPolicy = "Parallel"
        func revision(_ name: String) -> ControllerRevision {
            var revision = ControllerRevision()
            revision.metadata.name = name
            return revision
        }
        let pods = (0..<4).map { ordinal in
            var pod = Pod()
            pod.metadata.name = "db-\(ordinal)"
            pod.metadata.uid = "\(ordinal)"
            pod.metadata.labels["statefulset.kubernetes.io/pod-name"] = pod.metadata.name
            pod.metadata.labels["controller-revision-hash"] = outdated.contains(ordinal) ? "old" : "new"
            pod.status.phase = "Running"
            pod.status.raw["conditions"] = [["type": "Ready", "status": .string(broken.contains(ordinal) ? "False" : "True")]]
            return pod
        }
        return StatefulPlan(set, pods, current: revision("old"), update: revision("new"), now: Timestamp(seconds: 0)).steps
    }

    private func deleted(_ steps: [StatefulPlan.Step]) -> [String] {
        steps.compactMap { if case .delete(let pod) = $0 { pod.metadata.name } else { nil } }
    }

    @Test func `an update takes one pod at a time, or as many as may be unavailable`() {
        #expect(deleted(plan(outdated: [0, 1, 2, 3])) == ["db-3"])
        #expect(deleted(plan(outdated: [0, 1], broken: [2])) == [])
        #expect(deleted(plan(maxUnavailable: 2, outdated: [0, 1, 2, 3])) == ["db-3", "db-2"])
        #expect(deleted(plan(maxUnavailable: 2, outdated: [0, 1], broken: [2])) == ["db-1"])
        #expect(deleted(plan(maxUnavailable: "75%", outdated: [0, 1, 2, 3])) == ["db-3", "db-2", "db-1"])
    }
}
