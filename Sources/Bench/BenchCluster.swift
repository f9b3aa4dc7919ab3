import Client
import Core
import Glibc
import KubernetesAPI
import Linux
import Logging
import Reconcile
import Synchronization
import Values

/// Why a measurement could not be made.
package struct BenchError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// The cluster that is measured: a control plane of its own and simulated nodes, both processes of their own, or one that is there.
package final class BenchCluster: Sendable {
    package struct Options: Sendable {
        /// A cluster that is there; nil: one is started.
        package var kubeconfig: String?
        /// The program that is the server and the nodes: this one.
        package var program: String
        package var directory: String
        package var name: String
        package var port: Int
        /// Control loops that run in a server that is started.
        package var controllers = "*"
        /// More flags of such a server.
        package var flags: [String] = []
        /// Simulated nodes to start; 0: none.
        package var nodes = 0
        package var podsPerNode = 110
        package var connections = 4

        package init(program: String, directory: String, name: String, port: Int) {
            self.program = program
            self.directory = directory
            self.name = name
            self.port = port
        }
    }

    package let transport: RemoteTransport
    package let client: Client
    package let server: ChildProcess?
    /// Processes of a cluster that somebody else started, whose memory is to be told.
    private let others: [ChildProcess]
    private let hollow: ChildProcess?

    /// Returns once the server answers and every node is registered and takes pods.
    package init(_ options: Options, measuring others: [ChildProcess] = [], logger: Logger, say: (String) -> Void) async throws {
        self.others = others
        let kubeconfig: String
        var server: ChildProcess?
        if let given = options.kubeconfig {
            kubeconfig = given
        } else {
            try Files.createDirectory(options.directory, mode: 0o700)
            kubeconfig = "\(options.directory)/data/admin.kubeconfig"
            say("starting a control plane on port \(options.port)")
            server = try Self.start(
                options,
                [
                    "server", "--without-node", "--name", options.name, "--data-dir", "\(options.directory)/data", "--api-port",
                    "\(options.port)", "--controllers=\(options.controllers)",
                    // Room for a range of addresses for each of 32,768 nodes.
                    "--pod-cidr", "10.128.0.0/9",
                ] + options.flags, log: "server.log")
        }
        self.server = server
        var hollow: ChildProcess?
        do {
            if let server { try await Self.waitForFile(kubeconfig, of: server, options) }
            transport = try RemoteTransport(
                try ClusterAccess.read(kubeconfig: kubeconfig), connections: options.connections, userAgent: "martlet-bench")
            client = Client(transport: transport, fieldManager: "martlet-bench")
            try await Self.waitUntilReady(client, server, options)
            if options.nodes > 0 {
                say("registering \(options.nodes) simulated nodes")
                try Files.createDirectory(options.directory, mode: 0o700)
                hollow = try Self.start(
                    options,
                    [
                        "hollow", "--kubeconfig", kubeconfig, "--nodes", "\(options.nodes)", "--pods-per-node", "\(options.podsPerNode)",
                        "--prefix", options.name,
                    ], log: "hollow.log")
                try await Self.waitForNodes(client, hollow!, options, logger: logger)
            }
        } catch {
            await Self.end(hollow)
            await Self.end(server)
            throw error
        }
        self.hollow = hollow
    }

    /// Ends what was started and removes its files.
    package func close(_ options: Options) async throws {
        transport.close()
        await Self.end(hollow)
        await Self.end(server)
        if server != nil || hollow != nil { try Files.remove(options.directory) }
    }

    private static func start(_ options: Options, _ arguments: [String], log: String) throws -> ChildProcess {
        try start(options.program, arguments, log: "\(options.directory)/\(log)")
    }

    static func start(_ program: String, _ arguments: [String], log path: String) throws -> ChildProcess {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw BenchError("cannot write \(path)") }
        defer { Glibc.close(descriptor) }
        return try ChildProcess(program, arguments, output: descriptor, error: descriptor, newSession: true)
    }

    static func end(_ process: ChildProcess?) async {
        guard let process else { return }
        process.kill(SIGTERM)
        let timer = Task {
            do { try await Task.sleep(for: .seconds(20)) } catch { return }
            process.kill(SIGKILL)
        }
        _ = await process.wait()
        timer.cancel()
    }

    // MARK: Waiting

    static func retry(_ what: String, _ processes: [ChildProcess], _ directory: String, until body: () async throws -> Bool) async throws {
        var last = ""
        for _ in 0..<6000 {
            if let exit = processes.lazy.compactMap(\.exit).first {
                throw BenchError("\(what): a process ended (\(exit)); see \(directory)")
            }
            do { if try await body() { return } } catch { last = ": \(error)" }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw BenchError("\(what) took more than ten minutes\(last)")
    }

    private static func waitForFile(_ path: String, of process: ChildProcess, _ options: Options) async throws {
        try await retry("starting the server", [process], options.directory) { Files.exists(path) }
    }

    private static func waitUntilReady(_ client: Client, _ process: ChildProcess?, _ options: Options) async throws {
        try await retry("waiting for the server", process.map { [$0] } ?? [], options.directory) {
            // Pods can be made once their service account is there.
            _ = try await client.get(ServiceAccount.self, ObjectKey(namespace: "default", name: "default"))
            return true
        }
    }

    private static func waitForNodes(_ client: Client, _ process: ChildProcess, _ options: Options, logger: Logger) async throws {
        var one = Client.Options()
        one.labelSelector = "martlet.dev/hollow=true"
        let nodes = Informer<Node>(client: client, options: one, clock: SystemClock(), logger: logger)
        let ready = Mutex<Set<String>>([])
        nodes.onChange { changes in
            ready.withLock { ready in
                for change in changes where change.key.name.hasPrefix("\(options.name)-") {
                    // Somebody has to find a new node ready before it takes pods.
                    let takesPods = change.new?.spec.taints.allSatisfy { $0.effect == "PreferNoSchedule" } ?? false
                    if takesPods { ready.insert(change.key.name) } else { ready.remove(change.key.name) }
                }
            }
        }
        let watching = Task { await nodes.base.run() }
        defer { watching.cancel() }
        try await retry("registering nodes", [process], options.directory) { ready.withLock { $0.count } >= options.nodes }
    }

    // MARK: The server's process

    /// Memory that is the server's own (PSS, in MiB), threads and open descriptors; nil when it is not known which processes it is.
    package var footprint: (megabytes: Double, threads: Int, descriptors: Int)? {
        let processes = (server.map { [$0] } ?? []) + others
        guard !processes.isEmpty else { return nil }
        return processes.reduce(into: (0.0, 0, 0)) { sum, process in
            let rollup = (try? Files.readText("/proc/\(process.id)/smaps_rollup")) ?? ""  // Ended: zero.
            let status = (try? Files.readText("/proc/\(process.id)/status")) ?? ""
            let descriptors = (try? Files.list("/proc/\(process.id)/fd").count) ?? 0
            sum.0 += Double(Self.number(rollup, "Pss:")) / 1024
            sum.1 += Self.number(status, "Threads:")
            sum.2 += descriptors
        }
    }

    private static func number(_ text: String, _ key: String) -> Int {
        for line in text.split(separator: "\n") where line.hasPrefix(key) {
            return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) } ?? 0
        }
        return 0
    }

    /// A namespace for the measurement, ready for pods.
    package func makeNamespace(_ name: String) async throws {
        var namespace = Namespace()
        namespace.metadata.name = name
        do { _ = try await client.create(namespace) } catch let error as APIError where error.reason == .alreadyExists {}
        var account = ServiceAccount()
        account.metadata.namespace = name
        account.metadata.name = "default"
        do { _ = try await client.create(account) } catch let error as APIError where error.reason == .alreadyExists {}
    }
}

/// Does something for each number below `count`, so many at a time. The first error ends it.
package func concurrently(_ count: Int, limit: Int, _ body: @escaping @Sendable (Int) async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<count {
            if number >= limit { try await group.next() }
            group.addTask { try await body(number) }
        }
        try await group.waitForAll()
    }
}
