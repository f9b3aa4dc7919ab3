import Synchronization

/// The events one watch has not taken yet. When it falls more than `limit` events or `byteLimit` bytes behind, the queue ends after those it
/// has: the watcher then starts again from its last revision.
final class WatchQueue: Sendable {
    /// Large objects that change often would fill the memory long before the number of events counts.
    static let byteLimit = 64 << 20

    private struct State {
        var events: [StoreEvent] = []
        /// Of those events that were delivered.
        var bytes = 0
        /// Set while the watcher waits for events.
        var waiter: CheckedContinuation<[StoreEvent]?, Never>?
        var isEnded = false
        /// Every event of the scope up to this revision was taken.
        var taken: Int64

        mutating func take() -> [StoreEvent] {
            defer {
                events = []
                bytes = 0
                waiter = nil
            }
            taken = events.last?.revision ?? taken
            return events
        }
    }

    let scope: WatchScope
    /// Events up to this one are not for this queue: the watch has them from history.
    let start: Int64
    private let limit: Int
    private let state: Mutex<State>

    init(scope: WatchScope, start: Int64, history: [StoreEvent], limit: Int) {
        self.scope = scope
        self.start = start
        self.limit = limit
        state = Mutex(State(events: history, taken: history.isEmpty ? start : 0))
    }

    func deliver(_ events: some Collection<StoreEvent>) {
        let resume = state.withLock { state -> (CheckedContinuation<[StoreEvent]?, Never>, [StoreEvent])? in
            guard !state.isEnded else { return nil }
            let first = events.firstIndex { $0.revision > start } ?? events.endIndex
            let fresh = events[first...]
            let bytes = fresh.reduce(0) { $0 + $1.object.bytes.count }
            if !state.events.isEmpty, state.events.count + fresh.count > limit || state.bytes + bytes > Self.byteLimit {
                state.isEnded = true
                return nil
            }
            state.bytes += bytes
            state.events.append(contentsOf: fresh)
            guard let waiter = state.waiter, !state.events.isEmpty else { return nil }
            return (waiter, state.take())
        }
        if let (waiter, events) = resume { waiter.resume(returning: events) }
    }

    /// The events that came since the last call; waits for the first one. Nil when the queue has ended or the task was cancelled.
    func next() async -> [StoreEvent]? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let result = state.withLock { state -> [StoreEvent]?? in
                    if !state.events.isEmpty { return state.take() }
                    if state.isEnded || Task.isCancelled { return .some(nil) }
                    precondition(state.waiter == nil, "a watch has one reader")
                    state.waiter = continuation
                    return nil
                }
                if let result { continuation.resume(returning: result) }
            }
        } onCancel: {
            end()
        }
    }

    /// Wakes a waiting watcher with no events, so that it can look at its progress.
    func poke() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: [])
    }

    /// Takes no further events; those it has can still be taken.
    func end() {
        let waiter = state.withLock { state in
            state.isEnded = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: nil)
    }

    /// The revision up to which everything was taken, given that all events up to `delivered` were delivered before the call.
    func progress(delivered: Int64) -> Int64 {
        state.withLock { $0.events.isEmpty && !$0.isEnded ? max($0.taken, delivered, start) : $0.taken }
    }
}
