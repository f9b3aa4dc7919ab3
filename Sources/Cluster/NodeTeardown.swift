import Core
import Linux
import Logging
import Runtime
import ServiceProxy

/// Takes down what a node made on the machine: pods, container runtime, network, control groups and mounts. Works whether or
/// not the server that made them still knows of them.
package struct NodeTeardown: Sendable {
    private let layout: NodeLayout
    private let usesOwnRuntime: Bool
    private let endpoint: String
    private let networkDescription: String
    private let paths: ClusterPaths

    package init(configuration: ClusterConfiguration, paths: ClusterPaths) {
        layout = NodeLayout(configuration, paths)
        usesOwnRuntime = configuration.runtimeEndpoint.isEmpty
        endpoint = configuration.runtimeEndpoint.replacing("unix://", with: "")
        networkDescription = "\(configuration.cniDirectory)/10-martlet-\(configuration.name).conflist"
        self.paths = paths
    }

    /// Throws what could not be taken down, after everything else was.
    package func run() async throws {
        var problems: [String] = []
        func attempt(_ body: () async throws -> Void) async {
            do { try await body() } catch { problems.append("\(error)") }
        }
        var logger = Logger(label: "stop")
        logger.logLevel = .warning
        if usesOwnRuntime {
            await attempt { try await Containerd(layout.containerd, logger: logger).stop() }
        } else {
            await attempt { try await leaveRuntime() }
        }
        let network = KernelNetwork(layout.proxy)
        await attempt { try await network.removeTable() }
        await attempt { try await network.removeBridge() }
        await attempt { for mount in try Mounts.under(paths.agent) { try Mounts.unmount(mount) } }
        await attempt { try Cgroups.probe()?.end(layout.agent.cgroupRoot) }
        guard problems.isEmpty else { throw ClusterError(problems.joined(separator: "; ")) }
    }

    /// Ends the cluster's pods in a runtime that others may use too: those whose directories the agent has.
    private func leaveRuntime() async throws {
        let own = Set(try Files.list("\(paths.agent)/pods"))
        let runtime = CRIRuntime(socket: endpoint)
        do {
            for sandbox in try await runtime.sandboxes(CRIPodSandboxFilter()) where own.contains(sandbox.metadata.uid) {
                do {
                    try await runtime.stopSandbox(sandbox.id)
                    try await runtime.removeSandbox(sandbox.id)
                } catch let error as RuntimeError where error.code == .notFound {
                    // It went by itself meanwhile.
                }
            }
        } catch {
            runtime.close()
            throw error
        }
        runtime.close()
        try Files.remove(networkDescription)
        // Where the network notes which addresses are taken.
        try Files.remove(layout.containerd.state)
    }
}
