import Client
import Core
import KubernetesAPI
import Logging
import Reconcile
import Synchronization
import Values

/// Simulated nodes of one process: registers them, keeps their leases and status fresh, and acts for the pods bound to them.
package final class HollowNodes: Sendable {
    private struct State {
        var pods: HollowPods
        var addresses: AddressPool
        /// When each node was last refreshed; it has none before it is registered.
        var beats: [String: Timestamp] = [:]
        /// Handed out and not yet taken by a writer; at most one for each pod.
        var due: [HollowPods.Due] = []
        var idleWriters: [CheckedContinuation<HollowPods.Due?, Never>] = []
        /// Until when `keepTime` sleeps; nil: until it is told of something.
        var wakesAt: Timestamp?

        /// Whether something is due before anybody looks.
        var isLate: Bool { pods.nextDeadline.map { next in wakesAt.map { next < $0 } ?? true } ?? false }
        var isOver = false
    }

    private let client: Client
    private let options: HollowOptions
    private let clock: any Clock
    /// What delays go by: a clock that nobody sets.
    private var tick: Timestamp { Timestamp(seconds: 0) + clock.uptime }
    private let logger: Logger
    private let nodes: [HollowNode]
    private let byName: [String: HollowNode]
    private let state: Mutex<State>
    private let informer: ResourceInformer
    private let changed = Signal()

    /// Nodes that ask as `client`. `random` gives numbers in 0..<1.
    package init(
        client: Client, options: HollowOptions, clock: any Clock, logger: Logger,
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.client = client
        self.options = options
        self.clock = clock
        self.logger = logger
        nodes = (0..<options.nodes).map { HollowNode(number: $0, options: options) }
        byName = Dictionary(uniqueKeysWithValues: nodes.map { ($0.name, $0) })
        state = Mutex(
            State(
                pods: HollowPods(stages: options.stages, random: random), addresses: AddressPool(first: options.firstPodAddress)))
        var bound = Client.Options()
        bound.fieldSelector = "spec.nodeName!="
        bound.members = HollowPod.members
        informer = ResourceInformer(
            Pod.descriptor.gvr, client: client, options: bound, clock: clock, logger: logger, transform: { HollowPod.trim(&$0) })
    }

    /// Runs until its task is cancelled. `ready` is called once every node is registered.
    package func run(ready: @escaping @Sendable () -> Void = {}) async {
        informer.onChange { [self] changes in take(changes) }
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    await self.concurrently { await self.register($0) }
                    if !Task.isCancelled { ready() }
                }
                group.addTask { await self.keepNodes() }
                group.addTask { await self.informer.run() }
                group.addTask { await self.keepTime() }
                for _ in 0..<max(1, options.writers) { group.addTask { await self.write() } }
            }
        } onCancel: {
            endWriters()
        }
    }

    // MARK: Nodes

    /// Does something for each node, sixteen at a time.
    private func concurrently(_ body: @escaping @Sendable (HollowNode) async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            for (index, node) in nodes.enumerated() {
                if Task.isCancelled { break }
                if index >= 16 { await group.next() }
                group.addTask { await body(node) }
            }
        }
    }

    private func register(_ node: HollowNode) async {
        while !Task.isCancelled {
            do {
                do {
                    let made = try await client.create(node.object(now: clock.now))
                    // Some servers take no status with a new object.
                    if made.status.conditions.isEmpty { try await report(node) }
                } catch let error as APIError where error.reason == .alreadyExists {
                    try await report(node)
                }
                try await renew(node)
                state.withLock { $0.beats[node.name] = tick }
                return
            } catch {
                if Task.isCancelled { return }
                logger.warning("node \(node.name) is not registered yet: \(error)")
                try? await clock.sleep(for: .seconds(1))  // Cancelled: the loop ends.
            }
        }
    }

    private func report(_ node: HollowNode) async throws {
        _ = try await client.patch(
            Node.self, ObjectKey(name: node.name), .strategicMerge, ["status": node.status(now: clock.now)], subresource: "status")
    }

    private func renew(_ node: HollowNode) async throws {
        let key = ObjectKey(namespace: "kube-node-lease", name: node.name)
        let spec: Value = [
            "holderIdentity": .string(node.name), "leaseDurationSeconds": .int(Int64(options.leaseSeconds)),
            "renewTime": .string(clock.now.rfc3339Micro),
        ]
        do {
            _ = try await client.patch(Lease.self, key, .merge, ["spec": spec], options: Self.unread)
        } catch let error as APIError where error.reason == .notFound {
            var lease = Lease()
            lease.metadata.namespace = key.namespace
            lease.metadata.name = key.name
            lease.raw["spec"] = spec
            _ = try await client.create(lease)
        }
    }

    /// Leases of registered nodes are renewed evenly over their interval, their status every `statusInterval`. What a slow server holds
    /// up is made up for.
    private func keepNodes() async {
        let steps = 50
        var (reported, next) = (tick, tick)
        while !Task.isCancelled {
            let reports = tick - reported >= options.statusInterval
            if reports { reported = tick }
            for step in 0..<steps {
                next = max(next + options.leaseInterval / steps, tick - options.leaseInterval)
                let pause = next - tick
                if pause > .zero { do { try await clock.sleep(for: pause) } catch { return } }
                await withTaskGroup(of: Void.self) { group in
                    for index in stride(from: step, to: nodes.count, by: steps) {
                        let node = nodes[index]
                        group.addTask { await self.beat(node, reports: reports) }
                    }
                }
            }
        }
    }

    private func beat(_ node: HollowNode, reports: Bool) async {
        guard let last = state.withLock({ $0.beats[node.name] }) else { return }
        do {
            try await renew(node)
            // Whoever was silent for long has been taken for lost by now, and must say that it is not.
            let wasSilent = tick - last > options.leaseInterval * 2
            if reports || wasSilent { try await report(node) }
            state.withLock { $0.beats[node.name] = tick }
        } catch let error as APIError where error.reason == .notFound {
            await register(node)  // Deleted behind our back: a kubelet would come back too.
        } catch {
            if !Task.isCancelled { logger.warning("node \(node.name) is not refreshed: \(error)") }
        }
    }

    // MARK: Pods

    private func take(_ changes: [Change<Value>]) {
        let now = tick
        let (woken, isLate) = state.withLock { state in
            for change in changes {
                guard let value = change.new else {
                    state.pods.take(change.key, nil, now: now)
                    if let uid = change.old?[path: "metadata", "uid"]?.string { state.addresses.giveBack(uid) }
                    continue
                }
                let pod = HollowPod(Pod(value))
                guard byName[pod.node] != nil else { continue }
                state.pods.take(change.key, pod, now: now)
            }
            return (Self.hand(&state, now: now), state.isLate)
        }
        resume(woken)
        if isLate { changed.raise() }
    }

    /// Gives what is due to writers that wait.
    private static func hand(_ state: inout State, now: Timestamp) -> [(CheckedContinuation<HollowPods.Due?, Never>, HollowPods.Due)] {
        state.due += state.pods.due(now: now).reversed()
        var woken: [(CheckedContinuation<HollowPods.Due?, Never>, HollowPods.Due)] = []
        while !state.due.isEmpty, let writer = state.idleWriters.popLast() { woken.append((writer, state.due.removeLast())) }
        return woken
    }

    private func resume(_ woken: [(CheckedContinuation<HollowPods.Due?, Never>, HollowPods.Due)]) {
        for (writer, due) in woken { writer.resume(returning: due) }
    }

    /// Hands out what becomes due with time.
    private func keepTime() async {
        while !Task.isCancelled {
            let deadline: Timestamp? = state.withLock { state in
                state.wakesAt = state.pods.nextDeadline
                return state.wakesAt
            }
            guard let deadline else {
                do { try await changed.wait() } catch { return }
                continue
            }
            let pause = deadline - tick
            if pause > .zero {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { try? await self.clock.sleep(for: pause) }  // Cancelled when news came first.
                    group.addTask { try? await self.changed.wait() }  // Cancelled when the time came first.
                    await group.next()
                    group.cancelAll()
                }
            }
            let now = tick
            resume(state.withLock { Self.hand(&$0, now: now) })
        }
    }

    private func nextDue() async -> HollowPods.Due? {
        await withCheckedContinuation { continuation in
            let due: HollowPods.Due?? = state.withLock { state in
                if state.isOver { return .some(nil) }
                if let due = state.due.popLast() { return due }
                state.idleWriters.append(continuation)
                return nil
            }
            if let due { continuation.resume(returning: due) }
        }
    }

    private func endWriters() {
        let writers = state.withLock { state in
            state.isOver = true
            defer { state.idleWriters = [] }
            return state.idleWriters
        }
        for writer in writers { writer.resume(returning: nil) }
    }

    private func write() async {
        while !Task.isCancelled, let due = await nextDue() {
            let succeeded = await carryOut(due)
            let now = tick
            let (woken, isLate) = state.withLock { state in
                state.pods.finished(due, succeeded: succeeded, now: now)
                return (Self.hand(&state, now: now), state.isLate)
            }
            resume(woken)
            if isLate { changed.raise() }
        }
    }

    /// For writes whose answers nobody looks at.
    private static let unread = {
        var options = Client.Options()
        options.members = "kind"
        return options
    }()

    /// Whether there is nothing left to do about it.
    private func carryOut(_ due: HollowPods.Due) async -> Bool {
        guard let node = byName[due.pod.node] else { return true }
        let address = due.pod.usesHostNetwork ? node.address : state.withLock { $0.addresses.address(of: due.pod.uid) }
        do {
            if let patch = HollowPodStatus.patch(due, hostAddress: node.address, address: address, now: clock.now) {
                _ = try await client.patch(Pod.self, due.pod.key, .strategicMerge, patch, subresource: "status", options: Self.unread)
            } else {
                if let patch = HollowPodStatus.lastPatch(due, hostAddress: node.address, address: address, now: clock.now) {
                    _ = try await client.patch(
                        Pod.self, due.pod.key, .strategicMerge, patch, subresource: "status", options: Self.unread)
                }
                var options = Self.unread
                options.gracePeriodSeconds = 0
                options.preconditionUID = due.pod.uid
                try await client.delete(Pod.self, due.pod.key, options: options)
            }
            return true
        } catch let error as APIError where error.reason == .notFound {
            return true  // Gone: the watch tells.
        } catch {
            if !Task.isCancelled { logger.warning("\(due.stage.name) of pod \(due.pod.key) failed: \(error)") }
            return false
        }
    }
}
