import Client
import Core
import Glibc
import JSON
import KubernetesAPI
import Linux
import Logging
import NodeAgent
import Runtime
import TestSupport
import Values

/// A node agent in a directory of its own, on an API of its own.
struct NodeRig: Sendable {
    let api = MemoryAPI()
    let root: String
    let configuration: NodeAgentConfiguration
    let client: Client

    init(_ name: String) {
        root = "/tmp/martlet-node-\(name)-\(getpid())"
        var configuration = NodeAgentConfiguration(
            nodeName: "node", addresses: ["192.0.2.1"], dataDirectory: "\(root)/agent", cgroupRoot: "/martlet-\(name)-\(getpid())",
            clusterDNS: ["10.96.0.10"], podCIDR: "10.254.250.0/24", kubernetesVersion: "v1.36.0")
        configuration.port = 0
        self.configuration = configuration
        client = Client(transport: api, fieldManager: "test")
    }

    func agent(
        _ runtime: any ContainerRuntime, usesControlGroups: Bool, _ configuration: NodeAgentConfiguration? = nil,
        clock: any Clock = SystemClock()
    ) -> NodeAgent {
        var logger = Logger(label: "node")
        logger.logLevel = .debug
        return NodeAgent(
            configuration ?? self.configuration, client: client, runtime: runtime, logger: logger, clock: clock,
            usesControlGroups: usesControlGroups)
    }

    /// Takes the rig's files away.
    func remove() throws { try Files.remove(root) }

    func pod(_ json: String) throws -> Pod {
        var pod = Pod(try JSONParser.parse(json))
        pod.metadata.namespace = "default"
        pod.metadata.uid = "uid-\(pod.metadata.name)"
        pod.spec.nodeName = "node"
        return pod
    }

    /// Waits, on the API's own changes, until a pod satisfies a condition (nil: it is gone). Times out after half a minute.
    func wait(_ name: String, _ what: String, until condition: @escaping @Sendable (Pod?) -> Bool) async throws {
        let key = ObjectKey(namespace: "default", name: name)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [api, client] in
                for try await _ in try await client.watch(Pod.self, options: Client.Options()) {
                    if condition(api.object("pods", key).map(Pod.init)) { return }
                }
            }
            group.addTask { [api] in
                try await Task.sleep(for: .seconds(30))
                let pod = api.object("pods", key)
                throw Failure(
                    description:
                        "waited for \(what) of \(name) in vain; its status: \(pod?["status"].map { JSONWriter.string($0) } ?? "gone"); "
                        + "events: \(api.all("events").compactMap { $0["message"]?.string })")
            }
            defer { group.cancelAll() }
            if condition(api.object("pods", key).map(Pod.init)) { return }
            try await group.next()
        }
    }

    /// Moves the clock on, step by step, until `body` is done, or so far at most: then `body` has the time that is left.
    func advancing<T>(
        _ clock: ManualClock, by step: Duration, atMost limit: Duration = .seconds(1_000_000), _ body: () async throws -> T
    ) async throws -> T {
        let end = clock.now + limit
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled, clock.now < end {
                    await clock.waitForSleepers()
                    clock.advance(by: step)
                    // Let those who were woken do their work before the next step.
                    for _ in 0..<1000 { await Task.yield() }
                }
            }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    /// Why events were recorded so far.
    var eventReasons: [String] { api.all("events").compactMap { $0["reason"]?.string } }

    struct Failure: Error, CustomStringConvertible { let description: String }

    func isReady(_ pod: Pod?) -> Bool { pod?.status.conditions.first { $0.type == "Ready" }?.status == "True" }
}
