import Client
import ArgumentParser
import Cluster
import Core
import Logging
import ServiceLifecycle

/// Runs a command's loop in the foreground: until it ends by itself, or SIGTERM or SIGINT asks it to.
func runUntilAskedToEnd(_ body: @escaping @Sendable () async throws -> Void) async throws {
    let service = ForegroundService(body: body)
    var logger = Logger(label: "martlet.lifecycle")
    logger.logLevel = .error
    let group = ServiceGroup(
        configuration: .init(
            services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
}

private struct ForegroundService: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do { try await body() } catch is CancellationError { return }  // Asked to end.
        }
    }
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
