import Client
import Core
import KubernetesAPI
import NodeAgent
import Runtime
import TestSupport
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
        try await poll {
            rig.api.all("events").contains { $0["message"]?.string?.hasPrefix("Successfully pulled image \"far:1\"") ?? false }
        }
        agent.cancel()
        _ = await agent.result
        try rig.remove()
        #expect(runtime.calls.filter { $0 == "pullImage far:1" }.count == 1)
    }

    @Test(.timeLimit(.minutes(1))) func `A container that waits for its image holds up no other, and sees when somebody loads it`()
        async throws
    {
        let rig = NodeRig("image-wait")
        let clock = ManualClock()
        let runtime = HollowRuntime(clock: clock)
        runtime.removeFromRegistry("gone:1")
        let agent = Task { try await rig.agent(runtime, usesControlGroups: false, clock: clock).run() }
        defer { agent.cancel() }
        rig.api.put(
            try rig.pod(
                """
                {"metadata": {"name": "web", "generation": 1}, "spec": {"restartPolicy": "Always",
                 "containers": [{"name": "missing", "image": "gone:1"}, {"name": "fine", "image": "a:1"}]}}
                """))
        let pulls = { @Sendable () -> Int in runtime.calls.filter { $0 == "pullImage gone:1" }.count }
        let status = { @Sendable (pod: Pod?, name: String) -> ContainerStatus? in pod?.status.containerStatuses.first { $0.name == name } }
        // After ten, twenty, forty, eighty and a hundred and sixty seconds the sixth pull fails, and the next is due in five minutes.
        try await rig.advancing(clock, by: .seconds(1)) {
            try await rig.wait("web", "the sixth failure") { pod in
                status(pod, "missing")?.state?.waiting?.reason == "ImagePullBackOff" && pulls() == 6
            }
        }
        let fine = try #require(status(Pod(rig.api.object("pods", ObjectKey(namespace: "default", name: "web"))!), "fine"))
        runtime.exit(String(fine.containerID.dropFirst("hollow://".count)), code: 1)
        try await rig.advancing(clock, by: .seconds(1), atMost: .seconds(60)) {
            try await rig.wait("web", "the other's restart") { status($0, "fine")?.restartCount == 1 }
        }
        runtime.load("gone:1")
        try await rig.advancing(clock, by: .seconds(1), atMost: .seconds(60)) {
            try await rig.wait("web", "readiness") { rig.isReady($0) }
        }
        #expect(pulls() == 6)
        agent.cancel()
        _ = await agent.result
        try rig.remove()
        let reasons = Set(
            rig.api.statuses(of: "web").flatMap { ($0["containerStatuses"]?.array ?? []) }.compactMap {
                $0[path: "state", "waiting", "reason"]?.string
            })
        #expect(reasons.isSuperset(of: ["ErrImagePull", "ImagePullBackOff"]), "\(reasons)")
    }

    @Test(.timeLimit(.minutes(1))) func `A name that is no image's is told as such and never pulled`() async throws {
        let rig = NodeRig("image-name")
        let runtime = HollowRuntime(clock: SystemClock())
        let agent = Task { try await rig.agent(runtime, usesControlGroups: false).run() }
        defer { agent.cancel() }
        rig.api.put(
            try rig.pod(#"{"metadata": {"name": "web", "generation": 1}, "spec": {"containers": [{"name": "main", "image": "web:::1"}]}}"#))
        try await rig.wait("web", "the reason") {
            $0?.status.containerStatuses.first?.state?.waiting.map {
                $0.reason == "InvalidImageName" && $0.message.hasSuffix("couldn't parse image name \"web:::1\": invalid reference format")
            } ?? false
        }
        agent.cancel()
        _ = await agent.result
        try rig.remove()
        #expect(!runtime.calls.contains { $0.hasPrefix("pullImage") })
    }

    @Test(.timeLimit(.minutes(1))) func `On a full disk the images go that can be pulled again`() async throws {
        let rig = NodeRig("image-garbage")
        let clock = ManualClock()
        let runtime = HollowRuntime(clock: clock)
        runtime.keepRemote("far:1")
        var configuration = rig.configuration
        configuration.eviction.hard = [:]
        configuration.imageGarbageHigh = 0
        configuration.imageGarbageLow = 0
        let agent = Task { [configuration] in try await rig.agent(runtime, usesControlGroups: false, configuration, clock: clock).run() }
        defer { agent.cancel() }
        rig.api.put(
            try rig.pod(#"{"metadata": {"name": "web", "generation": 1}, "spec": {"containers": [{"name": "main", "image": "far:1"}]}}"#))
        try await rig.advancing(clock, by: .seconds(1)) { try await rig.wait("web", "readiness") { rig.isReady($0) } }
        runtime.store("far:1", bytes: 1000)
        runtime.store("loaded:1", bytes: 1000)
        try await rig.client.delete(Pod.self, ObjectKey(namespace: "default", name: "web"))
        try await rig.advancing(clock, by: .seconds(10)) {
            try await rig.wait("web", "deletion") { $0 == nil }
            try await poll { runtime.calls.contains("removeImage far:1") }
        }
        agent.cancel()
        _ = await agent.result
        try rig.remove()
        #expect(!runtime.calls.contains("removeImage loaded:1"))
    }

    @Test(arguments: [
        "nginx", "nginx:1.27", "library/nginx", "Registry:5000/a/b_c/d--e:T_1.2-3", "localhost/x", "[::1]:5000/x", "quay.io/a/b__c.d",
        "a/b@sha256:" + String(repeating: "0", count: 64), "a:1@sha256:" + String(repeating: "f", count: 64),
    ])
    func `Names of images are taken`(name: String) { #expect(ImageReference.isValid(name)) }

    @Test(arguments: [
        "", ":", "a:", "nginx:::x", "Nginx", "a/Nginx", "a//b", "/a", "a/", "a b", "a:-x", "a@sha256:00", "a@", "-a", "a_", "a..b", "a___b",
        "host:port/x", String(repeating: "a", count: 64), "https://a/b", String(repeating: "x", count: 256),
        "a:" + String(repeating: "1", count: 129),
    ])
    func `What is no name of an image is not`(name: String) { #expect(!ImageReference.isValid(name)) }
}
