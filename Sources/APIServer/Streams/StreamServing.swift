import Core
import HTTPTransport
import ResourceEngine
import Values

/// Requests that end somewhere else: logs, exec, attach and port-forward at a node's agent, proxies at a pod, service or node.
struct StreamServing: Sendable {
    let server: APIServer

    private static let streams: [String: Set<String>] = [
        "pods": ["log", "exec", "attach", "portforward", "proxy"], "services": ["proxy"], "nodes": ["proxy"],
    ]

    static func isStream(_ route: ResourceRoute) -> Bool {
        route.resource.group.isEmpty && streams[route.resource.resource]?.contains(route.subresource) == true
    }

    /// Authorises and answers. Returns the status.
    func serve(_ call: Call, _ route: ResourceRoute, user: UserInfo) async throws -> Int {
        let method = call.request.method
        let isProxy = route.subresource == "proxy"
        guard isProxy || method == "GET" || (method == "POST" && route.subresource != "log") else { throw APIError.verbNotAllowed }
        // Methods that are no verb, such as OPTIONS, are for the other side of a proxy: only who may do everything sends them.
        let known = try? RequestReader.verb(method: method, route: route, query: QueryParameters(""))
        guard known != nil || isProxy else { throw APIError.verbNotAllowed }
        var verb = known?.rawValue ?? ""
        // Upgraded streams change things whatever their method: upstream asks for `create` since 1.35.
        if ["exec", "attach", "portforward"].contains(route.subresource) { verb = "create" }
        try await server.engine.authorize(
            RequestAttributes(
                user: user, verb: verb, resource: route.resource, subresource: route.subresource, namespace: route.namespace,
                name: route.name))
        if route.subresource != "log" { try await admit(call, route, user) }
        if !isProxy { return try await agent(call, route) }
        switch (route.resource.resource, route.subresource) {
        case ("pods", "proxy"): return try await proxyPod(call, route)
        case ("services", "proxy"): return try await proxyService(call, route)
        default: return try await proxyNode(call, route)
        }
    }

    /// Admission of streams sees the query's options as the object.
    private func admit(_ call: Call, _ route: ResourceRoute, _ user: UserInfo) async throws {
        let query = call.query
        var options = Object()
        switch route.subresource {
        case "exec", "attach":
            for name in ["stdin", "stdout", "stderr", "tty"] where RequestReader.isTrue(query[name]) { options[name] = true }
            if let container = query["container"], !container.isEmpty { options["container"] = .string(container) }
            if route.subresource == "exec" { options["command"] = .array(query.all("command").map { .string($0) }) }
        case "portforward":
            let ports = query.all("ports").flatMap { $0.split(separator: ",") }.compactMap { Int64($0) }
            if !ports.isEmpty { options["ports"] = .array(ports.map { .int($0) }) }
        default: if !route.rest.isEmpty { options["path"] = .string(route.rest) }
        }
        var request = APIRequest(verb: .connect, resource: route.resource, user: user)
        request.subresource = route.subresource
        request.namespace = route.namespace
        // A proxied request may name a scheme and a port as well.
        request.name = route.subresource == "proxy" ? try Self.split(route.name).name : route.name
        _ = try await server.engine.admitConnection(request, options: .object(options))
    }

    private func nodes() throws -> NodeConnection {
        guard let nodes = server.nodes else { throw APIError.serviceUnavailable("this cluster has no nodes to reach") }
        return nodes
    }

    // MARK: The node's agent

    private func agent(_ call: Call, _ route: ResourceRoute) async throws -> Int {
        let query = call.query
        let isLog = route.subresource == "log"
        if isLog { try PodLogOptions.check(query, pod: route.name) }
        let pod = try pod(route)
        var path: String
        var parameters: [String] = []
        switch route.subresource {
        case "portforward":
            path = "/portForward/\(route.namespace)/\(route.name)"
            parameters = query.items.filter { $0.name == "ports" }.map { "port=\(PercentEncoding.encoded($0.value))" }
        case "log":
            path = "/containerLogs/\(route.namespace)/\(route.name)/\(try Self.container(query["container"] ?? "", of: pod))"
            parameters = query.items.filter { $0.name != "container" && $0.name != "pretty" }.map {
                "\(PercentEncoding.encoded($0.name))=\(PercentEncoding.encoded($0.value))"
            }
        default:
            path = "/\(route.subresource)/\(route.namespace)/\(route.name)/\(try Self.container(query["container"] ?? "", of: pod))"
            for (asked, told) in [("stdin", "input"), ("stdout", "output"), ("stderr", "error"), ("tty", "tty")]
            where RequestReader.isTrue(query[asked]) { parameters.append("\(told)=1") }
            parameters += query.all("command").map { "command=\(PercentEncoding.encoded($0))" }
        }
        let nodeName = pod[path: "spec", "nodeName"]?.string ?? ""
        if nodeName.isEmpty {
            guard isLog else { throw APIError.badRequest("pod \(route.name) does not have a host assigned") }
            call.responder.respond(HTTPResponse(status: 204, headers: call.headers))
            return 204
        }
        guard let node = try server.engine.cluster.get("nodes", ObjectKey(name: nodeName)) else {
            // Upstream names the node as if it were a pod.
            throw APIError.notFound(GroupResource(group: "", resource: "pods"), nodeName)
        }
        let nodes = try nodes()
        if !parameters.isEmpty { path += "?" + parameters.joined(separator: "&") }
        let target = try NodeConnection.agent(of: node)
        if isLog { return try await log(call, HTTPClient.Request("GET", target, path), nodes) }
        guard call.request.isUpgrade else { throw APIError.badRequest("Upgrade request required") }
        var forwarding = Forwarding(client: nodes.agents, target: target, path: path)
        forwarding.upgraded = { await call.trail?.started(code: 101) }
        return try await forwarding.run(call.request, call.responder)
    }

    /// Logs come as text; a refusal of the agent becomes a Status.
    private func log(_ call: Call, _ request: HTTPClient.Request, _ nodes: NodeConnection) async throws -> Int {
        var request = request
        request.timeouts = .init(connect: .seconds(10), head: .seconds(30))
        let response: HTTPClient.Response
        do { response = try await nodes.agents.send(request) } catch let error as HTTPError {
            throw APIError.internalError("Get \"https://\(request.target)\(request.path)\": \(error)")
        }
        guard response.status < 400 else {
            let text = trimmed(String(decoding: try await response.body.readAll(limit: 64 * 1024), as: UTF8.self).filter { !$0.isNewline })
            switch response.status {
            case 400: throw APIError.badRequest(text)
            case 404: throw APIError(code: 404, reason: .notFound, message: text)
            default: throw APIError(code: 500, reason: .internalError, message: text)
            }
        }
        var headers = call.headers
        headers.add("Content-Type", "text/plain")
        let stream = try await AnswerStream(call, headers: headers, framing: .bytes, subprotocols: ["binary.k8s.io"])
        do {
            while let bytes = try await response.body.read() { try await stream.write(bytes) }
            await stream.finish()
        } catch {
            response.discard()
            stream.abort()
        }
        return 200
    }

    private func pod(_ route: ResourceRoute) throws -> Value {
        guard let pod = try server.engine.cluster.get("pods", ObjectKey(namespace: route.namespace, name: route.name)) else {
            throw APIError.notFound(GroupResource(group: "", resource: "pods"), route.name)
        }
        return pod
    }

    /// The container that is meant, in upstream's words when it is not clear.
    static func container(_ asked: String, of pod: Value) throws -> String {
        func names(_ field: String) -> [String] { (pod[path: "spec", field]?.array ?? []).compactMap { $0["name"]?.string } }
        let (main, initial, ephemeral) = (names("containers"), names("initContainers"), names("ephemeralContainers"))
        let podName = pod[path: "metadata", "name"]?.string ?? ""
        guard asked.isEmpty else {
            guard (main + initial + ephemeral).contains(asked) else {
                throw APIError.badRequest("container \(asked) is not valid for pod \(podName)")
            }
            return asked
        }
        if main.count == 1, initial.isEmpty, ephemeral.isEmpty { return main[0] }
        var text = "a container name must be specified for pod \(podName), choose one of: [\(main.joined(separator: " "))]"
        if main.count == 1 { return main[0] }
        if !initial.isEmpty { text += " or one of the init containers: [\(initial.joined(separator: " "))]" }
        if !ephemeral.isEmpty { text += " or one of the ephemeral containers: [\(ephemeral.joined(separator: " "))]" }
        throw APIError.badRequest(text)
    }

    // MARK: Proxies

    private func redirectToRoot(_ call: Call) -> Int {
        var headers = call.headers
        let query = call.request.query
        headers.add("Location", "\(call.request.path)/" + (query.isEmpty ? "" : "?\(query)"))
        call.responder.respond(HTTPResponse(status: 301, headers: headers, body: []))
        return 301
    }

    private func proxyPod(_ call: Call, _ route: ResourceRoute) async throws -> Int {
        let (scheme, name, port) = try Self.split(route.name)
        var plain = route
        plain.name = name
        let pod = try pod(plain)
        guard let address = pod[path: "status", "podIP"]?.string, !address.isEmpty else { throw APIError.badRequest("address not allowed") }
        var ports: [Value] = []
        for container in pod[path: "spec", "containers"]?.array ?? [] { ports += container["ports"]?.array ?? [] }
        let number: Int
        if port.isEmpty {
            number = Int(ports.first?["containerPort"]?.int ?? 80)
        } else if let value = Int(port) {
            number = value
        } else if let value = ports.first(where: { $0["name"]?.string == port })?["containerPort"]?.int {
            number = Int(value)
        } else {
            throw APIError.serviceUnavailable("no port \"\(port)\" of pod \"\(name)\"")
        }
        return try await forward(call, route, scheme == "https" ? \.insecure : \.plain, .tcp(host: address, port: number))
    }

    private func proxyService(_ call: Call, _ route: ResourceRoute) async throws -> Int {
        let (scheme, name, port) = try Self.split(route.name)
        let found = try server.services.endpoint(namespace: route.namespace, name: name, port: .text(port))
        return try await forward(
            call, route, scheme == "https" ? \.insecure : \.plain, .tcp(host: found.host, port: found.port))
    }

    private func proxyNode(_ call: Call, _ route: ResourceRoute) async throws -> Int {
        let (_, name, port) = try Self.split(route.name)
        guard let node = try server.engine.cluster.get("nodes", ObjectKey(name: name)) else {
            throw APIError.notFound(GroupResource(group: "", resource: "nodes"), name)
        }
        let agent = try NodeConnection.agent(of: node)
        guard case .tcp(let host, let agentPort) = agent, !port.isEmpty, port != String(agentPort) else {
            return try await forward(call, route, \.agents, agent)
        }
        guard let number = Int(port) else { throw APIError.badRequest("invalid port \"\(port)\"") }
        return try await forward(call, route, \.plain, .tcp(host: host, port: number))
    }

    private func forward(
        _ call: Call, _ route: ResourceRoute, _ client: KeyPath<NodeConnection, HTTPClient>, _ target: HTTPClient.Target
    ) async throws -> Int {
        // Relative links of a page at the root of what is proxied hold only when its address ends with a slash.
        if route.rest.isEmpty, ["GET", "HEAD"].contains(call.request.method), !call.request.isUpgrade { return redirectToRoot(call) }
        let query = call.request.query
        let path = (route.rest.isEmpty ? "/" : route.rest) + (query.isEmpty ? "" : "?\(query)")
        let asked = call.request.path
        let prefix = asked.hasSuffix(route.rest) ? asked.dropLast(route.rest.count) : asked[...]
        let links = LinkRewriting(prefix: String(prefix.hasSuffix("/") ? prefix.dropLast() : prefix))
        let forwarding = Forwarding(client: try nodes()[keyPath: client], target: target, path: path, links: links)
        return try await forwarding.run(call.request, call.responder)
    }

    /// `[scheme:]name[:port]` (upstream's `SplitSchemeNamePort`).
    static func split(_ id: String) throws -> (scheme: String, name: String, port: String) {
        let parts = id.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1 where !parts[0].isEmpty: return ("", parts[0], "")
        case 2 where !parts[0].isEmpty: return ("", parts[0], parts[1])
        case 3 where ["", "http", "https"].contains(parts[0]) && !parts[1].isEmpty: return (parts[0], parts[1], parts[2])
        default: throw APIError.badRequest("invalid proxy request \"\(id)\"")
        }
    }
}
