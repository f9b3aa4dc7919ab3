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
    let metrics = RequestMetrics()
    let watchMetrics = WatchMetrics()
    let authentication: AuthenticationMetrics
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
    /// nothing is written down. `flowControl` nil: requests are not sorted, and all run at once. `authentication` is counted up and shown in
    /// `/metrics`, to which `extraMetrics` adds.
    package init(
        engine: ResourceEngine, authenticator: any Authenticator, documents: any APIDocuments,
        nodes: NodeConnection?, aggregator: Aggregator? = nil, audit: AuditLog? = nil, flowControl: FlowController? = nil,
        authentication: AuthenticationMetrics = AuthenticationMetrics(), options: Options = Options(),
        extraMetrics: @escaping @Sendable () -> String = { "" }, logger: Logger = Logger(label: "apiserver")
    ) {
        self.engine = engine
        self.authenticator = authenticator
        self.nodes = nodes
        services = ServiceResolver(engine.cluster)
        self.documents = documents
        self.options = options
        self.logger = logger
        self.extraMetrics = extraMetrics
        self.authentication = authentication
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
            await log.trail?.ended(code: code)
        } catch let error as APIError {
            code = fail(call, error, log)
            await log.trail?.ended(code: code, error: error)
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
        await log.trail?.ended(code: code)
        let elapsed = ContinuousClock.now - began
        metrics.record(
            RequestMetrics.Labels(log.verb, log.route, isDryRun: log.isDryRun),
            RequestMetrics.Outcome(
                code: code, duration: log.isLongRunning ? nil : elapsed, waited: log.waited, bytes: log.bytes,
                isTerminated: log.isTerminated, removedRelease: log.deprecation?.removedRelease))
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
        call.trail?.settle(code: error.code, error: error)
        call.responder.respond(response(to: call, error, nil), stopsWork: true)
    }

    private func serve(_ call: Call, _ log: inout RequestLog) async throws -> Int {
        let request = call.request
        if let answer = health.answer(path: request.path, query: call.query) {
            // Health is asked for by probes without credentials, and says nothing else; wrong ones are refused everywhere.
            if request.headers["authorization"] != nil { _ = try await identify(credentials(of: request)) }
            var answer = answer
            for field in call.headers.fields { answer.headers[field.name] = field.value }
            answer.headers.add("X-Content-Type-Options", "nosniff")
            call.responder.respond(answer)
            return answer.status
        }
        let route = Route(path: request.path)
        let credentials = credentials(of: request)
        guard let audit else {
            return try await serve(call, route, user: try await identify(credentials).user, &log)
        }
        let user: UserInfo, sender: UserInfo?
        do { (user, sender) = try await identify(credentials) } catch {
            log.trail = try await audit.begin(arrival(call, route, user: UserInfo(name: "", groups: []), sender: nil))
            throw error
        }
        guard let trail = try await audit.begin(arrival(call, route, user: user, sender: sender)) else {
            return try await serve(call, route, user: user, &log)
        }
        log.trail = trail
        var call = call
        call.trail = trail
        return try await RequestAnnotations.$current.withValue(trail.annotations) {
            try await serve(call, route, user: user, &log)
        }
    }

    private func credentials(of request: HTTPRequest) -> RequestCredentials {
        RequestCredentials(
            peerCertificates: request.peerCertificate.map { [$0] } ?? [], headers: request.headers.fields.map { ($0.name, $0.value) },
            path: String(request.path))
    }

    /// Finds out who sends a request, and counts it.
    private func identify(_ credentials: RequestCredentials) async throws -> (user: UserInfo, sender: UserInfo?) {
        let began = ContinuousClock.now
        do {
            let found = try await authenticator.identify(credentials)
            authentication.attempted(user: found.user.name, ContinuousClock.now - began)
            return found
        } catch {
            authentication.attempted(user: nil, ContinuousClock.now - began)
            throw error
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
            log.isTerminated = true
            throw FlowController.refusal
        case .waits(let flow, let wait):
            (call.flow, log.flow) = (flow, flow)
            let began = ContinuousClock.now
            defer { log.waited = ContinuousClock.now - began }
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
            guard !servesOtherVersion(of: resource.resource.group) else { throw APIError.unknownResource }
            throw PageNotFound()
        }
        if let served = engine.registry[resource.resource], !StreamServing.isStream(resource) {
            do {
                let isWatch = RequestReader.isTrue(call.query["watch"])
                try ServedPaths.check(request.method, resource, isWatch: isWatch, served.schema)
            } catch {
                try await engine.authorize(Self.attributes(call, route, user))
                throw error
            }
        }
        var call = call
        call.deprecation = engine.registry[resource.resource]?.deprecation
        log.deprecation = call.deprecation
        if let deprecation = call.deprecation { call.trail?.annotations.add(deprecation) }
        if StreamServing.isStream(resource) {
            log.verb = "CONNECT"
            log.isLongRunning = true
            let labels = RequestMetrics.Labels(log.verb, resource)
            metrics.beganLongRunning(labels)
            defer { metrics.endedLongRunning(labels) }
            return try await StreamServing(server: self).serve(call, resource, user: user)
        }
        let read = try RequestReader.read(request, call.query, resource, user: user)
        log.verb = Self.reportedVerb(read)
        log.isDryRun = read.options.isDryRun
        if read.verb == .watch {
            log.isLongRunning = true
            let labels = RequestMetrics.Labels(log.verb, resource)
            metrics.beganLongRunning(labels)
            defer { metrics.endedLongRunning(labels) }
            return try await WatchServing(server: self).serve(call, read)
        }
        let isMutating = ![.get, .list].contains(read.verb)
        guard metrics.began(isMutating: isMutating, limit: isMutating ? options.writesInFlight : options.readsInFlight) else {
            log.isTerminated = true
            throw APIError.tooManyRequests("Too many requests, please try again later.", retryAfterSeconds: 1)
        }
        defer { metrics.ended(isMutating: isMutating) }
        let timeout = try RequestTimeout(call.query)
        // Reads come from memory and do not wait.
        guard isMutating else {
            let (code, bytes) = try await answer(call, read)
            log.bytes = bytes
            return code
        }
        let deadline = deadlines.begin(timeout.duration) { [call] in self.expire(call) }
        defer { log.isTerminated = !deadline.finish() }
        return try await answer(call, read).code
    }

    /// Whether this server has built-in resources of a group: of versions that there are not, its router speaks then.
    func servesOtherVersion(of group: String) -> Bool {
        engine.registry.all.contains { $0.schema.resource.group == group && $0.schema.custom == nil }
    }

    /// The verb as metrics have it.
    private static func reportedVerb(_ request: APIRequest) -> String {
        switch request.verb {
        case .get: "GET"
        case .list: "LIST"
        case .watch: "WATCH"
        case .create: "POST"
        case .update: "PUT"
        case .patch: request.patchType == .some(.apply) ? "APPLY" : "PATCH"
        case .delete: "DELETE"
        case .deletecollection: "DELETECOLLECTION"
        case .connect: "CONNECT"
        }
    }

    /// One resource request that is no watch and no stream: its status, and the length of the answer.
    private func answer(_ call: Call, _ read: APIRequest) async throws -> (code: Int, bytes: Int) {
        let query = call.query
        let isBuiltIn = engine.registry[read.resource]?.schema.custom == nil
        var representation = try AcceptHeader(call.request.headers).negotiated(
            isList: read.verb == .list || read.verb == .watch, allowsProtobuf: isBuiltIn)
        if let pretty = query["pretty"], !pretty.isEmpty { representation.isPretty = RequestReader.isPretty(pretty) }
        if case .table = representation.transform { try AnswerEncoder.checkIncludeObject(query["includeObject"]) }
        let response = try await engine.perform(read)
        try await room(for: response.estimatedCount, call)
        var headers = call.headers
        headers.add("Content-Type", representation.contentType)
        if !response.warnings.isEmpty { headers.setWarnings(of: call.deprecation, response.warnings) }
        let body = try encoder.encode(response, representation, includeObject: query["includeObject"] ?? "")
        if let trail = call.trail, trail.wantsResponse { trail.answered(try engine.value(of: response)) }
        call.responder.respond(HTTPResponse(status: response.code, headers: headers, body: body))
        return (response.code, body.count)
    }

    /// Waits until the client has read enough of what it asked for before, for as long as a request may take.
    func room(for bytes: Int, _ call: Call) async throws {
        guard !call.responder.hasRoom(for: bytes) else { return }
        let deadline = deadlines.begin(RequestTimeout.longest) { [call] in self.expire(call) }
        defer { deadline.finish() }
        try await call.responder.waitForRoom(for: bytes)
    }

    func metricsText() -> String {
        [metrics.text(), watchMetrics.text, authentication.text, options.version.metricsText, extraMetrics()].joined()
    }
}
