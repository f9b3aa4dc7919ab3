import Client
import Core
import KubernetesAPI
import NodeAgent
import Runtime
import TestSupport
import Testing
import Values

/// Pods whose resources change while they run, on a simulated runtime.
@Suite(.timeLimit(.minutes(1))) struct ResizeTests {
    private static let manifest = """
        {"metadata": {"name": "web", "generation": 1}, "spec": {"restartPolicy": "Always", "terminationGracePeriodSeconds": 1,
         "containers": [{"name": "main", "image": "web:1",
           "resizePolicy": [{"resourceName": "cpu", "restartPolicy": "NotRequired"},
                            {"resourceName": "memory", "restartPolicy": "RestartContainer"}],
           "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}}}]}}
        """

    private func story(_ name: String, _ tell: (NodeRig, HollowRuntime) async throws -> Void) async throws {
        let rig = NodeRig(name)
        let runtime = HollowRuntime(clock: SystemClock())
        let agent = Task { try await rig.agent(runtime, usesControlGroups: false).run() }
        defer { agent.cancel() }
        rig.api.put(try rig.pod(Self.manifest))
        try await rig.wait("web", "readiness") { rig.isReady($0) }
        try await tell(rig, runtime)
        agent.cancel()
        _ = await agent.result
        try rig.remove()
    }

    private func change(_ rig: NodeRig, _ resources: Value) {
        var pod = Pod(rig.api.object("pods", ObjectKey(namespace: "default", name: "web"))!)
        pod.metadata.generation = (pod.metadata.generation ?? 0) + 1
        pod.spec.containers[0].raw["resources"] = resources
        rig.api.put(pod)
    }

    private func condition(_ pod: Pod?, _ type: String) -> PodCondition? { pod?.status.conditions.first { $0.type == type } }

    @Test func `A change of processor time reaches the running container`() async throws {
        try await story("resize-cpu") { rig, runtime in
            let wanted: Value = ["requests": ["cpu": "150m", "memory": "64Mi"], "limits": ["cpu": "300m", "memory": "64Mi"]]
            change(rig, wanted)
            try await rig.wait("web", "the new resources") { pod in
                let status = pod?.status.containerStatuses[0]
                return status?.raw[path: "resources", "limits", "cpu"] == "300m" && status?.raw[path: "allocatedResources", "cpu"] == "150m"
                    && condition(pod, "PodResizeInProgress") == nil && pod?.status.observedGeneration == 2
            }
            #expect(runtime.calls.contains { $0.hasPrefix("updateResources") })
            let pod = Pod(rig.api.object("pods", ObjectKey(namespace: "default", name: "web"))!)
            #expect(pod.status.containerStatuses[0].restartCount == 0)
            // Events are told a moment later.
            try await poll { ["ResizeStarted", "ResizeCompleted"].allSatisfy(rig.eventReasons.contains) }
        }
    }

    @Test func `A container that wants it is started anew for a change of memory`() async throws {
        try await story("resize-memory") { rig, runtime in
            change(rig, ["requests": ["cpu": "100m", "memory": "96Mi"], "limits": ["cpu": "200m", "memory": "96Mi"]])
            try await rig.wait("web", "a restart with more memory") { pod in
                let status = pod?.status.containerStatuses[0]
                return status?.restartCount == 1 && status?.raw[path: "resources", "limits", "memory"] == "96Mi" && rig.isReady(pod)
                    && condition(pod, "PodResizeInProgress") == nil
            }
            #expect(!runtime.calls.contains { $0.hasPrefix("updateResources") })
        }
    }

    @Test func `What the node has no room for is deferred, and what there was stays in force`() async throws {
        try await story("resize-deferred") { rig, runtime in
            change(rig, ["requests": ["cpu": "1000", "memory": "64Mi"], "limits": ["cpu": "1000", "memory": "64Mi"]])
            try await rig.wait("web", "the condition") { condition($0, "PodResizePending")?.reason == "Deferred" }
            let pod = Pod(rig.api.object("pods", ObjectKey(namespace: "default", name: "web"))!)
            let message = condition(pod, "PodResizePending")?.message ?? ""
            #expect(message.hasPrefix("Node didn't have enough resource: cpu, requested: 1000000, used: 0, capacity: "))
            #expect(condition(pod, "PodResizePending")?.observedGeneration == 2)
            #expect(pod.status.containerStatuses[0].raw[path: "allocatedResources", "cpu"] == "100m")
            // Asked for no more than it has, nothing is left to decide.
            change(rig, ["requests": ["cpu": "100m", "memory": "64Mi"], "limits": ["cpu": "0.2", "memory": "64Mi"]])
            try await rig.wait("web", "the condition's end") {
                condition($0, "PodResizePending") == nil && $0?.status.observedGeneration == 3
            }
            #expect(!runtime.calls.contains { $0.hasPrefix("updateResources") })
        }
    }

    @Test func `A failing change is told and tried again`() async throws {
        try await story("resize-error") { rig, runtime in
            runtime.fail("updateResources", with: RuntimeError(.failed, "the kernel says no"))
            change(rig, ["requests": ["cpu": "150m", "memory": "64Mi"], "limits": ["cpu": "200m", "memory": "64Mi"]])
            try await rig.wait("web", "the condition") { condition($0, "PodResizeInProgress")?.message == "the kernel says no" }
            runtime.fail("updateResources", with: nil)
            try await rig.wait("web", "the new resources") { pod in
                condition(pod, "PodResizeInProgress") == nil
                    && pod?.status.containerStatuses[0].raw[path: "resources", "requests", "cpu"] == "150m"
            }
        }
    }
}
