import Client
import Core
import KubernetesAPI
import Reconcile
import ResourceEngine
import Synchronization
import Values

/// Keeps the status of every resource quota: how much of what it limits its namespace uses. Follows a resource only once some
/// quota limits it.
///
/// What it writes holds for the revision of the quota that it replaces: everything that was charged by then has been counted, and what was
/// charged later makes the write fail.
struct ResourceQuotaReconciler: Reconciler {
    /// Changes of a burst are counted together.
    private static let patience = Duration.milliseconds(200)

    /// After it a charge of admission has its object, or never will, even where charges come first (upstream's API server).
    private static let settling = Duration.seconds(2)

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
        quotas.onChange { [queue] changes in
            for change in changes {
                // There is nothing to count for a charge of admission but what went wrong with it.
                let isCharge = change.old != nil && change.old?.spec == change.new?.spec
                if isCharge { queue.add(change.key, after: Self.settling) } else { queue.add([change.key]) }
            }
        }
    }

    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 5, informers: [quotas.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let quota = quotas.get(key), !quota.metadata.isBeingDeleted else { return nil }
        var updated = quota
        updated.status.hard = quota.spec.hard
        updated.status.used = try await usage(of: quota, since: 0)
        guard updated.status.hard != quota.status.hard || updated.status.used != quota.status.used else { return nil }
        updated.status.used = try await usage(of: quota, since: Int64(quota.metadata.resourceVersion) ?? 0)
        do {
            try await quotas.waitFor(try await context.client.updateStatus(updated))
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
        return nil
    }

    /// How much of all that it limits the quota's namespace uses, at some revision since the given one.
    private func usage(of quota: ResourceQuota, since revision: Int64) async throws -> [String: String] {
        var used: [String: String] = [:]
        for name in quota.spec.hard.keys { used[name] = try await usage(name, quota, revision).description }
        return used
    }

    /// How much of one limited thing the quota's namespace uses.
    private func usage(_ name: String, _ quota: ResourceQuota, _ revision: Int64) async throws -> Quantity {
        let namespace = quota.metadata.namespace
        if name.hasPrefix("count/") { return try await count(String(name.dropFirst("count/".count)), namespace, revision) }
        switch name {
        case "configmaps", "secrets", "replicationcontrollers", "resourcequotas": return try await count(name, namespace, revision)
        case "services", "services.nodeports", "services.loadbalancers":
            let services: [Service] = try await objects(namespace, revision)
            return total(name, "services", services, quota)
        case let name where name.hasSuffix("persistentvolumeclaims") || name.hasSuffix("requests.storage"):
            let claims: [PersistentVolumeClaim] = try await objects(namespace, revision)
            return total(name, "persistentvolumeclaims", claims, quota)
        case let name where name.hasSuffix(QuotaUsage.deviceClass):
            let claims: [ResourceResourceClaim] = try await objects(namespace, revision)
            return total(name, "resourceclaims", claims, quota, group: "resource.k8s.io")
        default:
            let pods: [Pod] = try await objects(namespace, revision)
            return total(name, "pods", pods, quota)
        }
    }

    private func total(
        _ name: String, _ resource: String, _ objects: [some Kind], _ quota: ResourceQuota, group: String = ""
    ) -> Quantity {
        let usage = QuotaUsage(resource: GroupResource(group: group, resource: resource), now: context.clock.now)
        return objects.filter { usage.isInScope($0.raw, quota.spec) }.reduce(Quantity.zero) { $0 + (usage.used($1.raw)[name] ?? .zero) }
    }

    /// How many objects of a resource ("deployments.apps") there are.
    private func count(_ name: String, _ namespace: String, _ revision: Int64) async throws -> Quantity {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        let group = parts.count == 2 ? parts[1] : ""
        let served = try await servedResources().first { $0.resource.resource == parts.first && $0.resource.group == group }
        guard let served else { return .zero }
        let informer = try await follow(context.informers.metadataInformer(served.resource))
        let objects = try await objects(informer, namespace, revision)
        return Quantity(Int64(objects.count))
    }

    private func objects<K: Kind>(_ namespace: String, _ revision: Int64) async throws -> [K] {
        try await objects(try await follow(context.informer(K.self).base), namespace, revision).map(K.init)
    }

    /// What a namespace has at some revision since the given one: from the cache, or from the server when the cache may be older.
    private func objects(_ informer: ResourceInformer, _ namespace: String, _ revision: Int64) async throws -> [Value] {
        if informer.revision >= revision { return informer.list(namespace: namespace) }
        return try await context.client.list(informer.resource, namespace: namespace)["items"]?.array ?? []
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
