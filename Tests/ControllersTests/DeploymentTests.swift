import Controllers
import Core
import KubernetesAPI
import Reconcile
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct DeploymentTests {
    private let loops = ["deployment-controller", "replicaset-controller"]

    private func isComplete(_ replicas: Int, revision: String = "1") -> @Sendable (Deployment?) -> Bool {
        { deployment in
            guard let deployment else { return false }
            let status = deployment.status
            return status.availableReplicas ?? 0 == replicas && status.updatedReplicas ?? 0 == replicas && status.replicas ?? 0 == replicas
                && status.observedGeneration == deployment.metadata.generation
                && deployment.metadata.annotations["deployment.kubernetes.io/revision"] == revision
                && status.conditions.contains { $0.type == "Progressing" && $0.reason == "NewReplicaSetAvailable" }
        }
    }

    @Test func `a deployment gets a replica set and that gets its pods`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await plane.createDeployment("web", replicas: 3)
            let deployment = try #require(try await plane.wait(Deployment.self, "web", until: isComplete(3)))
            let set = try #require(try await plane.replicaSets().first)
            let hash = try #require(set.metadata.labels["pod-template-hash"])
            #expect(set.metadata.name == "web-\(hash)")
            #expect(set.metadata.controllerReference?.uid == deployment.metadata.uid)
            #expect(set.metadata.annotations["deployment.kubernetes.io/desired-replicas"] == "3")
            #expect(set.metadata.annotations["deployment.kubernetes.io/max-replicas"] == "4")
            #expect(set.spec.selector.matchLabels == ["app": "web", "pod-template-hash": hash])
            let pods = try await plane.pods()
            #expect(pods.count == 3)
            for pod in pods {
                #expect(pod.metadata.name.hasPrefix("web-\(hash)-"))
                #expect(pod.metadata.controllerReference?.uid == set.metadata.uid)
                #expect(pod.metadata.labels == ["app": "web", "pod-template-hash": hash])
            }
            #expect(deployment.status.conditions.first { $0.type == "Available" }?.reason == "MinimumReplicasAvailable")
        }
    }

    @Test func `a new image rolls out within its bounds and keeps the old set for an undo`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await plane.createDeployment("web", replicas: 4)
            try await plane.wait(Deployment.self, "web", until: isComplete(4))
            let bounds = Bounds()
            // What is bounded is what the sets are asked for: pods of the old one may go a little later than they are given up.
            let note: @Sendable () -> Void = {
                bounds.note(
                    available: plane.informers.informer(Pod.self).list().count { $0.isReady && $0.isActive },
                    total: plane.informers.informer(ReplicaSet.self).list().reduce(0) { $0 + $1.size })
            }
            plane.informers.informer(Pod.self).onChange { _ in note() }
            plane.informers.informer(ReplicaSet.self).onChange { _ in note() }
            bounds.start()
            try await plane.change(Deployment.self, "web") { $0.spec.template.spec.containers[0].image = "web:2" }
            try await plane.wait(Deployment.self, "web", until: isComplete(4, revision: "2"))
            bounds.stop()
            #expect(bounds.fewest >= 3)
            #expect(bounds.most <= 5)
            let images = try await plane.pods().map { $0.spec.containers[0].image }
            #expect(images == Array(repeating: "web:2", count: 4))
            let sets = try await plane.replicaSets()
            #expect(sets.map(\.size).sorted() == [0, 4])

            // An undo is the old template again: the old set comes back under a new revision.
            try await plane.change(Deployment.self, "web") { $0.spec.template.spec.containers[0].image = "web:1" }
            try await plane.wait(Deployment.self, "web", until: isComplete(4, revision: "3"))
            let first = try #require(try await plane.replicaSets().first { $0.size == 4 })
            #expect(first.spec.template.spec.containers[0].image == "web:1")
            #expect(first.metadata.annotations["deployment.kubernetes.io/revision-history"] == "1")
            #expect(try await plane.replicaSets().count == 2)
        }
    }

    @Test func `a deployment that recreates has no two generations of pods at once`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await plane.createDeployment("web", replicas: 2) { deployment in
                var strategy = DeploymentStrategy()
                strategy.type = "Recreate"
                deployment.spec.strategy = strategy
            }
            try await plane.wait(Deployment.self, "web", until: isComplete(2))
            let mixed = Bounds()
            plane.informers.informer(Pod.self).onChange { _ in
                let images = Set(plane.informers.informer(Pod.self).list().map { $0.spec.containers[0].image })
                mixed.note(available: 0, total: images.count)
            }
            mixed.start()
            try await plane.change(Deployment.self, "web") { $0.spec.template.spec.containers[0].image = "web:2" }
            try await plane.wait(Deployment.self, "web", until: isComplete(2, revision: "2"))
            #expect(mixed.most == 1)
        }
    }

    @Test func `a roll-out that cannot go on keeps the old pods and says so after its deadline`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await plane.createDeployment("web", replicas: 3) { $0.spec.progressDeadlineSeconds = 60 }
            try await plane.wait(Deployment.self, "web", until: isComplete(3))
            try await plane.change(Deployment.self, "web") { $0.spec.template.spec.containers[0].image = "web:broken" }
            try await plane.wait(Deployment.self, "web") { $0?.status.updatedReplicas == 1 && $0?.status.unavailableReplicas == 1 }
            let late = try await plane.wait(Deployment.self, "web", advancing: .seconds(15)) { deployment in
                deployment?.status.conditions.contains { $0.type == "Progressing" && $0.reason == "ProgressDeadlineExceeded" } == true
            }
            #expect(late?.status.availableReplicas == 3)
            let name = try #require(try await plane.replicaSets().last?.metadata.name)
            #expect(
                late?.status.conditions.first { $0.type == "Progressing" }?.message == "ReplicaSet \"\(name)\" has timed out progressing.")
        }
    }

    @Test func `scaling a paused deployment changes its size and not its template`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await plane.createDeployment("web", replicas: 1)
            try await plane.wait(Deployment.self, "web", until: isComplete(1))
            try await plane.change(Deployment.self, "web") {
                $0.spec.paused = true
                $0.spec.replicas = 3
                $0.spec.template.spec.containers[0].image = "web:2"
            }
            try await plane.wait(Deployment.self, "web") { $0?.status.availableReplicas == 3 }
            #expect(try await plane.replicaSets().count == 1)
            try await plane.change(Deployment.self, "web") { $0.spec.paused = nil }
            try await plane.wait(Deployment.self, "web", until: isComplete(3, revision: "2"))
            #expect(try await plane.replicaSets().count == 2)
        }
    }

    @Test func `no more old sets are kept than the history asks for`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await plane.createDeployment("web", replicas: 1) { $0.spec.revisionHistoryLimit = 1 }
            try await plane.wait(Deployment.self, "web", until: isComplete(1))
            for revision in 2...4 {
                try await plane.change(Deployment.self, "web") { $0.spec.template.spec.containers[0].image = "web:\(revision)" }
                try await plane.wait(Deployment.self, "web", until: isComplete(1, revision: String(revision)))
            }
            let first = try #require(try await plane.replicaSets().first)
            if first.revision == 1 { try await plane.wait(ReplicaSet.self, first.metadata.name) { $0 == nil } }
            let second = try await plane.replicaSets().first { $0.revision == 2 }
            if let second { try await plane.wait(ReplicaSet.self, second.metadata.name) { $0 == nil } }
            #expect(try await plane.replicaSets().map(\.revision).sorted() == [3, 4])
        }
    }
}
