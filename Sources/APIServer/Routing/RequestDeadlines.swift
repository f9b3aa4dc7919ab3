import Core
import Synchronization

/// Answers those requests that take longer than they may.
///
/// Nearly all have the same time to take, so that they end in the order they began: one queue and one sleeping task serve them all,
/// where a task each would cost every write two changes of thread. A request that ends in time leaves the queue when it reaches its front.
package final class RequestDeadlines: Sendable {
    /// A request that is being worked on.
    package final class Entry: Sendable {
        fileprivate let deadline: Timestamp
        private let expire: Mutex<(@Sendable () -> Void)?>

        fileprivate init(deadline: Timestamp, expire: @escaping @Sendable () -> Void) {
            self.deadline = deadline
            self.expire = Mutex(expire)
        }

        /// The request has its answer; whether that was in time. Any thread, any number of times.
        @discardableResult
        package func finish() -> Bool {
            expire.withLock { action in
                defer { action = nil }
                return action != nil
            }
        }

        fileprivate var isFinished: Bool { expire.withLock { $0 == nil } }
        fileprivate func end() {
            let expire = expire.withLock { action in
                defer { action = nil }
                return action
            }
            expire?()
        }
    }

    private struct State {
        var waiting: [Entry] = []
        /// Where the queue begins; what lies before is finished.
        var first = 0
        var isWatched = false

        /// Drops what is finished or due from the front; returns what is due.
        mutating func advance(to now: Timestamp) -> [Entry] {
            var due: [Entry] = []
            while first < waiting.count, waiting[first].isFinished || waiting[first].deadline <= now {
                if !waiting[first].isFinished { due.append(waiting[first]) }
                first += 1
            }
            if first * 2 >= waiting.count {
                waiting.removeFirst(first)
                first = 0
            }
            return due
        }
    }

    private let state = Mutex(State())
    private let clock: any Clock

    package init(clock: any Clock) { self.clock = clock }

    /// Calls `expire` once `duration` has passed, unless the entry is finished before. Any thread.
    package func begin(_ duration: Duration, expire: @escaping @Sendable () -> Void) -> Entry {
        let now = clock.now
        let entry = Entry(deadline: now + duration, expire: expire)
        guard duration == RequestTimeout.longest else {
            Task { [clock] in
                try await clock.sleep(for: duration)
                entry.end()
            }
            return entry
        }
        let (due, isFirst) = state.withLock { state in
            let due = state.advance(to: now)
            state.waiting.append(entry)
            defer { state.isWatched = true }
            return (due, !state.isWatched)
        }
        for entry in due { entry.end() }
        if isFirst { Task { try await watch() } }
        return entry
    }

    /// Until nobody waits any more.
    private func watch() async throws {
        while true {
            let now = clock.now
            let (due, next) = state.withLock { state in
                let due = state.advance(to: now)
                let next = state.first < state.waiting.count ? state.waiting[state.first].deadline : nil
                state.isWatched = next != nil
                return (due, next)
            }
            for entry in due { entry.end() }
            guard let next else { return }
            try await clock.sleep(for: next - now)
        }
    }
}
