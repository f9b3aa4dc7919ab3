import Core
import KubernetesAPI
import NodeAgent
import Runtime
import TestSupport
import Testing
import Values

/// Containers that take their time to end, on a simulated runtime.
@Suite(.timeLimit(.minutes(1))) struct StopTests {
    private let key = ObjectKey(namespace: "default", name: "web")

    /// Runs a pod with a volume for two minutes, then deletes it and hands over to `body`.
    private func withEndingPod(_ name: String, _ body: (NodeRig, ManualClock, HollowRuntime) async throws -> Void) async throws {
        let rig = NodeRig(name)
        let clock = ManualClock()
        let runtime = HollowRuntime(clock: clock)
        let agent = Task { try await rig.agent(runtime, usesControlGroups: false, clock: clock).run() }
        defer { agent.cancel() }
        rig.api.put(
            try rig.pod(
                #"""
                {"metadata": {"name": "web", "generation": 1}, "spec": {"restartPolicy": "Always", "terminationGracePeriodSeconds": 30,
                 "volumes": [{"name": "scratch", "emptyDir": {}}],
                 "containers": [{"name": "main", "image": "a:1", "volumeMounts": [{"name": "scratch", "mountPath": "/scratch"}]}]}}
                """#))
        try await rig.advancing(clock, by: .seconds(1)) {
            try await rig.wait("web", "running") { $0?.status.phase == "Running" }
        }
        let later = clock.now + .seconds(120)
        try await rig.advancing(clock, by: .seconds(1)) { try await poll { clock.now >= later } }
        try await rig.client.delete(Pod.self, key)
        try await body(rig, clock, runtime)
        agent.cancel()
        _ = await agent.result
        try rig.remove()
    }

    @Test func `A pod that takes its time to end is not looked at without a pause`() async throws {
        try await withEndingPod("stubborn") { rig, clock, runtime in
            runtime.makeStubborn()
            let (looks, began) = (runtime.looks, clock.now)
            try await rig.advancing(clock, by: .seconds(1)) { try await rig.wait("web", "gone") { $0 == nil } }
            #expect(clock.now - began >= .seconds(30))
            #expect(runtime.looks - looks < 100)
            #expect(runtime.calls.filter { $0.hasPrefix("stopContainer") } == ["stopContainer main 30"])
        }
    }

    @Test func `A stop that has to be asked for again gets what is left of the grace`() async throws {
        try await withEndingPod("again") { rig, clock, runtime in
            runtime.fail("stopContainer", with: RuntimeError(.failed, "context canceled"))
            func graces() -> [Int] {
                runtime.calls.filter { $0.hasPrefix("stopContainer") }.compactMap { Int($0.split(separator: " ")[2]) }
            }
            try await rig.advancing(clock, by: .seconds(1)) { try await poll { graces().last == 0 } }
            #expect(graces().first == 30)
            #expect(graces() == graces().sorted(by: >))
            runtime.fail("stopContainer", with: nil)
            try await rig.advancing(clock, by: .seconds(1)) { try await rig.wait("web", "gone") { $0 == nil } }
        }
    }
}
