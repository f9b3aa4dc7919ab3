import Runtime

/// What the runtime has of one pod, newest first.
struct PodObservation: Sendable {
    var sandboxes: [CRIPodSandbox] = []
    /// The status of the newest sandbox: its addresses.
    var sandboxStatus: CRIPodSandboxStatus?
    /// Every instance of a container, by the container's name, newest first.
    var containers: [String: [CRIContainerStatus]] = [:]

    var readySandbox: CRIPodSandbox? { sandboxes.first { $0.state == .ready } }
    func current(_ name: String) -> CRIContainerStatus? { containers[name]?.first }
    var all: some Sequence<CRIContainerStatus> { containers.values.joined() }
    var hasLiveContainers: Bool { all.contains { $0.state == .running || $0.state == .unknown } }

    var addresses: [String] {
        guard let network = sandboxStatus?.network, !network.ip.isEmpty else { return [] }
        return [network.ip] + network.additionalIps.map(\.ip)
    }
}

/// What probes have found of one container instance.
struct ProbeResults: Sendable, Hashable {
    /// Whether the startup probe has succeeded, or there is none.
    var isStarted = false
    /// Whether the readiness probe succeeds, or there is none and the container is started.
    var isReady = false
    /// Set when the container is to be restarted: why.
    var failure: String?
    /// Seconds the container gets then, where the probe says so.
    var gracePeriod: Int?
}

/// How long to wait before a container that ended is started again: 10 s doubling to 300 s, anew after ten minutes of running
/// (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy). The first restart is immediate.
struct RestartBackoff: Sendable, Hashable {
    /// Seconds.
    private(set) var delay: Int64 = 0

    static let limit: Int64 = 300
    static let resetAfter: Int64 = 600

    /// A restart happens, of an instance that ran for `seconds`.
    mutating func restarted(afterRunning seconds: Int64) {
        delay = seconds >= Self.resetAfter ? 0 : delay
        delay = delay == 0 ? 10 : min(delay * 2, Self.limit)
    }
}
