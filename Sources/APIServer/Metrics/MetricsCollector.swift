import Core
import HTTPTransport
import Logging
import ResourceEngine
import Synchronization
import Values

/// Asks every node's agent what its containers use, as metrics-server would, and answers `metrics.k8s.io` from it. Safe from any thread.
package final class MetricsCollector: Sendable {
    /// How soon a node that is new, or has told its figures once only, is asked.
    static let soon = Duration.seconds(3)
    /// In how many turns of that length all agents are asked: fifteen seconds are metrics-server's resolution.
    static let turns = 5
    /// How many agents are asked at the same time.
    private static let concurrency = 32
    private static let answerLimit = 16 << 20

    private let nodes: NodeConnection
    private let clock: any Clock
    private let logger: Logger
    private let history = Mutex(UsageHistory())

    package init(nodes: NodeConnection, clock: any Clock, logger: Logger) {
        self.nodes = nodes
        self.clock = clock
        self.logger = logger
    }

    /// Asks until its task is cancelled: all agents every period, and between that those that are new, so that their first figures come soon.
    package func run(_ cluster: ClusterState) async throws {
        var failed: Set<String> = []
        for turn in 0... {
            let ready = ready(cluster)
            let isForAll = turn % Self.turns == 0
            let wanted =
                isForAll
                ? ready : history.withLock { history in ready.filter { history.isIncomplete($0.name) && !failed.contains($0.name) } }
            let samples = await ask(wanted)
            if isForAll { failed = [] }
            failed.formUnion(wanted.map(\.name).filter { samples[$0] == nil })
            record(samples, keeping: Set(ready.map(\.name)).subtracting(failed))
            try await clock.sleep(for: Self.soon)
        }
    }

    /// Takes what agents told. Of nodes that are not kept there are no figures any more.
    package func record(_ samples: [String: UsageSample], keeping kept: Set<String>) {
        history.withLock { $0.record(samples, keeping: kept) }
    }

    func usage<Result>(_ body: (UsageHistory) -> Result) -> Result { history.withLock { body($0) } }

    private func ready(_ cluster: ClusterState) -> [(name: String, target: HTTPClient.Target)] {
        do {
            return try cluster.list("nodes").filter(Self.isReady).compactMap { node in
                guard let name = node[path: "metadata", "name"]?.string, let target = try? NodeConnection.agent(of: node) else {
                    return nil
                }
                return (name, target)
            }
        } catch {
            logger.error("nodes cannot be read", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func ask(_ targets: [(name: String, target: HTTPClient.Target)]) async -> [String: UsageSample] {
        await withTaskGroup(of: (String, UsageSample?).self) { group in
            var rest = targets[...]
            var samples: [String: UsageSample] = [:]
            for _ in 0..<Self.concurrency {
                guard let next = rest.popFirst() else { break }
                group.addTask { (next.name, await self.sample(next.name, next.target)) }
            }
            while let (name, sample) = await group.next() {
                samples[name] = sample
                guard let next = rest.popFirst() else { continue }
                group.addTask { (next.name, await self.sample(next.name, next.target)) }
            }
            return samples
        }
    }

    private static func isReady(_ node: Value) -> Bool {
        (node[path: "status", "conditions"]?.array ?? []).contains { $0["type"] == "Ready" && $0["status"] == "True" }
    }

    private func sample(_ name: String, _ target: HTTPClient.Target) async -> UsageSample? {
        var request = HTTPClient.Request("GET", target, "/metrics/resource")
        request.timeouts = .init(connect: .seconds(5), head: .seconds(10))
        do {
            let answer = try await nodes.agents.fetch(request, limit: Self.answerLimit)
            guard answer.status == 200 else { throw APIError.internalError("the agent answered \(answer.status)") }
            return UsageSample(exposition: String(decoding: answer.body, as: UTF8.self), received: clock.now)
        } catch {
            logger.info("no figures of a node", metadata: ["node": "\(name)", "error": "\(error)"])
            return nil
        }
    }
}
