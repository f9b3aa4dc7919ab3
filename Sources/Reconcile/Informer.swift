import Client
import Core
import KubernetesAPI
import Logging

/// A local, always current copy of every object of a kind, with indexes. Several holders share one `base`.
package struct Informer<K: Kind>: Sendable {
    package let base: ResourceInformer

    package init(base: ResourceInformer) { self.base = base }

    /// An informer of its own, not shared; whoever makes it runs `base`.
    package init(
        client: Client, namespace: String = "", options: Client.Options = Client.Options(), clock: any Clock, logger: Logger
    ) {
        base = ResourceInformer(K.descriptor.gvr, client: client, namespace: namespace, options: options, clock: clock, logger: logger)
    }

    package var hasSynced: Bool { base.hasSynced }
    package func get(_ key: ObjectKey) -> K? { base.get(key).map(K.init) }
    /// Every object, or those of one namespace, in no particular order.
    package func list(namespace: String = "") -> [K] { base.list(namespace: namespace).map(K.init) }
    package func add(_ index: InformerIndex) { base.add(index) }
    /// The objects that an index (added before) files under a value, in no particular order.
    package func byIndex(_ index: InformerIndex, _ value: String) -> [K] { base.byIndex(index, value).map(K.init) }

    /// Calls `handler` with every change from now on, and first with all that is there already. See `ResourceInformer`.
    package func onChange(_ handler: @escaping @Sendable ([Change<K>]) -> Void) {
        base.onChange(as: K.self, handler)
    }

    package func waitUntilSynced() async throws { try await base.waitUntilSynced() }
    /// Returns once the cache reflects a write of one's own that answered `object`.
    package func waitFor(_ object: K) async throws { try await base.waitFor(revision: object.metadata.resourceVersion) }
    /// Returns once the cached object of this uid is gone or being deleted.
    package func waitForDeletion(_ key: ObjectKey, uid: String) async throws {
        try await base.waitFor(key) { value in
            guard let metadata = value?["metadata"], metadata["uid"]?.string == uid else { return true }
            return metadata["deletionTimestamp"]?.string != nil
        }
    }

    /// Raises `signal` at every change: for planners that look at everything at once.
    package func raise(_ signal: Signal) { base.onChange { _ in signal.raise() } }
}
