import Linux
import Synchronization
import TestSupport

/// Runs every task of a simulation on one thread, one piece at a time, in an order that the dice decide; when none can go on, the time does.
/// What runs elsewhere (nothing should) makes a run unrepeatable, not wrong.
final class SimulationExecutor: TaskExecutor {
    private struct State {
        var ready: [UnownedJob] = []
        var isOver = false
    }

    /// So many pieces without any time passing mean that something turns in circles.
    private static let patience = 5_000_000

    private let clock: ManualClock
    private let dice: Dice
    private let stall: @Sendable () -> Never
    private let state = Mutex(State())
    private let wakeUp = Semaphore()

    /// `stall` is called when no time passes any more.
    private init(clock: ManualClock, dice: Dice, stall: @escaping @Sendable () -> Never) {
        self.clock = clock
        self.dice = dice
        self.stall = stall
    }

    /// Runs `body` and all tasks it starts (unstructured ones by `Task(executorPreference:)`) in simulated time.
    static func run<Result: Sendable>(
        clock: ManualClock, dice: Dice, stall: @escaping @Sendable () -> Never,
        _ body: @escaping @Sendable (SimulationExecutor) async throws -> Result
    ) async throws -> Result {
        let executor = SimulationExecutor(clock: clock, dice: dice, stall: stall)
        Thread.start(name: "simulation") { executor.work() }
        let root = Task(executorPreference: executor) {
            defer { executor.end() }
            return try await body(executor)
        }
        return try await root.value
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
        wakeUp.post()
    }

    private func end() {
        state.withLock { $0.isOver = true }
        wakeUp.post()
    }

    private func work() {
        var pieces = 0
        while true {
            let (job, isOver): (UnownedJob?, Bool) = state.withLock { state in
                guard !state.ready.isEmpty else { return (nil, state.isOver) }
                return (state.ready.remove(at: dice.roll(state.ready.count)), false)
            }
            if let job {
                pieces += 1
                if pieces > Self.patience { stall() }
                job.runSynchronously(on: asUnownedTaskExecutor())
                continue
            }
            if isOver { return }
            pieces = 0
            if !clock.advanceToNextSleeper() { wakeUp.wait() }
        }
    }
}
