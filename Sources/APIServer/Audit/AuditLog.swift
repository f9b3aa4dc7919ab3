import Core
import JSON
import Logging
import ResourceEngine
import Values

/// Writes down who asked what and what came of it, as far as the policy wants it (`audit.k8s.io/v1 Event`). Safe from any thread.
package final class AuditLog: Sendable {
    /// What is known of a request when it comes in.
    package struct Arrival: Sendable {
        package var attributes: RequestAttributes
        /// Whom the user acts as; then `attributes.user` is that one and `sender` the real one.
        package var sender: UserInfo?
        package var uri: String
        package var auditID: String
        package var addresses: [String] = []
        package var userAgent = ""
        /// What came with it, for those levels that log it.
        package var body = APIRequest.Body.none

        package init(attributes: RequestAttributes, uri: String, auditID: String) {
            self.attributes = attributes
            self.uri = uri
            self.auditID = auditID
        }
    }

    private let policy: AuditPolicy
    private let backends: [AuditBackend]
    let clock: any Clock
    private let metrics: AuditMetrics
    private let logger: Logger

    /// Events go to each of the backends.
    package init(policy: AuditPolicy, backends: [AuditBackend], metrics: AuditMetrics, clock: any Clock, logger: Logger) {
        self.policy = policy
        self.backends = backends
        self.metrics = metrics
        self.clock = clock
        self.logger = logger
    }

    /// Begins to follow a request; nil when nothing of it is to be logged. Throws `APIError` when it may not go on, since it cannot be logged.
    package func begin(_ arrival: Arrival) async throws -> AuditTrail? {
        let decision = policy.decide(arrival.attributes)
        guard decision.level > .none else { return nil }
        let trail = AuditTrail(log: self, arrival: arrival, decision: decision)
        guard await trail.tell(.requestReceived) else {
            metrics.reject()
            throw APIError(
                code: 500, reason: .internalError, message: "Internal Server Error: \"\(arrival.uri)\": failed to store audit event")
        }
        return trail
    }

    /// What is counted, in Prometheus' text format.
    package var metricsText: String { metrics.text }

    /// Brings events that wait to their destinations, until cancelled.
    package func run() async {
        await withTaskGroup { group in
            for backend in backends { group.addTask { await backend.run() } }
        }
    }

    /// Brings there what still waits.
    package func close() async { for backend in backends { await backend.flush() } }

    /// False when the request is not to go on without this event.
    func write(_ event: Value) async -> Bool {
        metrics.count(level: event["level"]?.string ?? "")
        let bytes = JSONWriter.encode(event)
        var isTaken = true
        for backend in backends {
            guard let fitted = fitted(event, bytes, backend) else { continue }
            isTaken = await backend.take(fitted) && isTaken
        }
        return isTaken
    }

    private func fitted(_ event: Value, _ bytes: [UInt8], _ backend: AuditBackend) -> [UInt8]? {
        guard let truncation = backend.settings.truncation else { return bytes }
        let result = truncation.fit(event, bytes)
        if result == nil {
            metrics.lose(1, by: "truncate")
            logger.error("an audit event is too large even after truncating and is lost", metadata: ["plugin": "\(backend.plugin)"])
        }
        return result
    }
}
