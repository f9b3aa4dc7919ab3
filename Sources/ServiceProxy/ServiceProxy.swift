import Core
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
        var isComplete = false
    }

    package let configuration: ProxyConfiguration
    private let informers: InformerSet?
    private let planner: RulePlanner
    private let network: KernelNetwork
    private let clock: any Clock
    private let logger: Logger
    private let desired = Mutex(Desired())
    private let changes: AsyncStream<Void>
    private let changed: AsyncStream<Void>.Continuation

    /// A proxy of services, EndpointSlices and pods of `informers` (which the caller runs); without them it is told by `update`.
    package init(
        configuration: ProxyConfiguration, informers: InformerSet?, network: KernelNetwork? = nil, clock: any Clock = SystemClock(),
        logger: Logger
    ) {
        self.configuration = configuration
        self.informers = informers
        planner = RulePlanner(configuration)
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
        changed.yield()
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
        changed.yield()
    }

    /// A pod is there or has changed; nil: it is gone. Only host ports of pods of this node matter.
    package func update(_ key: ObjectKey, pod: Pod?) {
        let rules = pod.map { planner.rules(pod: $0) }
        let isNew = desired.withLock { desired in
            let old = desired.podRules[key]
            desired.podRules[key] = rules == RuleSet() ? nil : rules
            return old != desired.podRules[key]
        }
        if isNew { changed.yield() }
    }

    /// The first lists are through. Until then the table is left as an earlier run left it.
    package func listsAreComplete() {
        desired.withLock { $0.isComplete = true }
        changed.yield()
    }

    // MARK: Making it so

    /// Prepares the kernel and follows the changes until its task is cancelled. The table stays: connections go on while the
    /// server is away; `removeAll` takes it down. Throws when the kernel cannot be prepared.
    package func run() async throws {
        try await network.prepare()
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
        try await services.waitUntilSynced()
        try await slices.waitUntilSynced()
        try await pods.waitUntilSynced()
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
                desired.serviceRules[key] = desired.services[key].map { service in
                    planner.rules(service: service, slices: (desired.slices[key] ?? [:]).sorted { $0.key < $1.key }.map(\.value))
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
