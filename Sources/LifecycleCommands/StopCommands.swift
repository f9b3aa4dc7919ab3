import ArgumentParser
import Cluster
import Linux
import Core

/// `martlet stop`: ends the server and the containers; data stays.
package struct StopCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stops a cluster: its server, containers and network. Its data stays.")

    @OptionGroup var cluster: ClusterOptions
    package init() {}

    package func run() async {
        await explainingFailure {
            let configuration = try cluster.configuration()
            try await stop(cluster, configuration)
            say("Cluster \(cluster.name) is stopped.")
        }
    }
}

/// `martlet delete`: stops a cluster and removes all of it.
package struct DeleteCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Stops a cluster and removes all it made, its data and its kubectl context included.")

    @OptionGroup var cluster: ClusterOptions
    package init() {}

    package func run() async {
        await explainingFailure {
            if let configuration = try cluster.storedConfiguration() { try await stop(cluster, configuration) }
            try Files.remove(cluster.paths.root)
            try ClusterRegistry.leave(cluster.name)
            var kubeconfig = try Kubeconfig(path: Kubeconfig.standardPath)
            if kubeconfig.contains(cluster.name) {
                kubeconfig.remove(cluster.name)
                try kubeconfig.save()
            }
            say("Cluster \(cluster.name) is deleted.")
        }
    }
}

private func stop(_ cluster: ClusterOptions, _ configuration: ClusterConfiguration) async throws {
    try await ServerLock.end(holderOf: cluster.paths.lock)
    if configuration.hasNode { try await NodeTeardown(configuration: configuration, paths: cluster.paths).run() }
}
