import Client
import Core
import KubernetesAPI
import Logging
import Reconcile
import Values

/// Gives pods their nodes: reads the queue, asks the profile, binds. One task decides, so that it always sees its own last
/// decision; bindings are written concurrently.
package final class Scheduler: Sendable {
    /// How many bindings may be under way at once; more wait in the queue.
    private static let bindingLimit = 256
    /// How many pods are tried before news is looked at.
    private static let batch = 64

    package let client: Client
    package let clock: any Clock
    /// What the queue waits by and the metrics measure by: setting the wall clock neither holds pods up nor makes them late.
    var tick: Timestamp { Timestamp(seconds: 0) + clock.uptime }
    package let logger: Logger
    package let events: EventRecorder
    package let metrics = SchedulerMetrics()
    private let configuration: SchedulerConfiguration
    /// A number below a bound, at random: which of equals is chosen.
    let random: @Sendable (Int) -> Int
    private var extenders: [Extender] { configuration.extenders }
    let profiles: [String: Profile]
    let inbox = Inbox()
    package let pods: Informer<Pod>
    package let claims: Informer<PersistentVolumeClaim>
    package let volumes: Informer<PersistentVolume>
    let resourceClaims: Informer<ResourceResourceClaim>
    let nodes: Informer<Node>
    /// Nil where groups are ignored.
    let podGroups: Informer<PodGroup>?
    private let namespaces: Informer<Namespace>
    private let others: [ResourceInformer]

    /// A scheduler of the pods that ask for one of the configuration's profiles. `client` must be allowed what the role
    /// `system:kube-scheduler` allows.
    package init(
        client: Client, informers: InformerSet, events: EventRecorder, clock: any Clock, logger: Logger,
        configuration: SchedulerConfiguration = SchedulerConfiguration(),
        random: @escaping @Sendable (Int) -> Int = { Int.random(in: 0..<$0) }
    ) {
        self.random = random
        self.client = client
        self.clock = clock
        self.logger = logger
        self.events = events
        self.configuration = configuration
        profiles = Dictionary(configuration.profiles.map { ($0.schedulerName, $0) }, uniquingKeysWith: { first, _ in first })
        pods = informers.informer()
        nodes = informers.informer()
        namespaces = informers.informer()
        claims = informers.informer()
        volumes = informers.informer()
        resourceClaims = informers.informer()
        podGroups = configuration.podGroups == .ignored ? nil : informers.informer()
        let classes = informers.informer(StorageClass.self)
        let drivers = informers.informer(CSINode.self)
        let budgets = informers.informer(PodDisruptionBudget.self)
        let services = informers.informer(Service.self)
        let replicaSets = informers.informer(ReplicaSet.self)
        let replicationControllers = informers.informer(ReplicationController.self)
        let statefulSets = informers.informer(StatefulSet.self)
        let csiDrivers = informers.informer(CSIDriver.self)
        let capacities = informers.informer(CSIStorageCapacity.self)
        let slices = informers.informer(ResourceSlice.self)
        let deviceClasses = informers.informer(DeviceClass.self)
        others =
            [
                claims.base, volumes.base, classes.base, drivers.base, budgets.base, resourceClaims.base, slices.base, deviceClasses.base,
                services.base, replicaSets.base, replicationControllers.base, statefulSets.base, csiDrivers.base, capacities.base,
            ] + (podGroups.map { [$0.base] } ?? [])
        let inbox = self.inbox
        // Of what selects pods only the selector is news, and that changes hardly ever.
        services.onChange { changes in
            let news = changes.filter { $0.old?.raw[path: "spec", "selector"] != $0.new?.raw[path: "spec", "selector"] }
            guard !news.isEmpty else { return }
            inbox.add { contents in for change in news { contents.services[change.key] = .some(change.new?.spec.selector) } }
        }
        Self.follow(replicaSets, inbox) { CompiledSelector($0.spec.selector) }
        Self.follow(statefulSets, inbox) { CompiledSelector($0.spec.selector) }
        Self.follow(replicationControllers, inbox) { controller in
            CompiledSelector(requirements: controller.spec.selector.sorted { $0.key < $1.key }.map { .isIn($0.key, [$0.value]) })
        }
        podGroups?.onChange { changes in
            inbox.add { contents in for change in changes { contents.podGroups[change.key] = .some(change.new) } }
        }
        csiDrivers.onChange { changes in
            inbox.add { contents in
                for change in changes { contents.capacityDrivers[change.key.name] = change.new?.spec.storageCapacity ?? false }
            }
        }
        capacities.onChange { changes in
            inbox.add { contents in for change in changes { contents.capacities[change.key] = .some(change.new) } }
        }
        resourceClaims.onChange { changes in
            inbox.add { contents in for change in changes { contents.resourceClaims[change.key] = .some(change.new) } }
        }
        slices.onChange { changes in
            inbox.add { contents in for change in changes { contents.resourceSlices[change.key.name] = .some(change.new) } }
        }
        deviceClasses.onChange { changes in
            inbox.add { contents in for change in changes { contents.deviceClasses[change.key.name] = .some(change.new) } }
        }
        pods.onChange { changes in
            // A change of status alone of a pod that has its node is nothing to the scheduler, and most changes are such.
            let news = changes.filter { !Self.isIrrelevant($0) }
            guard !news.isEmpty else { return }
            inbox.add { contents in for change in news { contents.pods[change.key] = .some(change.new) } }
        }
        nodes.onChange { changes in
            inbox.add { contents in for change in changes { contents.nodes[change.key.name] = .some(change.new) } }
        }
        namespaces.onChange { changes in
            inbox.add { contents in for change in changes { contents.namespaces[change.key.name] = .some(change.new?.metadata.labels) } }
        }
        claims.onChange { changes in
            inbox.add { contents in for change in changes { contents.claims[change.key] = .some(change.new) } }
        }
        volumes.onChange { changes in
            inbox.add { contents in for change in changes { contents.volumes[change.key.name] = .some(change.new) } }
        }
        classes.onChange { changes in
            inbox.add { contents in for change in changes { contents.classes[change.key.name] = .some(change.new) } }
        }
        drivers.onChange { changes in
            inbox.add { contents in for change in changes { contents.drivers[change.key.name] = .some(change.new) } }
        }
        budgets.onChange { changes in
            inbox.add { contents in for change in changes { contents.budgets[change.key] = .some(change.new) } }
        }
    }

    /// Keeps the selectors of a kind of controllers up to date.
    private static func follow<K: Kind>(_ informer: Informer<K>, _ inbox: Inbox, _ selector: @escaping @Sendable (K) -> CompiledSelector) {
        informer.onChange { changes in
            let news = changes.filter { $0.old?.raw[path: "spec", "selector"] != $0.new?.raw[path: "spec", "selector"] }
            guard !news.isEmpty else { return }
            inbox.add { contents in
                for change in news {
                    let owner = SiblingSelectors.Owner(kind: K.descriptor.kind, key: change.key)
                    contents.owners[owner] = .some(change.new.map(selector))
                }
            }
        }
    }

    private static func isIrrelevant(_ change: Change<Pod>) -> Bool {
        guard let old = change.old, let new = change.new, !new.spec.nodeName.isEmpty, old.spec.nodeName == new.spec.nodeName else {
            return false
        }
        func isOver(_ pod: Pod) -> Bool { pod.status.phase == "Succeeded" || pod.status.phase == "Failed" }
        // A resize changes what a pod counts for without a new generation.
        func isResizing(_ pod: Pod) -> Bool {
            pod.status.conditions.values.contains { $0["type"]?.string?.hasPrefix("PodResize") ?? false }
        }
        guard old.status.observedGeneration == new.status.observedGeneration, !isResizing(old), !isResizing(new) else { return false }
        return old.metadata.uid == new.metadata.uid && old.metadata.generation == new.metadata.generation
            && old.metadata.generation != nil && old.metadata.deletionTimestamp == new.metadata.deletionTimestamp
            && isOver(old) == isOver(new) && old.metadata.raw["labels"] == new.metadata.raw["labels"]
    }

    /// Schedules until its task is cancelled.
    package func run() async {
        do {
            try await nodes.waitUntilSynced()
            try await namespaces.waitUntilSynced()
            for informer in others { try await informer.waitUntilSynced() }
            try await pods.waitUntilSynced()
        } catch {
            return
        }
        await withDiscardingTaskGroup { group in
            var state = Decisions(
                profiles: profiles,
                queue: SchedulingQueue(
                    initialBackoff: configuration.initialBackoff, longestBackoff: configuration.longestBackoff),
                groups: configuration.podGroups == .ignored ? nil : PodGroupLedger(keepsGangs: configuration.podGroups == .asGangs))
            var start = 0
            while !Task.isCancelled {
                let news = inbox.take()
                state.take(news, now: tick)
                if !news.pods.isEmpty || !news.nodes.isEmpty { metrics.news(state.newsTimes.figures) }
                state.queue.advance(to: tick)
                metrics.waiting(
                    state.figures, nodes: state.cluster.nodes.count, pods: state.cluster.placedCount, assumed: state.bindingsUnderWay)
                var tried = 0
                while tried < Self.batch, state.bindingsUnderWay < Self.bindingLimit, let (pod, attempts) = state.queue.next() {
                    tried += 1
                    if let podGroup = pod.podGroup, state.groups != nil {
                        await attempt(podGroup, beginningWith: (pod, attempts), &state, &start) { work in group.addTask { await work() } }
                    } else {
                        await attempt(pod, attempts, &state, &start) { work in group.addTask { await work() } }
                    }
                }
                if tried > 0 { metrics.attempts(state.times.figures) }
                // Whoever waits for this task's thread gets it; news comes in meanwhile.
                if tried == Self.batch, state.bindingsUnderWay < Self.bindingLimit {
                    await Task.yield()
                    continue
                }
                do { try await wait(until: state.queue.nextDeadline) } catch { break }
            }
            group.cancelAll()
        }
    }

    /// Tries one pod; `perform` runs what must be written of the outcome.
    private func attempt(
        _ pod: PodState, _ attempts: Int, _ state: inout Decisions, _ start: inout Int,
        perform: (@escaping @Sendable () async -> Void) -> Void
    ) async {
        guard let profile = profiles[pod.schedulerName] else { return state.queue.done(uid: pod.uid) }
        if !pod.resourceClaims.isEmpty, profile.usesDevices, DynamicResources.obstacle(pod, state.cluster.devices) != nil {
            return state.queue.hold(pod, now: tick)
        }
        let begin = tick
        var cycle = state.cluster.cycle(for: pod, start: start)
        state.times.begin(profile.schedulerName, random: random)
        cycle.times = state.times
        let outcome: Profile.Outcome
        let extenders = interested(in: pod)
        do {
            outcome = try await examine(cycle, profile, state.nominated, asking: extenders)
        } catch {
            let text = "running extender: \(error)"
            metrics.attempt("error", profile.schedulerName, tick - begin)
            state.queue.failed(pod, hints: .all, now: tick)
            return perform { await self.report(pod, text, nominated: nil) }
        }
        if !cycle.nodes.isEmpty { start = (start + outcome.examined) % cycle.nodes.count }
        switch outcome.placement {
        case .node(let node):
            metrics.attempt("scheduled", profile.schedulerName, tick - begin)
            let devices = pod.mayNeedDevices && profile.usesDevices ? state.reserveDevices(pod, on: node) : []
            let volumes = state.assume(pod, on: node)
            let since = state.queue.firstSeen(uid: pod.uid) ?? begin
            let binder = extenders.first { !$0.bindVerb.isEmpty }
            perform { await self.bind(pod, to: node, volumes, devices, profile, by: binder, attempts: attempts, since: since) }
        case .none(var message):
            var nominated: String?
            if let diagnosis = outcome.diagnosis {
                (message, nominated) = await makeRoom(cycle, profile, diagnosis, extenders, &state, perform)
            }
            metrics.attempt("unschedulable", profile.schedulerName, tick - begin)
            let plugins = outcome.diagnosis?.plugins ?? []
            state.queue.failed(pod, hints: profile.hints(of: plugins), plugins: plugins, isAlone: true, now: tick)
            let (text, promise) = (message, nominated)
            perform { await self.report(pod, text, nominated: promise) }
        }
    }

    /// The extenders that have a say about a pod.
    func interested(in pod: PodState) -> [Extender] { extenders.isEmpty ? [] : extenders.filter { $0.isInterested(in: pod) } }

    /// Asks the plugins and the extenders about one pod. Throws what an extender that may not be ignored answered.
    func examine(
        _ cycle: SchedulingCycle, _ profile: Profile, _ nominated: NominatedPods, asking extenders: [Extender]
    ) async throws -> Profile.Outcome {
        if extenders.isEmpty { return profile.attempt(cycle, nominated: nominated, tieBreaker: random) }
        return try await attempt(cycle, profile, nominated, asking: extenders)
    }

    /// Who would have to leave for a pod that found no node.
    func victims(
        _ cycle: SchedulingCycle, _ profile: Profile, _ diagnosis: Diagnosis, _ state: Decisions, asking extenders: [Extender]
    ) async -> Preemption.Outcome {
        // A start is written on the pod alone, which is no news to the scheduler.
        let preemption = Preemption(profile: profile, nominated: state.nominated, budgets: state.disruptionBudgets) {
            self.pods.get($0.key)?.status.startTime ?? ""
        }
        let askable = extenders.filter { !$0.preemptVerb.isEmpty }
        if askable.isEmpty { return preemption.find(cycle, diagnosis, random: random) }
        return await find(preemption, cycle, diagnosis, asking: askable)
    }

    /// Gives idle devices back or makes pods leave for one that found no node; answers what the pod is told and where it is promised a
    /// place (nil: nothing new, "": nowhere any more).
    private func makeRoom(
        _ cycle: SchedulingCycle, _ profile: Profile, _ diagnosis: Diagnosis, _ extenders: [Extender], _ state: inout Decisions,
        _ perform: (@escaping @Sendable () async -> Void) -> Void
    ) async -> (message: String, nominated: String?) {
        let pod = cycle.pod
        let idle = diagnosis.plugins.contains(DynamicResources.name) ? DynamicResources.idle(cycle) : []
        if let claim = idle.first {
            // Before anybody must leave: devices that nobody uses.
            perform { await self.deallocate(claim, for: pod) }
            return (diagnosis.message(), nil)
        }
        guard profile.preempts, !cycle.nodes.isEmpty else { return (diagnosis.message(), nil) }
        let begin = ContinuousClock.now
        let found = await victims(cycle, profile, diagnosis, state, asking: extenders)
        metrics.preemptionTried()
        switch found {
        case .nobody(let nobody):
            cycle.times?.add(.postFilter, nobody.isError ? .error : .unschedulable, since: begin)
            let text = profile.message(diagnosis, for: pod, after: nobody)
            // A promise that no longer helps is taken back.
            guard !pod.nominatedNode.isEmpty, !nobody.message.contains("terminating pod") else { return (text, nil) }
            state.nominated.remove(uid: pod.uid)
            return (text, "")
        case .candidate(let candidate):
            cycle.times?.add(.postFilter, .success, since: begin)
            let displaced = state.nominated.promise(candidate, to: pod)
            let name = profile.schedulerName
            if !candidate.isUnderWay { perform { await self.preempt(pod, candidate, displaced, schedulerName: name) } }
            return (diagnosis.message(), candidate.node)
        }
    }

    /// Tells the scheduler's task of a claim that was written for it.
    func written(_ claim: ResourceResourceClaim) { inbox.add { $0.writtenClaims.append(claim) } }

    /// Returns when something is in the inbox or the time has come.
    private func wait(until deadline: Timestamp?) async throws {
        guard let deadline else { return try await inbox.signal.wait() }
        let pause = deadline - tick
        guard pause > .zero else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await self.clock.sleep(for: pause) }  // Cancelled when the inbox was first: no error.
            group.addTask { try? await self.inbox.signal.wait() }  // Cancelled when the time was first: no error.
            await group.next()
            group.cancelAll()
        }
        try Task.checkCancellation()
    }
}

extension EventRecorder.Regarding {
    package init(_ pod: PodState) {
        self.init(apiVersion: "v1", kind: "Pod", namespace: pod.key.namespace, name: pod.key.name, uid: pod.uid)
    }
}
