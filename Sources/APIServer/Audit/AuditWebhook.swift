/// The service that audit events are sent to, a list at a time. What it does not take is sent again, up to five times.
package struct AuditWebhook: AuditDestination {
    package let plugin = "webhook"
    /// What an event begins with; in a list it is left out.
    private static let typePrefix = Array("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",".utf8)

    private let service: ReviewService

    /// `service`'s pause is the one before the second attempt.
    package init(_ service: ReviewService) { self.service = service }

    package func take(_ events: [[UInt8]], isLast: Bool) async throws {
        var body = Array("{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"metadata\":{},\"items\":[".utf8)
        for (index, event) in events.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            if event.starts(with: Self.typePrefix) {
                body.append(UInt8(ascii: "{"))
                body += event[Self.typePrefix.count...]
            } else {
                body += event
            }
        }
        body += Array("]}\n".utf8)
        try await service.deliver(body, attempts: isLast ? 1 : ReviewService.attempts)
    }
}
