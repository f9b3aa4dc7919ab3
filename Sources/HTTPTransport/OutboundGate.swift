import NIOCore
import Synchronization

/// Holds writers back while a channel's outbound buffer is full.
final class OutboundGate: Sendable {
    private struct State {
        var isClosed = false
        var next = 0
        var writers: [Int: CheckedContinuation<Void, any Error>] = [:]
    }

    private let state = Mutex(State())
    let channel: any Channel

    init(channel: any Channel) { self.channel = channel }

    var isClosed: Bool { state.withLock(\.isClosed) }

    /// Returns once the channel takes more bytes. Throws `HTTPError.closed`, or `CancellationError`.
    func open() async throws {
        if channel.isWritable {
            if isClosed { throw HTTPError.closed }
            return
        }
        let id = state.withLock { state -> Int in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let outcome = state.withLock { state -> Result<Void, any Error>? in
                    if state.isClosed { return .failure(HTTPError.closed) }
                    if channel.isWritable { return .success(()) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.writers[id] = continuation
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            state.withLock { $0.writers.removeValue(forKey: id) }?.resume(throwing: CancellationError())
        }
    }

    /// To be called on the event loop when the channel's writability changes.
    func writabilityChanged() {
        guard channel.isWritable else { return }
        let writers = state.withLock { state -> [CheckedContinuation<Void, any Error>] in
            defer { state.writers.removeAll() }
            return Array(state.writers.values)
        }
        for writer in writers { writer.resume() }
    }

    /// Fails every writer from now on.
    func close() {
        let writers = state.withLock { state -> [CheckedContinuation<Void, any Error>] in
            state.isClosed = true
            defer { state.writers.removeAll() }
            return Array(state.writers.values)
        }
        for writer in writers { writer.resume(throwing: HTTPError.closed) }
    }
}
