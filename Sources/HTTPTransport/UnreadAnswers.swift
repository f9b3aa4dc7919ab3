import Synchronization

/// Bounds what one connection's client makes the server hold: long answers that it has asked for and not read yet.
///
/// Short answers are not counted: an HTTP/2 connection has no more of them than streams, an HTTP/1.1 one takes the next request only when the
/// client reads. Any thread.
final class UnreadAnswers: Sendable {
    /// Answers up to this length are short.
    static let short = 64 * 1024

    /// Room for one answer, given back when nobody refers to it any more.
    final class Share: Sendable {
        private let answers: UnreadAnswers
        private let bytes: Int

        fileprivate init(_ answers: UnreadAnswers, _ bytes: Int) {
            self.answers = answers
            self.bytes = bytes
        }

        deinit { answers.giveBack(bytes) }
    }

    private struct Waiter {
        let id: Int
        let bytes: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var held = 0
        var next = 0
        /// In the order they came: a large answer is not overtaken for ever.
        var waiters: [Waiter] = []

        func fits(_ bytes: Int, limit: Int) -> Bool { held == 0 || held + bytes <= limit }
    }

    private let limit: Int
    private let state = Mutex(State())

    /// One answer may be longer than `limit`; it is then the only one.
    init(limit: Int) { self.limit = limit }

    /// Room for an answer of about `bytes`, at once or not at all; what is short needs none.
    func share(_ bytes: Int) -> Share? {
        let isTaken = state.withLock { state in
            guard state.waiters.isEmpty, state.fits(bytes, limit: limit) else { return false }
            state.held += bytes
            return true
        }
        return isTaken ? Share(self, bytes) : nil
    }

    /// Room for an answer, once the client has read enough of those before. Throws `CancellationError`.
    func waitForShare(_ bytes: Int) async throws -> Share {
        if let share = share(bytes) { return share }
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let outcome = state.withLock { state -> Result<Void, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.waiters.isEmpty, state.fits(bytes, limit: limit) {
                        state.held += bytes
                        return .success(())
                    }
                    state.waiters.append(Waiter(id: id, bytes: bytes, continuation: continuation))
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let position = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
                return state.waiters.remove(at: position)
            }
            waiter?.continuation.resume(throwing: CancellationError())
            // The one that left may have been what the others waited behind.
            giveBack(0)
        }
        return Share(self, bytes)
    }

    private func giveBack(_ bytes: Int) {
        let admitted = state.withLock { state -> [Waiter] in
            state.held -= bytes
            var count = 0
            while count < state.waiters.count, state.fits(state.waiters[count].bytes, limit: limit) {
                state.held += state.waiters[count].bytes
                count += 1
            }
            defer { state.waiters.removeFirst(count) }
            return Array(state.waiters[..<count])
        }
        for waiter in admitted { waiter.continuation.resume() }
    }
}
