import Synchronization

/// How long a resource is served as it is: what hangs on it (watches) ends when it is replaced or taken away. Safe from any thread.
package final class ResourceLifetime: Sendable {
    private struct State {
        var isOver = false
        var next = 0
        var endings: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    /// Calls `end` once the resource is not served any more: at once when that is so already. The token is for `remove`.
    func add(_ end: @escaping @Sendable () -> Void) -> Int {
        let token = state.withLock { state -> Int? in
            guard !state.isOver else { return nil }
            state.next += 1
            state.endings[state.next] = end
            return state.next
        }
        if let token { return token }
        end()
        return 0
    }

    func remove(_ token: Int) { state.withLock { _ = $0.endings.removeValue(forKey: token) } }

    func end() {
        let endings = state.withLock { state in
            state.isOver = true
            defer { state.endings = [:] }
            return state.endings
        }
        for end in endings.values { end() }
    }
}
