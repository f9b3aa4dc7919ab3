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
    private let file: AuditFile
    let clock: any Clock
    private let logger: Logger

    package init(policy: AuditPolicy, file: AuditFile, clock: any Clock, logger: Logger) {
        self.policy = policy
        self.file = file
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

    func write(_ event: Value) {
        do { try file.append(JSONWriter.encode(event) + [UInt8(ascii: "\n")]) } catch {
            logger.error("an audit event is lost", metadata: ["error": "\(error)"])
        }
    }
}
