import Client
import Core
import Glibc
import KubernetesAPI
import Linux
import Logging
import NodeAgent
import Runtime
import Testing

/// What a real pod needs; the reason is printed when something is missing.
let podsCanRun: Bool = {
    guard geteuid() == 0, Capability.systemAdministration.isHeld else {
        print("skipping tests with real pods: not root, or without CAP_SYS_ADMIN")
        return false
    }
    for program in ["/usr/bin/containerd", "/usr/bin/ctr", "/usr/sbin/runc", "/bin/busybox", "/usr/lib/cni/bridge"]
    where !Files.exists(program) {
        print("skipping tests with real pods: no \(program)")
        return false
    }
    guard let cgroups = try? Cgroups.probe(), !cgroups.roots.isEmpty else {
        print("skipping tests with real pods: no control groups are mounted")
        return false
    }
    return true
}()

@Suite(.serialized, .enabled(if: podsCanRun)) struct RealPodTests {
    @Test(.timeLimit(.minutes(2))) func `A bound pod runs with its volumes, outlives its agent, and is deleted without a trace`()
        async throws
    {
        let rig = NodeRig("real")
        let containerd = Containerd(
            ContainerdConfiguration(
                name: "node\(getpid())", root: "\(rig.root)/containerd", state: "\(rig.root)/run", bridge: "mln\(getpid())",
                podCIDR: rig.configuration.podCIDR),
            logger: Logger(label: "containerd"))
        do {
            let runtime = try await containerd.start()
            try await load(containerd, rig)
            try await story(rig, runtime)
            try await containerd.stop()
        } catch {
            try await containerd.stop()
            try Cgroups.probe()?.remove(rig.configuration.cgroupRoot)
            try Files.remove(rig.root)
            throw error
        }
        try Cgroups.probe()?.remove(rig.configuration.cgroupRoot)
        #expect(try Mounts.under(rig.root) == [])
        try Files.remove(rig.root)
    }

    private func load(_ containerd: Containerd, _ rig: NodeRig) async throws {
        var layer = TarWriter()
        for directory in ["bin", "etc", "proc", "sys", "dev", "tmp"] { layer.addDirectory(directory) }
        layer.addFile("bin/busybox", try Files.read("/bin/busybox"), mode: 0o755)
        layer.addFile("bin/sh", try Files.read("/bin/busybox"), mode: 0o755)
        let archive = OCIArchive(
            reference: "docker.io/martlet/test:1", architecture: Machine.probe().architecture, layer: layer.finished(),
            entrypoint: ["/bin/busybox"])
        try Files.write(archive.encoded(), to: "\(rig.root)/test.tar")
        _ = try await containerd.load("\(rig.root)/test.tar")
    }

    private func story(_ rig: NodeRig, _ runtime: CRIRuntime) async throws {
        var agents: [Task<Void, any Error>] = []
        do {
            try await tell(rig, runtime, &agents)
        } catch {
            for agent in agents {
                agent.cancel()
                _ = await agent.result
            }
            throw error
        }
    }

    private func tell(_ rig: NodeRig, _ runtime: CRIRuntime, _ agents: inout [Task<Void, any Error>]) async throws {
        var map = ConfigMap()
        map.metadata.namespace = "default"
        map.metadata.name = "settings"
        map.data = ["greeting": "hello"]
        rig.api.put(map)
        let first = Task { try await rig.agent(runtime, usesControlGroups: true).run() }
        agents.append(first)
        rig.api.put(
            try rig.pod(
                """
                {"metadata": {"name": "web"}, "spec": {"restartPolicy": "Always", "terminationGracePeriodSeconds": 1,
                 "initContainers": [{"name": "init", "image": "martlet/test:1", "command": ["sh", "-c", "echo made > /scratch/file"],
                   "volumeMounts": [{"name": "scratch", "mountPath": "/scratch"}]}],
                 "containers": [{"name": "main", "image": "martlet/test:1",
                   "command": ["sh", "-c", "echo $GREETING from $(NAME); exec /bin/busybox httpd -f -p 8080 -h /config"],
                   "env": [{"name": "NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                           {"name": "GREETING", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "greeting"}}}],
                   "ports": [{"name": "http", "containerPort": 8080}],
                   "readinessProbe": {"httpGet": {"path": "/greeting", "port": "http"}, "periodSeconds": 1},
                   "resources": {"requests": {"cpu": "20m", "memory": "16Mi"}, "limits": {"memory": "64Mi"}},
                   "volumeMounts": [{"name": "scratch", "mountPath": "/scratch"}, {"name": "config", "mountPath": "/config"},
                                    {"name": "config", "mountPath": "/one", "subPath": "greeting"}]}],
                 "volumes": [{"name": "scratch", "emptyDir": {"medium": "Memory"}}, {"name": "config", "configMap": {"name": "settings"}}]}}
                """))
        try await rig.wait("web", "readiness") { rig.isReady($0) }
        let pod = try await rig.client.get(Pod.self, ObjectKey(namespace: "default", name: "web"))
        #expect(pod.status.phase == "Running")
        #expect(pod.status.podIP.hasPrefix("10.254.250."))
        #expect(pod.status.qosClass == "Burstable")
        #expect(pod.status.initContainerStatuses[0].state?.terminated?.reason == "Completed")
        let id = String(pod.status.containerStatuses[0].containerID.dropFirst("containerd://".count))
        let output = try await runtime.execSync(
            id,
            [
                "sh", "-c",
                "busybox cat /scratch/file /one /etc/hosts /etc/resolv.conf /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null",
            ],
            timeout: 5)
        let text = String(decoding: output.stdout, as: UTF8.self)
        #expect(text.contains("made") && text.contains("hello") && text.contains("\tweb\n") && text.contains("nameserver 10.96.0.10"))
        #expect(text.contains("67108864"))
        let log = "\(rig.configuration.dataDirectory)/logs/default_web_uid-web/main/0.log"
        #expect(try Files.readText(log).hasSuffix("stdout F hello from web"))

        // The agent goes; the container stays; the next agent adopts it.
        first.cancel()
        _ = await first.result
        #expect(try await runtime.containerStatus(id).state == .running)
        let second = Task { try await rig.agent(runtime, usesControlGroups: true).run() }
        agents.append(second)
        try await rig.client.delete(Pod.self, ObjectKey(namespace: "default", name: "web"))
        try await rig.wait("web", "deletion") { $0 == nil }
        #expect(try await runtime.sandboxes(CRIPodSandboxFilter()).isEmpty)
        #expect(try Files.list("\(rig.configuration.dataDirectory)/pods") == [])

        // One that fails, is started again, and backs off.
        rig.api.put(
            try rig.pod(
                #"{"metadata": {"name": "crash"}, "spec": {"restartPolicy": "Always", "terminationGracePeriodSeconds": 1, "containers": [{"name": "main", "image": "martlet/test:1", "command": ["sh", "-c", "echo broken > /dev/termination-log; exit 7"], "terminationMessagePath": "/dev/termination-log"}]}}"#
            ))
        try await rig.wait("crash", "back-off") { $0?.status.containerStatuses.first?.state?.waiting?.reason == "CrashLoopBackOff" }
        let crashed = try await rig.client.get(Pod.self, ObjectKey(namespace: "default", name: "crash")).status.containerStatuses[0]
        #expect(crashed.restartCount == 1)
        #expect(crashed.lastState?.terminated?.exitCode == 7)
        #expect(crashed.lastState?.terminated?.message == "broken\n")

        // One whose image is nowhere.
        rig.api.put(
            try rig.pod(
                #"{"metadata": {"name": "never"}, "spec": {"containers": [{"name": "main", "image": "martlet/none:1", "imagePullPolicy": "Never"}]}}"#
            ))
        try await rig.wait("never", "its reason") { $0?.status.containerStatuses.first?.state?.waiting?.reason == "ErrImageNeverPull" }
        second.cancel()
        _ = await second.result
    }
}
