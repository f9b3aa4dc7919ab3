import Core
import Glibc
import Linux
import Logging
import Runtime
import Testing

/// What a real containerd needs; the reason is printed when something is missing.
let containerdIsUsable: Bool = {
    guard geteuid() == 0, Capability.systemAdministration.isHeld else {
        print("skipping containerd tests: not root, or without CAP_SYS_ADMIN")
        return false
    }
    for program in ["/usr/bin/containerd", "/usr/bin/ctr", "/usr/sbin/runc", "/bin/busybox", "/usr/lib/cni/bridge"]
    where !Files.exists(program) {
        print("skipping containerd tests: no \(program)")
        return false
    }
    guard let cgroups = try? Cgroups.probe(), !cgroups.roots.isEmpty else {
        print("skipping containerd tests: no control groups are mounted")
        return false
    }
    return true
}()

@Suite(.serialized, .enabled(if: containerdIsUsable)) struct ContainerdTests {
    @Test func `A pod runs, is executed in, survives containerd's death and leaves nothing behind`() async throws {
        let id = "\(getpid())"
        let root = "/tmp/martlet-runtime-\(id)"
        let configuration = ContainerdConfiguration(
            name: "test\(id)", root: "\(root)/root", state: "\(root)/state", bridge: "mlt\(id)", podCIDR: "10.254.251.0/24")
        let logger = Logger(label: "test")
        let containerd = Containerd(configuration, logger: logger)
        do {
            let runtime = try await containerd.start()
            try await runPod(runtime, containerd, configuration, root, logger)
            try await containerd.stop()
        } catch {
            try await containerd.stop()
            try Cgroups.probe()?.remove("/martlet-test\(id)")
            try Files.remove(root)
            throw error
        }
        try Cgroups.probe()?.remove("/martlet-test\(id)")
        #expect(!Files.exists(configuration.state))
        #expect(try Mounts.under(root) == [])
        #expect(try ForeignProcess.all { $0.contains { $0.hasPrefix(root) } } == [])
        try Files.remove(root)
    }

    private func runPod(
        _ first: CRIRuntime, _ containerd: Containerd, _ configuration: ContainerdConfiguration, _ root: String, _ logger: Logger
    ) async throws {
        var runtime = first
        var layer = TarWriter()
        for directory in ["bin", "etc", "proc", "sys", "dev", "tmp"] { layer.addDirectory(directory) }
        layer.addFile("bin/busybox", try Files.read("/bin/busybox"), mode: 0o755)
        let archive = OCIArchive(
            reference: "docker.io/martlet/test:1", architecture: Machine.probe().architecture, layer: layer.finished(),
            entrypoint: ["/bin/busybox"])
        try Files.write(archive.encoded(), to: "\(root)/test.tar")
        #expect(try await containerd.load("\(root)/test.tar") == ["docker.io/martlet/test:1"])
        #expect(try await runtime.imageStatus(.with { $0.image = "martlet/test:1" }) != nil)

        let pod = CRIPodSandboxConfig.with {
            $0.metadata.name = "pod"
            $0.metadata.uid = "uid"
            $0.metadata.namespace = "default"
            $0.hostname = "pod"
            $0.logDirectory = "\(root)/logs"
            $0.linux.cgroupParent = "/martlet-test\(getpid())/pod"
        }
        let sandbox = try await runtime.runSandbox(pod, handler: "")
        #expect(try await runtime.sandboxStatus(sandbox).network.ip.hasPrefix("10.254.251."))
        let configurationOfContainer = CRIContainerConfig.with {
            $0.metadata.name = "main"
            $0.image.image = "martlet/test:1"
            $0.args = ["sh", "-c", "echo started; exec /bin/busybox sleep 1000"]
            $0.logPath = "main.log"
            $0.linux.securityContext.namespaceOptions.pid = .container
        }
        let container = try await runtime.createContainer(sandbox: sandbox, configurationOfContainer, pod)
        var events = runtime.events().makeAsyncIterator()
        #expect(await events.next() == "")
        try await runtime.startContainer(container)
        #expect(try await runtime.containerStatus(container).state == .running)
        let hello = try await runtime.execSync(container, ["/bin/busybox", "sh", "-c", "echo hello; exit 3"], timeout: 10)
        #expect(String(decoding: hello.stdout, as: UTF8.self) == "hello\n")
        #expect(hello.exitCode == 3)
        #expect(try Files.readText("\(root)/logs/main.log").hasSuffix(" stdout F started"))
        #expect(
            try await runtime.streamURL(.exec(container: container, command: ["sh"], tty: false, stdin: true, stdout: true, stderr: true))
                .hasPrefix("http://127.0.0.1:"))

        // containerd dies: the container goes on, and the supervisor brings containerd back.
        let process = try #require(pid_t(try Files.readText(configuration.processFile)))
        ForeignProcess.kill(process, SIGKILL)
        _ = await ForeignProcess.waitForEnd(process)
        #expect(try await runtime.containerStatus(container).state == .running)

        // This process lets go and another takes over.
        await containerd.detach()
        runtime = try await containerd.start()
        #expect(try await runtime.containerStatus(container).state == .running)
        events = runtime.events().makeAsyncIterator()
        #expect(await events.next() == "")
        try await runtime.stopContainer(container, gracePeriod: 0)
        while let id = await events.next(), id != container {}
        let status = try await runtime.containerStatus(container)
        #expect(status.state == .exited)
        #expect(status.exitCode == 137)
        #expect(try await runtime.imageStatus(.with { $0.image = "martlet/none:1" }) == nil)
        await #expect(throws: RuntimeError.self) { try await first.containerStatus(container) }
    }
}
