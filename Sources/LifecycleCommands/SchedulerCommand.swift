import ArgumentParser
import Client
import Cluster
import Core
import Linux
import Reconcile
import ResourceEngine
import Scheduler
import YAML

/// `martlet scheduler`: the scheduler, for any Kubernetes API server.
package struct SchedulerCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "scheduler", abstract: "Runs the scheduler against a Kubernetes API server, until it is asked to end.",
        discussion: "Several processes take turns by the lease kube-system/kube-scheduler.")

    @OptionGroup var remote: RemoteOptions
    @OptionGroup var leader: LeaderOptions
    @Option(help: "A KubeSchedulerConfiguration (kubescheduler.config.k8s.io/v1): profiles, plugin weights, percentageOfNodesToScore.")
    var config: String?
    @Option(help: "Features that are on or off otherwise than by default: 'GenericWorkload=true,GangScheduling=true'.") var featureGates =
        ""
    @Option(help: "How many connections to use.") var connections = 2
    @Option(help: "The port for /healthz and /metrics on the loopback address (plain HTTP); 0: none.") var metricsPort = 0

    package init() {}

    package func run() async {
        await explainingFailure {
            var configuration = SchedulerConfiguration()
            if let config {
                do {
                    configuration = try SchedulerConfiguration(
                        try YAMLParser.parse(try Files.read(config)), readFile: { Array(try Files.read($0)) })
                } catch {
                    throw ClusterError("\(config): \(error)")
                }
            }
            do { configuration.podGroups = .init(try FeatureGates(featureGates)) } catch { throw ClusterError("--feature-gates: \(error)") }
            let transport = try remote.transport(userAgent: "kube-scheduler", connections: connections)
            let client = Client(transport: transport, fieldManager: "kube-scheduler")
            let logger = foregroundLogger("scheduler")
            let informers = InformerSet(client: client, clock: SystemClock(), logger: logger)
            let events = EventRecorder(client: client, component: "default-scheduler", clock: SystemClock(), logger: logger)
            let scheduler = Scheduler(
                client: client, informers: informers, events: events, clock: SystemClock(), logger: logger, configuration: configuration)
            let status = ComponentStatusServer { scheduler.metrics.text }
            let (leader, port) = (leader, metricsPort)
            try await runUntilAskedToEnd {
                try await status.serve(port: port, logger: logger) {
                    try await leader.run("kube-scheduler", client: client, logger: logger) {
                        await withDiscardingTaskGroup { group in
                            group.addTask { await informers.run() }
                            group.addTask { await events.run() }
                            group.addTask { await scheduler.run() }
                        }
                    }
                }
            }
        }
    }
}
