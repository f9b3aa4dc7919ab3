import Client
import Core
import HTTPTransport
import KubernetesAPI
import Logging
import Reconcile
import Synchronization

/// The service network of one node: keeps the kernel's table at what services, endpoints and pods ask for.
package final class ServiceProxy: Sendable {
    private struct Desired {
        var services: [ObjectKey: Service] = [:]
        var slices: [ObjectKey: [ObjectKey: EndpointSlice]] = [:]
        var serviceRules: [ObjectKey: RuleSet] = [:]
        var podRules: [ObjectKey: RuleSet] = [:]
        var dirty: Set<ObjectKey> = []
        var planner: RulePlanner
        var checks: [ObjectKey: HealthCheckServers.Check] = [:]
        var isComplete = false
    }

    package let configuration: ProxyConfiguration
    private let informers: InformerSet?
    private let network: KernelNetwork
    private let clock: any Clock
    private let logger: Logger
    private let desired: Mutex<Desired>
    private let recorder: EventRecorder?
    private let healthChecks: HealthCheckServers
    /// Answers at the configuration's `healthPort`.
    package let health: ProxyHealth
    private let changes: AsyncStream<Void>
    private let changed: AsyncStream<Void>.Continuation

    /// A proxy of services, EndpointSlices and pods of `informers` (which the caller runs); without them it is told by `update`.
    /// `client` writes events.
    package init(
        configuration: ProxyConfiguration, informers: InformerSet?, network: KernelNetwork? = nil, client: Client? = nil,
        clock: any Clock = SystemClock(), logger: Logger
    ) {
        self.configuration = configuration
        self.informers = informers
        desired = Mutex(Desired(planner: RulePlanner(configuration)))
        recorder = client.map { EventRecorder(client: $0, component: "kube-proxy", clock: clock, logger: logger) }
        health = ProxyHealth(clock: clock)
        healthChecks = HealthCheckServers(health: health, recorder: recorder, logger: logger)
        self.network = network ?? KernelNetwork(configuration)
        self.clock = clock
        self.logger = logger
        (changes, changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: What is wanted. Called from any thread; cheap, the work is done in `run`.

    /// A service is there or has changed; nil: it is gone.
    package func update(_ key: ObjectKey, service: Service?) {
        desired.withLock {
            $0.services[key] = service
            $0.dirty.insert(key)
        }
        wake()
    }

    /// The slice `key` is there or has changed; nil: it is gone. `previous` is what it was.
    package func update(_ key: ObjectKey, slice: EndpointSlice?, previous: EndpointSlice?) {
        desired.withLock { desired in
            for owner in Set([slice, previous].compactMap { $0.map(serviceKey(of:)) }) {
                let isOwner = slice.map { serviceKey(of: $0) == owner } ?? false
                desired.slices[owner, default: [:]][key] = isOwner ? slice : nil
                if desired.slices[owner]?.isEmpty == true { desired.slices[owner] = nil }
                desired.dirty.insert(owner)
            }
        }
        wake()
    }

    /// A pod is there or has changed; nil: it is gone. Only host ports of pods of this node matter.
    package func update(_ key: ObjectKey, pod: Pod?) {
        let planner = desired.withLock { $0.planner }
        let rules = pod.map { planner.rules(pod: $0) }
        let isNew = desired.withLock { desired in
            let old = desired.podRules[key]
            desired.podRules[key] = rules == RuleSet() ? nil : rules
            return old != desired.podRules[key]
        }
        if isNew { wake() }
    }

    /// The node is in this zone (label `topology.kubernetes.io/zone`; empty: none): EndpointSlices may keep traffic in it.
    package func update(zone: String) {
        desired.withLock { desired in
            guard desired.planner.configuration.zone != zone else { return }
            var changed = desired.planner.configuration
            changed.zone = zone
            desired.planner = RulePlanner(changed)
            desired.dirty.formUnion(desired.services.keys)
        }
        wake()
    }

    private func wake() {
        health.queued()
        changed.yield()
    }

    /// The first lists are through. Until then the table is left as an earlier run left it.
    package func listsAreComplete() {
        desired.withLock { $0.isComplete = true }
        wake()
    }

    // MARK: Making it so

    /// Prepares the kernel and follows the changes until its task is cancelled. The table stays: connections go on while the
    /// server is away; `removeAll` takes it down. Throws when the kernel cannot be prepared.
    package func run() async throws {
        try await network.prepare()
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let recorder { group.addTask { await recorder.run() } }
            if let port = configuration.healthPort { group.addTask { try await self.serveHealth(port: port) } }
            group.addTask { try await self.work() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Answers whoever asks how the proxy is, until cancelled. A port that is taken is tried again, for who has it may let it go.
    private func serveHealth(port: Int) async throws {
        var isTold = false
        while true {
            let server = try HTTPServer(handler: health, tls: nil, logger: logger)
            var isListening = false
            do {
                _ = try await server.listen(host: "0.0.0.0", port: port)
                isListening = true
            } catch {
                if !isTold { logger.error("The proxy's health cannot be asked for", metadata: ["port": "\(port)", "error": "\(error)"]) }
                isTold = true
            }
            guard isListening else {
                try await clock.sleep(for: .seconds(30))
                continue
            }
            for await _ in AsyncStream<Void>.makeStream().stream {}
            return await server.shutdown(grace: .zero)
        }
    }

    private func work() async throws {
        if let informers { try await follow(informers) }
        var synchronizer = TableSynchronizer(configuration)
        var backOff = Duration.milliseconds(250)
        for await _ in changes {
            while let rules = rules(), let batch = synchronizer.batch(for: rules, now: clock.now) {
                do {
                    try await network.apply(batch.input)
                    synchronizer.succeeded(batch)
                    backOff = .milliseconds(250)
                } catch {
                    logger.error("The service table could not be changed and will be made anew", metadata: ["error": "\(error)"])
                    synchronizer.failed()
                    try await clock.sleep(for: backOff)
                    backOff = min(backOff * 2, .seconds(30))
                    continue
                }
                for flow in batch.staleFlows {
                    do {
                        try await network.forget(flow)
                    } catch {
                        logger.warning("Flows of a vanished endpoint could not be removed", metadata: ["error": "\(error)"])
                    }
                }
            }
            let (checks, isComplete) = desired.withLock { ($0.checks, $0.isComplete) }
            if isComplete { health.updated() }
            await healthChecks.update(checks)
            if synchronizer.hasStaleChains { wakeLater() }
        }
    }

    private func follow(_ informers: InformerSet) async throws {
        let services = informers.informer(Service.self)
        let slices = informers.informer(EndpointSlice.self)
        let pods = informers.informer(Pod.self)
        services.onChange { [weak self] changes in
            for change in changes { self?.update(change.key, service: change.new) }
        }
        slices.onChange { [weak self] changes in
            for change in changes { self?.update(change.key, slice: change.new, previous: change.old) }
        }
        pods.onChange { [weak self] changes in
            for change in changes { self?.update(change.key, pod: change.new) }
        }
        let nodes = informers.informer(Node.self)
        let name = configuration.nodeName
        nodes.onChange { [weak self] changes in
            for change in changes where change.key.name == name {
                self?.health.update(node: change.new)
                self?.update(zone: change.new?.metadata.labels["topology.kubernetes.io/zone"] ?? "")
            }
        }
        try await services.waitUntilSynced()
        try await slices.waitUntilSynced()
        try await pods.waitUntilSynced()
        try await nodes.waitUntilSynced()
        listsAreComplete()
    }

    /// Removes the table and the bridge. For `stop`, after `run` has ended.
    package func removeAll() async throws {
        try await network.removeTable()
        try await network.removeBridge()
    }

    /// All rules, those of changed services planned anew; nil before the first lists are through.
    private func rules() -> RuleSet? {
        desired.withLock { desired in
            guard desired.isComplete else { return nil }
            for key in desired.dirty {
                let slices = (desired.slices[key] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
                desired.serviceRules[key] = desired.services[key].map { desired.planner.rules(service: $0, slices: slices) }
                desired.checks[key] = desired.services[key].flatMap {
                    HealthCheckServers.check($0, slices, nodeName: configuration.nodeName)
                }
            }
            desired.dirty = []
            var result = RuleSet()
            for (_, rules) in desired.serviceRules.sorted(by: { $0.key < $1.key }) { result.merge(rules) }
            for (_, rules) in desired.podRules.sorted(by: { $0.key < $1.key }) { result.merge(rules) }
            return result
        }
    }

    private func wakeLater() {
        let clock = clock
        let changed = changed
        Task {
            try await clock.sleep(for: TableSynchronizer.linger)
            changed.yield()
        }
    }
}
