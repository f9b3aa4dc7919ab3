import Core
import Synchronization

/// A queue of keys to reconcile: a key waits in it once however often it is added, and is never handed to two workers at once
/// (one added while it is worked on comes back when that is done). Bounded by the number of distinct keys.
///
/// Somebody must run `run()` for delayed keys to come due.
package final class WorkQueue<Key: Hashable & Sendable>: Sendable {
    private struct Delayed: Comparable {
        let due: Duration
        let key: Key
        static func < (one: Delayed, other: Delayed) -> Bool { one.due < other.due }
        static func == (one: Delayed, other: Delayed) -> Bool { one.due == other.due }
    }

    private struct State {
        var ready: [Key] = []
        var head = 0
        var dirty: Set<Key> = []
        var processing: Set<Key> = []
        /// When delayed keys come due, by the clock's uptime: setting the wall clock back delays nothing.
        var delayed: [Key: Duration] = [:]
        /// The same, the earliest first, with entries that an earlier one has overtaken.
        var schedule = BinaryHeap<Delayed>()
        var failures: [Key: Int] = [:]
        var takers: [(id: Int, continuation: CheckedContinuation<Key?, Never>)] = []
        var nextTaker = 0
        var isShutDown = false
        /// Kept only where there are figures: since when keys wait, and the turns of those worked on.
        var waitingSince: [Key: Timestamp] = [:]
        var turns: [Key: Int] = [:]
        let metrics: WorkQueueMetrics.Queue?
        let clock: any Clock

        mutating func pop() -> Key? {
            guard head < ready.count else { return nil }
            let key = ready[head]
            head += 1
            if let metrics {
                let now = clock.now
                turns[key] = metrics.taken(waited: now - (waitingSince.removeValue(forKey: key) ?? now), at: now)
            }
            if head > 64, head * 2 > ready.count {
                ready.removeFirst(head)
                head = 0
            }
            dirty.remove(key)
            processing.insert(key)
            return key
        }

        /// Hands a ready key to somebody who waits for one.
        mutating func match() -> (taker: CheckedContinuation<Key?, Never>, key: Key)? {
            guard !takers.isEmpty, let key = pop() else { return nil }
            return (takers.removeFirst().continuation, key)
        }

        mutating func enqueue(_ key: Key) {
            guard !isShutDown, dirty.insert(key).inserted else { return }
            if let metrics {
                metrics.added()
                waitingSince[key] = clock.now
            }
            if !processing.contains(key) { append(key) }
        }

        mutating func append(_ key: Key) {
            ready.append(key)
            metrics?.becameReady()
        }
    }

    private let clock: any Clock
    private let backoff: Backoff
    private let state: Mutex<State>
    private let metrics: WorkQueueMetrics.Queue?
    private let rescheduled = Signal()

    /// `metrics`, when given, are kept up to date.
    package init(clock: any Clock, backoff: Backoff = .reconcile, metrics: WorkQueueMetrics.Queue? = nil) {
        self.clock = clock
        self.backoff = backoff
        self.metrics = metrics
        state = Mutex(State(metrics: metrics, clock: clock))
    }

    /// Keys that wait for a worker now.
    package var count: Int { state.withLock { $0.ready.count - $0.head } }

    package func add(_ key: Key) {
        state.withLock { $0.enqueue(key) }
        handOut()
    }

    package func add(_ keys: some Collection<Key>) {
        guard !keys.isEmpty else { return }
        state.withLock { state in for key in keys { state.enqueue(key) } }
        handOut()
    }

    /// Gives ready keys to those who wait for one.
    private func handOut() {
        while let (taker, key) = state.withLock({ $0.match() }) { taker.resume(returning: key) }
    }

    /// Adds a key after a while. Of several delays of one key the earliest stands.
    package func add(_ key: Key, after delay: Duration) {
        guard delay > .zero else { return add(key) }
        let due = clock.uptime + delay
        let isFirst = state.withLock { state in
            guard !state.isShutDown else { return false }
            if let known = state.delayed[key], known <= due { return false }
            let isFirst = state.schedule.min.map { due < $0.due } ?? true
            state.delayed[key] = due
            state.schedule.insert(Delayed(due: due, key: key))
            return isFirst
        }
        if isFirst { rescheduled.raise() }
    }

    /// Adds a key that failed after a delay that doubles with each failure in a row.
    package func retry(_ key: Key) {
        metrics?.retried()
        let failures = state.withLock { state in
            state.failures[key, default: 0] += 1
            return state.failures[key]!
        }
        add(key, after: backoff.delay(failures: failures))
    }

    /// Ends a row of failures.
    package func forget(_ key: Key) { state.withLock { _ = $0.failures.removeValue(forKey: key) } }

    /// Waits for a key to work on; whoever gets one must call `done` with it. Nil after shutdown or when its task is cancelled.
    package func next() async -> Key? {
        let id = state.withLock { state in
            state.nextTaker += 1
            return state.nextTaker
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Key?, Never>) in
                let answer: Key?? = state.withLock { state in
                    if state.isShutDown || Task.isCancelled { return .some(nil) }
                    if let key = state.pop() { return key }
                    state.takers.append((id, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let taker = state.withLock { state in
                state.takers.firstIndex { $0.id == id }.map { state.takers.remove(at: $0).continuation }
            }
            taker?.resume(returning: nil)
        }
    }

    /// Says that a key is no longer worked on.
    package func done(_ key: Key) {
        state.withLock { state in
            state.processing.remove(key)
            if let turn = state.turns.removeValue(forKey: key) { metrics?.finished(turn, at: clock.now) }
            if state.dirty.contains(key) { state.append(key) }
        }
        handOut()
    }

    /// Sends every waiting worker away and takes no more keys.
    package func shutDown() {
        let takers = state.withLock { state in
            state.isShutDown = true
            defer { state.takers = [] }
            return state.takers
        }
        for taker in takers { taker.continuation.resume(returning: nil) }
    }

    /// Adds delayed keys as they come due, until its task is cancelled.
    package func run() async {
        do {
            while true {
                let now = clock.uptime
                let wait: Duration? = state.withLock { state in
                    while let first = state.schedule.min, first.due <= now {
                        _ = state.schedule.popMin()
                        guard state.delayed[first.key] == first.due else { continue }
                        state.delayed[first.key] = nil
                        state.enqueue(first.key)
                    }
                    return state.schedule.min.map { $0.due - now }
                }
                handOut()
                try await pause(wait)
            }
        } catch {
            return
        }
    }

    private func pause(_ duration: Duration?) async throws {
        guard let duration else { return try await rescheduled.wait() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.clock.sleep(for: duration) }
            group.addTask { try await self.rescheduled.wait() }
            try await group.next()
            group.cancelAll()
        }
    }
}
