import Client
import Controllers
import Core
import KubernetesAPI
import Logging
import Reconcile
import ResourceEngine
import TestSupport
import Values

/// The control loops on an API server in this process, with nodes that only pretend.
struct ControlPlane {
    let cluster: TestCluster
    let client: Client
    let informers: InformerSet
    let controllers: ControllerSet
    let kubelet: Controller<PretendedKubelet>

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs the named loops (or all) while `body` runs. `watcher` sees all writes.
    static func run(
        _ names: [String] = ControllerSet.names, options: ControllerOptions = ControllerOptions(), runsPods: Bool = true,
        logger: Logger = quiet, services: BuiltInServices = BuiltInServices(), watcher: (any AdmissionPlugin)? = nil,
        _ body: (ControlPlane) async throws -> Void
    ) async throws {
        let cluster = try await TestCluster(
            services: services, plugins: { try BuiltInAdmission.plugins($0) + (watcher.map { [$0] } ?? []) })
        let client = cluster.client()
        let clock = HastyClock(base: cluster.clock)
        let informers = InformerSet(client: client, clock: clock, logger: logger)
        var options = options
        options.disabled = Set(ControllerSet.names).subtracting(names)
        options.servedResources = { Self.resources }
        let controllers = ControllerSet(
            clientFor: { cluster.client(UserInfo.serviceAccount($0), fieldManager: "kube-controller-manager") }, informers: informers,
            clock: clock, logger: logger, options: options)
        let kubelet = PretendedKubelet(client: client, pods: informers.informer(), clock: clock)
        let plane = ControlPlane(
            cluster: cluster, client: client, informers: informers, controllers: controllers, kubelet: kubelet.controller(logger))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await informers.run() }
            group.addTask { await controllers.run() }
            if runsPods { group.addTask { await plane.kubelet.run() } }
            try await body(plane)
            group.cancelAll()
        }
        await cluster.close()
    }

    /// The kinds that the tests use.
    static let resources: [ControllerOptions.ServedResource] = {
        let verbs: Set = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]
        let kinds = [
            Pod.descriptor, ConfigMap.descriptor, Service.descriptor, ServiceAccount.descriptor, Namespace.descriptor, Node.descriptor,
            Deployment.descriptor, ReplicaSet.descriptor, EndpointSlice.descriptor, Endpoints.descriptor, Secret.descriptor,
            ReplicationController.descriptor, Job.descriptor, CronJob.descriptor, StatefulSet.descriptor, DaemonSet.descriptor,
            ControllerRevision.descriptor, PersistentVolumeClaim.descriptor, PodDisruptionBudget.descriptor, ClusterRole.descriptor,
        ]
        return kinds.map {
            ControllerOptions.ServedResource(resource: $0.gvr, kind: $0.kind, isNamespaced: $0.isNamespaced, verbs: verbs)
        }
    }()

    /// Waits until the object is as `condition` says, and answers it.
    @discardableResult
    func wait<K: Kind>(_ type: K.Type, _ name: String, namespace: String = "default", until condition: @escaping @Sendable (K?) -> Bool)
        async throws
        -> K?
    {
        let key = ObjectKey(namespace: K.descriptor.isNamespaced ? namespace : "", name: name)
        let informer = informers.informer(K.self)
        try await informer.base.waitFor(key) { condition($0.map(K.init)) }
        return informer.get(key)
    }

    /// Waits until the pods of the namespace default are as `condition` says, and answers them.
    @discardableResult
    func waitForPods(until condition: @escaping @Sendable ([Pod]) -> Bool) async throws -> [Pod] {
        let informer = informers.informer(Pod.self)
        let signal = Signal()
        informer.raise(signal)
        while true {
            let pods = informer.list(namespace: "default")
            if condition(pods) { return pods }
            try await signal.wait()
        }
    }

    /// Moves the clock on, step by step, until the object is as `condition` says: for loops among others that sleep, too.
    @discardableResult
    func wait<K: Kind>(
        _ type: K.Type, _ name: String, namespace: String = "default", advancing step: Duration,
        until condition: @escaping @Sendable (K?) -> Bool
    ) async throws -> K? {
        try await advancing(by: step) { try await wait(type, name, namespace: namespace, until: condition) }
    }

    /// Moves the clock on, step by step, until `body` is done: what lost a race is tried again only with time.
    func advancing<T>(by step: Duration, _ body: () async throws -> T) async throws -> T {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    await cluster.clock.waitForSleepers()
                    cluster.clock.advance(by: step)
                    // Let those who were woken do their work before the next step.
                    for _ in 0..<1000 { await Task.yield() }
                }
            }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    /// Waits until somebody sleeps on the clock, then moves it on.
    func advance(_ duration: Duration) async {
        await cluster.clock.waitForSleepers()
        cluster.clock.advance(by: duration)
    }

    func pods(namespace: String = "default") async throws -> [Pod] { try await client.list(Pod.self, namespace: namespace).items }
    func replicaSets() async throws -> [ReplicaSet] {
        try await client.list(ReplicaSet.self, namespace: "default").items.sorted(by: Rollout.isOlder)
    }

    @discardableResult
    func createDeployment(_ name: String, replicas: Int, image: String = "web:1", change: (inout Deployment) -> Void = { _ in })
        async throws
        -> Deployment
    {
        var deployment = Deployment()
        deployment.metadata.name = name
        deployment.metadata.namespace = "default"
        deployment.spec.replicas = replicas
        deployment.spec.selector.matchLabels = ["app": name]
        deployment.spec.template.metadata.labels = ["app": name]
        var container = Container()
        container.name = "main"
        container.image = image
        deployment.spec.template.spec.containers = [container]
        change(&deployment)
        return try await client.create(deployment)
    }

    /// Changes the newest status of an object, trying again while others write it.
    @discardableResult
    func changeStatus<K: Kind>(_ type: K.Type, _ name: String, _ change: (inout K) -> Void) async throws -> K {
        try await self.change(type, name, subresource: "status", change)
    }

    /// Changes the newest state of an object, trying again while others write it.
    @discardableResult
    func change<K: Kind>(
        _ type: K.Type, _ name: String, namespace: String = "default", subresource: String = "", _ change: (inout K) -> Void
    ) async throws -> K {
        let key = ObjectKey(namespace: K.descriptor.isNamespaced ? namespace : "", name: name)
        while true {
            var object = try await client.get(K.self, key)
            change(&object)
            do {
                let written = try await client.update(object, subresource: subresource)
                // So that what a test waits for next is not seen in the state before.
                try await informers.informer(K.self).waitFor(written)
                return written
            } catch let error as APIError where error.reason == .conflict {
                continue
            }
        }
    }
}

/// A clock on which pauses of less than a second, such as before a retry, pass at once; longer ones wait for the test.
struct HastyClock: Core.Clock {
    let base: ManualClock

    var now: Timestamp { base.now }

    func sleep(for duration: Duration) async throws {
        guard duration < .seconds(1) else { return try await base.sleep(for: duration) }
        await Task.yield()
        try Task.checkCancellation()
        base.advance(by: duration)
    }
}

/// Says of every pod that it runs and is ready, and lets go of those being deleted. Images that end in "broken" never start;
/// those that end in "exits-N" run at once to the end with that code.
struct PretendedKubelet: Reconciler {
    let client: Client
    let pods: Informer<Pod>
    let clock: any Core.Clock
    let queue: WorkQueue<ObjectKey>

    init(client: Client, pods: Informer<Pod>, clock: any Core.Clock) {
        self.client = client
        self.pods = pods
        self.clock = clock
        queue = WorkQueue(clock: clock)
        pods.onChange { [queue] changes in queue.add(changes.map(\.key)) }
    }

    func controller(_ logger: Logger) -> Controller<Self> {
        Controller(name: "kubelet", reconciler: self, queue: queue, informers: [pods.base], logger: logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard var pod = pods.get(key) else { return nil }
        if pod.metadata.isBeingDeleted {
            if !pod.isFinished, !pod.metadata.finalizers.isEmpty {
                pod.status.phase = "Failed"
                _ = try await client.updateStatus(pod)
                return nil
            }
            guard pod.metadata.finalizers.isEmpty else { return nil }
            var options = Client.Options()
            options.gracePeriodSeconds = 0
            do { try await client.delete(Pod.self, key, options: options) } catch let error as APIError where error.reason == .notFound {}
            return nil
        }
        let image = pod.spec.containers.first?.image ?? ""
        guard !pod.isFinished, !image.hasSuffix("broken") else { return nil }
        if let code = image.split(separator: "-").last.flatMap({ Int($0) }), image.contains("exits-") {
            pod.end(code, at: clock.now)
            _ = try await client.updateStatus(pod)
            return nil
        }
        guard pod.status.phase != "Running" else { return nil }
        pod.status.phase = "Running"
        var ready = PodCondition()
        ready.type = "Ready"
        ready.status = "True"
        ready.lastTransitionTime = clock.now.rfc3339
        pod.status.conditions = [ready]
        let last = abs(key.hashValue % 250) + 1
        pod.status.podIP = "10.0.0.\(last)"
        var address = PodIP()
        address.ip = pod.status.podIP
        pod.status.podIPs = [address]
        _ = try await client.updateStatus(pod)
        return nil
    }
}

extension Pod {
    /// Makes its first container have ended with an exit code.
    mutating func end(_ code: Int, at time: Timestamp) {
        status.phase = code == 0 ? "Succeeded" : "Failed"
        var ended = ContainerStatus()
        ended.name = spec.containers[0].name
        ended.raw["state"] = ["terminated": ["exitCode": .int(Int64(code)), "finishedAt": .string(time.rfc3339)]]
        status.containerStatuses = [ended]
        status.conditions = []
    }
}
