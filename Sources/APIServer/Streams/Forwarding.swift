import Core
import HTTPTransport

/// Passes a request on to another server and its answer back: bodies as they come, upgraded connections byte by byte.
struct Forwarding: Sendable {
    let client: HTTPClient
    let target: HTTPClient.Target
    /// Path and query at the target.
    let path: String
    /// Fields for the target alone, who asks among them.
    var added = HTTPFields()
    /// Told when a connection has changed its protocol.
    var upgraded: @Sendable () async -> Void = {}
    /// How links back to the target are rewritten; nil leaves answers as they are.
    var links: LinkRewriting?

    /// Longer pages are passed on as they are.
    private static let pageLimit = 4 << 20

    /// Fields that end at each connection (RFC 9110, section 7.6.1).
    private static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    ]
    /// Fields that tell who the client is, which is nobody else's business, and those the client sets anew.
    private static let own: Set<String> = ["authorization", "host", "x-remote-user", "x-remote-group", "x-remote-uid"]

    /// Answers the request and gives the status. Throws `APIError` (503 in upstream's words) when the target cannot be reached.
    func run(_ request: HTTPRequest, _ responder: HTTPResponder) async throws -> Int {
        var outgoing = HTTPClient.Request(request.method, target, path, headers: outgoingHeaders(request))
        outgoing.body = request.body
        outgoing.timeouts = HTTPClient.Timeouts(connect: .seconds(10), head: nil)
        do {
            if request.isUpgrade { return try await upgrade(outgoing, responder) }
            return try await relay(try await client.send(outgoing), responder)
        } catch let error as HTTPError {
            guard !responder.isAnswered else { return 502 }
            throw APIError.serviceUnavailable("error trying to reach service: \(error)")
        }
    }

    private func outgoingHeaders(_ request: HTTPRequest) -> HTTPFields {
        let named = Set(request.headers.list("connection").map { $0.lowercased() })
        var isStream = false
        if case .stream = request.body { isStream = true }
        var result = HTTPFields()
        for field in request.headers.fields {
            let name = field.name.lowercased()
            if Self.hopByHop.contains(name) || Self.own.contains(name) || named.contains(name) || name.hasPrefix("x-remote-extra-") {
                continue
            }
            if name == "sec-websocket-protocol" || (name == "content-length" && !isStream) { continue }
            result.add(field.name, field.value)
        }
        // A bearer token among the subprotocols is for the API server alone.
        let protocols = request.headers.list("sec-websocket-protocol").filter { !$0.hasPrefix("base64url.bearer.authorization.k8s.io.") }
        if !protocols.isEmpty { result["Sec-WebSocket-Protocol"] = protocols.joined(separator: ", ") }
        if request.isUpgrade, let upgrade = request.headers["upgrade"] {
            result["Connection"] = "Upgrade"
            result["Upgrade"] = upgrade
        }
        result.add("X-Forwarded-For", request.remoteAddress)
        for field in added.fields { result.add(field.name, field.value) }
        return result
    }

    private func upgrade(_ outgoing: HTTPClient.Request, _ responder: HTTPResponder) async throws -> Int {
        var outgoing = outgoing
        if case .stream(let body) = outgoing.body { outgoing.body = .bytes(try await body.readAll(limit: 64 * 1024)) }
        switch try await client.upgrade(outgoing) {
        case .refused(let response): return try await relay(response, responder)
        case .upgraded(let headers, let far):
            do {
                let near = try await responder.upgrade(headers: headers)
                await upgraded()
                await splice(near, far)
                return 101
            } catch {
                far.close()
                throw error
            }
        }
    }

    private func relay(_ response: HTTPClient.Response, _ responder: HTTPResponder) async throws -> Int {
        let named = Set(response.headers.list("connection").map { $0.lowercased() })
        var headers = HTTPFields()
        for field in response.headers.fields {
            let name = field.name.lowercased()
            if !Self.hopByHop.contains(name), !named.contains(name) { headers.add(field.name, field.value) }
        }
        if let links, let location = headers["location"] { headers["Location"] = links.address(location) }
        if let links, LinkRewriting.applies(to: headers), let length = headers["content-length"].flatMap(Int.init), length <= Self.pageLimit
        {
            headers["Content-Length"] = nil
            let page = links.page(try await response.body.readAll(limit: Self.pageLimit))
            responder.respond(HTTPResponse(status: response.status, headers: headers, body: page))
            return response.status
        }
        let stream = try responder.stream(status: response.status, headers: headers)
        do {
            while let bytes = try await response.body.read() { try await stream.write(bytes) }
            stream.finish()
        } catch {
            response.discard()
            stream.abort()
        }
        return response.status
    }
}
