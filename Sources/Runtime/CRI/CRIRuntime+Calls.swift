import SchemaEngine

extension CRIRuntime {
    package func version() async throws -> CRIVersionResponse { try await version(timeout: .seconds(10)) }

    /// The runtime's name and version, waiting so long for a runtime that is only starting.
    func version(timeout: Duration) async throws -> CRIVersionResponse {
        try await call(.runtime, "Version", timeout: timeout) { $0.string(1, "v1") }
    }

    package func status() async throws -> CRIRuntimeStatus {
        try await call(.runtime, "Status", CRIItemsResponse<CRIRuntimeStatus>.self, timeout: .seconds(10)).items.last ?? CRIRuntimeStatus()
    }

    package func runSandbox(_ configuration: CRIPodSandboxConfig, handler: String) async throws -> String {
        try await call(.runtime, "RunPodSandbox", CRITextResponse.self, timeout: .seconds(240)) {
            $0.message(1, configuration)
            $0.string(2, handler)
        }.text
    }

    package func stopSandbox(_ id: String) async throws {
        _ = try await call(.runtime, "StopPodSandbox", CRIEmptyResponse.self) { $0.string(1, id) }
    }

    package func removeSandbox(_ id: String) async throws {
        _ = try await call(.runtime, "RemovePodSandbox", CRIEmptyResponse.self) { $0.string(1, id) }
    }

    package func sandboxStatus(_ id: String) async throws -> CRIPodSandboxStatus {
        try await one(call(.runtime, "PodSandboxStatus") { $0.string(1, id) }, of: id)
    }

    package func sandboxes(_ filter: CRIPodSandboxFilter) async throws -> [CRIPodSandbox] {
        try await call(.runtime, "ListPodSandbox", CRIItemsResponse<CRIPodSandbox>.self) { $0.message(1, filter) }.items
    }

    package func createContainer(
        sandbox: String, _ configuration: CRIContainerConfig, _ sandboxConfiguration: CRIPodSandboxConfig
    ) async throws -> String {
        try await call(.runtime, "CreateContainer", CRITextResponse.self) {
            $0.string(1, sandbox)
            $0.message(2, configuration)
            $0.message(3, sandboxConfiguration)
        }.text
    }

    package func startContainer(_ id: String) async throws {
        _ = try await call(.runtime, "StartContainer", CRIEmptyResponse.self) { $0.string(1, id) }
    }

    /// Longer periods are waited for as if they were this long (in seconds): a year.
    private static let longestGrace: Int64 = 31_536_000

    package func stopContainer(_ id: String, gracePeriod: Int64) async throws {
        _ = try await call(.runtime, "StopContainer", CRIEmptyResponse.self, timeout: .seconds(120 + min(gracePeriod, Self.longestGrace))) {
            $0.string(1, id)
            $0.integer(2, gracePeriod)
        }
    }

    package func removeContainer(_ id: String) async throws {
        _ = try await call(.runtime, "RemoveContainer", CRIEmptyResponse.self) { $0.string(1, id) }
    }

    package func containers(_ filter: CRIContainerFilter) async throws -> [CRIContainer] {
        try await call(.runtime, "ListContainers", CRIItemsResponse<CRIContainer>.self) { $0.message(1, filter) }.items
    }

    package func containerStatus(_ id: String) async throws -> CRIContainerStatus {
        try await one(call(.runtime, "ContainerStatus") { $0.string(1, id) }, of: id)
    }

    package func updateResources(_ id: String, _ resources: CRILinuxContainerResources) async throws {
        _ = try await call(.runtime, "UpdateContainerResources", CRIEmptyResponse.self) {
            $0.string(1, id)
            $0.message(2, resources)
        }
    }

    package func reopenLog(_ id: String) async throws {
        _ = try await call(.runtime, "ReopenContainerLog", CRIEmptyResponse.self) { $0.string(1, id) }
    }

    package func execSync(_ id: String, _ command: [String], timeout: Int64) async throws -> CRIExecSyncResponse {
        // The runtime's own timeout answers first, with the words clients expect.
        try await call(.runtime, "ExecSync", timeout: timeout > 0 ? .seconds(timeout + 120) : nil) {
            $0.string(1, id)
            for word in command { $0.string(2, word) }
            $0.integer(3, timeout)
        }
    }

    package func streamURL(_ request: StreamRequest) async throws -> String {
        switch request {
        case .exec(let container, let command, let tty, let stdin, let stdout, let stderr):
            try await call(.runtime, "Exec", CRITextResponse.self) {
                $0.string(1, container)
                for word in command { $0.string(2, word) }
                $0.bool(3, tty)
                $0.bool(4, stdin)
                $0.bool(5, stdout)
                $0.bool(6, stderr)
            }.text
        case .attach(let container, let tty, let stdin, let stdout, let stderr):
            try await call(.runtime, "Attach", CRITextResponse.self) {
                $0.string(1, container)
                $0.bool(2, stdin)
                $0.bool(3, tty)
                $0.bool(4, stdout)
                $0.bool(5, stderr)
            }.text
        case .portForward(let sandbox, let ports):
            try await call(.runtime, "PortForward", CRITextResponse.self) {
                $0.string(1, sandbox)
                for port in ports { $0.integer(2, Int64(port)) }
            }.text
        }
    }

    package func statistics(_ filter: CRIContainerStatsFilter) async throws -> [CRIContainerStats] {
        try await call(.runtime, "ListContainerStats", CRIItemsResponse<CRIContainerStats>.self) { $0.message(1, filter) }.items
    }

    /// The status in an answer. A runtime that has none says so with an error of its own.
    private func one<Item>(_ response: CRIItemsResponse<Item>, of id: String) throws -> Item {
        guard let item = response.items.last else { throw RuntimeError(.failed, "the runtime says nothing about \(id)") }
        return item
    }
}

// MARK: Images

extension CRIRuntime {
    package func images() async throws -> [CRIImage] { try await call(.image, "ListImages", CRIItemsResponse<CRIImage>.self).items }

    package func imageStatus(_ image: CRIImageSpec) async throws -> CRIImage? {
        try await call(.image, "ImageStatus", CRIItemsResponse<CRIImage>.self) { $0.message(1, image) }.items.last
    }

    package func pullImage(_ image: CRIImageSpec, credentials: CRIAuthConfig?, sandbox: CRIPodSandboxConfig?) async throws -> String {
        try await call(.image, "PullImage", CRITextResponse.self, timeout: nil) {
            $0.message(1, image)
            if let credentials { $0.message(2, credentials) }
            if let sandbox { $0.message(3, sandbox) }
        }.text
    }

    package func removeImage(_ image: CRIImageSpec) async throws {
        _ = try await call(.image, "RemoveImage", CRIEmptyResponse.self) { $0.message(1, image) }
    }

    package func imageFileSystem() async throws -> [CRIFilesystemUsage] {
        try await call(.image, "ImageFsInfo", CRIItemsResponse<CRIFilesystemUsage>.self).items
    }
}
