import Client
import Core
import Glibc
import KubernetesAPI
import Linux
import NodeAgent
import Runtime
import Testing
import Values

/// What containers are given of their pod's volumes, on a simulated runtime.
@Suite struct VolumeTests {
    private func mode(_ path: String) throws -> mode_t {
        var information = stat()
        try #require(stat(path, &information) == 0, "\(path)")
        return information.st_mode & 0o7777
    }

    @Test(.timeLimit(.minutes(1))) func `Volumes of the API's objects are read-only, and parts of others as open as these`() async throws {
        let rig = NodeRig("volumes")
        let runtime = HollowRuntime(clock: SystemClock())
        var map = ConfigMap()
        map.metadata.namespace = "default"
        map.metadata.name = "settings"
        map.data = ["greeting": "hello"]
        rig.api.put(map)
        let agent = Task { try await rig.agent(runtime, usesControlGroups: false).run() }
        defer { agent.cancel() }
        rig.api.put(
            try rig.pod(
                """
                {"metadata": {"name": "web", "generation": 1}, "spec": {"hostname": "host", "subdomain": "sub", "setHostnameAsFQDN": true,
                 "containers": [{"name": "main", "image": "a:1", "env": [{"name": "DIRECTORY", "value": "own"}],
                   "volumeMounts": [{"name": "scratch", "mountPath": "/scratch"}, {"name": "config", "mountPath": "/config"},
                                    {"name": "config", "mountPath": "/one", "subPath": "greeting"},
                                    {"name": "scratch", "mountPath": "/own", "subPathExpr": "deep/$(DIRECTORY)"}]}],
                 "volumes": [{"name": "scratch", "emptyDir": {}}, {"name": "config", "configMap": {"name": "settings"}}]}}
                """))
        try await rig.wait("web", "readiness") { rig.isReady($0) }
        let pod = Pod(rig.api.object("pods", ObjectKey(namespace: "default", name: "web"))!)
        let id = String(pod.status.containerStatuses[0].containerID.dropFirst("hollow://".count))
        let configuration = try #require(runtime.configuration(ofContainer: id))
        let mounts = Dictionary(uniqueKeysWithValues: configuration.mounts.map { ($0.containerPath, $0) })
        #expect(mounts["/config"]?.readonly == true && mounts["/one"]?.readonly == true)
        #expect(mounts["/scratch"]?.readonly == false && mounts["/own"]?.readonly == false)
        let own = try #require(mounts["/own"]).hostPath
        #expect(own.hasSuffix("/deep/own"))
        #expect(try mode(own) == 0o777)
        #expect(try mode(String(own.dropLast("/own".count))) == 0o777)
        // The kernel's name of the pod is the whole one; its address has both.
        let hosts = try Files.readText(try #require(mounts["/etc/hosts"]).hostPath)
        #expect(hosts.hasSuffix("\thost.sub.default.svc.cluster.local\thost"), "\(hosts)")
        #expect(
            pod.status.conditions.map(\.type) == ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"])
        agent.cancel()
        _ = await agent.result
        try rig.remove()
    }

    @Test(.timeLimit(.minutes(1))) func `A part of a volume that an unset variable names is told, and so is a map that is missing`()
        async throws
    {
        let rig = NodeRig("volume-faults")
        let runtime = HollowRuntime(clock: SystemClock())
        let agent = Task { try await rig.agent(runtime, usesControlGroups: false).run() }
        defer { agent.cancel() }
        rig.api.put(
            try rig.pod(
                """
                {"metadata": {"name": "unset", "generation": 1}, "spec": {
                 "containers": [{"name": "main", "image": "a:1",
                   "volumeMounts": [{"name": "scratch", "mountPath": "/own", "subPathExpr": "$(NOWHERE)"}]}],
                 "volumes": [{"name": "scratch", "emptyDir": {}}]}}
                """))
        try await rig.wait("unset", "its reason") {
            $0?.status.containerStatuses.first?.state?.waiting.map {
                $0.reason == "CreateContainerConfigError" && $0.message == "missing value for \"NOWHERE\""
            } ?? false
        }
        rig.api.put(
            try rig.pod(
                """
                {"metadata": {"name": "late", "generation": 1}, "spec": {
                 "initContainers": [{"name": "first", "image": "a:1"}],
                 "containers": [{"name": "main", "image": "a:1", "volumeMounts": [{"name": "config", "mountPath": "/config"}]}],
                 "volumes": [{"name": "config", "configMap": {"name": "nowhere"}}]}}
                """))
        try await rig.wait("late", "what it waits for") { pod in
            let statuses = pod.map { Array($0.status.initContainerStatuses) + Array($0.status.containerStatuses) } ?? []
            return statuses.count == 2 && statuses.allSatisfy { $0.state?.waiting?.reason == "PodInitializing" }
        }
        let told = "MountVolume.SetUp failed for volume \"config\" : configmap \"nowhere\" not found"
        while !rig.api.all("events").contains(where: { $0["message"]?.string == told }) { try await Task.sleep(for: .milliseconds(10)) }
        agent.cancel()
        _ = await agent.result
        try rig.remove()
    }

    @Test func `Containers have a user in common when all say the same one`() throws {
        let rig = NodeRig("users")
        func user(_ spec: String) throws -> UInt32? {
            try rig.pod(#"{"metadata": {"name": "web"}, "spec": {\#(spec)}}"#).commonUser
        }
        #expect(try user(#""containers": [{"name": "a"}]"#) == nil)
        #expect(try user(#""securityContext": {"runAsUser": 5}, "containers": [{"name": "a"}, {"name": "b"}]"#) == 5)
        #expect(
            try user(
                #""securityContext": {"runAsUser": 5}, "containers": [{"name": "a"}, {"name": "b", "securityContext": {"runAsUser": 6}}]"#)
                == nil)
        #expect(
            try user(#""initContainers": [{"name": "i"}], "containers": [{"name": "a", "securityContext": {"runAsUser": 6}}]"#) == nil)
    }
}
