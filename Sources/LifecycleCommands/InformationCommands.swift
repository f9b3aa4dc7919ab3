import ArgumentParser
import Cluster
import Linux
import Core
import Glibc
import JSON
import Values
import YAML

/// `martlet version`.
package struct VersionCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Prints Martlet's version and that of the API.")
    package init() {}
    package func run() { say("martlet \(Version.martlet), Kubernetes \(Version.kubernetes)") }
}

/// `martlet kubeconfig`.
package struct KubeconfigCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "kubeconfig", abstract: "Prints the administrator's kubeconfig of a cluster.")

    @OptionGroup var cluster: ClusterOptions
    package init() {}

    package func run() {
        explainingFailure {
            _ = try cluster.configuration()
            write(YAMLEmitter.emit(try AdminKubeconfig.read(cluster.paths)), to: STDOUT_FILENO)
        }
    }
}

/// `martlet logs`.
package struct LogsCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(commandName: "logs", abstract: "Prints the log of a cluster's server.")

    @OptionGroup var cluster: ClusterOptions
    package init() {}

    package func run() {
        explainingFailure {
            _ = try cluster.configuration()
            guard let bytes = try Files.readIfPresent(cluster.paths.log) else {
                throw ClusterError("cluster \(cluster.name) has no log: it ran in the foreground, or never")
            }
            write(String(decoding: bytes, as: UTF8.self), to: STDOUT_FILENO)
        }
    }
}
