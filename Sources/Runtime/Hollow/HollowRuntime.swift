import Core
import Synchronization

/// A simulated runtime: containers are entries in a table that run until they are stopped or told to exit.
///
/// For tests and simulated nodes. Every image exists; every sandbox gets the next address of 10.0.0.0/8; commands succeed
/// without output unless `onExec` says otherwise. Streams answer `.unimplemented`.
package final class HollowRuntime: ContainerRuntime {
    private struct State {
        var nextID = 1
        var sandboxes: [String: CRIPodSandboxStatus] = [:]
        var containers: [String: (status: CRIContainerStatus, sandbox: String)] = [:]
        var configurations: [String: CRIContainerConfig] = [:]
        var listeners: [Int: AsyncStream<String>.Continuation] = [:]
        var missingImages: Set<String> = []
        var remoteImages: Set<String> = []
        /// Pulls that are to wait; nil where none is.
        var heldPulls: [CheckedContinuation<Void, Never>]?
        var pullObservers: [CheckedContinuation<Void, Never>] = []
        var storedImages: [String: UInt64] = [:]
        var failures: [String: RuntimeError] = [:]
        var calls: [String] = []
        var looks = 0
        var isStubborn = false
        var onExec: @Sendable ([String]) -> CRIExecSyncResponse = { _ in CRIExecSyncResponse() }
    }

    private let state = Mutex(State())
    private let clock: any Clock
    package let operations = RuntimeOperations()

    package init(clock: any Clock) { self.clock = clock }

    // MARK: What a test says and asks

    /// The calls made so far that change something, in order: "runSandbox web", "startContainer web/nginx", …
    package var calls: [String] { state.withLock { $0.calls } }
    /// The configuration a container was made from.
    /// How often it was asked which containers there are.
    package var looks: Int { state.withLock { $0.looks } }

    /// Containers take no notice of signals from now on: they end when their grace is over.
    package func makeStubborn() { state.withLock { $0.isStubborn = true } }

    package func configuration(ofContainer id: String) -> CRIContainerConfig? { state.withLock { $0.configurations[id] } }
    /// Pulling and looking up this image fails with not found.
    package func removeFromRegistry(_ image: String) { state.withLock { _ = $0.missingImages.insert(image) } }
    /// An image that is in its registry only, until it is pulled.
    package func keepRemote(_ image: String) { state.withLock { _ = $0.remoteImages.insert(image) } }
    /// Pulls answer no more, though their images arrive, until `releasePulls`.
    package func holdPulls() { state.withLock { $0.heldPulls = $0.heldPulls ?? [] } }
    /// Waits until a pull is held.
    package func awaitHeldPull() async {
        await withCheckedContinuation { observer in
            let isHeld = state.withLock { state in
                if state.heldPulls?.isEmpty == false { return true }
                state.pullObservers.append(observer)
                return false
            }
            if isHeld { observer.resume() }
        }
    }
    package func releasePulls() {
        let held = state.withLock { state in
            defer { state.heldPulls = nil }
            return state.heldPulls ?? []
        }
        for pull in held { pull.resume() }
    }
    /// Puts an image that no registry has where containers find it.
    package func load(_ image: String) { state.withLock { _ = $0.missingImages.remove(image) } }
    /// Puts an image on the simulated disk.
    package func store(_ image: String, bytes: UInt64) { state.withLock { $0.storedImages[image] = bytes } }
    /// The next calls named `call` fail; nil ends that.
    package func fail(_ call: String, with error: RuntimeError?) { state.withLock { $0.failures[call] = error } }
    package func onExec(_ answer: @escaping @Sendable ([String]) -> CRIExecSyncResponse) { state.withLock { $0.onExec = answer } }

    /// Ends a running container as its own program would.
    package func exit(_ id: String, code: Int32, reason: String? = nil) {
        notify(id) { state in
            guard var entry = state.containers[id], entry.status.state == .running else { return }
            entry.status.state = .exited
            entry.status.exitCode = code
            entry.status.reason = reason ?? (code == 0 ? "Completed" : "Error")
            entry.status.finishedAt = self.clock.now.nanoseconds
            state.containers[id] = entry
        }
    }

    private func notify<Result>(_ id: String, _ change: (inout sending State) throws -> sending Result) rethrows -> Result {
        let result = try state.withLock(change)
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(id) }
        return result
    }

    private static func check(_ state: inout State, _ call: String, _ subject: String) throws {
        state.calls.append("\(call) \(subject)")
        if let failure = state.failures[call] { throw failure }
    }

    private static func makeID(_ state: inout State) -> String {
        defer { state.nextID += 1 }
        let digits = String(state.nextID, radix: 16)
        return String(repeating: "0", count: 64 - digits.count) + digits
    }

    // MARK: ContainerRuntime

    package func version() async throws -> CRIVersionResponse {
        .with {
            $0.version = "0.1.0"
            $0.runtimeName = "hollow"
            $0.runtimeVersion = "1"
            $0.runtimeApiVersion = "v1"
        }
    }

    package func status() async throws -> CRIRuntimeStatus {
        .with {
            $0.conditions = ["RuntimeReady", "NetworkReady"].map { type in
                .with {
                    $0.type = type
                    $0.status = true
                }
            }
        }
    }

    package func runSandbox(_ configuration: CRIPodSandboxConfig, handler: String) async throws -> String {
        try state.withLock { state in
            try Self.check(&state, "runSandbox", configuration.metadata.name)
            let number = state.nextID
            let id = Self.makeID(&state)
            state.sandboxes[id] = .with {
                $0.id = id
                $0.metadata = configuration.metadata
                $0.state = .ready
                $0.createdAt = clock.now.nanoseconds
                $0.labels = configuration.labels
                $0.annotations = configuration.annotations
                if configuration.linux.securityContext.namespaceOptions.network == .pod {
                    $0.network.ip = "10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
                }
            }
            return id
        }
    }

    package func stopSandbox(_ id: String) async throws {
        try state.withLock { state in
            guard let name = state.sandboxes[id]?.metadata.name else { throw RuntimeError(.notFound, "no sandbox \(id)") }
            try Self.check(&state, "stopSandbox", name)
            state.sandboxes[id]?.state = .notReady
            for (container, entry) in state.containers where entry.sandbox == id && entry.status.state == .running {
                state.containers[container]?.status.state = .exited
                state.containers[container]?.status.exitCode = 137
                state.containers[container]?.status.reason = "Error"
                state.containers[container]?.status.finishedAt = clock.now.nanoseconds
            }
        }
    }

    package func removeSandbox(_ id: String) async throws {
        try state.withLock { state in
            guard let name = state.sandboxes[id]?.metadata.name else { return }
            try Self.check(&state, "removeSandbox", name)
            state.sandboxes[id] = nil
            for (container, entry) in state.containers where entry.sandbox == id { state.containers[container] = nil }
        }
    }

    package func sandboxStatus(_ id: String) async throws -> CRIPodSandboxStatus {
        try state.withLock {
            guard let status = $0.sandboxes[id] else { throw RuntimeError(.notFound, "no sandbox \(id)") }
            return status
        }
    }

    package func sandboxes(_ filter: CRIPodSandboxFilter) async throws -> [CRIPodSandbox] {
        state.withLock { state in
            state.sandboxes.values.filter { sandbox in
                (filter.id.isEmpty || filter.id == sandbox.id) && filter.labelSelector.allSatisfy { sandbox.labels[$0.key] == $0.value }
            }.map { status in
                .with {
                    $0.id = status.id
                    $0.metadata = status.metadata
                    $0.state = status.state
                    $0.createdAt = status.createdAt
                    $0.labels = status.labels
                    $0.annotations = status.annotations
                }
            }
        }
    }

    package func createContainer(
        sandbox: String, _ configuration: CRIContainerConfig, _ sandboxConfiguration: CRIPodSandboxConfig
    ) async throws -> String {
        try state.withLock { state in
            try Self.check(&state, "createContainer", "\(sandboxConfiguration.metadata.name)/\(configuration.metadata.name)")
            let id = Self.makeID(&state)
            let status = CRIContainerStatus.with {
                $0.id = id
                $0.metadata = configuration.metadata
                $0.state = .created
                $0.createdAt = clock.now.nanoseconds
                $0.image = configuration.image
                $0.imageRef = configuration.image.image
                $0.imageID = configuration.image.image
                $0.labels = configuration.labels
                $0.annotations = configuration.annotations
            }
            state.containers[id] = (status, sandbox)
            state.configurations[id] = configuration
            return id
        }
    }

    package func startContainer(_ id: String) async throws {
        try notify(id) { state in
            guard var entry = state.containers[id] else { throw RuntimeError(.notFound, "no container \(id)") }
            do {
                try Self.check(&state, "startContainer", entry.status.metadata.name)
            } catch {
                // As containerd has it: ended without having begun.
                entry.status.state = .exited
                entry.status.exitCode = 128
                entry.status.reason = "StartError"
                entry.status.finishedAt = clock.now.nanoseconds
                state.containers[id] = entry
                throw error
            }
            entry.status.state = .running
            entry.status.startedAt = clock.now.nanoseconds
            state.containers[id] = entry
        }
    }

    package func stopContainer(_ id: String, gracePeriod: Int64) async throws {
        let isStubborn = try state.withLock { state in
            guard let entry = state.containers[id] else { throw RuntimeError(.notFound, "no container \(id)") }
            try Self.check(&state, "stopContainer", "\(entry.status.metadata.name) \(gracePeriod)")
            return state.isStubborn
        }
        if isStubborn { try await clock.sleep(for: .seconds(gracePeriod)) }
        exit(id, code: 137)
    }

    package func removeContainer(_ id: String) async throws {
        try state.withLock { state in
            guard let entry = state.containers[id] else { return }
            try Self.check(&state, "removeContainer", entry.status.metadata.name)
            state.containers[id] = nil
            state.configurations[id] = nil
        }
    }

    package func containers(_ filter: CRIContainerFilter) async throws -> [CRIContainer] {
        state.withLock { state in
            state.looks += 1
            return state.containers.values.filter { entry in
                (filter.id.isEmpty || filter.id == entry.status.id) && (filter.podSandboxID.isEmpty || filter.podSandboxID == entry.sandbox)
                    && filter.labelSelector.allSatisfy { entry.status.labels[$0.key] == $0.value }
            }.map { entry in
                .with {
                    $0.id = entry.status.id
                    $0.podSandboxID = entry.sandbox
                    $0.metadata = entry.status.metadata
                    $0.image = entry.status.image
                    $0.state = entry.status.state
                    $0.createdAt = entry.status.createdAt
                    $0.labels = entry.status.labels
                    $0.annotations = entry.status.annotations
                }
            }
        }
    }

    package func containerStatus(_ id: String) async throws -> CRIContainerStatus {
        try state.withLock {
            guard let entry = $0.containers[id] else { throw RuntimeError(.notFound, "no container \(id)") }
            return entry.status
        }
    }

    package func updateResources(_ id: String, _ resources: CRILinuxContainerResources) async throws {
        try state.withLock { state in
            try Self.check(&state, "updateResources", id)
            state.configurations[id]?.linux.resources = resources
        }
    }

    package func mountImage(_ image: String, at path: String) async throws {}
    package func unmountImage(at path: String) async throws {}

    package func reopenLog(_ id: String) async throws { try state.withLock { try Self.check(&$0, "reopenLog", id) } }

    package func execSync(_ id: String, _ command: [String], timeout: Int64) async throws -> CRIExecSyncResponse {
        try state.withLock { state in
            if let failure = state.failures["execSync"] { throw failure }
            return state.onExec
        }(command)
    }

    package func streamURL(_ request: StreamRequest) async throws -> String {
        throw RuntimeError(.unimplemented, "the hollow runtime has no streams")
    }

    package func statistics(_ filter: CRIContainerStatsFilter) async throws -> [CRIContainerStats] { [] }

    package func events() -> AsyncStream<String> {
        AsyncStream(bufferingPolicy: .bufferingNewest(4096)) { continuation in
            let key = state.withLock { state in
                state.nextID += 1
                state.listeners[state.nextID] = continuation
                return state.nextID
            }
            continuation.onTermination = { _ in self.state.withLock { _ = $0.listeners.removeValue(forKey: key) } }
        }
    }

    package func images() async throws -> [CRIImage] {
        state.withLock { state in
            state.storedImages.sorted { $0.key < $1.key }.map { name, bytes in
                .with {
                    $0.id = name
                    $0.repoTags = [name]
                    $0.size = bytes
                }
            }
        }
    }

    package func imageStatus(_ image: CRIImageSpec) async throws -> CRIImage? {
        state.withLock { state in
            guard !state.missingImages.contains(image.image), !state.remoteImages.contains(image.image) else { return nil }
            return .with {
                $0.id = image.image
                $0.repoTags = [image.image]
            }
        }
    }

    package func pullImage(_ image: CRIImageSpec, credentials: CRIAuthConfig?, sandbox: CRIPodSandboxConfig?) async throws -> String {
        try state.withLock { state in
            try Self.check(&state, "pullImage", image.image)
            guard !state.missingImages.contains(image.image) else {
                throw RuntimeError(.notFound, "failed to pull and unpack image \"\(image.image)\": not found")
            }
            state.remoteImages.remove(image.image)
        }
        await withCheckedContinuation { continuation in
            let (isHeld, observers) = state.withLock { state in
                guard state.heldPulls != nil else { return (false, [CheckedContinuation<Void, Never>]()) }
                state.heldPulls?.append(continuation)
                defer { state.pullObservers = [] }
                return (true, state.pullObservers)
            }
            for observer in observers { observer.resume() }
            if !isHeld { continuation.resume() }
        }
        return image.image
    }

    package func removeImage(_ image: CRIImageSpec) async throws {
        try state.withLock { state in
            try Self.check(&state, "removeImage", image.image)
            state.storedImages[image.image] = nil
        }
    }

    package func imageFileSystem() async throws -> [CRIFilesystemUsage] { [] }
}
