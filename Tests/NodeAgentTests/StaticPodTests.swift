import Client
import Core
import KubernetesAPI
import Linux
import NodeAgent
import Runtime
import Testing
import Values

/// Pods that files on the node ask for, on a simulated runtime.
@Suite struct StaticPodTests {
    private let manifest = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, labels: {app: web}}
        spec:
          terminationGracePeriodSeconds: 1
          containers: [{name: main, image: "web:1"}]
        """

    @Test func `a file becomes a pod with defaults, whose uid is its text's`() throws {
        let pod = try StaticPodManifest.pod(Array(manifest.utf8), file: "/m/web.yaml", node: "node")
        #expect(pod.key == ObjectKey(namespace: "default", name: "web-node") && pod.spec.nodeName == "node")
        #expect(pod.spec.restartPolicy == "Always" && pod.spec.containers[0].imagePullPolicy == "IfNotPresent")
        #expect(pod.metadata.annotations["kubernetes.io/config.source"] == "file")
        #expect(pod.metadata.uid.count == 32 && pod.metadata.annotations["kubernetes.io/config.hash"] == pod.metadata.uid)
        let other = try StaticPodManifest.pod(Array(manifest.replacing("web:1", with: "web:2").utf8), file: "/m/web.yaml", node: "node")
        #expect(other.metadata.uid != pod.metadata.uid && other.key == pod.key)
    }

    @Test(arguments: [
        ("a: [", "/m/x"), ("kind: Service\napiVersion: v1", "is no Pod"),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, imag: b}]}", "unknown field"),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}], volumes: [{name: s, secret: {secretName: t}}]}",
            "may not reference secrets"
        ),
    ])
    func `what is wrong with a file is told`(text: String, problem: String) {
        let error = #expect(throws: StaticPodManifest.Problem.self) {
            _ = try StaticPodManifest.pod(Array(text.utf8), file: "/m/x", node: "node")
        }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }

    @Test func `it runs while the file is there, is shown in the API, and again when somebody deletes it there`() async throws {
        let rig = NodeRig("static")
        var configuration = rig.configuration
        configuration.staticPodPath = "\(rig.root)/manifests"
        configuration.staticPodInterval = .milliseconds(20)
        try Files.createDirectory(configuration.staticPodPath)
        let file = "\(configuration.staticPodPath)/web.yaml"
        try Files.write(manifest, to: file)
        let runtime = HollowRuntime(clock: SystemClock())
        let agent = rig.agent(runtime, usesControlGroups: false, configuration)
        let running = Task { try await agent.run() }
        defer { running.cancel() }
        let key = ObjectKey(namespace: "default", name: "web-node")
        func mirror() -> Pod? { rig.api.object("pods", key).map(Pod.init) }

        try await rig.wait("web-node", "readiness") { rig.isReady($0) }
        let first = try #require(mirror())
        #expect(first.metadata.annotations["kubernetes.io/config.mirror"] == first.metadata.annotations["kubernetes.io/config.hash"])
        #expect(first.metadata.ownerReferences.first?.kind == "Node")

        // Somebody deletes what shows it: it runs on, and is shown again.
        let container = first.status.containerStatuses.first?.containerID
        try await rig.client.delete(Pod.self, key)
        try await rig.wait("web-node", "its return") { $0?.metadata.uid != first.metadata.uid && rig.isReady($0) }
        #expect(mirror()?.status.containerStatuses.first?.containerID == container)

        // Another text: another pod.
        try Files.replace(file, with: Array(manifest.replacing("web:1", with: "web:2").utf8))
        try await rig.wait("web-node", "the new image") { $0?.spec.containers[0].image == "web:2" && rig.isReady($0) }
        #expect(mirror()?.status.containerStatuses.first?.containerID != container)

        try Files.remove(file)
        try await rig.wait("web-node", "its end") { $0 == nil }
        running.cancel()
        _ = await running.result
        try rig.remove()
    }
}
