import Synchronization

/// Names that somebody has to look at: each waits once, however often it is told, and never while it is being looked at.
final class PendingNames: Sendable {
    private struct State {
        var waiting: Set<String> = []
        var inWork: Set<String> = []
    }

    private let state = Mutex(State())
    private let news: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init() { (news, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func add(_ name: String) {
        state.withLock { _ = $0.waiting.insert(name) }
        signal.yield()
    }

    /// Looks at names until cancelled, each in a task of its own.
    func work(_ body: @escaping @Sendable (String) async -> Void) async {
        await withDiscardingTaskGroup { group in
            for await _ in news {
                let ready = state.withLock { state in
                    let ready = state.waiting.subtracting(state.inWork)
                    state.waiting.subtract(ready)
                    state.inWork.formUnion(ready)
                    return ready
                }
                for name in ready {
                    group.addTask {
                        await body(name)
                        self.state.withLock { _ = $0.inWork.remove(name) }
                        self.signal.yield()
                    }
                }
            }
        }
    }
}
