import Client
import Core
import KubernetesAPI
import NodeAgent
import Runtime
import TestSupport
import Testing
import Values

/// Containers that the runtime cannot start, on a simulated one.
@Suite struct StartFailureTests {
    @Test(.timeLimit(.minutes(1))) func `What cannot be started is tried again after ever longer times`() async throws {
        let rig = NodeRig("start-failure")
        let clock = ManualClock()
        let runtime = HollowRuntime(clock: clock)
        runtime.fail("startContainer", with: RuntimeError(.failed, "exec: no such file"))
        let agent = Task { try await rig.agent(runtime, usesControlGroups: false, clock: clock).run() }
        defer { agent.cancel() }
        rig.api.put(
            try rig.pod(
                #"{"metadata": {"name": "web", "generation": 1}, "spec": {"restartPolicy": "Always", "containers": [{"name": "main", "image": "a:1"}]}}"#
            ))
        try await rig.advancing(clock, by: .seconds(1)) {
            try await rig.wait("web", "a long back-off") { pod in
                let waiting = pod?.status.containerStatuses.first?.state?.waiting
                return waiting?.reason == "CrashLoopBackOff" && waiting?.message.hasPrefix("back-off 1m20s ") == true
            }
        }
        let pod = Pod(rig.api.object("pods", ObjectKey(namespace: "default", name: "web"))!)
        let last = pod.status.containerStatuses.first?.lastState?.terminated
        #expect(last?.reason == "StartError" && last?.exitCode == 128)
        #expect(last?.startedAt == "1970-01-01T00:00:00Z")
        agent.cancel()
        _ = await agent.result
        try rig.remove()
    }
}
