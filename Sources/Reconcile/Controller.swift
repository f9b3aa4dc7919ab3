import Core
import Logging

/// Brings the world closer to what one key asks for. Called for one key by one worker at a time, again and again: whatever is
/// right already must be left alone.
package protocol Reconciler: Sendable {
    associatedtype Key: Hashable & Sendable

    /// Answers when to look again without being asked, if at all. An error means soon, and ever later while it lasts.
    func reconcile(_ key: Key) async throws -> Duration?
}

/// Runs a reconciler: a number of workers on one queue.
package struct Controller<R: Reconciler>: Sendable {
    private let name: String
    private let reconciler: R
    private let queue: WorkQueue<R.Key>
    private let workers: Int
    private let informers: [ResourceInformer]
    private let logger: Logger

    /// `informers` are those the reconciler reads: no key is worked on before each has its first list.
    package init(
        name: String, reconciler: R, queue: WorkQueue<R.Key>, workers: Int = 4, informers: [ResourceInformer], logger: Logger
    ) {
        self.name = name
        self.reconciler = reconciler
        self.queue = queue
        self.workers = workers
        self.informers = informers
        self.logger = logger
    }

    /// Works until its task is cancelled; workers finish the key they are at.
    package func run() async {
        do {
            for informer in informers { try await informer.waitUntilSynced() }
        } catch {
            return
        }
        await withDiscardingTaskGroup { group in
            group.addTask { await queue.run() }
            for _ in 0..<workers { group.addTask { await work() } }
        }
    }

    private func work() async {
        while let key = await queue.next() {
            do {
                let pause = try await reconciler.reconcile(key)
                queue.forget(key)
                if let pause { queue.add(key, after: pause) }
            } catch {
                if Task.isCancelled { return queue.done(key) }
                report(error, key)
                queue.retry(key)
            }
            queue.done(key)
        }
    }

    /// A write that lost a race is everyday life: the newer object is on its way and the key will be seen again.
    private func report(_ error: any Error, _ key: R.Key) {
        if let error = error as? APIError, error.reason == .conflict {
            logger.debug("\(name): \(key): \(error)")
        } else {
            logger.warning("\(name): \(key): \(error)")
        }
    }
}
