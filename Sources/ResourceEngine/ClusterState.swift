import Core
import Store
import Values

/// What rules may look at besides the object in hand: the stored objects, the time, fresh identifiers. Reads are synchronous and answer
/// from memory what is durable now.
package final class ClusterState: Sendable {
    package let store: Store
    package let clock: any Clock
    package let identifiers: any IdentifierSource
    package let parsed: ParsedObjects

    package init(store: Store, clock: any Clock, identifiers: any IdentifierSource) {
        self.store = store
        self.clock = clock
        self.identifiers = identifiers
        parsed = ParsedObjects()
    }

    /// The stored object, or nil. `bucket` is the storage name: "pods", "apps/deployments".
    package func get(_ bucket: String, _ key: ObjectKey) throws -> Value? {
        guard let stored = store.get(bucket, key) else { return nil }
        return try parsed.value(of: stored)
    }

    /// Every object of a bucket, of one namespace when given. Cost: the number of those objects.
    package func list(_ bucket: String, namespace: String? = nil) throws -> [Value] {
        try store.list(bucket, namespace: namespace).objects.map { try parsed.value(of: $0) }
    }
}
