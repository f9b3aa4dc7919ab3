import Client
import Core
import JSON
import KubernetesAPI
import Linux
import Logging
import Reconcile
import Runtime
import Synchronization
import Values

/// Runs the pods bound to one node and tells the cluster about them: what upstream calls a kubelet.
package final class NodeAgent: Sendable {
    private let agent: NodeAgentConfiguration
    private let client: Client
    private let runtime: any ContainerRuntime
    private let clock: any Clock
    private let logger: Logger
    private let pods: Informer<Pod>
    private let services: Informer<Service>
    private let workers = Mutex<[String: PodWorker]>([:])
    private let context = Mutex<NodeContext?>(nil)
    private let usesControlGroups: Bool
    private let resizing = Mutex<Void>(())
    private let staticPods = Mutex<[Pod]>([])
    private let staticPodsKnown = Signal()

    /// `client` acts as the node (`system:node:NAME` in `system:nodes`). Simulated nodes have no control groups.
    package init(
        _ configuration: NodeAgentConfiguration, client: Client, runtime: any ContainerRuntime, logger: Logger,
        clock: any Clock = SystemClock(),
        usesControlGroups: Bool = true
    ) {
        agent = configuration
        self.client = client
        self.runtime = runtime
        self.clock = clock
        self.logger = logger
        self.usesControlGroups = usesControlGroups
        var options = Client.Options()
        options.fieldSelector = "spec.nodeName=\(configuration.nodeName)"
        pods = Informer(client: client, options: options, clock: clock, logger: logger)
        services = Informer(client: client, clock: clock, logger: logger)
    }

    /// Runs until its task is cancelled; containers go on running then, and the next agent adopts them.
    /// Throws when the runtime does not answer at all.
    package func run() async throws {
        let context = try await makeContext()
        self.context.withLock { $0 = context }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.pods.base.run() }
            group.addTask { await self.services.base.run() }
            group.addTask { await context.recorder.run() }
            group.addTask { await context.statuses.run() }
            group.addTask { await context.tasks.run() }
            group.addTask { await NodeReporter(context).run() }
            let images = ImageGarbage(context)
            group.addTask {
                await Housekeeping(context, images: images).run(
                    livePods: { self.livePods }, lookAgain: { self.resolveResizes(context) },
                    removeOrphans: { await self.removeOrphans(context) })
            }
            group.addTask {
                await Evictor(context, images: images) { self.workers.withLock { Array($0.values) } }.run()
            }
            group.addTask { await self.followStaticPods(context) }
            group.addTask { await context.mirrors.run() }
            group.addTask { await self.serve(context) }
            group.addTask { await self.followRuntime(context) }
        }
    }

    private func makeContext() async throws -> NodeContext {
        let version = try await runtime.version()
        let usesControlGroups = usesControlGroups
        let agent = agent
        let pullRecords = ImagePullRecords(
            directory: agent.pullRecordsDirectory, verification: agent.imageVerification, logger: logger)
        let (machine, cgroups, dns, allocatable, records) = try await BlockingPool.files.run {
            try Files.createDirectory(agent.podsDirectory, mode: 0o750)
            try Files.createDirectory(agent.logsDirectory)
            let machine = Machine.probe()
            let dns = PodConfiguration.DNSSettings(resolvConf: (try? Files.readText("/etc/resolv.conf")) ?? "")
            try pullRecords.load()
            var records: [String: Value] = [:]
            for uid in try Files.list(agent.podsDirectory) {
                // What is missing or damaged is made anew from the pod.
                records[uid] = (try? Files.read(PodWorker.recordPath(agent, uid))).flatMap { try? JSONParser.parse($0) }
            }
            return (machine, usesControlGroups ? try Cgroups.probe() : nil, dns, NodeCapacity(agent, machine).allocatable, records)
        }
        if usesControlGroups, cgroups == nil { logger.error("no control groups are mounted: containers cannot be run") }
        return NodeContext(
            agent: agent, client: client, runtime: runtime, clock: clock, logger: logger, services: services, machine: machine,
            cgroups: cgroups,
            runtimeName: version.runtimeName, hostDNS: dns, allocatable: allocatable, records: records, pullRecords: pullRecords)
    }

    // MARK: Pods

    private func serve(_ context: NodeContext) async {
        do {
            try await services.waitUntilSynced()
            try await pods.waitUntilSynced()
        } catch {
            return
        }
        // What they run from before is theirs, and no orphan's.
        if !agent.staticPodPath.isEmpty { try? await staticPodsKnown.wait() }
        pods.onChange { [self] changes in
            for change in changes {
                if let pod = change.new ?? change.old, StaticPodManifest.isMirror(pod) {
                    context.mirrors.note(pod.key, change.new)
                } else if let new = change.new {
                    if let old = change.old, old.metadata.uid != new.metadata.uid { worker(old.metadata.uid)?.remove() }
                    admit(new, context)
                } else if let old = change.old {
                    worker(old.metadata.uid)?.remove()
                }
            }
            resolveResizes(context)
        }
        await removeOrphans(context)
    }

    /// Starts the static pods that are asked for and ends the others. A changed one starts once the one before it has ended.
    private func adoptStaticPods(_ context: NodeContext) {
        let wanted = staticPods.withLock { $0 }
        let uids = Set(wanted.map(\.metadata.uid))
        let running = workers.withLock { Array($0.values) }
        for worker in running where StaticPodManifest.isStatic(worker.pod) && !uids.contains(worker.pod.metadata.uid) { worker.remove() }
        for pod in wanted where !running.contains(where: { $0.pod.key == pod.key }) { admit(pod, context) }
    }

    private func followStaticPods(_ context: NodeContext) async {
        guard !agent.staticPodPath.isEmpty else { return }
        await StaticPodSource(context).run { pods in
            self.staticPods.withLock { $0 = pods }
            context.mirrors.want(pods)
            self.adoptStaticPods(context)
            self.staticPodsKnown.raise()
        }
    }

    private func worker(_ uid: String) -> PodWorker? { workers.withLock { $0[uid] } }
    private var livePods: Set<String> { Set(workers.withLock { Array($0.keys) }) }

    private func admit(_ pod: Pod, _ context: NodeContext) {
        let uid = pod.metadata.uid
        let (worker, isNew) = workers.withLock { workers in
            if let known = workers[uid] { return (known, false) }
            let worker = PodWorker(pod, context)
            // What runs already, or has ended, was admitted by an earlier agent.
            if pod.status.startTime.isEmpty, pod.metadata.deletionTimestamp.isEmpty {
                let others = workers.values.filter { !$0.hasEnded }.map(\.pod)
                if let refusal = context.pressure.refusal(of: pod) {
                    worker.refuse(refusal)
                } else if let refusal = PodAdmission.rejection(
                    of: pod, beside: others, allocatable: context.allocatable, enforcesAppArmor: context.machine.enforcesAppArmor)
                {
                    worker.refuse(refusal)
                }
            }
            workers[uid] = worker
            return (worker, true)
        }
        guard isNew else { return worker.update(pod) }
        run(worker, uid, context)
    }

    private func run(_ worker: PodWorker, _ uid: String, _ context: NodeContext) {
        context.tasks.add { [self] in
            await worker.run()
            guard !Task.isCancelled else { return }
            workers.withLock { _ = $0.removeValue(forKey: uid) }
            context.statuses.forget(uid)
            context.probes.forget(uid)
            adoptStaticPods(context)
            resolveResizes(context)
        }
    }

    /// Grants the resizes that there is room for, and tells the others why they wait.
    private func resolveResizes(_ context: NodeContext) {
        resizing.withLock { _ in
            let all = workers.withLock { Array($0.values) }
            let waiting = all.compactMap { worker in worker.wish.map { (worker: worker, pod: $0.pod, rank: $0.rank) } }
            for entry in waiting.sorted(by: { $0.rank < $1.rank }) {
                let others = all.filter { $0 !== entry.worker && !$0.hasEnded }.map(\.pod)
                if let shortage = PodAdmission.shortage(of: entry.pod, beside: others, allocatable: context.allocatable) {
                    entry.worker.postpone(shortage.reason, shortage.message)
                } else {
                    entry.worker.grant()
                }
            }
        }
    }

    /// What the runtime or the disk has of pods that the API no longer knows is ended as if their deletion had been seen.
    private func removeOrphans(_ context: NodeContext) async {
        do {
            var orphans: [String: ObjectKey] = [:]
            for sandbox in try await runtime.sandboxes(CRIPodSandboxFilter()) {
                guard let uid = sandbox.labels[PodConfiguration.Label.podUID] else { continue }
                orphans[uid] = ObjectKey(namespace: sandbox.metadata.namespace, name: sandbox.metadata.name)
            }
            for uid in try Files.list(agent.podsDirectory) where orphans[uid] == nil { orphans[uid] = ObjectKey(namespace: "", name: "") }
            for (uid, key) in orphans where worker(uid) == nil {
                var pod = Pod()
                pod.metadata.uid = uid
                pod.metadata.namespace = key.namespace
                pod.metadata.name = key.name
                let worker = PodWorker(pod, context)
                worker.remove()
                workers.withLock { $0[uid] = worker }
                run(worker, uid, context)
            }
        } catch {
            logger.warning("pods of earlier times were not looked for", metadata: ["error": "\(error)"])
        }
    }

    /// Wakes the workers whose containers something happened to.
    private func followRuntime(_ context: NodeContext) async {
        for await id in runtime.events() {
            if id.isEmpty {
                for worker in workers.withLock({ Array($0.values) }) { worker.wake() }
                continue
            }
            do {
                var uid = try await runtime.containers(.with { $0.id = id }).first?.labels[PodConfiguration.Label.podUID]
                if uid == nil { uid = try await runtime.sandboxes(.with { $0.id = id }).first?.labels[PodConfiguration.Label.podUID] }
                if let uid { worker(uid)?.wake() }
            } catch {
                for worker in workers.withLock({ Array($0.values) }) { worker.wake() }
            }
        }
    }

    // MARK: For the endpoint

    /// The pods this node runs, with their newest status.
    package func currentPods() -> [Pod] {
        let context = context.withLock { $0 }
        return workers.withLock { Array($0.values) }.map { worker in
            var pod = worker.pod
            if let status = context?.statuses.latest(pod.metadata.uid) { pod.status = status }
            return pod
        }
    }

    /// The container of a pod as the API knows it. Throws `APIError` (not found) with upstream's words.
    func container(_ key: ObjectKey, _ name: String, previous: Bool = false) async throws -> (pod: Pod, status: CRIContainerStatus) {
        guard let worker = workers.withLock({ $0.values.first { $0.pod.key == key } }) else {
            throw APIError.notFound(GroupResource(group: "", resource: "pods"), key.name)
        }
        let pod = worker.pod
        let observation = try await worker.observe()
        let instances = observation.containers[name] ?? []
        guard let status = previous ? instances.dropFirst().first : instances.first else {
            if pod.container(named: name) == nil {
                throw APIError.badRequest("container \(name) is not valid for pod \(key.name)")
            }
            throw APIError.badRequest(
                previous
                    ? "previous terminated container \"\(name)\" in pod \"\(key.name)\" not found"
                    : "container \"\(name)\" in pod \"\(key.name)\" is waiting to start: ContainerCreating")
        }
        return (pod, status)
    }

    func sandbox(_ key: ObjectKey) async throws -> String {
        guard let worker = workers.withLock({ $0.values.first { $0.pod.key == key } }),
            let sandbox = try await worker.observe().readySandbox
        else { throw APIError.notFound(GroupResource(group: "", resource: "pods"), key.name) }
        return sandbox.id
    }

    var containerRuntime: any ContainerRuntime { runtime }
    var configuration: NodeAgentConfiguration { agent }
    var nodeContext: NodeContext? { context.withLock { $0 } }
}
