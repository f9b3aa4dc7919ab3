import GRPCCore

extension CRIRuntime {
    package func version() async throws -> CRIVersionResponse { try await version(timeout: .seconds(10)) }

    /// The runtime's name and version, waiting so long for a runtime that is only starting.
    func version(timeout: Duration) async throws -> CRIVersionResponse {
        try await call(CRIService.runtime, "Version", CRIVersionRequest.with { $0.version = "v1" }, timeout: timeout)
    }

    package func status() async throws -> CRIStatusResponse {
        try await call(CRIService.runtime, "Status", CRIStatusRequest(), timeout: .seconds(10))
    }

    package func runSandbox(_ configuration: CRIPodSandboxConfig, handler: String) async throws -> String {
        let request = CRIRunPodSandboxRequest.with {
            $0.config = configuration
            $0.runtimeHandler = handler
        }
        return try await call(CRIService.runtime, "RunPodSandbox", request, CRIRunPodSandboxResponse.self, timeout: .seconds(240))
            .podSandboxID
    }

    package func stopSandbox(_ id: String) async throws {
        _ = try await call(
            CRIService.runtime, "StopPodSandbox", CRIStopPodSandboxRequest.with { $0.podSandboxID = id }, CRIStopPodSandboxResponse.self)
    }

    package func removeSandbox(_ id: String) async throws {
        _ = try await call(
            CRIService.runtime, "RemovePodSandbox", CRIRemovePodSandboxRequest.with { $0.podSandboxID = id },
            CRIRemovePodSandboxResponse.self)
    }

    package func sandboxStatus(_ id: String) async throws -> CRIPodSandboxStatus {
        let request = CRIPodSandboxStatusRequest.with { $0.podSandboxID = id }
        return try await call(CRIService.runtime, "PodSandboxStatus", request, CRIPodSandboxStatusResponse.self).status
    }

    package func sandboxes(_ filter: CRIPodSandboxFilter) async throws -> [CRIPodSandbox] {
        let request = CRIListPodSandboxRequest.with { $0.filter = filter }
        return try await call(CRIService.runtime, "ListPodSandbox", request, CRIListPodSandboxResponse.self).items
    }

    package func createContainer(
        sandbox: String, _ configuration: CRIContainerConfig, _ sandboxConfiguration: CRIPodSandboxConfig
    ) async throws -> String {
        let request = CRICreateContainerRequest.with {
            $0.podSandboxID = sandbox
            $0.config = configuration
            $0.sandboxConfig = sandboxConfiguration
        }
        return try await call(CRIService.runtime, "CreateContainer", request, CRICreateContainerResponse.self).containerID
    }

    package func startContainer(_ id: String) async throws {
        _ = try await call(
            CRIService.runtime, "StartContainer", CRIStartContainerRequest.with { $0.containerID = id }, CRIStartContainerResponse.self)
    }

    /// Longer periods are waited for as if they were this long (in seconds): a year.
    private static let longestGrace: Int64 = 31_536_000

    package func stopContainer(_ id: String, gracePeriod: Int64) async throws {
        let request = CRIStopContainerRequest.with {
            $0.containerID = id
            $0.timeout = gracePeriod
        }
        _ = try await call(
            CRIService.runtime, "StopContainer", request, CRIStopContainerResponse.self,
            timeout: .seconds(120 + min(gracePeriod, Self.longestGrace)))
    }

    package func removeContainer(_ id: String) async throws {
        _ = try await call(
            CRIService.runtime, "RemoveContainer", CRIRemoveContainerRequest.with { $0.containerID = id }, CRIRemoveContainerResponse.self)
    }

    package func containers(_ filter: CRIContainerFilter) async throws -> [CRIContainer] {
        let request = CRIListContainersRequest.with { $0.filter = filter }
        return try await call(CRIService.runtime, "ListContainers", request, CRIListContainersResponse.self).containers
    }

    package func containerStatus(_ id: String) async throws -> CRIContainerStatus {
        let request = CRIContainerStatusRequest.with { $0.containerID = id }
        return try await call(CRIService.runtime, "ContainerStatus", request, CRIContainerStatusResponse.self).status
    }

    package func updateResources(_ id: String, _ resources: CRILinuxContainerResources) async throws {
        let request = CRIUpdateContainerResourcesRequest.with {
            $0.containerID = id
            $0.linux = resources
        }
        _ = try await call(CRIService.runtime, "UpdateContainerResources", request, CRIUpdateContainerResourcesResponse.self)
    }

    package func reopenLog(_ id: String) async throws {
        _ = try await call(
            CRIService.runtime, "ReopenContainerLog", CRIReopenContainerLogRequest.with { $0.containerID = id },
            CRIReopenContainerLogResponse.self)
    }

    package func execSync(_ id: String, _ command: [String], timeout: Int64) async throws -> CRIExecSyncResponse {
        let request = CRIExecSyncRequest.with {
            $0.containerID = id
            $0.cmd = command
            $0.timeout = timeout
        }
        // The runtime's own timeout answers first, with the words clients expect.
        return try await call(CRIService.runtime, "ExecSync", request, timeout: timeout > 0 ? .seconds(timeout + 120) : nil)
    }

    package func streamURL(_ request: StreamRequest) async throws -> String {
        switch request {
        case .exec(let container, let command, let tty, let stdin, let stdout, let stderr):
            let message = CRIExecRequest.with {
                $0.containerID = container
                $0.cmd = command
                $0.tty = tty
                $0.stdin = stdin
                $0.stdout = stdout
                $0.stderr = stderr
            }
            return try await call(CRIService.runtime, "Exec", message, CRIExecResponse.self).url
        case .attach(let container, let tty, let stdin, let stdout, let stderr):
            let message = CRIAttachRequest.with {
                $0.containerID = container
                $0.tty = tty
                $0.stdin = stdin
                $0.stdout = stdout
                $0.stderr = stderr
            }
            return try await call(CRIService.runtime, "Attach", message, CRIAttachResponse.self).url
        case .portForward(let sandbox, let ports):
            let message = CRIPortForwardRequest.with {
                $0.podSandboxID = sandbox
                $0.port = ports
            }
            return try await call(CRIService.runtime, "PortForward", message, CRIPortForwardResponse.self).url
        }
    }

    package func statistics(_ filter: CRIContainerStatsFilter) async throws -> [CRIContainerStats] {
        let request = CRIListContainerStatsRequest.with { $0.filter = filter }
        return try await call(CRIService.runtime, "ListContainerStats", request, CRIListContainerStatsResponse.self).stats
    }
}

// MARK: Images

extension CRIRuntime {
    package func images() async throws -> [CRIImage] {
        try await call(CRIService.image, "ListImages", CRIListImagesRequest(), CRIListImagesResponse.self).images
    }

    package func imageStatus(_ image: CRIImageSpec) async throws -> CRIImage? {
        let response = try await call(
            CRIService.image, "ImageStatus", CRIImageStatusRequest.with { $0.image = image }, CRIImageStatusResponse.self)
        return response.hasImage ? response.image : nil
    }

    package func pullImage(_ image: CRIImageSpec, credentials: CRIAuthConfig?, sandbox: CRIPodSandboxConfig?) async throws -> String {
        let request = CRIPullImageRequest.with {
            $0.image = image
            if let credentials { $0.auth = credentials }
            if let sandbox { $0.sandboxConfig = sandbox }
        }
        return try await call(CRIService.image, "PullImage", request, CRIPullImageResponse.self, timeout: nil).imageRef
    }

    package func removeImage(_ image: CRIImageSpec) async throws {
        _ = try await call(
            CRIService.image, "RemoveImage", CRIRemoveImageRequest.with { $0.image = image }, CRIRemoveImageResponse.self)
    }

    package func imageFileSystem() async throws -> [CRIFilesystemUsage] {
        try await call(CRIService.image, "ImageFsInfo", CRIImageFsInfoRequest(), CRIImageFsInfoResponse.self).imageFilesystems
    }
}
