import Client
import Core
import KubernetesAPI
import NodeAgent
import Runtime
import TestSupport
import Testing
import Values

/// What is told of pods that the node has given up, on a simulated runtime.
@Suite struct FailureTests {
    @Test(.timeLimit(.minutes(1))) func `A refused pod tells why and nothing of containers, also after the agent's restart`() async throws {
        let rig = NodeRig("refused")
        let runtime = HollowRuntime(clock: SystemClock())
        let first = Task { try await rig.agent(runtime, usesControlGroups: false).run() }
        defer { first.cancel() }
        rig.api.put(
            try rig.pod(
                #"{"metadata": {"name": "large", "generation": 1}, "spec": {"containers": [{"name": "main", "image": "a:1", "resources": {"requests": {"cpu": "100000"}}}]}}"#
            ))
        try await rig.wait("large", "its refusal") { $0?.status.reason == "OutOfcpu" }
        first.cancel()
        _ = await first.result

        let second = Task { try await rig.agent(runtime, usesControlGroups: false).run() }
        defer { second.cancel() }
        rig.api.put(
            try rig.pod(#"{"metadata": {"name": "small", "generation": 1}, "spec": {"containers": [{"name": "main", "image": "a:1"}]}}"#))
        try await rig.wait("small", "readiness") { rig.isReady($0) }
        second.cancel()
        _ = await second.result
        for status in rig.api.statuses(of: "large") + [
            Pod(rig.api.object("pods", ObjectKey(namespace: "default", name: "large"))!).status.raw
        ] {
            #expect(status["reason"] == "OutOfcpu" && status["phase"] == "Failed")
            #expect(status["containerStatuses"]?.array ?? [] == [])
        }
        try rig.remove()
    }

    @Test(.timeLimit(.minutes(1))) func `A pod that somebody else has marked unready is told to be ready again`() async throws {
        let rig = NodeRig("marked")
        let agent = Task { try await rig.agent(HollowRuntime(clock: SystemClock()), usesControlGroups: false).run() }
        defer { agent.cancel() }
        rig.api.put(
            try rig.pod(#"{"metadata": {"name": "web", "generation": 1}, "spec": {"containers": [{"name": "main", "image": "a:1"}]}}"#))
        try await rig.wait("web", "readiness") { rig.isReady($0) }
        // As the node lifecycle controller does with a node that it does not hear of.
        var marked = Pod(try #require(rig.api.object("pods", ObjectKey(namespace: "default", name: "web"))))
        let position = try #require(marked.status.conditions.firstIndex { $0.type == "Ready" })
        marked.status.conditions[position].status = "False"
        rig.api.put(marked)
        try await rig.wait("web", "readiness once more") { rig.isReady($0) }
        agent.cancel()
        _ = await agent.result
        try rig.remove()
    }

    @Test(.timeLimit(.minutes(1))) func `A container that never ran has ended when its pod's time is over`() async throws {
        let rig = NodeRig("deadline")
        let clock = ManualClock()
        let runtime = HollowRuntime(clock: clock)
        runtime.removeFromRegistry("gone:1")
        let agent = Task { try await rig.agent(runtime, usesControlGroups: false, clock: clock).run() }
        defer { agent.cancel() }
        rig.api.put(
            try rig.pod(
                #"{"metadata": {"name": "web", "generation": 1}, "spec": {"activeDeadlineSeconds": 30, "containers": [{"name": "main", "image": "gone:1"}]}}"#
            ))
        try await rig.advancing(clock, by: .seconds(1)) {
            try await rig.wait("web", "its end") { pod in
                pod?.status.reason == "DeadlineExceeded"
                    && pod?.status.containerStatuses.first?.state?.terminated?.reason == "ContainerStatusUnknown"
            }
        }
        agent.cancel()
        _ = await agent.result
        try rig.remove()
    }
}
