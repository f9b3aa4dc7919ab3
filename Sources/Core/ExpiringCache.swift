import Synchronization

/// What was answered lately, each answer until its own end; when it is full, what has not been used for longest goes. Safe from any thread.
package final class ExpiringCache<Key: Hashable & Sendable, Answer: Sendable>: Sendable {
    private struct Entry {
        let answer: Answer
        let until: Timestamp
        var used: UInt64
    }
    private struct State {
        var entries: [Key: Entry] = [:]
        var uses: UInt64 = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// `capacity` is at least one.
    package init(capacity: Int) { self.capacity = max(1, capacity) }

    /// What was answered, when that holds at `now` still.
    package subscript(key: Key, now: Timestamp) -> Answer? {
        state.withLock { state in
            guard let entry = state.entries[key], now < entry.until else { return nil }
            state.uses += 1
            state.entries[key]?.used = state.uses
            return entry.answer
        }
    }

    /// Remembers an answer; one that has ended already is not. Takes constant time but for one call in a quarter of the capacity.
    package func remember(_ key: Key, _ answer: Answer, until: Timestamp, now: Timestamp) {
        guard now < until else { return }
        state.withLock { state in
            if state.entries.count >= capacity, state.entries[key] == nil { Self.makeRoom(&state, capacity, now) }
            state.uses += 1
            state.entries[key] = Entry(answer: answer, until: until, used: state.uses)
        }
    }

    package var count: Int { state.withLock { $0.entries.count } }

    private static func makeRoom(_ state: inout State, _ capacity: Int, _ now: Timestamp) {
        state.entries = state.entries.filter { now < $0.value.until }
        let kept = capacity - max(1, capacity / 4)
        guard state.entries.count > kept else { return }
        for (key, _) in state.entries.sorted(by: { $0.value.used < $1.value.used }).prefix(state.entries.count - kept) {
            state.entries[key] = nil
        }
    }
}
