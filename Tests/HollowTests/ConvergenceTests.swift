import Client
import Controllers
import Core
import Glibc
import Hollow
import KubernetesAPI
import Logging
import Randomness
import Reconcile
import Scheduler
import Synchronization
import TestSupport
import Testing
import Values

/// What must hold at every moment, whatever happens.
private final class Invariants: Sendable {
    private struct State {
        var nodes: [ObjectKey: (uid: String, node: String)] = [:]
        var placed: [String: Set<String>] = [:]
        var violations: [String] = []
    }
    private let state = Mutex(State())
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    var violations: [String] { state.withLock { $0.violations } }

    func take(_ changes: [Change<Pod>]) {
        state.withLock { state in
            for change in changes {
                let pod = change.latest
                let isOver = change.new == nil || pod.status.phase == "Succeeded" || pod.status.phase == "Failed"
                if let known = state.nodes[change.key] {
                    if change.new != nil, known.uid == pod.metadata.uid, known.node != pod.spec.nodeName {
                        state.violations.append("pod \(change.key) went from node \(known.node) to \(pod.spec.nodeName)")
                    }
                    state.placed[known.node]?.remove(known.uid)
                    state.nodes[change.key] = nil
                }
                guard !isOver, !pod.spec.nodeName.isEmpty else { continue }
                state.nodes[change.key] = (pod.metadata.uid, pod.spec.nodeName)
                state.placed[pod.spec.nodeName, default: []].insert(pod.metadata.uid)
                let count = state.placed[pod.spec.nodeName]?.count ?? 0
                if count > capacity { state.violations.append("node \(pod.spec.nodeName) holds \(count) pods of \(capacity)") }
            }
        }
    }
}

/// A cluster in simulated time, to which a seeded sequence of things is done: control loops, scheduler and simulated nodes are the
/// real ones. `MARTLET_SEED=N` replays one seed or starts from another.
@Suite struct ConvergenceTests {
    private static let capacity = 8
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let seeds: [UInt64] = getenv("MARTLET_SEED").flatMap { UInt64(String(cString: $0)) }.map { [$0] } ?? [1]

    private struct World {
        let cluster: TestCluster
        let client: Client
        let pods: Informer<Pod>
        let deployments: Informer<Deployment>
        let jobs: Informer<Job>

        /// Control loops and scheduler, as one process that may be killed.
        func startComponents() -> Task<Void, Never> {
            let (cluster, client) = (cluster, client)
            return Task {
                let informers = InformerSet(client: client, clock: cluster.clock, logger: logger)
                var options = ControllerOptions()
                let wanted: Set = [
                    "deployment-controller", "replicaset-controller", "job-controller", "pod-garbage-collector-controller",
                    "garbage-collector-controller",
                ]
                options.disabled = Set(ControllerSet.names).subtracting(wanted)
                let verbs: Set = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]
                options.servedResources = {
                    [Pod.descriptor, ReplicaSet.descriptor, Deployment.descriptor, Job.descriptor].map {
                        .init(resource: $0.gvr, kind: $0.kind, isNamespaced: $0.isNamespaced, verbs: verbs)
                    }
                }
                let controllers = ControllerSet(
                    clientFor: { _ in client }, informers: informers, clock: cluster.clock, logger: logger, options: options)
                let events = EventRecorder(client: client, component: "default-scheduler", clock: cluster.clock, logger: logger)
                let scheduler = Scheduler(client: client, informers: informers, events: events, clock: cluster.clock, logger: logger)
                await withDiscardingTaskGroup { group in
                    group.addTask { await informers.run() }
                    group.addTask { await controllers.run() }
                    group.addTask { await scheduler.run() }
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(3)), arguments: seeds)
    func `whatever is done to it, the cluster comes to what is asked for and never breaks a promise`(seed: UInt64) async throws {
        let cluster = try await TestCluster()
        let client = cluster.client()
        var namespace = Namespace()
        namespace.metadata.name = "kube-node-lease"
        _ = try await client.create(namespace)
        var options = HollowOptions()
        options.nodes = 4
        options.podsPerNode = Self.capacity
        options.leaseInterval = .seconds(1_000_000)
        options.writers = 4
        for index in options.stages.indices { options.stages[index].delay = .milliseconds(300) }
        let hollow = HollowNodes(client: client, options: options, clock: cluster.clock, logger: Self.logger, random: { 0.5 })
        let watched = InformerSet(client: client, clock: cluster.clock, logger: Self.logger)
        let world = World(
            cluster: cluster, client: client, pods: watched.informer(), deployments: watched.informer(), jobs: watched.informer())
        let invariants = Invariants(capacity: Self.capacity)
        world.pods.onChange { invariants.take($0) }
        let registered = Signal()
        let ticking = Task {
            while !Task.isCancelled {
                await cluster.clock.waitForSleepers()
                cluster.clock.advance(by: .milliseconds(100))
                await Task.yield()
            }
        }
        let others = [Task { await watched.run() }, Task { await hollow.run { registered.raise() } }]
        try await registered.wait()
        for node in try await client.list(Node.self).items {
            _ = try await client.patch(Node.self, node.key, .merge, ["spec": ["taints": .null]])
        }
        var components = world.startComponents()
        let outcome: Result<Void, any Error>
        do {
            var dice = SplitMix(seed: seed)
            for step in 0..<30 { try await self.step(step, &dice, world, &components) }
            try await converge(world)
            outcome = .success(())
        } catch { outcome = .failure(error) }
        for task in others + [components, ticking] { task.cancel() }
        for task in others + [components] { await task.value }
        await cluster.close()
        try outcome.get()
        #expect(invariants.violations.isEmpty, "seed \(seed)")
    }

    private func step(_ number: Int, _ dice: inout SplitMix, _ world: World, _ components: inout Task<Void, Never>) async throws {
        let client = world.client
        let name = "d\(dice.below(4))"
        let key = ObjectKey(namespace: "default", name: name)
        func ignoringAbsence(_ body: () async throws -> Void) async throws {
            do { try await body() } catch let error as APIError where error.reason == .notFound || error.reason == .alreadyExists {}
        }
        switch dice.below(9) {
        case 0, 1: try await ignoringAbsence { _ = try await client.create(deployment(name, replicas: 3)) }
        case 2:
            let replicas = Int64(dice.below(6))
            try await ignoringAbsence { _ = try await client.patch(Deployment.self, key, .merge, ["spec": ["replicas": .int(replicas)]]) }
        case 3:
            try await ignoringAbsence {
                _ = try await client.patch(
                    Deployment.self, key, .merge,
                    ["spec": ["template": ["metadata": ["annotations": ["step": .string("\(number)")]]]]])
            }
        case 4: try await ignoringAbsence { try await client.delete(Deployment.self, key) }
        case 5:
            let pods = try await client.list(Pod.self, namespace: "default").items
            guard !pods.isEmpty else { return }
            let victim = pods[dice.below(pods.count)].key
            try await ignoringAbsence { try await client.delete(Pod.self, victim) }
        case 6:
            let node = ObjectKey(name: "hollow-0000\(dice.below(4))")
            let isCordoned = dice.below(2) == 0
            _ = try await client.patch(Node.self, node, .merge, ["spec": ["unschedulable": .bool(isCordoned)]])
        case 7:
            var job = Job()
            job.metadata.namespace = "default"
            job.metadata.name = "j\(number)"
            job.raw["spec"] = [
                "completions": 2, "parallelism": 2, "template": ["spec": ["restartPolicy": "Never", "containers": containers]],
            ]
            _ = try await client.create(job)
        default:
            // The process with the control loops and the scheduler is killed, and another starts.
            components.cancel()
            await components.value
            components = world.startComponents()
        }
        // Some time for some of it to happen, measured by what the clock has seen.
        let pause = dice.below(10)
        if pause > 0 { try await world.cluster.clock.sleep(for: .milliseconds(200 * pause)) }
    }

    private var containers: Value { [["name": "c", "image": "registry.example/app:1", "resources": ["requests": ["cpu": "100m"]]]] }

    private func deployment(_ name: String, replicas: Int64) -> Deployment {
        var deployment = Deployment()
        deployment.metadata.namespace = "default"
        deployment.metadata.name = name
        deployment.raw["spec"] = [
            "replicas": .int(replicas), "selector": ["matchLabels": ["app": .string(name)]],
            "template": ["metadata": ["labels": ["app": .string(name)]], "spec": ["containers": containers]],
        ]
        return deployment
    }

    /// Waits until everything is as the objects ask for, and checks that nothing is left over.
    private func converge(_ world: World) async throws {
        for node in try await world.client.list(Node.self).items {
            _ = try await world.client.patch(Node.self, node.key, .merge, ["spec": ["unschedulable": false]])
        }
        let asked = try await world.client.list(Deployment.self, namespace: "default").items
        for deployment in asked {
            let replicas = deployment.spec.replicas ?? 1
            try await world.deployments.base.waitFor(deployment.key) { value in
                guard let value else { return false }
                let now = Deployment(value)
                return (now.status.observedGeneration ?? 0) >= (now.metadata.generation ?? 0)
                    && (now.status.replicas ?? 0) == replicas && (now.status.updatedReplicas ?? 0) == replicas
                    && (now.status.availableReplicas ?? 0) == replicas
            }
        }
        for job in try await world.client.list(Job.self, namespace: "default").items {
            try await world.jobs.base.waitFor(job.key) { value in
                value.map { Job($0).status.conditions.contains { $0.type == "Complete" && $0.status == "True" } } ?? false
            }
        }
        let names = Set(asked.map(\.metadata.name))
        for pod in try await world.client.list(Pod.self, namespace: "default").items {
            guard let app = pod.metadata.labels["app"] else { continue }
            // What belongs to nobody any more goes.
            if !names.contains(app) || !pod.metadata.deletionTimestamp.isEmpty { try await world.pods.base.waitFor(pod.key) { $0 == nil } }
        }
        let left = try await world.client.list(Pod.self, namespace: "default").items
        for deployment in asked {
            let own = left.filter { $0.metadata.labels["app"] == deployment.metadata.name }
            #expect(own.count == deployment.spec.replicas ?? 1, "\(deployment.key)")
            #expect(own.allSatisfy { $0.status.phase == "Running" && !$0.spec.nodeName.isEmpty })
        }
    }
}
