import Linux
import Logging
import Runtime
import ServiceProxy

/// Takes down what a node made on the machine: pods, container runtime, network, control groups and mounts. Works whether or
/// not the server that made them still knows of them.
package struct NodeTeardown: Sendable {
    private let layout: NodeLayout
    private let usesOwnRuntime: Bool
    private let paths: ClusterPaths

    package init(configuration: ClusterConfiguration, paths: ClusterPaths) {
        layout = NodeLayout(configuration, paths)
        usesOwnRuntime = configuration.runtimeEndpoint.isEmpty
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
        if usesOwnRuntime { await attempt { try await Containerd(layout.containerd, logger: logger).stop() } }
        let network = KernelNetwork(layout.proxy)
        await attempt { try await network.removeTable() }
        await attempt { try await network.removeBridge() }
        await attempt { for mount in try Mounts.under(paths.agent) { try Mounts.unmount(mount) } }
        await attempt { try Cgroups.probe()?.end(layout.agent.cgroupRoot) }
        guard problems.isEmpty else { throw ClusterError(problems.joined(separator: "; ")) }
    }
}
