import ArgumentParser
import Cluster
import Core
import Glibc
import Logging

/// `martlet server`: what `start` runs in the background, in the foreground.
package struct ServerCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "server", abstract: "Runs a cluster in the foreground until it is asked to end.")

    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var new: NewClusterOptions
    @Option(help: "Which control loops run: names, '*' for all that run by default, '-NAME' for all but one, separated by commas.")
    var controllers = "*"
    @Flag(help: "Leave scheduling to another process (martlet scheduler).") var withoutScheduler = false

    package init() {}

    package func run() async {
        let report = StartReport()
        do {
            let configuration = try new.resolve(cluster)
            try Preconditions.check(configuration)
            let lock = try ServerLock(taking: cluster.paths.lock)
            var logger = Logger(label: "martlet")
            logger.logLevel = .info
            let server = ClusterServer(
                configuration: configuration, paths: cluster.paths, logger: logger,
                disabledControllers: try ControllerSelection.disabled(controllers), hasScheduler: !withoutScheduler)
            try await server.run { report.tell($0) }
            _ = consume lock
        } catch {
            report.tell(.failed("\(error)"))
            write("martlet: \(error)\n", to: STDERR_FILENO)
            Glibc.exit(1)
        }
    }
}

/// Tells whoever started the server how far it is: through the pipe of `BackgroundServer` where there is one, else on the
/// terminal.
private struct StartReport: Sendable {
    private let isPipe: Bool

    init() {
        var information = stat()
        isPipe =
            fstat(BackgroundServer.reportDescriptor, &information) == 0 && information.st_mode & S_IFMT == S_IFIFO
            && fcntl(BackgroundServer.reportDescriptor, F_SETFD, FD_CLOEXEC) == 0
    }

    func tell(_ stage: StartStage) {
        let line =
            switch stage {
            case .progress(let text): "progress \(text)\n"
            case .ready: "ready\n"
            case .failed(let text): "failed \(text.split(separator: "\n").joined(separator: " "))\n"
            }
        if isPipe {
            // The starter may be gone: the cluster runs on regardless, and SIGPIPE is ignored.
            write(line, to: BackgroundServer.reportDescriptor)
            if stage == .ready { close(BackgroundServer.reportDescriptor) }
        } else if case .progress(let text) = stage {
            say(text)
        } else if stage == .ready {
            say("ready")
        }
    }
}
