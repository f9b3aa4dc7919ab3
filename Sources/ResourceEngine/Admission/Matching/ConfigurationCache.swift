import Core
import Logging
import Store
import Synchronization
import Values

/// What the objects of one resource come to, made anew when they change: a write finds the webhooks and policies that are committed, and
/// one that finds none of them has paid a look at the store's index. Safe from any thread.
final class ConfigurationCache<Item: Sendable>: Sendable {
    private struct State {
        var snapshot: ResourceSnapshot?
        var made: [ObjectKey: (revision: Int64, item: Item?)] = [:]
        var items: [Item] = []
    }

    private let bucket: String
    private let make: @Sendable (Value) throws -> Item
    private let logger: Logger
    private let state = Mutex(State())

    /// `make` reads one object; what it cannot read is logged and left out.
    init(_ bucket: String, logger: Logger, make: @escaping @Sendable (Value) throws -> Item) {
        self.bucket = bucket
        self.logger = logger
        self.make = make
    }

    /// In the order of the objects' names. Costs nothing more than comparing two references while nothing has changed.
    func current(_ cluster: ClusterState) -> [Item] {
        let snapshot = cluster.store.snapshot(bucket)
        if snapshot.count() == 0 { return [] }
        return state.withLock { state in
            if let known = state.snapshot, known.isSame(as: snapshot) { return state.items }
            var made: [ObjectKey: (revision: Int64, item: Item?)] = [:]
            state.items = []
            for object in snapshot.objects() {
                if let known = state.made[object.key], known.revision == object.revision {
                    made[object.key] = known
                } else {
                    made[object.key] = (object.revision, read(object))
                }
                if let item = made[object.key]?.item { state.items.append(item) }
            }
            state.made = made
            state.snapshot = snapshot
            return state.items
        }
    }

    private func read(_ object: StoredObject) -> Item? {
        do {
            return try make(try object.parsed())
        } catch {
            logger.error("\(bucket) \(object.key) cannot be used for admission: \(error)")
            return nil
        }
    }
}
