import Client
import Controllers
import Core
import CustomResources
import Logging
import ResourceEngine
import Synchronization
import TestSupport

/// An API server that may be killed and started again on what its store had written.
final class SimulatedServer: Sendable {
    private struct Running {
        let cluster: TestCluster
        let tasks: [Task<Void, Never>]
    }

    let clock: ManualClock
    private let logger: Logger
    private let witness: Witness
    private let identifiers = CountingIdentifiers()
    private let running = Mutex<Running?>(nil)

    init(clock: ManualClock, witness: Witness, logger: Logger) {
        self.logger = logger
        self.clock = clock
        self.witness = witness
    }

    /// Starts it, and its loops on `executor`.
    func start(on executor: SimulationExecutor) async throws {
        let cluster = try await TestCluster(backend: witness, clock: clock, identifiers: identifiers, startsThreads: false)
        let definitions = CustomResourceDefinitions(engine: cluster.engine, logger: logger)
        try definitions.load()
        let tasks = [
            // Both end with an error when they are cancelled, and with no other.
            Task(executorPreference: executor) { _ = try? await definitions.run() },
            Task(executorPreference: executor) { _ = try? await cluster.store.run() },
        ]
        running.withLock { $0 = Running(cluster: cluster, tasks: tasks) }
    }

    /// Ends it at once: what it has not written is lost, and so are the answers on their way.
    func kill() async {
        guard
            let ended = running.withLock({ running in
                defer { running = nil }
                return running
            })
        else { return }
        for task in ended.tasks { task.cancel() }
        await ended.cluster.close()
        for task in ended.tasks { await task.value }
    }

    /// Throws as a refused connection does while it is down.
    func transport(_ user: UserInfo) throws -> InProcessTransport {
        guard let engine = running.withLock({ $0?.cluster.engine }) else { throw APIError.serviceUnavailable("connection refused") }
        return InProcessTransport(engine: engine, user: user)
    }

    /// What it serves, as discovery would tell.
    func servedResources() throws -> [ControllerOptions.ServedResource] {
        guard let engine = running.withLock({ $0?.cluster.engine }) else { throw APIError.serviceUnavailable("connection refused") }
        let all = engine.registry.all.map { resource in
            let schema = resource.schema
            return ControllerOptions.ServedResource(
                resource: schema.resource, kind: schema.kind.kind, isNamespaced: schema.isNamespaced, verbs: Set(schema.verbs))
        }
        return ControllerOptions.ServedResource.preferred(all)
    }
}
