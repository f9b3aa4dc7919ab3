import ArgumentParser
import Client
import Cluster
import Core
import Hollow
import Linux
import YAML

/// `martlet hollow`: simulated nodes for any Kubernetes API server.
package struct HollowCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "hollow", abstract: "Registers simulated nodes that run pods without containers, until it is asked to end.",
        discussion: """
            The nodes are clients of any Kubernetes API server. Pods bound to them become Running at once, pods of jobs then succeed, \
            deleted ones go. A stages file describes other lives: delays, failures, restarts (docs/hollow.md).
            """)

    @OptionGroup var remote: RemoteOptions
    @Option(help: "How many nodes.") var nodes = 1
    @Option(help: "How many pods a node takes.") var podsPerNode = 110
    @Option(help: "A YAML file with the life of pods.") var stages: String?
    @Option(help: "What node names begin with.") var prefix = "hollow"
    @Option(help: "The processors of each node.") var cpu = "32"
    @Option(help: "The memory of each node.") var memory = "256Gi"
    @Option(help: "A label KEY=VALUE of every node; may be given several times.") var label: [String] = []
    @Option(help: "How many seconds pass between renewals of a node's lease.") var leaseInterval = 10
    @Option(help: "How many connections to use.") var connections = 2

    package init() {}

    package func validate() throws {
        guard nodes > 0, nodes <= 1_000_000 else { throw ValidationError("--nodes \(nodes): use 1 to 1000000") }
        guard podsPerNode > 0, leaseInterval > 0, connections > 0 else { throw ValidationError("counts must be above 0") }
        guard label.allSatisfy({ $0.contains("=") }) else { throw ValidationError("--label must be KEY=VALUE") }
    }

    package func run() async {
        await explainingFailure {
            var options = HollowOptions()
            options.nodes = nodes
            options.prefix = prefix
            options.podsPerNode = podsPerNode
            options.cpu = cpu
            options.memory = memory
            options.version = Version.kubernetes
            options.leaseInterval = .seconds(leaseInterval)
            options.leaseSeconds = leaseInterval * 4
            for text in label {
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                options.labels[String(parts[0])] = String(parts[1])
            }
            if let stages {
                do {
                    options.stages = try HollowStage.stages(try YAMLParser.parse(try Files.read(stages)))
                } catch {
                    throw ClusterError("\(stages): \(error)")
                }
            }
            let transport = try remote.transport(userAgent: "hollow", connections: connections)
            let hollow = HollowNodes(
                client: Client(transport: transport, fieldManager: "kubelet"), options: options, clock: SystemClock(),
                logger: foregroundLogger("hollow"))
            let count = nodes
            try await runUntilAskedToEnd { await hollow.run { say("\(count) nodes registered") } }
        }
    }
}
