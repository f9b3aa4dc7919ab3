import Client
import Core
import HTTPTransport
import JSON
import KubernetesAPI
import Logging
import ResourceEngine
import Runtime
import Values

/// The agent's HTTPS endpoint: logs, commands, streams, statistics. Every caller is authenticated and authorised.
package struct NodeServer: HTTPHandler {
    /// Who a proven client certificate (DER) is; nil for one that says nothing.
    package typealias CertificateIdentity = @Sendable ([UInt8]) -> Caller?

    private let agent: NodeAgent
    private let client: Client
    private let logger: Logger
    private let identify: CertificateIdentity

    /// `client` acts as the node: it asks the cluster to review tokens and access.
    package init(_ agent: NodeAgent, client: Client, logger: Logger, identify: @escaping CertificateIdentity) {
        self.agent = agent
        self.client = client
        self.logger = logger
        self.identify = identify
    }

    /// Serves on all of the machine's addresses until `certificates` ends or the task is cancelled; it gives the first certificate at
    /// once and each renewed one as it comes. Throws when it cannot listen.
    package func run(certificates: AsyncStream<ServerTLS>, port: Int) async throws {
        var server: HTTPServer?
        for await tls in certificates {
            if let server {
                try server.reload(tls)
            } else {
                let first = try HTTPServer(handler: self, tls: tls, logger: logger)
                _ = try await first.listen(host: "0.0.0.0", port: port)
                server = first
            }
        }
        await server?.shutdown()
    }

    package func bodyPolicy(method: String, path: Substring) -> HTTPBodyPolicy { .collect(limit: 1 << 20) }

    package func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async {
        let parts = request.path.split(separator: "/").map { percentDecoded($0.utf8) }
        do {
            try await authorise(request, parts.first ?? "")
            try await route(request, parts, responder)
        } catch let error as APIError {
            responder.respond(.text(error.code, error.message))
        } catch let error as RuntimeError {
            responder.respond(.text(error.code == .notFound ? 404 : 500, error.message))
        } catch {
            responder.respond(.text(500, "\(error)"))
        }
    }

    private func route(_ request: HTTPRequest, _ parts: [String], _ responder: HTTPResponder) async throws {
        let query = QueryParameters(request.query)
        func key(_ count: Int) throws -> ObjectKey {
            guard parts.count == count else { throw APIError(code: 404, reason: .notFound, message: "404 page not found") }
            return ObjectKey(namespace: parts[1], name: parts[2])
        }
        switch parts.first {
        case "containerLogs": try await LogStream(agent, try key(4), parts[3], query).send(responder)
        case "exec":
            let id = try await agent.container(try key(4), parts[3]).status.id
            let stream = StreamRequest.exec(
                container: id, command: query.all("command"), tty: Self.flag(query, "tty"), stdin: Self.flag(query, "input"),
                stdout: Self.flag(query, "output"), stderr: Self.flag(query, "error"))
            try await proxy(request, stream, responder)
        case "attach":
            let id = try await agent.container(try key(4), parts[3]).status.id
            let stream = StreamRequest.attach(
                container: id, tty: Self.flag(query, "tty"), stdin: Self.flag(query, "input"), stdout: Self.flag(query, "output"),
                stderr: Self.flag(query, "error"))
            try await proxy(request, stream, responder)
        case "portForward":
            let sandbox = try await agent.sandbox(try key(3))
            let ports = query.all("port").flatMap { $0.split(separator: ",") }.compactMap { Int32($0) }
            try await proxy(request, .portForward(sandbox: sandbox, ports: ports), responder)
        case "run":
            guard request.method == "POST" else { throw APIError(code: 405, reason: .methodNotAllowed, message: "405: Method Not Allowed") }
            let id = try await agent.container(try key(4), parts[3]).status.id
            let command = (query["cmd"] ?? "").split(separator: " ").map(String.init)
            let result = try await agent.containerRuntime.execSync(id, command, timeout: 0)
            responder.respond(HTTPResponse(status: 200, body: Array(result.stdout) + Array(result.stderr)))
        case "healthz": responder.respond(.text(200, "ok"))
        case "pods", "runningpods":
            let items = agent.currentPods().map(\.raw)
            answer(["kind": "PodList", "apiVersion": "v1", "metadata": [:], "items": .array(items)], responder)
        case "stats" where parts == ["stats", "summary"]: answer(try await NodeStatistics(agent).summary(), responder)
        case "metrics" where parts == ["metrics"]: expose(NodeStatistics(agent).agentMetrics(), responder)
        case "metrics" where parts == ["metrics", "resource"]: expose(try await NodeStatistics(agent).metrics(), responder)
        case "metrics" where parts == ["metrics", "cadvisor"]: expose(try await NodeStatistics(agent).containerMetrics(), responder)
        case "metrics" where parts == ["metrics", "probes"]: expose(agent.nodeContext?.probes.text() ?? "", responder)
        case "configz": answer(["kubeletconfig": agent.configuration.kubeletConfiguration], responder)
        case "checkpoint":
            let id = try await agent.container(try key(4), parts[3]).status.id
            throw APIError(
                code: 501, reason: "NotImplemented",
                message: "checkpointing of containers is not built: container \(parts[3]) (\(id)) of pod \(parts[1])/\(parts[2]) runs on\n")
        case "logs":
            guard request.method == "GET" || request.method == "HEAD" else {
                throw APIError(code: 405, reason: .methodNotAllowed, message: "405: Method Not Allowed")
            }
            try await SystemLogs(directory: "/var/log").send(parts.dropFirst(), asDirectory: request.path.hasSuffix("/"), responder)
        default: throw APIError(code: 404, reason: .notFound, message: "404 page not found")
        }
    }

    private static func flag(_ query: QueryParameters, _ name: String) -> Bool { query[name] == "1" || query[name] == "true" }

    private func answer(_ value: Value, _ responder: HTTPResponder) {
        responder.respond(HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: JSONWriter.encode(value)))
    }

    private func expose(_ metrics: String, _ responder: HTTPResponder) {
        responder.respond(
            HTTPResponse(
                status: 200, headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"], body: Array(metrics.utf8)))
    }

    // MARK: Who may

    private func authorise(_ request: HTTPRequest, _ area: String) async throws {
        guard let user = try await user(request) else { throw APIError.unauthorized() }
        // The narrowest right first (KEP-2862); "proxy" is the right to everything.
        let subresources =
            [
                "pods": ["pods", "proxy"], "runningpods": ["pods", "proxy"], "healthz": ["healthz", "proxy"],
                "configz": ["configz", "proxy"],
                "stats": ["stats"], "metrics": ["metrics"], "logs": ["log"],
                "checkpoint": ["checkpoint", "proxy"],
            ][area] ?? ["proxy"]
        let verb =
            switch request.method {
            case "POST": "create"
            case "PUT": "update"
            case "PATCH": "patch"
            case "DELETE": "delete"
            default: "get"
            }
        // What the API server and administrators may do needs no question: RBAC gives these groups everything.
        if user.groups.contains("system:masters") { return }
        for subresource in subresources where try await isAllowed(user, verb, subresource) { return }
        throw APIError(
            code: 403, reason: .forbidden,
            message: "Forbidden (user=\(user.name), verb=\(verb), resource=nodes, "
                + "subresource(s)=[\(subresources.joined(separator: " "))])")
    }

    private func isAllowed(_ user: Caller, _ verb: String, _ subresource: String) async throws -> Bool {
        let name = agent.configuration.nodeName
        let review = try await client.transport.perform(
            review(
                "authorization.k8s.io", "subjectaccessreviews",
                [
                    "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
                    "spec": [
                        "user": .string(user.name), "groups": .array(user.groups.map { .string($0) }),
                        "resourceAttributes": [
                            "verb": .string(verb), "version": "v1", "resource": "nodes", "subresource": .string(subresource),
                            "name": .string(name),
                        ],
                    ],
                ]))
        return review[path: "status", "allowed"]?.bool == true
    }

    private func user(_ request: HTTPRequest) async throws -> Caller? {
        if let certificate = request.peerCertificate { return identify(certificate) }
        guard let header = request.headers["authorization"], header.lowercased().hasPrefix("bearer ") else { return nil }
        let review = try await client.transport.perform(
            review(
                "authentication.k8s.io", "tokenreviews",
                [
                    "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview",
                    "spec": ["token": .string(String(header.dropFirst(7)))],
                ]))
        guard review[path: "status", "authenticated"]?.bool == true, let user = review[path: "status", "user"] else { return nil }
        return Caller(
            name: user["username"]?.string ?? "", groups: (user["groups"]?.array ?? []).compactMap(\.string), uid: user["uid"]?.string ?? ""
        )
    }

    private func review(_ group: String, _ resource: String, _ body: Value) -> APIRequest {
        var request = APIRequest(
            verb: .create, resource: GroupVersionResource(group: group, version: "v1", resource: resource),
            user: Caller(name: "", groups: []))
        request.body = .value(body)
        return request
    }

    // MARK: Streams

    private static let plain = Result { try HTTPClient(tls: nil, idleConnections: 0) }

    /// Joins the caller to the runtime's own streaming server. What both speak is handed through as it is; WebSockets newer than
    /// the runtime may know end here.
    private func proxy(_ request: HTTPRequest, _ stream: StreamRequest, _ responder: HTTPResponder) async throws {
        guard request.isUpgrade else {
            throw APIError.badRequest("you must specify at least 1 of stdin, stdout, stderr, and upgrade the connection")
        }
        let isSocket = WebSocket.isRequested(by: request)
        if case .portForward = stream {
            guard isSocket, PortForwardSession.isTunnel(request) else { return try await passThrough(request, stream, responder) }
            guard let runtime = try await connect("POST", stream, PortForwardSession.headers, responder) else { return }
            try await PortForwardSession.tunnel(request, responder, to: runtime)
        } else {
            guard isSocket else { return try await passThrough(request, stream, responder) }
            guard let runtime = try await connect("POST", stream, RemoteCommandRelay.headers, responder) else { return }
            let options = RemoteCommandOptions(query: QueryParameters(request.query))
            let caller: any RemoteCommandSession
            do {
                caller = try await RemoteCommand.accept(request, responder, options: options)
            } catch {
                runtime.close()
                throw error
            }
            do {
                try await RemoteCommandRelay(over: runtime, options: options).join(caller)
            } catch {
                await caller.finish(status: JSONWriter.encode(APIError.internalError("\(error)").status))
            }
        }
    }

    private func passThrough(_ request: HTTPRequest, _ stream: StreamRequest, _ responder: HTTPResponder) async throws {
        var fields = HTTPFields()
        for field in request.headers.fields {
            let name = field.name.lowercased()
            if name == "connection" || name == "upgrade" || name.hasPrefix("sec-websocket-") || name == "x-stream-protocol-version" {
                fields.add(field.name, field.value)
            }
        }
        var agreed = HTTPFields()
        guard let runtime = try await connect(request.method, stream, fields, responder, agreed: &agreed) else { return }
        let caller: any ByteStream
        do {
            caller = try await responder.upgrade(headers: agreed)
        } catch {
            runtime.close()
            throw error
        }
        await splice(caller, runtime)
    }

    private func connect(
        _ method: String, _ stream: StreamRequest, _ headers: HTTPFields, _ responder: HTTPResponder
    ) async throws -> (any ByteStream)? {
        var agreed = HTTPFields()
        return try await connect(method, stream, headers, responder, agreed: &agreed)
    }

    /// Asks the runtime for a stream and upgrades the connection to it; nil when the runtime refuses, which has then been answered.
    private func connect(
        _ method: String, _ stream: StreamRequest, _ headers: HTTPFields, _ responder: HTTPResponder, agreed: inout HTTPFields
    ) async throws -> (any ByteStream)? {
        let url = try await agent.containerRuntime.streamURL(stream)
        guard let (host, port, path) = Self.parse(url) else {
            throw APIError.internalError("the runtime gave a stream URL that cannot be read: \(url)")
        }
        let client = try Self.plain.get()
        switch try await client.upgrade(HTTPClient.Request(method, .tcp(host: host, port: port), path, headers: headers)) {
        case .refused(let response):
            let body = try await response.body.readAll(limit: 64 * 1024)
            responder.respond(HTTPResponse(status: response.status, headers: ["Content-Type": "text/plain"], body: body))
            return nil
        case .upgraded(let fields, let runtime):
            agreed = fields
            return runtime
        }
    }

    /// "http://127.0.0.1:1234/exec/TOKEN"
    static func parse(_ url: String) -> (host: String, port: Int, path: String)? {
        guard url.hasPrefix("http://") else { return nil }
        let rest = url.dropFirst("http://".count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        guard let colon = rest[..<slash].lastIndex(of: ":"), let port = Int(rest[rest.index(after: colon)..<slash]) else { return nil }
        return (String(rest[..<colon]), port, slash == rest.endIndex ? "/" : String(rest[slash...]))
    }
}
