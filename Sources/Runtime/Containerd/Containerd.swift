import Core
import Glibc
import Linux
import Logging

/// Keeps one cluster's containerd running: starts it, takes over one that runs already, starts it anew when it dies.
///
/// containerd is put into a session of its own: it and the containers outlive this process, and the next one adopts them.
package actor Containerd {
    private let configuration: ContainerdConfiguration
    private let logger: Logger
    private let clock: any Clock
    private var process: pid_t = 0
    private var supervision: Task<Void, Never>?
    private var runtimeIfStarted: CRIRuntime?

    /// How long a containerd that runs may take to answer: on a busy machine with many images it is slow to start.
    private static let startTime = Duration.seconds(60)

    /// Why containerd cannot run.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package init(_ configuration: ContainerdConfiguration, logger: Logger, clock: any Clock = SystemClock()) {
        self.configuration = configuration
        self.logger = logger
        self.clock = clock
    }

    /// Returns a connection to a containerd that answers and has the pause image; from then on it is supervised.
    package func start() async throws -> CRIRuntime {
        if let runtimeIfStarted { return runtimeIfStarted }
        if let running = runningProcess() {
            process = running
            logger.info("adopted containerd", metadata: ["pid": "\(running)"])
        } else {
            try await launch()
        }
        let runtime = CRIRuntime(socket: configuration.socket, clock: clock, mounter: ContainerdImages(configuration))
        do {
            try await awaitAnswer(of: runtime)
            try await loadPauseImage(runtime)
        } catch {
            runtime.close()
            throw error
        }
        supervision = Task { await self.supervise() }
        runtimeIfStarted = runtime
        return runtime
    }

    /// Lets go of containerd without stopping it: containers go on running, and the next `start()` adopts them.
    package func detach() async {
        supervision?.cancel()
        await supervision?.value
        supervision = nil
        runtimeIfStarted?.close()
        runtimeIfStarted = nil
    }

    /// Loads an OCI or docker archive and returns the names of its images.
    package func load(_ archive: String) async throws -> [String] {
        try await ContainerdImages(configuration).load(archive)
    }

    private func awaitAnswer(of runtime: CRIRuntime) async throws {
        let version: CRIVersionResponse
        do {
            version = try await withEndOfProcess { try await runtime.version(timeout: Self.startTime) }
        } catch {
            throw Failure(description: "containerd does not answer on \(configuration.socket): \(error)\(lastWords())")
        }
        logger.info("containerd answers", metadata: ["version": "\(version.runtimeVersion)"])
    }

    /// Runs a call unless the process ends first, so that a broken configuration fails at once and not at a timeout.
    private func withEndOfProcess<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        let process = process
        return try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask { try await body() }
            group.addTask {
                guard await ForeignProcess.waitForEnd(process) else { throw CancellationError() }
                throw Failure(description: "it ended")
            }
            defer { group.cancelAll() }
            return try await group.next()!
        }
    }

    private func launch() async throws {
        let configuration = configuration
        process = try await BlockingPool.files.run {
            for directory in [configuration.root, configuration.state, configuration.cniDirectory] {
                try Files.createDirectory(directory, mode: 0o711)
            }
            let abilities = ContainerdConfiguration.Abilities.probe(root: configuration.root)
            try Files.replace(configuration.configurationFile, with: Array(configuration.text(abilities).utf8), mode: 0o600)
            try Files.replace("\(configuration.cniDirectory)/10-martlet.conflist", with: Array(configuration.networkList.utf8))
            let log = open(configuration.logFile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard log >= 0 else { throw SystemError("open \(configuration.logFile)") }
            defer { close(log) }
            let child = try ChildProcess(
                configuration.program, ["--config", configuration.configurationFile], output: log, error: log, newSession: true)
            try Files.replace(configuration.processFile, with: Array("\(child.id)\n".utf8))
            return child.id
        }
        logger.info("started containerd", metadata: ["pid": "\(process)"])
    }

    /// The process of an earlier run of this cluster, known by its configuration file.
    private func runningProcess() -> pid_t? {
        guard let text = try? Files.readText(configuration.processFile), let id = pid_t(text),
            ForeignProcess.arguments(id).contains(configuration.configurationFile)
        else { return nil }
        return id
    }

    private func supervise() async {
        var pause = Duration.milliseconds(100)
        while !Task.isCancelled {
            let started = clock.now
            guard await ForeignProcess.waitForEnd(process), !Task.isCancelled else { return }
            logger.error("containerd ended; starting it again", metadata: ["pid": "\(process)", "log": "\(configuration.logFile)"])
            if clock.now - started > .seconds(60) { pause = .milliseconds(100) }
            do {
                try await clock.sleep(for: pause)
                pause = min(pause * 2, .seconds(30))
                try await launch()
            } catch is CancellationError {
                return
            } catch {
                logger.error("containerd cannot be started", metadata: ["error": "\(error)"])
            }
        }
    }

    private func loadPauseImage(_ runtime: CRIRuntime) async throws {
        let image = CRIImageSpec.with { $0.image = configuration.pauseImage }
        guard configuration.pauseImage == PauseImage.reference, try await runtime.imageStatus(image) == nil else { return }
        let architecture = Machine.probe().architecture
        guard let archive = PauseImage.archive(architecture: architecture) else {
            throw Failure(description: "no pause image for \(architecture)")
        }
        let path = "\(configuration.state)/pause.tar"
        try await BlockingPool.files.run { try Files.write(archive.encoded(), to: path) }
        _ = try await load(path)
        try? Files.remove(path)
    }

    private func lastWords() -> String {
        guard let text = try? Files.readText(configuration.logFile) else { return "" }
        let lines = text.split(separator: "\n").filter {
            $0.contains("level=error") || $0.contains("level=fatal") || $0.contains("v1.cri\" error=") || $0.contains("containerd:")
        }
        return lines.suffix(3).map { "\n  \($0)" }.joined()
    }
}

extension Containerd {
    /// Ends everything: pods, containerd, its shims, its mounts. Images stay. Also stops what an earlier process left running.
    package func stop() async throws {
        supervision?.cancel()
        await supervision?.value
        supervision = nil
        if let running = runningProcess() {
            process = running
        } else if Files.exists(configuration.configurationFile) {
            // Containers may have outlived their containerd, and only it knows them all.
            try await launch()
        }
        if process != 0 {
            let runtime = runtimeIfStarted ?? CRIRuntime(socket: configuration.socket, clock: clock)
            runtimeIfStarted = runtime
            await stopPods(runtime)
            await detach()
            ForeignProcess.kill(process, SIGTERM)
            if await endsWithin(.seconds(10), process) == false {
                ForeignProcess.kill(process, SIGKILL)
                _ = await ForeignProcess.waitForEnd(process)
            }
            process = 0
        }
        try await removeLeftovers()
    }

    private func stopPods(_ runtime: CRIRuntime) async {
        let sandboxes: [CRIPodSandbox]
        do {
            sandboxes = try await runtime.sandboxes(CRIPodSandboxFilter())
        } catch {
            logger.warning("the pods are not known; their processes are killed", metadata: ["error": "\(error)"])
            return
        }
        await withTaskGroup(of: Void.self) { group in
            for sandbox in sandboxes {
                group.addTask { [logger] in
                    do {
                        try await runtime.stopSandbox(sandbox.id)
                        try await runtime.removeSandbox(sandbox.id)
                    } catch {
                        logger.warning("a pod's sandbox was not removed", metadata: ["sandbox": "\(sandbox.id)", "error": "\(error)"])
                    }
                }
            }
        }
    }

    private func endsWithin(_ limit: Duration, _ process: pid_t) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await ForeignProcess.waitForEnd(process) }
            group.addTask { [clock] in
                try? await clock.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    /// Shims whose containerd is gone, mounts, the state directory and the bridge.
    private func removeLeftovers() async throws {
        let configuration = configuration
        try await BlockingPool.files.run {
            let shims = try ForeignProcess.all { arguments in
                arguments.first?.contains("containerd-shim") == true && arguments.contains(configuration.socket)
            }
            for shim in shims {
                for child in try ForeignProcess.children(of: shim) { ForeignProcess.kill(child, SIGKILL) }
                ForeignProcess.kill(shim, SIGKILL)
            }
            for mount in try Mounts.under(configuration.state) + Mounts.under(configuration.root) { try Mounts.unmount(mount) }
            try Files.remove(configuration.state)
        }
        let removal = try await ChildProcess.run("ip", ["link", "delete", "dev", configuration.bridge])
        if !removal.exit.isSuccess, !removal.errorText.contains("Cannot find device") {
            logger.warning("the bridge was not removed", metadata: ["bridge": "\(configuration.bridge)", "error": "\(removal.errorText)"])
        }
    }
}
