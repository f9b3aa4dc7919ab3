import Client
import Core
import HTTPTransport
import JSON
import ResourceEngine
import Values

/// Calls the engine of this process, and other API servers for what they answer for: so controllers reach metrics that somebody else serves.
package struct AggregatingTransport: ClientTransport {
    private let inner: InProcessTransport
    private let engine: ResourceEngine
    private let aggregator: Aggregator
    private let user: UserInfo
    private let audit: AuditLog?

    /// `audit` nil: nothing is written down.
    package init(engine: ResourceEngine, aggregator: Aggregator, user: UserInfo, audit: AuditLog? = nil) {
        inner = InProcessTransport(engine: engine, user: user)
        self.engine = engine
        self.aggregator = aggregator
        self.user = user
        self.audit = audit
    }

    package func perform(_ request: APIRequest) async throws -> Value {
        guard let trail = try await follow(request) else { return try await answer(request) }
        do {
            let value = try await RequestAnnotations.$current.withValue(trail.annotations) { try await answer(request) }
            if trail.wantsResponse { trail.answered(value) }
            await trail.ended(code: request.verb == .create ? 201 : 200)
            return value
        } catch let error as APIError {
            await trail.ended(code: error.code, error: error)
            throw error
        }
    }

    private func follow(_ request: APIRequest) async throws -> AuditTrail? {
        guard let audit else { return nil }
        var request = request
        request.user = user
        let prefix = request.resource.group.isEmpty ? "/api/\(request.resource.version)" : "/apis/\(request.resource.apiVersion)"
        var arrival = AuditLog.Arrival(
            attributes: RequestAttributes(request), uri: Self.path(request, below: prefix), auditID: AuditID.make())
        arrival.addresses = ["127.0.0.1"]
        arrival.userAgent = request.userAgent
        arrival.body = request.body
        return try await audit.begin(arrival)
    }

    private func answer(_ request: APIRequest) async throws -> Value {
        guard let service = aggregator.remote(group: request.resource.group, version: request.resource.version) else {
            return try await inner.perform(request)
        }
        var request = request
        request.user = user
        try await engine.authorize(request)
        guard service.isAvailable else { throw APIError.serviceUnavailable("the server is currently unable to handle the request") }
        let (method, type, body) = try Self.body(request)
        let answer: HTTPResponse
        do {
            answer = try await aggregator.ask(
                service, method, Self.path(request, below: service.path), headers: ["Content-Type": type, "Accept": "application/json"],
                body: body,
                as: user, timeout: .seconds(30))
        } catch let error as HTTPError {
            throw APIError.serviceUnavailable("error trying to reach service: \(error)")
        }
        let value = (try? JSONParser.parse(answer.body, limits: .outside)) ?? .null
        guard (200..<300).contains(answer.status) else {
            let reason = value["reason"]?.string.map { APIError.Reason(stringLiteral: $0) } ?? .internalError
            throw APIError(
                code: answer.status, reason: reason,
                message: value["message"]?.string ?? "APIService \"\(service.name)\" answered with status \(answer.status)")
        }
        return value
    }

    package func watch(_ request: APIRequest) async throws -> WatchStream {
        guard aggregator.remote(group: request.resource.group, version: request.resource.version) == nil else {
            throw APIError.general(405, .methodNotAllowed, "watching aggregated APIs is not supported in this process")
        }
        guard let trail = try await follow(request) else { return try await inner.watch(request) }
        do {
            let stream = try await RequestAnnotations.$current.withValue(trail.annotations) { try await inner.watch(request) }
            await trail.started(code: 200)
            return stream
        } catch let error as APIError {
            await trail.ended(code: error.code, error: error)
            throw error
        }
    }

    private static func body(_ request: APIRequest) throws -> (method: String, type: String, body: [UInt8]) {
        let bytes: [UInt8]
        var type = "application/json"
        switch request.body {
        case .none: bytes = []
        case .value(let value, _): bytes = JSONWriter.encode(value)
        case .bytes(let given, let contentType): (bytes, type) = (given, contentType)
        }
        switch request.verb {
        case .get, .list: return ("GET", type, [])
        case .create: return ("POST", type, bytes)
        case .update: return ("PUT", type, bytes)
        case .patch: return ("PATCH", request.patchType?.rawValue ?? type, bytes)
        case .delete, .deletecollection:
            var options: Object = ["kind": "DeleteOptions", "apiVersion": "v1"]
            let asked = request.options
            if !asked.propagationPolicy.isEmpty { options["propagationPolicy"] = .string(asked.propagationPolicy) }
            if let seconds = asked.gracePeriodSeconds { options["gracePeriodSeconds"] = .int(seconds) }
            if let uid = asked.preconditionUID { options["preconditions"] = ["uid": .string(uid)] }
            return ("DELETE", type, JSONWriter.encode(.object(options)))
        case .watch, .connect: throw APIError.verbNotAllowed
        }
    }

    private static func path(_ request: APIRequest, below prefix: String) -> String {
        var path = prefix
        if !request.namespace.isEmpty { path += "/namespaces/\(escaped(request.namespace))" }
        path += "/\(escaped(request.resource.resource))"
        if !request.name.isEmpty { path += "/\(escaped(request.name))" }
        if !request.subresource.isEmpty {
            path += "/\(request.subresource.split(separator: "/").map { escaped(String($0)) }.joined(separator: "/"))"
        }
        var query: [(String, String)] = []
        let options = request.options
        if !options.labelSelector.isEmpty { query.append(("labelSelector", options.labelSelector)) }
        if !options.metricLabelSelector.isEmpty { query.append(("metricLabelSelector", options.metricLabelSelector)) }
        if !options.fieldSelector.isEmpty { query.append(("fieldSelector", options.fieldSelector)) }
        if options.limit > 0 { query.append(("limit", String(options.limit))) }
        if !options.continueToken.isEmpty { query.append(("continue", options.continueToken)) }
        if !options.resourceVersion.isEmpty { query.append(("resourceVersion", options.resourceVersion)) }
        if ![.get, .list].contains(request.verb), !options.fieldManager.isEmpty { query.append(("fieldManager", options.fieldManager)) }
        return query.isEmpty ? path : path + "?" + query.map { "\($0.0)=\(escaped($0.1))" }.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String { PercentEncoding.encoded(text) }
}
