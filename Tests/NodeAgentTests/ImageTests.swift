import Client
import Core
import KubernetesAPI
import NodeAgent
import Runtime
import Testing
import Values

/// How the node agent comes by images, on a simulated runtime.
@Suite struct ImageTests {
    @Test(.timeLimit(.minutes(1))) func `A pull under way is told as a pull, though the image arrived before it ended`() async throws {
        let rig = NodeRig("image-pull")
        let runtime = HollowRuntime(clock: SystemClock())
        runtime.keepRemote("far:1")
        runtime.holdPulls()
        let agent = Task { try await rig.agent(runtime, usesControlGroups: false).run() }
        defer { agent.cancel() }
        let pod = { (generation: Int) in
            try rig.pod(
                #"{"metadata": {"name": "web", "generation": \#(generation)}, "spec": {"containers": [{"name": "main", "image": "far:1"}]}}"#
            )
        }
        rig.api.put(try pod(1))
        await runtime.awaitHeldPull()
        // The pod is looked at again while the pull lasts.
        var again = try pod(2)
        again.metadata.labels = ["looked": "again"]
        rig.api.put(again)
        try await rig.wait("web", "the second look") { $0?.status.observedGeneration == 2 }
        runtime.releasePulls()
        try await rig.wait("web", "readiness") { rig.isReady($0) }
        agent.cancel()
        _ = await agent.result
        try rig.remove()
        #expect(runtime.calls.filter { $0 == "pullImage far:1" }.count == 1)
        let messages = rig.api.all("events").compactMap { $0["message"]?.string }
        #expect(messages.contains { $0.hasPrefix("Successfully pulled image \"far:1\"") }, "\(messages)")
    }
}
