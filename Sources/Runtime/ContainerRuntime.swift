/// What runs containers: the whole of what the node agent asks of a machine's container runtime.
///
/// The vocabulary is that of the Container Runtime Interface v1 (`CRI…` messages). Every call throws
/// `RuntimeError`; calls may be made from any task, concurrently.
package protocol ContainerRuntime: Sendable {
    /// How often it was called and how long that took.
    var operations: RuntimeOperations { get }

    func version() async throws -> CRIVersionResponse
    func status() async throws -> CRIRuntimeStatus

    /// Makes a sandbox with its network and starts it. Returns its id.
    func runSandbox(_ configuration: CRIPodSandboxConfig, handler: String) async throws -> String
    /// Stops every container of a sandbox and takes its network down; may be repeated.
    func stopSandbox(_ id: String) async throws
    func removeSandbox(_ id: String) async throws
    func sandboxStatus(_ id: String) async throws -> CRIPodSandboxStatus
    func sandboxes(_ filter: CRIPodSandboxFilter) async throws -> [CRIPodSandbox]

    func createContainer(sandbox: String, _ configuration: CRIContainerConfig, _ sandboxConfiguration: CRIPodSandboxConfig) async throws
        -> String
    func startContainer(_ id: String) async throws
    /// Sends the stop signal and, after `gracePeriod` seconds, SIGKILL. Returns when the container has ended.
    func stopContainer(_ id: String, gracePeriod: Int64) async throws
    func removeContainer(_ id: String) async throws
    func containers(_ filter: CRIContainerFilter) async throws -> [CRIContainer]
    func containerStatus(_ id: String) async throws -> CRIContainerStatus
    func updateResources(_ id: String, _ resources: CRILinuxContainerResources) async throws
    /// Makes the runtime open the container's log file anew, after it was moved away.
    func reopenLog(_ id: String) async throws

    /// Runs a command to its end. `timeout` in seconds, 0 for none; past it the error is `.deadlineExceeded`.
    func execSync(_ id: String, _ command: [String], timeout: Int64) async throws -> CRIExecSyncResponse
    /// A URL on this machine at which the runtime serves an upgraded stream (SPDY/3.1 or WebSocket).
    func streamURL(_ request: StreamRequest) async throws -> String

    func statistics(_ filter: CRIContainerStatsFilter) async throws -> [CRIContainerStats]
    /// Ids of containers or sandboxes that something happened to; an empty id asks for a look at everything. Ends when the
    /// connection does. Runtimes without events are polled.
    func events() -> AsyncStream<String>

    func images() async throws -> [CRIImage]
    /// nil when the image is not on this machine.
    func imageStatus(_ image: CRIImageSpec) async throws -> CRIImage?
    /// Returns the reference (digest) of what was pulled.
    func pullImage(_ image: CRIImageSpec, credentials: CRIAuthConfig?, sandbox: CRIPodSandboxConfig?) async throws -> String
    func removeImage(_ image: CRIImageSpec) async throws
    /// Shows what is in an image on this machine at `path`, which is made, read-only.
    func mountImage(_ image: String, at path: String) async throws
    /// Ends what `mountImage` did; may be repeated.
    func unmountImage(at path: String) async throws
    func imageFileSystem() async throws -> [CRIFilesystemUsage]
}

/// A stream to be opened into a container or sandbox.
package enum StreamRequest: Sendable, Hashable {
    case exec(container: String, command: [String], tty: Bool, stdin: Bool, stdout: Bool, stderr: Bool)
    case attach(container: String, tty: Bool, stdin: Bool, stdout: Bool, stderr: Bool)
    case portForward(sandbox: String, ports: [Int32])
}

/// What went wrong in the runtime, with its own words.
package struct RuntimeError: Error, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        case notFound, alreadyExists, invalid, unavailable, deadlineExceeded, unimplemented, failed
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
