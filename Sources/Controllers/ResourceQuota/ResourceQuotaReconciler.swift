import Client
import Core
import KubernetesAPI
import Reconcile
import Synchronization
import Values

/// Keeps the status of every resource quota: how much of what it limits its namespace uses. Follows a resource only once some
/// quota limits it.
struct ResourceQuotaReconciler: Reconciler {
    /// Changes of a burst are counted together.
    private static let patience = Duration.milliseconds(200)

    private final class Followed: Sendable {
        let resources = Mutex<Set<GroupVersionResource>>([])
    }

    let context: ControllerContext
    let servedResources: @Sendable () async throws -> [ControllerOptions.ServedResource]
    let quotas: Informer<ResourceQuota>
    let queue: WorkQueue<ObjectKey>
    private let followed = Followed()

    init(context: ControllerContext, servedResources: @escaping @Sendable () async throws -> [ControllerOptions.ServedResource]) {
        self.context = context
        self.servedResources = servedResources
        quotas = context.informer()
        queue = context.queue()
        quotas.onChange { [queue] changes in queue.add(changes.map(\.key)) }
    }

    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 5, informers: [quotas.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let quota = quotas.get(key), !quota.metadata.isBeingDeleted else { return nil }
        var used: [String: String] = [:]
        for name in quota.spec.hard.keys { used[name] = try await usage(name, quota).description }
        var updated = quota
        updated.status.hard = quota.spec.hard
        updated.status.used = used
        guard updated.status.hard != quota.status.hard || updated.status.used != quota.status.used else { return nil }
        do {
            try await quotas.waitFor(try await context.client.updateStatus(updated))
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
        return nil
    }

    /// How much of one limited thing the quota's namespace uses.
    private func usage(_ name: String, _ quota: ResourceQuota) async throws -> Quantity {
        let namespace = quota.metadata.namespace
        if name.hasPrefix("count/") { return try await count(String(name.dropFirst("count/".count)), namespace) }
        switch name {
        case "configmaps", "secrets", "replicationcontrollers", "resourcequotas": return try await count(name, namespace)
        case "services", "services.nodeports", "services.loadbalancers":
            let services: [Service] = try await objects(namespace)
            return Quantity(Int64(services.reduce(0) { $0 + Self.count($1, name) }))
        case "persistentvolumeclaims", "requests.storage": return try await claims(name, class: nil, namespace)
        default: break
        }
        // "gold.storageclass.storage.k8s.io/requests.storage"
        if let slash = name.firstIndex(of: "/"), name[..<slash].hasSuffix(".storageclass.storage.k8s.io") {
            let storageClass = name[..<slash].dropLast(".storageclass.storage.k8s.io".count)
            return try await claims(String(name[name.index(after: slash)...]), class: String(storageClass), namespace)
        }
        let now = context.clock.now
        let pods: [Pod] = try await objects(namespace)
        return pods.map { PodUsage(pod: $0, now: now) }.filter { $0.isInScope(quota.spec) }
            .reduce(Quantity.zero) { $0 + ($1.used[name] ?? .zero) }
    }

    /// How many objects of a resource ("deployments.apps") there are.
    private func count(_ name: String, _ namespace: String) async throws -> Quantity {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        let group = parts.count == 2 ? parts[1] : ""
        let served = try await servedResources().first { $0.resource.resource == parts.first && $0.resource.group == group }
        guard let served else { return .zero }
        return Quantity(Int64(try await follow(context.informers.metadataInformer(served.resource)).list(namespace: namespace).count))
    }

    private static func count(_ service: Service, _ name: String) -> Int {
        switch (name, service.spec.type) {
        case ("services", _): 1
        case ("services.loadbalancers", "LoadBalancer"): 1
        case ("services.nodeports", "NodePort"): service.spec.ports.count
        case ("services.nodeports", "LoadBalancer"):
            service.spec.allocateLoadBalancerNodePorts == false
                ? service.spec.ports.count { $0.nodePort ?? 0 != 0 } : service.spec.ports.count
        default: 0
        }
    }

    private func claims(_ name: String, class storageClass: String?, _ namespace: String) async throws -> Quantity {
        let claims: [PersistentVolumeClaim] = try await objects(namespace)
        let counted = claims.filter { storageClass == nil || $0.spec.storageClassName == storageClass }
        if name == "persistentvolumeclaims" { return Quantity(Int64(counted.count)) }
        return counted.reduce(Quantity.zero) { $0 + ($1.spec.resources?.requests["storage"].flatMap { Quantity($0) } ?? .zero) }
    }

    private func objects<K: Kind>(_ namespace: String) async throws -> [K] {
        let informer = context.informer(K.self)
        _ = try await follow(informer.base)
        return informer.list(namespace: namespace)
    }

    /// Makes the changes of a resource wake the quotas of their namespaces, and waits for its first list.
    private func follow(_ informer: ResourceInformer) async throws -> ResourceInformer {
        if followed.resources.withLock({ $0.insert(informer.resource).inserted }) {
            informer.onChange { [queue, quotas] changes in
                for namespace in Set(changes.map(\.key.namespace)) {
                    for quota in quotas.list(namespace: namespace) { queue.add(quota.key, after: Self.patience) }
                }
            }
        }
        try await informer.waitUntilSynced()
        return informer
    }
}
