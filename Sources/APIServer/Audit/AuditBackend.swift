import Core
import Logging
import Synchronization

/// Where audit events are kept.
package protocol AuditDestination: Sendable {
    /// Upstream's name of what writes there: "log" or "webhook".
    var plugin: String { get }
    /// Takes events, as JSON, in their order; with `isLast` there is no time to try for long.
    func take(_ events: [[UInt8]], isLast: Bool) async throws
}

/// Brings audit events to their destination: while their request waits, or later and many at a time, a batch when it is full or when its first
/// event has waited long enough. Events beyond the buffer, and those that are not taken, are lost and counted. Safe from any thread.
package final class AuditBackend: Sendable {
    package enum Mode: String, Sendable {
        case batch, blocking
        /// A request goes on only once the event of its arrival is taken.
        case blockingStrict = "blocking-strict"
    }

    package struct Settings: Sendable, Equatable {
        package var mode: Mode
        /// Events that may wait.
        package var buffer = 10_000
        /// Events of a batch.
        package var batch: Int
        package var wait: Duration
        /// Batches a second; nil: as many as there are.
        package var rate: Double?
        /// Batches that may go at once after a pause.
        package var burst = 15
        /// Nil: events go as large as they are.
        package var truncation: AuditTruncation?

        /// Upstream's defaults for a file.
        package static let log = Settings(mode: .blocking, batch: 1, wait: .zero, rate: nil)
        /// Upstream's defaults for a service.
        package static let webhook = Settings(mode: .batch, batch: 400, wait: .seconds(30), rate: 10)
    }

    private struct State {
        var waiting: [[UInt8]] = []
        var deadline: RequestDeadlines.Entry?
        var tokens: Double
        var refilled: Timestamp
    }

    let settings: Settings
    let plugin: String
    private let destination: any AuditDestination
    private let clock: any Clock
    private let metrics: AuditMetrics
    private let logger: Logger
    private let deadlines: RequestDeadlines
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let state: Mutex<State>

    package init(_ destination: any AuditDestination, _ settings: Settings, metrics: AuditMetrics, clock: any Clock, logger: Logger) {
        self.settings = settings
        self.destination = destination
        plugin = destination.plugin
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        deadlines = RequestDeadlines(clock: clock)
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state = Mutex(State(tokens: Double(settings.burst), refilled: clock.now))
    }

    /// Takes an event, as JSON. False when it is lost and its request is not to go on without it.
    func take(_ event: [UInt8]) async -> Bool {
        guard settings.mode != .batch else {
            add(event)
            return true
        }
        // What a client that has gone asked for is told, too: the end of its request does not end this.
        return await Task { await send([event]) }.value || settings.mode == .blocking
    }

    private func add(_ event: [UInt8]) {
        let (isLost, isFirst, isFull) = state.withLock { state in
            guard state.waiting.count < settings.buffer else { return (true, false, false) }
            state.waiting.append(event)
            return (false, state.waiting.count == 1, state.waiting.count >= settings.batch)
        }
        if isLost { return metrics.lose(1, by: plugin) }
        if isFull || settings.wait == .zero {
            signal.yield()
        } else if isFirst {
            let entry = deadlines.begin(settings.wait) { [signal] in signal.yield() }
            state.withLock { state in
                state.deadline?.finish()
                state.deadline = entry
            }
        }
    }

    /// Sends what comes until cancelled.
    package func run() async {
        for await _ in signals {
            while let batch = take() {
                await throttle()
                await send(batch)
            }
        }
    }

    /// Sends what still waits, once.
    package func flush() async {
        while let batch = take() { await send(batch, isLast: true) }
    }

    private func take() -> [[UInt8]]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.deadline?.finish()
                state.deadline = nil
                return nil
            }
            let limit = settings.truncation?.batch ?? .max
            var count = 0
            var size = 0
            for event in state.waiting.prefix(settings.batch) {
                if count > 0, size + event.count > limit { break }
                count += 1
                size += event.count
            }
            let batch = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(count)
            return batch
        }
    }

    /// Waits until another batch may go.
    private func throttle() async {
        guard let rate = settings.rate, rate > 0 else { return }
        let now = clock.now
        let missing = state.withLock { state in
            let gained = (now - state.refilled).seconds * rate
            state.tokens = min(Double(settings.burst), state.tokens + gained) - 1
            state.refilled = now
            return state.tokens < 0 ? -state.tokens / rate : 0
        }
        guard missing > 0 else { return }
        // Cancelled: what is left is sent by `flush`.
        try? await clock.sleep(for: .seconds(missing))
    }

    /// Whether they were taken.
    @discardableResult
    private func send(_ batch: [[UInt8]], isLast: Bool = false) async -> Bool {
        do { try await destination.take(batch, isLast: isLast) } catch {
            metrics.lose(batch.count, by: plugin)
            logger.error("audit events are lost", metadata: ["count": "\(batch.count)", "error": "\(error)"])
            return false
        }
        return true
    }
}
