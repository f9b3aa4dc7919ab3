import Client
import Core
import KubernetesAPI
import NodeAgent
import Runtime
import TestSupport
import Testing
import Values

/// What happens when the node is short of something, on a simulated runtime and with thresholds that are always or never met.
@Suite(.timeLimit(.minutes(1))) struct PressureTests {
    private func start(_ rig: NodeRig, _ runtime: HollowRuntime, _ change: (inout NodeAgentConfiguration) -> Void) -> Task<Void, any Error>
    {
        var configuration = rig.configuration
        configuration.eviction.interval = .milliseconds(50)
        change(&configuration)
        let agent = rig.agent(runtime, usesControlGroups: false, configuration)
        return Task { try await agent.run() }
    }

    private func pod(_ rig: NodeRig, _ name: String, priority: Int) throws -> Pod {
        try rig.pod(
            """
            {"metadata": {"name": "\(name)", "generation": 1}, "spec": {"priority": \(priority), "containers": [{"name": "main", "image": "web:1"}]}}
            """)
    }

    @Test func `Short of memory, the node says so, ends its least important pod and takes no more like it`() async throws {
        let rig = NodeRig("pressure")
        let runtime = HollowRuntime(clock: SystemClock())
        rig.api.put(try pod(rig, "small", priority: 1))
        rig.api.put(try pod(rig, "vital", priority: 2_000_001_000))
        let calm = start(rig, runtime) { $0.eviction.hard = [:] }
        for name in ["small", "vital"] { try await rig.wait(name, "readiness") { rig.isReady($0) } }
        calm.cancel()
        _ = await calm.result

        let agent = start(rig, runtime) { $0.eviction.hard = [.memory: .absolute(1 << 60)] }
        try await rig.wait("small", "its eviction") { $0?.status.reason == "Evicted" }
        let evicted = Pod(rig.api.object("pods", ObjectKey(namespace: "default", name: "small"))!)
        #expect(evicted.status.phase == "Failed")
        #expect(evicted.status.message.hasPrefix("The node was low on resource: memory. Threshold quantity: 1Ei, available: "))
        let condition = evicted.status.conditions.first { $0.type == "DisruptionTarget" }
        #expect(condition?.status == "True" && condition?.reason == "TerminationByKubelet")
        rig.api.put(try pod(rig, "late", priority: 0))
        try await rig.wait("late", "its refusal") { $0?.status.reason == "Evicted" }
        #expect(
            Pod(rig.api.object("pods", ObjectKey(namespace: "default", name: "late"))!).status.message
                == "Pod was rejected: The node had condition: [MemoryPressure]. ")
        try await poll { ["EvictionThresholdMet", "Evicted"].allSatisfy(rig.eventReasons.contains) }
        // What the cluster cannot do without stays.
        let vital = Pod(rig.api.object("pods", ObjectKey(namespace: "default", name: "vital"))!)
        #expect(vital.status.phase == "Running" && rig.isReady(vital))
        agent.cancel()
        _ = await agent.result
        try rig.remove()
    }

    @Test func `Short of disk, unused images go before any pod`() async throws {
        let rig = NodeRig("images")
        let runtime = HollowRuntime(clock: SystemClock())
        runtime.store("old:1", bytes: 1000)
        runtime.store("web:1", bytes: 1000)
        rig.api.put(try pod(rig, "small", priority: 1))
        let calm = start(rig, runtime) { $0.eviction.hard = [:] }
        try await rig.wait("small", "readiness") { rig.isReady($0) }
        calm.cancel()
        _ = await calm.result

        // No disk is empty enough for this.
        let agent = start(rig, runtime) { $0.eviction.hard = [.nodeDisk: .percent(101)] }
        try await rig.wait("small", "its eviction") { $0?.status.reason == "Evicted" }
        let calls = runtime.calls
        #expect(calls.contains("removeImage old:1"))
        #expect(!calls.contains("removeImage web:1"), "an image that a container uses stays")
        let message = Pod(rig.api.object("pods", ObjectKey(namespace: "default", name: "small"))!).status.message
        #expect(message.hasPrefix("The node was low on resource: ephemeral-storage. Threshold quantity: "))
        agent.cancel()
        _ = await agent.result
        try rig.remove()
    }
}
