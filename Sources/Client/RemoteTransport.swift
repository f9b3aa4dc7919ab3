import Core
import HTTPTransport
import JSON
import ResourceEngine
import Synchronization
import Values

/// Calls any Kubernetes API server over HTTP/2 with TLS, as the user whom the credentials prove.
///
/// Refusals that name a time to wait (`Retry-After`: 429, 503) are repeated after it, ten times at most, as client-go does; reads
/// are repeated once when their connection ended under them. Nothing else is: whoever writes knows whether to write again.
package final class RemoteTransport: ClientTransport {
    private static let attempts = 10
    /// The largest answer that is read whole: a list of 150,000 pods.
    private static let answerLimit = 2 << 30

    package let access: ClusterAccess
    private let token: Mutex<ClusterAccess.Token?>
    private let http: HTTP2Client
    private let userAgent: String
    private let clock: any Clock

    /// A transport of its own connections. `userAgent` is sent with every request and names the field manager where the request does
    /// not. Throws `HTTPError` for certificates that cannot be used.
    package init(_ access: ClusterAccess, connections: Int = 1, userAgent: String, clock: any Clock = SystemClock()) throws {
        self.access = access
        token = Mutex(access.token)
        self.userAgent = userAgent
        self.clock = clock
        http = try HTTP2Client(target: .tcp(host: access.host, port: access.port), tls: access.tls, connections: connections)
    }

    package func perform(_ request: APIRequest) async throws -> Value {
        let wire = try RemoteRequest(request, prefix: access.pathPrefix)
        return try await value(wire, userAgent: agent(request), members: request.verb == .list ? "" : request.options.members)
    }

    /// The JSON document at a path, such as "/api" or "/version".
    package func document(_ path: String, accept: String = "application/json") async throws -> Value {
        var wire = try RemoteRequest(
            APIRequest(
                verb: .list, resource: GroupVersionResource(group: "", version: "v1", resource: "x"), user: UserInfo(name: "", groups: [])))
        wire.path = access.pathPrefix + path
        return try await value(wire, userAgent: userAgent, accept: accept)
    }

    package func watch(_ request: APIRequest) async throws -> WatchStream {
        let wire = try RemoteRequest(request, prefix: access.pathPrefix)
        let response = try await retrying(wire, userAgent: agent(request), accept: "application/json") { response in
            response.status < 300 ? nil : try await Self.failure(response)
        }
        let lines = RemoteWatch(response, members: request.options.members)
        return WatchStream { try await lines.next() }
    }

    /// Proves from now on who asks by this token.
    package func use(token new: String) { token.withLock { $0 = .fixed(new) } }

    /// Closes the connections; what is under way fails.
    package func close() { http.close() }

    // MARK: Requests

    private func agent(_ request: APIRequest) -> String {
        request.userAgent.isEmpty || request.userAgent == userAgent ? userAgent : "\(request.userAgent) (\(userAgent))"
    }

    private func value(
        _ wire: RemoteRequest, userAgent: String, accept: String = "application/json", members: String = ""
    ) async throws -> Value {
        let answer = Box<[UInt8]>([])
        _ = try await retrying(wire, userAgent: userAgent, accept: accept) { response in
            guard response.status < 300 else { return try await Self.failure(response) }
            answer.value = try await response.body.readAll(limit: Self.answerLimit)
            return nil
        }
        do {
            if answer.value.isEmpty { return .null }
            return try members.isEmpty ? JSONParser.parse(answer.value) : JSONProjection(members).read(answer.value, noting: "").value
        } catch {
            throw APIError.internalError("the answer to \(wire.method) \(wire.path) is not JSON: \(error)")
        }
    }

    /// Sends until `refusal` finds nothing to object to in an answer, or nothing that waiting helps. The error's `retryAfterSeconds`
    /// counts only when it came as a header, which `failure` sees to.
    private func retrying(
        _ wire: RemoteRequest, userAgent: String, accept: String,
        refusal: (HTTP2Client.Response) async throws -> (error: APIError, wait: Int?)?
    ) async throws -> HTTP2Client.Response {
        var attempt = 0
        var wasRepeated = false
        while true {
            do {
                let response = try await http.send(
                    wire.method, wire.path, headers: try headers(wire, userAgent, accept), body: wire.body)
                guard let (error, wait) = try await refusal(response) else { return response }
                attempt += 1
                guard let wait, attempt < Self.attempts else { throw error }
                try await clock.sleep(for: .seconds(wait))
            } catch let error as HTTPError {
                try Task.checkCancellation()
                if error == .closed, wire.method == "GET", !wasRepeated {
                    wasRepeated = true
                    continue
                }
                throw APIError.serviceUnavailable("\(wire.method) https://\(access.host):\(access.port)\(wire.path): \(error)")
            }
        }
    }

    private func headers(_ wire: RemoteRequest, _ userAgent: String, _ accept: String) throws -> HTTPFields {
        var headers: HTTPFields = ["Accept": accept, "User-Agent": userAgent]
        if !wire.contentType.isEmpty { headers["Content-Type"] = wire.contentType }
        if let token = token.withLock({ $0 }) { headers["Authorization"] = try token.field() }
        for field in access.impersonation.fields { headers.add(field.name, field.value) }
        return headers
    }

    /// What a refusal says, and how long to wait before asking again.
    private static func failure(_ response: HTTP2Client.Response) async throws -> (error: APIError, wait: Int?) {
        let body = try await response.body.readAll(limit: 1 << 20)
        var error: APIError
        if let status = try? JSONParser.parse(body), status["kind"]?.string == "Status" {  // Proxies answer in other forms.
            error = APIError(status: status)
        } else {
            let text = String(decoding: body.prefix(1000), as: UTF8.self)
            error = APIError(code: response.status, reason: reason(response.status), message: text)
        }
        guard response.status == 429 || response.status >= 500, let wait = response.headers["retry-after"].flatMap({ Int($0) }) else {
            return (error, nil)
        }
        error.retryAfterSeconds = wait
        return (error, max(0, wait))
    }

    private static func reason(_ code: Int) -> APIError.Reason {
        switch code {
        case 400: .badRequest
        case 401: .unauthorized
        case 403: .forbidden
        case 404: .notFound
        case 409: .conflict
        case 410: .gone
        case 429: .tooManyRequests
        case 503: .serviceUnavailable
        case 504: .timeout
        default: code >= 500 ? .internalError : .unknown
        }
    }
}

/// A value that a closure of the same task fills in.
private final class Box<T> {
    var value: T
    init(_ value: T) { self.value = value }
}
