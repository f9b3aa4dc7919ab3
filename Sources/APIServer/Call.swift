import HTTPTransport
import ResourceEngine

/// What one request carries through the server.
struct Call: Sendable {
    let request: HTTPRequest
    let query: QueryParameters
    let responder: HTTPResponder
    let auditID: String
    /// Set when the request is audited.
    var trail: AuditTrail?
    /// Set when flow control has sorted the request.
    var flow: Flow?
    /// What is to be told of the resource, whatever the answer is.
    var deprecation: Deprecation?
    /// The seat of a watch that flow control has let in.
    var seat: HeldSeat?

    init(_ request: HTTPRequest, _ responder: HTTPResponder) {
        self.request = request
        self.responder = responder
        query = QueryParameters(request.query)
        auditID = request.headers["audit-id"] ?? AuditID.make()
    }

    /// The headers every answer has.
    var headers: HTTPFields {
        var headers: HTTPFields = ["Audit-Id": auditID, "Cache-Control": "no-cache, private"]
        if let flow { for field in flow.headers.fields { headers.add(field.name, field.value) } }
        headers.setWarnings(of: deprecation, [])
        return headers
    }
}

/// What is written down of a request when it is over.
struct RequestLog {
    var verb: String
    var route: ResourceRoute?
    var isLongRunning: Bool
    var trail: AuditTrail?
    var flow: Flow?
    var deprecation: Deprecation?
    var isDryRun = false
    /// How long its turn took to come.
    var waited = Duration.zero
    /// Length of the answer to a read.
    var bytes: Int?
    /// Turned away for the load, or given up for the time it took.
    var isTerminated = false
}

/// Identifiers by which a request is found in logs; no secrets, so plain randomness will do.
enum AuditID {
    static func make() -> String { RandomIdentifiers().uid() }
}
