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
    private let file: AuditFile?
    /// Of what is written to the file; nil: events are written as large as they are.
    private let truncation: AuditTruncation?
    private let webhook: AuditWebhook?
    let clock: any Clock
    private let metrics: AuditMetrics
    private let logger: Logger

    /// Events go to the file, to the webhook, or to both.
    package init(
        policy: AuditPolicy, file: AuditFile?, truncation: AuditTruncation? = nil, webhook: AuditWebhook? = nil,
        metrics: AuditMetrics = AuditMetrics(), clock: any Clock, logger: Logger
    ) {
        self.policy = policy
        self.file = file
        self.truncation = truncation
        self.webhook = webhook
        self.metrics = metrics
        self.clock = clock
        self.logger = logger
    }

    /// Begins to follow a request; nil when nothing of it is to be logged.
    package func begin(_ arrival: Arrival) -> AuditTrail? {
        let decision = policy.decide(arrival.attributes)
        guard decision.level > .none else { return nil }
        let trail = AuditTrail(log: self, arrival: arrival, decision: decision)
        trail.tell(.requestReceived)
        return trail
    }

    /// What is counted, in Prometheus' text format.
    package var metricsText: String { metrics.text }

    /// Sends events to the webhook, if there is one, until cancelled.
    package func run() async { await webhook?.run() }

    /// Sends what still waits.
    package func close() async { await webhook?.flush() }

    func write(_ event: Value) {
        metrics.count(level: event["level"]?.string ?? "")
        let bytes = JSONWriter.encode(event)
        if let file {
            do {
                if let line = fitted(event, bytes, truncation, "log") { try file.append(line + [UInt8(ascii: "\n")]) }
            } catch { lose("log", "\(error)") }
        }
        if let webhook, let sent = fitted(event, bytes, webhook.settings.truncation, AuditWebhook.plugin) { webhook.add(sent) }
    }

    private func fitted(_ event: Value, _ bytes: [UInt8], _ truncation: AuditTruncation?, _ plugin: String) -> [UInt8]? {
        guard let truncation else { return bytes }
        let result = truncation.fit(event, bytes)
        if result == nil { lose("truncate", "event is too large even after truncating, for \(plugin)") }
        return result
    }

    private func lose(_ plugin: String, _ why: String) {
        metrics.lose(1, by: plugin)
        logger.error("an audit event is lost", metadata: ["error": "\(why)"])
    }
}
