import Core
import Logging
import Synchronization

/// Sends audit events to a service, many at a time: a batch when it is full, or when its first event has waited long enough. Events beyond the
/// buffer, and those that the service does not take in five attempts, are lost and counted. Safe from any thread.
package final class AuditWebhook: Sendable {
    /// Upstream's defaults.
    package struct Settings: Sendable, Equatable {
        /// Events that may wait.
        package var buffer = 10_000
        /// Events of a batch.
        package var batch = 400
        package var wait = Duration.seconds(30)
        /// Batches a second; nil: as many as there are.
        package var rate: Double? = 10
        /// Batches that may go at once after a pause.
        package var burst = 15
        /// Nil: events go as large as they are.
        package var truncation: AuditTruncation?

        package init() {}
    }

    private struct State {
        var waiting: [[UInt8]] = []
        var deadline: RequestDeadlines.Entry?
        var tokens: Double
        var refilled: Timestamp
    }

    static let plugin = "webhook"
    /// What an event begins with; in a list it is left out.
    private static let typePrefix = Array("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",".utf8)

    let settings: Settings
    private let service: ReviewService
    private let clock: any Clock
    private let metrics: AuditMetrics
    private let logger: Logger
    private let deadlines: RequestDeadlines
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let state: Mutex<State>

    /// `service`'s pause is the one before the second attempt.
    package init(_ service: ReviewService, _ settings: Settings, metrics: AuditMetrics, clock: any Clock, logger: Logger) {
        self.settings = settings
        self.service = service
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        deadlines = RequestDeadlines(clock: clock)
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state = Mutex(State(tokens: Double(settings.burst), refilled: clock.now))
    }

    /// Takes an event, as JSON.
    func add(_ event: [UInt8]) {
        let (isLost, isFirst, isFull) = state.withLock { state in
            guard state.waiting.count < settings.buffer else { return (true, false, false) }
            state.waiting.append(event)
            return (false, state.waiting.count == 1, state.waiting.count >= settings.batch)
        }
        if isLost { return metrics.lose(1, by: Self.plugin) }
        if isFull {
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
        while let batch = take() { await send(batch, attempts: 1) }
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

    private func send(_ batch: [[UInt8]], attempts: Int = 5) async {
        var body = Array("{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"metadata\":{},\"items\":[".utf8)
        for (index, event) in batch.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            if event.starts(with: Self.typePrefix) {
                body.append(UInt8(ascii: "{"))
                body += event[Self.typePrefix.count...]
            } else {
                body += event
            }
        }
        body += Array("]}\n".utf8)
        do { try await service.deliver(body, attempts: attempts) } catch {
            metrics.lose(batch.count, by: Self.plugin)
            logger.error("audit events are lost", metadata: ["count": "\(batch.count)", "error": "\(error)"])
        }
    }
}
