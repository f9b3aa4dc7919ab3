/// A part of a process: runs until its task is cancelled, or ends by itself.
package struct Loop: Sendable {
    package let name: String
    let body: @Sendable () async throws -> Void

    package init(_ name: String, _ body: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.body = body
    }
}

/// Runs the parts of a process side by side and ends them in order.
package struct LoopGroup: Sendable {
    private enum Event {
        case ended(Int, (any Error)?)
        case asked
    }

    private let loops: [Loop]

    /// The loops are started in this order.
    package init(_ loops: [Loop]) { self.loops = loops }

    /// Runs until every loop has ended. The first thing that comes from `asks` (a signal) ends them in reverse order, each before the
    /// next is cancelled; what comes after changes nothing. A loop that fails, or cancelling this task, ends all at once. Throws what
    /// the first loop that failed threw.
    package func run(until asks: AsyncStream<some Sendable>) async throws {
        // As many events as loops, and one: no bound is needed.
        let (events, event) = AsyncStream<Event>.makeStream()
        let listener = Task {
            for await _ in asks {
                event.yield(.asked)
                return
            }
        }
        let tasks = loops.enumerated().map { index, loop in
            Task {
                do {
                    try await loop.body()
                    event.yield(.ended(index, nil))
                } catch is CancellationError {
                    event.yield(.ended(index, nil))  // Asked to end.
                } catch {
                    event.yield(.ended(index, error))
                }
            }
        }
        // Not a child: the events are read to their end though this task is cancelled.
        let conductor = Task { try await conduct(tasks, events) }
        defer { listener.cancel() }
        try await withTaskCancellationHandler {
            try await conductor.value
        } onCancel: {
            for task in tasks { task.cancel() }
        }
    }

    private func conduct(_ tasks: [Task<Void, Never>], _ events: AsyncStream<Event>) async throws {
        var running = Set(tasks.indices)
        var isEnding = false
        var failure: (any Error)?
        guard !running.isEmpty else { return }
        for await event in events {
            switch event {
            case .asked: isEnding = true
            case .ended(let index, let error):
                running.remove(index)
                if let error, failure == nil {
                    failure = error
                    for task in tasks { task.cancel() }
                }
            }
            guard let last = running.max() else { break }
            if isEnding { tasks[last].cancel() }
        }
        if let failure { throw failure }
    }
}
