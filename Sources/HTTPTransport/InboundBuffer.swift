import Synchronization

/// Bytes on their way from an event loop to one reading task, bounded: the producer is told to pause when `limit` bytes wait.
///
/// Any thread may push and finish; one task at a time reads.
package final class InboundBuffer: Sendable {
    private struct State {
        var chunks: [[UInt8]] = []
        var waiting = 0
        var isFinished = false
        var failure: (any Error)?
        var reader: CheckedContinuation<[UInt8]?, any Error>?
        var isPaused = false
        var isCancelled = false
    }

    private let state = Mutex(State())
    private let limit: Int
    private let demand: @Sendable () -> Void

    /// `demand` is called when the reader has emptied a buffer whose producer was told to pause.
    package init(limit: Int = 256 * 1024, demand: @escaping @Sendable () -> Void = {}) {
        self.limit = limit
        self.demand = demand
    }

    /// Hands over bytes; false asks the producer to pause until `demand`.
    @discardableResult
    package func push(_ bytes: [UInt8]) -> Bool {
        guard !bytes.isEmpty else { return true }
        let (reader, goesOn) = state.withLock { state -> (CheckedContinuation<[UInt8]?, any Error>?, Bool) in
            guard !state.isFinished else { return (nil, true) }
            if let reader = state.reader {
                state.reader = nil
                return (reader, true)
            }
            state.chunks.append(bytes)
            state.waiting += bytes.count
            if state.waiting >= limit { state.isPaused = true }
            return (nil, !state.isPaused)
        }
        reader?.resume(returning: bytes)
        return goesOn
    }

    /// Marks the end: the reader gets what waits, then nil or `failure`. The first call counts.
    package func finish(_ failure: (any Error)? = nil) {
        let reader = state.withLock { state -> CheckedContinuation<[UInt8]?, any Error>? in
            guard !state.isFinished else { return nil }
            state.isFinished = true
            state.failure = failure
            defer { state.reader = nil }
            return state.reader
        }
        if let failure { reader?.resume(throwing: failure) } else { reader?.resume(returning: nil) }
    }

    /// Everything that waits, or what comes next; nil at the end. Throws `CancellationError` when the task is cancelled.
    package func read() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enum Outcome {
                    case answer([UInt8]?, resumes: Bool)
                    case failure(any Error)
                    case wait
                }
                let outcome = state.withLock { state -> Outcome in
                    precondition(state.reader == nil, "one task reads at a time")
                    if state.isCancelled { return .failure(CancellationError()) }
                    if !state.chunks.isEmpty {
                        let bytes = state.chunks.count == 1 ? state.chunks[0] : Array(state.chunks.joined())
                        state.chunks.removeAll(keepingCapacity: true)
                        state.waiting = 0
                        defer { state.isPaused = false }
                        return .answer(bytes, resumes: state.isPaused)
                    }
                    if state.isFinished { return state.failure.map { .failure($0) } ?? .answer(nil, resumes: false) }
                    state.reader = continuation
                    return .wait
                }
                switch outcome {
                case .answer(let bytes, let resumes):
                    if resumes { demand() }
                    continuation.resume(returning: bytes)
                case .failure(let error): continuation.resume(throwing: error)
                case .wait: break
                }
            }
        } onCancel: {
            let reader = state.withLock { state -> CheckedContinuation<[UInt8]?, any Error>? in
                state.isCancelled = true
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(throwing: CancellationError())
        }
    }

    /// Everything up to the end; throws `HTTPError.bodyTooLarge` past `limit` bytes.
    package func readAll(limit: Int) async throws -> [UInt8] {
        var result: [UInt8] = []
        while let bytes = try await read() {
            result.append(contentsOf: bytes)
            if result.count > limit { throw HTTPError.bodyTooLarge(limit: limit) }
        }
        return result
    }
}
