import ArgumentParser
import Client
import Cluster
import Core
import Glibc
import Linux
import Logging

/// Runs a command's loop in the foreground: until it ends by itself, or SIGTERM or SIGINT asks it to.
func runUntilAskedToEnd(_ body: @escaping @Sendable () async throws -> Void) async throws {
    try await LoopGroup([Loop("command", body)]).run(until: try Signals.caught([SIGTERM, SIGINT]))
}

/// `--kubeconfig` and `--context`, which every command takes that is a client of some API server.
struct RemoteOptions: ParsableArguments {
    @Option(help: "The kubeconfig to use. By default the first file of $KUBECONFIG, else ~/.kube/config.") var kubeconfig: String?
    @Option(help: "The context of the kubeconfig; by default its current one.") var context: String?

    /// Where the API server is. Throws `ClusterError`.
    func access() throws -> ClusterAccess {
        do { return try ClusterAccess.read(kubeconfig: kubeconfig ?? Kubeconfig.standardPath, context: context ?? "") } catch {
            throw ClusterError("\(error)")
        }
    }

    /// A transport to the API server. Throws `ClusterError`.
    func transport(userAgent: String, connections: Int = 1) throws -> RemoteTransport {
        do {
            return try RemoteTransport(try access(), connections: connections, userAgent: "\(userAgent)/\(Version.kubernetes)")
        } catch let error as ClusterError {
            throw error
        } catch {
            throw ClusterError("\(error)")
        }
    }
}

/// A logger to standard error, of a command in the foreground.
func foregroundLogger(_ label: String, isVerbose: Bool = false) -> Logger {
    var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = isVerbose ? .debug : .info
    return logger
}
