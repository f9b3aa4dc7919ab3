import Synchronization

/// A coalescing wake-up for one waiting task: any number of raises before a wait count as one.
///
/// Raise from any thread; wait from one task at a time.
package final class Signal: Sendable {
    private enum State {
        case idle
        case raised
        case waiting(CheckedContinuation<Void, any Error>)
    }

    private let state = Mutex(State.idle)

    package init() {}

    /// Wakes the waiter, or lets the next wait return at once.
    package func raise() {
        let waiter: CheckedContinuation<Void, any Error>? = state.withLock { state in
            if case .waiting(let continuation) = state {
                state = .idle
                return continuation
            }
            state = .raised
            return nil
        }
        waiter?.resume()
    }

    /// Returns once raised since the last wait; throws `CancellationError` when its task is cancelled first.
    package func wait() async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    switch state {
                    case .raised:
                        state = .idle
                        return .success(())
                    case .idle:
                        state = .waiting(continuation)
                        return nil
                    case .waiting: fatalError("A Signal has one waiter at a time")
                    }
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter: CheckedContinuation<Void, any Error>? = state.withLock { state in
                guard case .waiting(let continuation) = state else { return nil }
                state = .idle
                return continuation
            }
            waiter?.resume(throwing: CancellationError())
        }
    }
}
