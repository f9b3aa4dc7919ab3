import Core
import JSON
import ResourceEngine
import Synchronization
import Values

/// One request on its way through the server as the audit log sees it. Safe from any thread.
package final class AuditTrail: Sendable {
    private struct State {
        var status: Value?
        var response: Value?
        /// What comes of the request is known.
        var isSettled = false
        var hasEnded = false
    }

    /// What the parts that the request passes have to say.
    package let annotations = RequestAnnotations()
    private let log: AuditLog
    private let arrival: AuditLog.Arrival
    private let decision: AuditPolicy.Decision
    private let received: Timestamp
    private let state = Mutex(State())

    init(log: AuditLog, arrival: AuditLog.Arrival, decision: AuditPolicy.Decision) {
        self.log = log
        self.arrival = arrival
        self.decision = decision
        received = log.clock.now
    }

    /// Whether answers are wanted.
    package var wantsResponse: Bool { decision.level >= .requestResponse }

    /// The answer's object.
    package func answered(_ object: Value) { state.withLock { $0.response = object } }

    /// A long answer has begun.
    package func started(code: Int) async {
        state.withLock { $0.status = ["metadata": [:], "code": .int(Int64(code))] }
        await tell(.responseStarted)
    }

    /// What comes of the request, whatever is said at its end.
    package func settle(code: Int, error: APIError? = nil) {
        state.withLock { state in
            guard !state.isSettled else { return }
            state.isSettled = true
            var status: Value = ["metadata": [:]]
            if let error {
                for name in ["status", "message", "reason", "details"] {
                    if let part = error.status[name], !part.isEmpty { status[name] = part }
                }
                state.response = error.status
            }
            status["code"] = .int(Int64(code))
            state.status = status
        }
    }

    /// The request is over.
    package func ended(code: Int, error: APIError? = nil) async {
        settle(code: code, error: error)
        let isFirst = state.withLock { state in
            defer { state.hasEnded = true }
            return !state.hasEnded
        }
        if isFirst { await tell(.responseComplete) }
    }

    /// False when the request is not to go on without this event.
    @discardableResult
    func tell(_ stage: AuditPolicy.Stage) async -> Bool {
        guard !decision.omittedStages.contains(stage) else { return true }
        return await log.write(event(stage))
    }

    // MARK: The event

    private func event(_ stage: AuditPolicy.Stage) -> Value {
        let (status, response) = state.withLock { ($0.status, $0.response) }
        let attributes = arrival.attributes
        let request = stage == .requestReceived ? nil : requestObject
        var event: Object = [
            "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": .string(decision.level.rawValue),
            "auditID": .string(arrival.auditID), "stage": .string(stage.rawValue), "requestURI": .string(arrival.uri),
            "verb": .string(attributes.verb), "user": Self.user(arrival.sender ?? attributes.user),
        ]
        if arrival.sender != nil { event["impersonatedUser"] = Self.user(attributes.user) }
        if !arrival.addresses.isEmpty { event["sourceIPs"] = .array(arrival.addresses.map { .string($0) }) }
        if !arrival.userAgent.isEmpty { event["userAgent"] = .string(arrival.userAgent) }
        if attributes.nonResourcePath == nil { event["objectRef"] = reference(stage == .requestReceived ? nil : requestObject) }
        if let status { event["responseStatus"] = status }
        if decision.level >= .request, let request { event["requestObject"] = trimmed(request) }
        if decision.level >= .requestResponse, stage == .responseComplete, let response { event["responseObject"] = trimmed(response) }
        event["requestReceivedTimestamp"] = .string(received.rfc3339Micro)
        event["stageTimestamp"] = .string(log.clock.now.rfc3339Micro)
        let annotations = annotations.all
        if !annotations.isEmpty {
            event["annotations"] = .object(Object(annotations.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        }
        return .object(event)
    }

    private static func user(_ user: UserInfo) -> Value {
        var result = Object()
        if !user.name.isEmpty { result["username"] = .string(user.name) }
        if !user.uid.isEmpty { result["uid"] = .string(user.uid) }
        if !user.groups.isEmpty { result["groups"] = .array(user.groups.map { .string($0) }) }
        if !user.extra.isEmpty {
            result["extra"] = .object(
                Object(user.extra.sorted { $0.key < $1.key }.map { ($0.key, .array($0.value.map { .string($0) })) }))
        }
        return .object(result)
    }

    /// What is asked for; the object that came along fills in what the path does not tell.
    private func reference(_ object: Value?) -> Value {
        let attributes = arrival.attributes
        let metadata = ["create", "update"].contains(attributes.verb) ? object?["metadata"] : nil
        var result = Object()
        func put(_ name: String, _ text: String?) { if let text, !text.isEmpty { result[name] = .string(text) } }
        put("resource", attributes.resource.resource)
        put("namespace", attributes.namespace.isEmpty ? metadata?["namespace"]?.string : attributes.namespace)
        put("name", attributes.name.isEmpty ? metadata?["name"]?.string : attributes.name)
        put("uid", metadata?["uid"]?.string)
        put("apiGroup", attributes.resource.group)
        put("apiVersion", attributes.resource.version)
        put("resourceVersion", metadata?["resourceVersion"]?.string)
        put("subresource", attributes.subresource)
        return .object(result)
    }

    /// Nil for what is no JSON; then it cannot stand in an event.
    private var requestObject: Value? {
        switch arrival.body {
        case .none: nil
        case .value(let value, _): value
        case .bytes(let bytes, _): try? JSONParser.parse(bytes, limits: .outside)
        }
    }

    private func trimmed(_ object: Value) -> Value {
        guard decision.omitsManagedFields else { return object }
        func trim(_ object: Value) -> Value {
            guard object[path: "metadata", "managedFields"] != nil else { return object }
            var result = object
            var metadata = object["metadata"]?.object ?? Object()
            metadata.removeAll { $0.key == "managedFields" }
            result["metadata"] = .object(metadata)
            return result
        }
        var result = trim(object)
        if let items = object["items"]?.array { result["items"] = .array(items.map(trim)) }
        return result
    }
}
