import Synchronization

/// Bounds what all clients of a server have sent of bodies that are not whole yet: when it becomes too much, the oldest is let go, for those
/// that mean to fill the memory are the ones that do not come to their end.
///
/// Bodies up to `short` are not counted: there are no more of them than connections and streams. Any thread.
final class PendingBodies: Sendable {
    static let short = 64 * 1024

    private struct Body {
        var bytes: Int
        let letGo: @Sendable () -> Void
    }

    private struct State {
        var total = 0
        var next = 0
        var bodies: [Int: Body] = [:]
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// What all bodies have at present.
    var total: Int { state.withLock(\.total) }

    /// Counts a body; `letGo` is called, once, when it has to make room for others. Returns what `grow` and `end` name it by.
    func begin(_ bytes: Int, letGo: @escaping @Sendable () -> Void) -> Int {
        let (id, victims) = state.withLock { state in
            state.next += 1
            state.bodies[state.next] = Body(bytes: bytes, letGo: letGo)
            state.total += bytes
            return (state.next, makeRoom(&state))
        }
        for victim in victims { victim() }
        return id
    }

    func grow(_ id: Int, by bytes: Int) {
        let victims = state.withLock { state -> [@Sendable () -> Void] in
            guard state.bodies[id] != nil else { return [] }
            state.bodies[id]?.bytes += bytes
            state.total += bytes
            return makeRoom(&state)
        }
        for victim in victims { victim() }
    }

    func end(_ id: Int) {
        state.withLock { state in
            if let body = state.bodies.removeValue(forKey: id) { state.total -= body.bytes }
        }
    }

    private func makeRoom(_ state: inout State) -> [@Sendable () -> Void] {
        var victims: [@Sendable () -> Void] = []
        while state.total > limit, state.bodies.count > 1, let oldest = state.bodies.keys.min(),
            let body = state.bodies.removeValue(forKey: oldest)
        {
            state.total -= body.bytes
            victims.append(body.letGo)
        }
        return victims
    }
}
