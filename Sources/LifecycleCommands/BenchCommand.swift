import ArgumentParser
import Bench
import Cluster
import Core
import Glibc
import JSON
import Linux
import Logging
import Values

/// `martlet bench`: measures a cluster through its API.
package struct BenchCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measures a cluster through its whole API over TLS (docs/bench.md).",
        subcommands: [
            BenchPodsCommand.self, BenchDeploymentCommand.self, BenchSchedulerCommand.self, BenchScaleCommand.self, BenchSoakCommand.self,
        ])

    package init() {}
}

enum BenchOutput: String, ExpressibleByArgument, CaseIterable {
    case table, json
}

/// What every measurement takes.
struct BenchOptions: ParsableArguments {
    @Option(help: "Measure the cluster of this kubeconfig; by default a control plane of its own is started and removed.")
    var kubeconfig: String?
    @Option(help: "The program that is server and nodes; by default this one.") var program = "/proc/self/exe"
    @Option(help: "Where a control plane that is started keeps its data.") var directory: String?
    @Option(help: "How many clients make requests at once.") var clients = 16
    @Option(help: "How many connections they share.") var connections = 4
    @Option(help: "How many pods a simulated node takes.") var podsPerNode = 110
    @Option(help: "table or json.") var output = BenchOutput.table
    @Option(help: "Draw what was measured: throughput over time and latencies, as SVG.") var plot: String?

    func validate() throws {
        guard clients > 0, connections > 0, podsPerNode > 0 else { throw ValidationError("counts must be above 0") }
    }

    /// Starts what is needed, measures, prints and cleans up.
    func measure(
        nodes: Int, controllers: String = "*", flags: [String] = [], beside upstream: Upstream = .nothing,
        _ body: @escaping @Sendable (BenchCluster, Logger, @escaping @Sendable (String) -> Void) async throws -> BenchResult
    ) async {
        await explainingFailure {
            let name = "bench-\(getpid())"
            guard let port = (21_000..<22_000).shuffled().first(where: { HostAddress.isFree(port: $0) }) else {
                throw ClusterError("no port is free between 21000 and 21999")
            }
            // The child would find itself, not the program it is to run.
            let path = program == "/proc/self/exe" ? Files.readLink(program) ?? program : program
            var options = BenchCluster.Options(
                program: path, directory: directory ?? "/tmp/martlet-\(name)", name: name, port: port)
            options.kubeconfig = kubeconfig
            options.controllers = controllers
            options.flags = flags
            options.nodes = nodes
            options.podsPerNode = podsPerNode
            options.connections = connections
            var logger = Logger(label: "bench") { StreamLogHandler.standardError(label: $0) }
            logger.logLevel = .warning
            let (final, quiet) = (options, logger)
            let tell: @Sendable (String) -> Void = { write("bench: \($0)\n", to: STDERR_FILENO) }
            let (output, plot) = (output, plot)
            let programs = try kubeconfig == nil ? upstream.programs : nil
            if let plot { try Files.write([], to: plot, mode: 0o644) }  // Better now than after an hour.
            try await runUntilAskedToEnd {
                var result = try await Self.measure(final, [], quiet, tell, body)
                var pictures = [(name: "martlet", result: result)]
                if let programs {
                    let theirs = try await Self.measure(programs, final, quiet, tell, body)
                    pictures.append(("upstream", theirs))
                    result.compare(with: theirs, called: "upstream")
                }
                if let plot { try Files.write(Array(BenchPlot(pictures).svg.utf8), to: plot, mode: 0o644) }
                say(output == .json ? JSONWriter.string(result.json) : result.table)
            }
        }
    }

    /// What of upstream's is measured too, where the environment names its programs and no cluster is given.
    enum Upstream {
        case nothing, schedulingAlone, controlPlane

        var programs: UpstreamControlPlane.Programs? {
            get throws {
                guard self != .nothing else { return nil }
                return try UpstreamControlPlane.Programs(withControllers: self == .controlPlane) { getenv($0).map { String(cString: $0) } }
            }
        }
    }

    private typealias Body = @Sendable (BenchCluster, Logger, @escaping @Sendable (String) -> Void) async throws -> BenchResult

    /// Measures a control plane of ours, or a cluster that is there.
    private static func measure(
        _ options: BenchCluster.Options, _ others: [ChildProcess], _ logger: Logger, _ tell: @escaping @Sendable (String) -> Void,
        _ body: @escaping Body
    ) async throws -> BenchResult {
        let cluster = try await BenchCluster(options, measuring: others, logger: logger, say: tell)
        let outcome: Result<BenchResult, any Error>
        do { outcome = .success(try await body(cluster, logger, tell)) } catch { outcome = .failure(error) }
        // Also when the measurement was cancelled: nothing of it may be left.
        try await Task.detached {
            try await cluster.close(options)
            if options.kubeconfig == nil { try ClusterRegistry.leave(options.name) }
        }.value
        return try outcome.get()
    }

    /// Measures upstream's programs the same way.
    private static func measure(
        _ programs: UpstreamControlPlane.Programs, _ options: BenchCluster.Options, _ logger: Logger,
        _ tell: @escaping @Sendable (String) -> Void, _ body: @escaping Body
    ) async throws -> BenchResult {
        let ports = (22_000..<23_000).shuffled().filter { HostAddress.isFree(port: $0) }.prefix(3)
        guard ports.count == 3 else { throw ClusterError("no three ports are free between 22000 and 22999") }
        tell("starting upstream's control plane on port \(ports[0])")
        var theirs = options
        theirs.directory = "\(options.directory)-upstream"
        let plane = try await UpstreamControlPlane(programs, directory: theirs.directory, ports: Array(ports))
        theirs.kubeconfig = plane.kubeconfig
        let outcome: Result<BenchResult, any Error>
        do { outcome = .success(try await measure(theirs, plane.processes, logger, tell, body)) } catch { outcome = .failure(error) }
        let directory = theirs.directory
        try await Task.detached {
            await plane.end()
            try Files.remove(directory)
        }.value
        return try outcome.get()
    }
}

struct BenchPodsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pods", abstract: "Pods created, bound and reported Running by simulated nodes, sustained.")
    @OptionGroup var options: BenchOptions
    @Option(help: "How many simulated nodes; 0: the cluster's own.") var nodes = 1000
    @Option(help: "How many seconds.") var duration = 60
    @Option(help: "How many pods may be on their way to Running at once.") var window = 2000

    func run() async {
        var bench = PodsBench()
        bench.duration = .seconds(duration)
        bench.clients = options.clients
        bench.window = window
        if nodes > 0 { bench.limit = nodes * options.podsPerNode }
        let final = bench
        await options.measure(nodes: nodes, beside: .controlPlane) { cluster, logger, _ in try await final.run(cluster, logger: logger) }
    }
}

struct BenchDeploymentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deployment", abstract: "One large Deployment up, rolled and down; many small ones at once; many Jobs.")
    @OptionGroup var options: BenchOptions
    @Option(help: "How many simulated nodes; 0: the cluster's own.") var nodes = 100
    @Option(help: "How many replicas the large one has.") var replicas = 1000
    @Option(help: "How many small ones.") var deployments = 1000
    @Option(help: "How many Jobs.") var jobs = 10_000

    func run() async {
        var bench = DeploymentBench()
        bench.replicas = replicas
        bench.deployments = deployments
        bench.jobs = jobs
        bench.clients = options.clients
        let final = bench
        await options.measure(nodes: nodes, beside: .controlPlane) { cluster, logger, say in
            try await final.run(cluster, logger: logger, say: say)
        }
    }
}

struct BenchSchedulerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scheduler", abstract: "Workloads after scheduler_perf's: how many pods a second are bound.")
    @OptionGroup var options: BenchOptions
    @Option(help: "Which: \(SchedulerBench.workloads.map(\.name).joined(separator: ", ")).") var workload = "basic"
    @Option(help: "How many nodes; by default the workload's number.") var nodes = 0
    @Option(help: "How many pods there are before; by default the workload's number.") var before = -1
    @Option(help: "How many pods are measured; by default the workload's number.") var pods = 0

    func validate() throws {
        guard SchedulerBench.workloads.contains(where: { $0.name == workload }) else {
            throw ValidationError("--workload must be one of \(SchedulerBench.workloads.map(\.name).joined(separator: ", "))")
        }
    }

    func run() async {
        guard let found = SchedulerBench.workloads.first(where: { $0.name == workload }) else { return }
        var bench = SchedulerBench(found)
        bench.nodes = nodes
        bench.before = before
        bench.measured = pods
        bench.clients = options.clients
        let final = bench
        // Nodes that nobody keeps alive must not be found dead.
        let loops = "namespace-controller,serviceaccount-controller,garbage-collector-controller"
        await options.measure(nodes: 0, controllers: loops, beside: .schedulingAlone) { cluster, logger, say in
            try await final.run(cluster, logger: logger, say: say)
        }
    }
}

struct BenchScaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale", abstract: "Many nodes and pods, and how the API answers meanwhile.")
    @OptionGroup var options: BenchOptions
    @Option(help: "How many simulated nodes.") var nodes = 5000
    @Option(help: "How many pods.") var pods = 150_000

    func run() async {
        var bench = ScaleBench()
        bench.pods = pods
        bench.clients = options.clients
        let (final, nodes) = (bench, nodes)
        await options.measure(nodes: nodes) { cluster, logger, say in
            try await final.run(cluster, nodes: nodes, logger: logger, say: say)
        }
    }
}

struct BenchSoakCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak", abstract: "The same work for long: memory and descriptors must stay as they are.")
    @OptionGroup var options: BenchOptions
    @Option(help: "How many simulated nodes.") var nodes = 20
    @Option(help: "How many seconds.") var duration = 1800
    @Option(help: "How many replicas each round has.") var replicas = 100

    func run() async {
        var bench = SoakBench()
        bench.duration = .seconds(duration)
        bench.replicas = replicas
        bench.interval = .seconds(max(1, duration / 100))
        let final = bench
        // Events of an hour would fill more and more memory in less than that.
        await options.measure(nodes: nodes, flags: ["--event-ttl", "5m"]) { cluster, logger, say in
            try await final.run(cluster, logger: logger, say: say)
        }
    }
}
