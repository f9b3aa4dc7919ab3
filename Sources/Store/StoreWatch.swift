import Core
import Synchronization

/// The changes of a resource from one revision on: batches of events in the order of revisions, without gap or duplicate.
///
/// It has one reader. It ends when that falls too far behind, when the store is closed and when the reader's task is cancelled;
/// the watch resumes from the last revision seen. It throws `StoreError.compacted` when history vanished before it was read.
package final class StoreWatch: AsyncSequence, Sendable {
    package typealias Element = [StoreEvent]

    /// What is still to be read from the log before the queue's own events.
    private struct Backfill {
        var position: Int64
        let through: Int64
    }

    static let pageSize = 500

    package let resource: String
    package let scope: WatchScope
    private let from: Int64
    private let store: Store
    private let queue: WatchQueue
    private let backfill: Mutex<Backfill?>

    init(store: Store, resource: String, queue: WatchQueue, from: Int64, backfillThrough: Int64?) {
        self.store = store
        self.resource = resource
        self.scope = queue.scope
        self.queue = queue
        self.from = from
        backfill = Mutex(backfillThrough.map { Backfill(position: from, through: $0) })
    }

    deinit { store.unregister(queue, resource: resource) }

    /// The next changes; an empty batch says that only `progress` has moved. Nil at the end.
    package func next() async throws -> [StoreEvent]? {
        while let page = backfill.withLock({ $0 }) {
            if Task.isCancelled { return nil }
            let events = try await store.history(resource, after: page.position, through: page.through, limit: Self.pageSize)
            backfill.withLock { backfill in
                if events.count < Self.pageSize { backfill = nil } else { backfill?.position = events[events.count - 1].revision }
            }
            let matching = events.filter(scope.contains)
            if !matching.isEmpty { return matching }
        }
        return await queue.next()
    }

    /// Every change of the scope up to this revision has been returned by `next`: what a bookmark may say.
    package var progress: Int64 {
        // Read before the queue: what was delivered by now is in the queue or taken.
        let delivered = store.deliveredRevision
        if let page = backfill.withLock({ $0 }) { return page.position }
        return Swift.max(from, queue.progress(delivered: delivered))
    }

    /// Ends the stream.
    package func cancel() { queue.end() }

    package struct AsyncIterator: AsyncIteratorProtocol {
        let watch: StoreWatch
        package mutating func next() async throws -> [StoreEvent]? { try await watch.next() }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(watch: self) }
}
