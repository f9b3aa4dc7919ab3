import Core
import HTTPTransport
import Logging
import ResourceEngine
import Values

/// The HTTP surface of the cluster: finds out who asks for what, lets the engine answer, and puts the answer into the form asked for.
package final class APIServer: HTTPHandler {
    /// Bounds and facts that seldom change.
    package struct Options: Sendable {
        package var version = VersionInfo()
        /// Longest body of a request.
        package var bodyLimit = 3 * 1024 * 1024
        /// Requests in progress, watches and streams aside; more are told to come back.
        package var readsInFlight = 3000
        package var writesInFlight = 1500
        package var live: [HealthCheck] = []
        package var ready: [HealthCheck] = []
        /// The token issuer's documents; nil leaves their paths unserved.
        package var openIDConfiguration: Value?
        package var jsonWebKeySet: Value?
        /// Host and port that clients outside are told.
        package var externalAddress = ""

        package init() {}
    }

    let engine: ResourceEngine
    let authenticator: any Authenticator
    let nodes: NodeConnection?
    let services: ServiceResolver
    let documents: any APIDocuments
    let options: Options
    let metrics: RequestMetrics
    let deadlines: RequestDeadlines
    let encoder: AnswerEncoder
    let discovery: Discovery
    let health: HealthEndpoints
    let aggregator: Aggregator?
    let audit: AuditLog?
    let flowControl: FlowController?
    let watchCounts = WatchCounts()
    let logger: Logger
    private let extraMetrics: @Sendable () -> String

    /// `nodes` nil: streams and proxies answer that there are no nodes. `aggregator` nil: no other servers are asked. `audit` nil:
    /// nothing is written down. `flowControl` nil: requests are not sorted, and all run at once. `extraMetrics` adds to `/metrics`.
    package init(
        engine: ResourceEngine, authenticator: any Authenticator, documents: any APIDocuments,
        nodes: NodeConnection?, aggregator: Aggregator? = nil, audit: AuditLog? = nil, flowControl: FlowController? = nil,
        options: Options = Options(), extraMetrics: @escaping @Sendable () -> String = { "" }, logger: Logger = Logger(label: "apiserver")
    ) {
        self.engine = engine
        self.authenticator = authenticator
        self.nodes = nodes
        services = ServiceResolver(engine.cluster)
        self.documents = documents
        self.options = options
        self.logger = logger
        self.extraMetrics = extraMetrics
        metrics = RequestMetrics()
        deadlines = RequestDeadlines(clock: engine.cluster.clock)
        encoder = AnswerEncoder(clock: engine.cluster.clock)
        self.aggregator = aggregator
        self.audit = audit
        self.flowControl = flowControl
        discovery = Discovery(registry: engine.registry, aggregator: aggregator)
        health = HealthEndpoints(live: options.live, ready: options.ready)
    }

    // MARK: HTTPHandler

    package func bodyPolicy(method: String, path: Substring) -> HTTPBodyPolicy {
        if case .resource(let route) = Route(path: path) {
            if route.subresource == "proxy" { return .stream }
            if aggregator?.remote(group: route.resource.group, version: route.resource.version) != nil { return .stream }
        }
        return .collect(limit: options.bodyLimit)
    }

    package func bodyTooLarge(limit: Int) -> HTTPResponse { ErrorResponse.make(.tooLarge(limit: limit), auditID: nil) }

    package func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async {
        let began = ContinuousClock.now
        let call = Call(request, responder)
        var log = RequestLog(verb: request.method, route: nil, isLongRunning: false)
        var code: Int
        do {
            code = try await serve(call, &log)
            log.trail?.ended(code: code)
        } catch let error as APIError {
            code = fail(call, error, log)
            log.trail?.ended(code: code, error: error)
        } catch is PageNotFound {
            code = 404
            responder.respond(PageNotFound.response)
        } catch is CancellationError {
            // The client has gone: nobody reads an answer.
            code = 499
        } catch {
            logger.error("request failed", metadata: ["path": "\(request.path)", "error": "\(error)"])
            code = fail(call, .internalError("\(error)"))
        }
        log.trail?.ended(code: code)
        let elapsed = ContinuousClock.now - began
        metrics.record(verb: log.verb, log.route, code: code, seconds: log.isLongRunning ? nil : elapsed.seconds)
        logger.debug(
            "request",
            metadata: [
                "method": "\(request.method)", "target": "\(request.target)", "code": "\(code)", "ms": "\(elapsed.nanoseconds / 1_000_000)",
                "audit": "\(call.auditID)",
            ])
    }

    private func fail(_ call: Call, _ error: APIError, _ log: RequestLog? = nil) -> Int {
        call.responder.respond(response(to: call, error, log))
        return error.code
    }

    private func response(to call: Call, _ error: APIError, _ log: RequestLog?) -> HTTPResponse {
        var response = ErrorResponse.make(error, auditID: call.auditID, accept: AcceptHeader(call.request.headers))
        for field in (log?.flow ?? call.flow)?.headers.fields ?? [] { response.headers.add(field.name, field.value) }
        response.headers.setWarnings(of: log?.deprecation ?? call.deprecation, error.warnings)
        return response
    }

    /// The request has taken too long: its client waits no longer, and nobody goes on with it. What is being committed may still be.
    private func expire(_ call: Call) {
        let error = RequestTimeout.error
        call.trail?.ended(code: error.code, error: error)
        call.responder.respond(response(to: call, error, nil), stopsWork: true)
    }

    private func serve(_ call: Call, _ log: inout RequestLog) async throws -> Int {
        let request = call.request
        if let answer = health.answer(path: request.path, query: call.query) {
            // Health is asked for by probes without credentials, and says nothing else.
            call.responder.respond(answer)
            return answer.status
        }
        let route = Route(path: request.path)
        let credentials = RequestCredentials(
            peerCertificates: request.peerCertificate.map { [$0] } ?? [], headers: request.headers.fields.map { ($0.name, $0.value) },
            path: String(request.path))
        guard let audit else {
            return try await serve(call, route, user: try await authenticator.authenticate(credentials), &log)
        }
        let user: UserInfo, sender: UserInfo?
        do { (user, sender) = try await authenticator.identify(credentials) } catch {
            log.trail = audit.begin(arrival(call, route, user: UserInfo(name: "", groups: []), sender: nil))
            throw error
        }
        guard let trail = audit.begin(arrival(call, route, user: user, sender: sender)) else {
            return try await serve(call, route, user: user, &log)
        }
        log.trail = trail
        var call = call
        call.trail = trail
        return try await RequestAnnotations.$current.withValue(trail.annotations) {
            try await serve(call, route, user: user, &log)
        }
    }

    /// What the audit log is told of a request.
    private func arrival(_ call: Call, _ route: Route, user: UserInfo, sender: UserInfo?) -> AuditLog.Arrival {
        let request = call.request
        let attributes = Self.attributes(call, route, user)
        var arrival = AuditLog.Arrival(attributes: attributes, uri: request.target, auditID: call.auditID)
        arrival.sender = sender
        arrival.addresses = request.headers.list("x-forwarded-for") + [request.remoteAddress]
        arrival.userAgent = request.headers["user-agent"] ?? ""
        if case .resource = route { arrival.body = RequestReader.recordedBody(request) }
        return arrival
    }

    private static func attributes(_ call: Call, _ route: Route, _ user: UserInfo) -> RequestAttributes {
        let request = call.request
        guard case .resource(let resource) = route else {
            return RequestAttributes(user: user, verb: request.method.lowercased(), path: String(request.path))
        }
        let verb = try? RequestReader.verb(method: call.request.method, route: resource, query: call.query)
        return RequestAttributes(
            user: user, verb: verb?.rawValue ?? request.method.lowercased(), resource: resource.resource,
            subresource: resource.subresource, namespace: resource.namespace, name: resource.name)
    }

    /// Waits for the request's turn.
    private func serve(_ call: Call, _ route: Route, user: UserInfo, _ log: inout RequestLog) async throws -> Int {
        guard let flowControl else { return try await dispatch(call, route, user: user, &log) }
        let attributes = Self.attributes(call, route, user)
        // What lasts, and what waits for others, keeps no seat; a watch has one for its beginning.
        var isLong = call.request.isUpgrade
        if case .resource(let resource) = route, StreamServing.isStream(resource) { isLong = true }
        var call = call
        let seat: FlowController.Seat?
        switch flowControl.admit(attributes, isLong: isLong, work: isLong ? FlowWork() : work(of: attributes, call.query)) {
        case .unsorted: seat = nil
        case .passes(let flow): (seat, call.flow) = (nil, flow)
        case .runs(let flow, let free): (seat, call.flow) = (free, flow)
        case .isRefused(let flow):
            log.flow = flow
            throw FlowController.refusal
        case .waits(let flow, let wait):
            (call.flow, log.flow) = (flow, flow)
            seat = try await flowControl.turn(wait)
        }
        log.flow = call.flow
        if let seat, attributes.verb == "watch" {
            let held = HeldSeat(seat, of: flowControl)
            defer { held.release() }
            call.seat = held
            return try await dispatch(call, route, user: user, &log)
        }
        defer { if let seat { flowControl.finish(seat) } }
        return try await dispatch(call, route, user: user, &log)
    }

    private func dispatch(_ call: Call, _ route: Route, user: UserInfo, _ log: inout RequestLog) async throws -> Int {
        let request = call.request
        guard case .resource(let resource) = route else {
            let path = String(request.path)
            try await engine.authorize(RequestAttributes(user: user, verb: request.method.lowercased(), path: path))
            if let aggregator, case .groupVersion(let group, let version) = route,
                let service = aggregator.remote(group: group, version: version)
            {
                return try await aggregator.forward(call, to: service, user: user)
            }
            return try await servePath(route, path, call)
        }
        log.route = resource
        if let aggregator, let service = aggregator.remote(group: resource.resource.group, version: resource.resource.version) {
            let verb = try RequestReader.verb(method: request.method, route: resource, query: call.query)
            log.verb = verb == .watch ? "WATCH" : verb == .list ? "LIST" : request.method
            log.isLongRunning = verb == .watch || request.isUpgrade
            try await engine.authorize(
                RequestAttributes(
                    user: user, verb: verb.rawValue, resource: resource.resource, subresource: resource.subresource,
                    namespace: resource.namespace, name: resource.name))
            call.seat?.release()
            return try await aggregator.forward(call, to: service, user: user)
        }
        guard
            engine.registry[resource.resource] != nil
                || engine.registry.serves(group: resource.resource.group, version: resource.resource.version)
        else {
            let verb = try RequestReader.verb(method: request.method, route: resource, query: call.query)
            try await engine.authorize(
                RequestAttributes(
                    user: user, verb: verb.rawValue, resource: resource.resource, subresource: resource.subresource,
                    namespace: resource.namespace, name: resource.name))
            throw PageNotFound()
        }
        var call = call
        call.deprecation = engine.registry[resource.resource]?.deprecation
        log.deprecation = call.deprecation
        if StreamServing.isStream(resource) {
            log.verb = "CONNECT"
            log.isLongRunning = true
            return try await StreamServing(server: self).serve(call, resource, user: user)
        }
        let read = try RequestReader.read(request, call.query, resource, user: user)
        log.verb = read.verb == .watch ? "WATCH" : read.verb == .list ? "LIST" : request.method
        if read.verb == .watch {
            log.isLongRunning = true
            return try await WatchServing(server: self).serve(call, read)
        }
        let isMutating = ![.get, .list].contains(read.verb)
        guard metrics.began(isMutating: isMutating, limit: isMutating ? options.writesInFlight : options.readsInFlight) else {
            throw APIError.tooManyRequests("Too many requests, please try again later.", retryAfterSeconds: 1)
        }
        defer { metrics.ended(isMutating: isMutating) }
        let timeout = try RequestTimeout(call.query)
        // Reads come from memory and do not wait.
        guard isMutating else { return try await answer(call, read) }
        let deadline = deadlines.begin(timeout.duration) { [call] in self.expire(call) }
        defer { deadline.finish() }
        return try await answer(call, read)
    }

    /// One resource request that is no watch and no stream.
    private func answer(_ call: Call, _ read: APIRequest) async throws -> Int {
        let query = call.query
        let isBuiltIn = engine.registry[read.resource]?.schema.custom == nil
        guard var representation = AcceptHeader(call.request.headers).representation(allowsTransforms: true, allowsProtobuf: isBuiltIn)
        else {
            throw ErrorResponse.notAcceptable
        }
        if let pretty = query["pretty"] { representation.isPretty = RequestReader.isTrue(pretty) }
        let response = try await engine.perform(read)
        var headers = call.headers
        headers.add("Content-Type", representation.contentType)
        if !response.warnings.isEmpty { headers.setWarnings(of: call.deprecation, response.warnings) }
        let body = try encoder.encode(response, representation, includeObject: query["includeObject"] ?? "")
        if let trail = call.trail, trail.wantsResponse { trail.answered(try engine.value(of: response)) }
        call.responder.respond(HTTPResponse(status: response.code, headers: headers, body: body))
        return response.code
    }

    func metricsText() -> String { metrics.text() + extraMetrics() }
}

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
    var deprecation: String?
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
private struct RequestLog {
    var verb: String
    var route: ResourceRoute?
    var isLongRunning: Bool
    var trail: AuditTrail?
    var flow: Flow?
    var deprecation: String?
}

/// Identifiers by which a request is found in logs; no secrets, so plain randomness will do.
enum AuditID {
    static func make() -> String {
        let high = UInt64.random(in: .min ... .max), low = UInt64.random(in: .min ... .max)
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 36) { text in
            var position = 0
            for index in 0..<32 {
                if [8, 12, 16, 20].contains(index) {
                    text[position] = UInt8(ascii: "-")
                    position += 1
                }
                var nibble = Int((index < 16 ? high >> UInt64(60 - 4 * index) : low >> UInt64(60 - 4 * (index - 16))) & 15)
                if index == 12 { nibble = 4 }
                if index == 16 { nibble = nibble & 3 | 8 }
                text[position] = digits[nibble]
                position += 1
            }
            return 36
        }
    }
}
