import Synchronization

/// Where one producer waits until a reader has caught up.
final class Room: Sendable {
    private struct State {
        var waiter: CheckedContinuation<Void, Never>?
        var hasRoom = false
        var isOver = false
    }

    private let state = Mutex(State())

    func wait() async {
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state -> Bool in
                if state.hasRoom || state.isOver {
                    state.hasRoom = false
                    return true
                }
                state.waiter = continuation
                return false
            }
            if goesOn { continuation.resume() }
        }
    }

    func wake() { take(isOver: false)?.resume() }
    func end() { take(isOver: true)?.resume() }

    private func take(isOver: Bool) -> CheckedContinuation<Void, Never>? {
        state.withLock { state in
            if isOver { state.isOver = true }
            guard let waiter = state.waiter else {
                state.hasRoom = true
                return nil
            }
            state.waiter = nil
            return waiter
        }
    }
}
