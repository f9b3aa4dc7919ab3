import Reconcile
import Synchronization

/// Child tasks added from anywhere, run and ended by the one who runs the bag.
final class TaskBag: Sendable {
    typealias Work = @Sendable () async -> Void

    private let waiting = Mutex<[Work]>([])
    private let signal = Signal()

    /// Runs `work` as soon as the bag runs. Callers bound their number: one for each pull, stop or probe in progress.
    func add(_ work: @escaping Work) {
        waiting.withLock { $0.append(work) }
        signal.raise()
    }

    /// Runs what is added until the task is cancelled; then cancels and awaits it all.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                for work in waiting.withLock({ list in
                    defer { list = [] }
                    return list
                }) { group.addTask { await work() } }
                do { try await signal.wait() } catch { break }
            }
            group.cancelAll()
        }
    }
}
