import Core
import Synchronization

/// A clock that stands still until it is told to go on: tests of what takes minutes take none.
package final class ManualClock: Core.Clock {
    private struct Sleeper {
        /// By `elapsed`: setting the wall clock back lets nobody sleep longer.
        let due: Timestamp
        let continuation: CheckedContinuation<Void, any Error>
    }
    private struct State {
        /// What the wall clock would show had it never been set back.
        var elapsed: Timestamp
        var setBack = Duration.zero
        var sleepers: [Int: Sleeper] = [:]
        var next = 0
        var watchers: [Int: (count: Int, continuation: CheckedContinuation<Void, Never>)] = [:]

        /// In the order in which they are due, and fell asleep.
        mutating func takeDue() -> [Sleeper] {
            let due = sleepers.filter { $0.value.due <= elapsed }
            for id in due.keys { sleepers[id] = nil }
            return due.sorted { ($0.value.due, $0.key) < ($1.value.due, $1.key) }.map(\.value)
        }

        mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
            let count = sleepers.count
            let satisfied = watchers.filter { count >= $0.value.count }
            for id in satisfied.keys { watchers[id] = nil }
            return satisfied.values.map(\.continuation)
        }
    }

    private let state: Mutex<State>

    /// Starts at 2026-01-01T00:00:00Z.
    package init(now: Timestamp = Timestamp(seconds: 1_767_225_600)) { state = Mutex(State(elapsed: now)) }

    package var now: Timestamp { state.withLock { $0.elapsed - $0.setBack } }
    package var uptime: Duration { state.withLock { $0.elapsed - Timestamp(seconds: 0) } }

    /// Moves the time on and wakes those whose time has come, in the order of their times.
    package func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.elapsed = state.elapsed + duration
            return state.takeDue()
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Moves the time on to when the next sleeper is due, and wakes all who are due then. False when nobody sleeps.
    package func advanceToNextSleeper() -> Bool {
        let due: [Sleeper]? = state.withLock { state in
            guard let next = state.sleepers.values.map(\.due).min() else { return nil }
            state.elapsed = max(state.elapsed, next)
            return state.takeDue()
        }
        for sleeper in due ?? [] { sleeper.continuation.resume() }
        return due != nil
    }

    /// Sets the wall clock back, as somebody who corrects it does; those who sleep sleep on as long as they would have.
    package func setBack(by duration: Duration) { state.withLock { $0.setBack += duration } }

    /// Returns once at least so many tasks sleep, or the task is cancelled.
    package func waitForSleepers(_ count: Int = 1) async {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled || state.sleepers.count >= count { return true }
                    state.watchers[id] = (count, continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.watchers.removeValue(forKey: id) }?.continuation.resume()
        }
    }

    package func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let (result, watchers): (Result<Void, any Error>?, [CheckedContinuation<Void, Never>]) = state.withLock { state in
                    if Task.isCancelled { return (.failure(CancellationError()), []) }
                    if duration <= .zero { return (.success(()), []) }
                    state.sleepers[id] = Sleeper(due: state.elapsed + duration, continuation: continuation)
                    return (nil, state.takeWatchers())
                }
                if let result { continuation.resume(with: result) }
                for watcher in watchers { watcher.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
        }
    }
}
