import Client
import Controllers
import Core
import KubernetesAPI
import Reconcile
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct DisruptionTests {
    private let loops = ["disruption-controller", "deployment-controller", "replicaset-controller"]

    private func create(_ plane: ControlPlane, _ spec: Value) async throws {
        var budget = PodDisruptionBudget()
        budget.metadata.name = "web"
        budget.metadata.namespace = "default"
        budget.raw["spec"] = spec
        budget.spec.selector = LabelSelector(["matchLabels": ["app": "web"]])
        _ = try await plane.client.create(budget)
    }

    private func evict(_ plane: ControlPlane, _ pod: Pod) async throws {
        let body: Value = ["apiVersion": "policy/v1", "kind": "Eviction", "metadata": ["name": .string(pod.metadata.name)]]
        _ = try await plane.client.create(subresource: "eviction", of: Pod.descriptor.gvr, pod.key, body)
    }

    private func has(healthy: Int, desired: Int, expected: Int, allowed: Int) -> @Sendable (PodDisruptionBudget?) -> Bool {
        { budget in
            guard let status = budget?.status else { return false }
            return status.currentHealthy == healthy && status.desiredHealthy == desired && status.expectedPods == expected
                && status.disruptionsAllowed == allowed && status.observedGeneration == budget?.metadata.generation
        }
    }

    @Test func `evictions use up the budget, which grows again when pods are back`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await plane.createDeployment("web", replicas: 3)
            try await create(plane, ["maxUnavailable": 1])
            let budget = try await plane.wait(PodDisruptionBudget.self, "web", until: has(healthy: 3, desired: 2, expected: 3, allowed: 1))
            #expect(budget?.status.conditions.first?.type == "DisruptionAllowed")
            #expect(budget?.status.conditions.first?.reason == "SufficientPods")
            try await evict(plane, try await plane.pods()[0])
            try await plane.wait(PodDisruptionBudget.self, "web", until: has(healthy: 3, desired: 2, expected: 3, allowed: 1))
        }
    }

    @Test func `an eviction beyond the budget is refused`() async throws {
        try await ControlPlane.run(["disruption-controller"]) { plane in
            for name in ["one", "two"] {
                var pod = Pod()
                pod.metadata.name = name
                pod.metadata.namespace = "default"
                pod.metadata.labels = ["app": "web"]
                var container = Container()
                container.name = "main"
                container.image = "web:1"
                pod.spec.containers = [container]
                _ = try await plane.client.create(pod)
            }
            try await create(plane, ["minAvailable": 2])
            try await plane.wait(PodDisruptionBudget.self, "web", until: has(healthy: 2, desired: 2, expected: 2, allowed: 0))
            let pod = try await plane.pods()[0]
            do {
                try await evict(plane, pod)
                Issue.record("The eviction went through")
            } catch let error as APIError {
                #expect(error.code == 429)
                #expect(error.causes.first?.message == "The disruption budget web needs 2 healthy pods and has 2 currently")
            }
            try await plane.change(PodDisruptionBudget.self, "web") { $0.spec.minAvailable = 1 }
            try await plane.wait(PodDisruptionBudget.self, "web", until: has(healthy: 2, desired: 1, expected: 2, allowed: 1))
            try await evict(plane, pod)
            try await plane.wait(PodDisruptionBudget.self, "web", until: has(healthy: 1, desired: 1, expected: 1, allowed: 0))
        }
    }

    @Test func `pods that nobody sizes leave a budget in percent without an answer`() async throws {
        try await ControlPlane.run(["disruption-controller"]) { plane in
            var pod = Pod()
            pod.metadata.name = "one"
            pod.metadata.namespace = "default"
            pod.metadata.labels = ["app": "web"]
            pod.metadata.raw["ownerReferences"] = [
                ["apiVersion": "example.com/v1", "kind": "Thing", "name": "thing", "uid": "1-2-3", "controller": true]
            ]
            var container = Container()
            container.name = "main"
            container.image = "web:1"
            pod.spec.containers = [container]
            _ = try await plane.client.create(pod)
            try await create(plane, ["maxUnavailable": "50%"])
            let failed = try await plane.wait(PodDisruptionBudget.self, "web") { $0?.status.conditions.first?.reason == "SyncFailed" }
            #expect(failed?.status.conditions.first?.message == "no matches for kind \"Thing\" in version \"example.com/v1\"")
            #expect(failed?.status.disruptionsAllowed == 0)
        }
    }

    @Test func `an eviction that did not happen is forgotten after two minutes`() {
        let start = Timestamp(seconds: 1_767_225_600)
        var budget = PodDisruptionBudget()
        budget.spec.minAvailable = 1
        budget.status.disruptedPods = ["one": start.rfc3339, "gone": start.rfc3339]
        func pod(_ name: String) -> Pod {
            var pod = Pod()
            pod.metadata.name = name
            pod.status.raw["conditions"] = [["type": "Ready", "status": "True"]]
            return pod
        }
        let early = DisruptionBudget(budget, [pod("one"), pod("two")], now: start + .seconds(60))
        #expect(early.pending == ["one": start.rfc3339])
        #expect(early.status(scale: nil).currentHealthy == 1)
        #expect(early.status(scale: nil).disruptionsAllowed == 0)
        let late = DisruptionBudget(budget, [pod("one"), pod("two")], now: start + .seconds(121))
        #expect(late.pending.isEmpty)
        #expect(late.overdue.map(\.metadata.name) == ["one"])
        #expect(late.status(scale: nil).disruptionsAllowed == 1)
    }
}
