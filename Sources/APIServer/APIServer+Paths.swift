import Core
import HTTPTransport
import JSON
import SchemaEngine
import Values

/// Paths that are no resources: discovery, version, metrics, OpenAPI, the token issuer's documents.
extension APIServer {
    func servePath(_ route: Route, _ path: String, _ call: Call) async throws -> Int {
        guard call.request.method == "GET" || call.request.method == "HEAD" else { throw APIError.verbNotAllowed }
        switch route {
        case .versions: return try discover(core: true, call) { discovery.coreVersions(address: options.externalAddress) }
        case .groups: return try discover(core: false, call) { discovery.groups() }
        case .group(let name): return try document(discovery.group(name), call)
        case .groupVersion(let group, let version):
            let resources = discovery.resources(group: group, version: version)
            guard resources != nil || !servesOtherVersion(of: group) else { throw APIError.unknownResource }
            return try document(resources, call, isRouted: true)
        case .resource: throw PageNotFound()
        case .path(let path): return try await serveOther(path.hasSuffix("/") && path.utf8.count > 1 ? String(path.dropLast()) : path, call)
        }
    }

    private static let dumps = "/debug/api_priority_and_fairness/"

    private func serveOther(_ path: String, _ call: Call) async throws -> Int {
        switch path {
        case "/version": return try json(options.version.value, call, isPretty: true)
        case "/metrics":
            try await room(for: 1024 * 1024, call)
            return reply(call, 200, "text/plain; version=0.0.4; charset=utf-8", Array(metricsText().utf8))
        case "/metrics/slis": return reply(call, 200, "text/plain; version=0.0.4; charset=utf-8", Array(health.metricsText.utf8))
        case "/openapi/v2": return try await openAPIv2(call)
        case "/openapi/v3":
            let index = try await documents.openAPIv3Index()
            var paths = Object()
            for entry in index {
                paths.append(entry.path, ["serverRelativeURL": .string("/openapi/v3/\(entry.path)?hash=\(entry.hash)")])
            }
            return reply(call, 200, Representation.mediaTypes[0], AnswerEncoder.encode(["paths": .object(paths)], Representation()))
        case "/.well-known/openid-configuration": return try json(options.openIDConfiguration, call)
        case "/openid/v1/jwks":
            guard let keys = options.jsonWebKeySet else { throw PageNotFound() }
            return reply(call, 200, "application/jwk-set+json", JSONWriter.encode(keys))
        case "/":
            let paths: Value = ["paths": .array(rootPaths.map { .string($0) })]
            return reply(call, 200, Representation.mediaTypes[0], AnswerEncoder.encode(paths, Representation()))
        default:
            if path.hasPrefix("/openapi/v3/"), let bytes = try await documents.openAPIv3(path: String(path.dropFirst("/openapi/v3/".count)))
            {
                return try await openAPIv3(bytes, call)
            }
            if path.hasPrefix(Self.dumps), let flowControl {
                let hasDetails = !(call.query["includeRequestDetails"] ?? "").isEmpty
                guard let text = flowControl.dump(String(path.dropFirst(Self.dumps.count)), hasDetails: hasDetails) else {
                    throw PageNotFound()
                }
                return reply(call, 200, "text/plain; charset=utf-8", Array(text.utf8))
            }
            if path.hasPrefix("/openapi/v3/") {
                call.responder.respond(HTTPResponse(status: 404, headers: call.headers))
                return 404
            }
            throw PageNotFound()
        }
    }

    private var rootPaths: [String] {
        var paths = ["/.well-known/openid-configuration", "/api", "/api/v1", "/apis", "/apis/"]
        for group in discovery.groups()["groups"]?.array ?? [] {
            paths.append("/apis/" + (group["name"]?.string ?? ""))
            for version in group["versions"]?.array ?? [] { paths.append("/apis/" + (version["groupVersion"]?.string ?? "")) }
        }
        paths += ["/metrics", "/metrics/slis", "/openapi/v2", "/openapi/v3", "/openid/v1/jwks", "/version"] + health.paths
        return paths.sorted()
    }

    /// Clients written in Go ask for the protobuf form, the others for JSON.
    private func openAPIv2(_ call: Call) async throws -> Int {
        let accept = AcceptHeader(call.request.headers).elements
        if accept.isEmpty { return try await shared(call, "application/json", try await documents.openAPIv2()) }
        for element in accept {
            switch element.type {
            case "application/com.github.proto-openapi.spec.v2@v1.0+protobuf", "application/com.github.proto-openapi.spec.v2.v1.0+protobuf":
                return try await shared(
                    call, "application/com.github.proto-openapi.spec.v2.v1.0+protobuf", try await documents.openAPIv2Protobuf())
            case "application/json", "*/*", "application/*", "*/json":
                return try await shared(call, "application/json", try await documents.openAPIv2())
            default: continue
            }
        }
        call.responder.respond(HTTPResponse(status: 406, headers: call.headers))
        return 406
    }

    private func openAPIv3(_ json: [UInt8], _ call: Call) async throws -> Int {
        let accept = AcceptHeader(call.request.headers)
        if accept.elements.isEmpty { return try await shared(call, "application/json", json) }
        for element in accept.elements {
            switch element.type {
            case "application/com.github.proto-openapi.spec.v3@v1.0+protobuf", "application/com.github.proto-openapi.spec.v3.v1.0+protobuf":
                let bytes = OpenAPIProtobufThree.encode(try JSONParser.parse(json))
                return try await shared(call, "application/com.github.proto-openapi.spec.v3.v1.0+protobuf", bytes)
            case "application/json", "*/*", "application/*", "*/json": return try await shared(call, "application/json", json)
            default: continue
            }
        }
        call.responder.respond(HTTPResponse(status: 406, headers: call.headers))
        return 406
    }

    /// `/api` and `/apis`: the aggregated form for those who ask for it.
    private func discover(core: Bool, _ call: Call, _ classic: () -> Value) throws -> Int {
        for element in AcceptHeader(call.request.headers).elements {
            guard let form = element.parameters["as"] else { break }
            let types = ["application/json", "application/vnd.kubernetes.protobuf"]
            guard types.contains(element.type), form == "APIGroupDiscoveryList", element.parameters["g"] == "apidiscovery.k8s.io",
                element.parameters["v"] == "v2"
            else { continue }
            let document = discovery.aggregated(core: core)
            let isProtobuf = element.type != types[0]
            return reply(
                call, 200, "\(element.type);g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
                isProtobuf ? DiscoveryProtobuf.encode(document) : JSONWriter.encode(document) + [UInt8(ascii: "\n")], hasETag: true)
        }
        return try document(classic(), call, isRouted: core)
    }

    /// `isRouted`: the path belongs to those whose router looks at the Accept header first.
    private func document(_ value: Value?, _ call: Call, isPretty: Bool = false, isRouted: Bool = false) throws -> Int {
        guard let value else { throw PageNotFound() }
        var representation = try AcceptHeader(call.request.headers).negotiatedDocument(isRouted: isRouted)
        if isPretty { representation.isPretty = true }
        return reply(call, 200, representation.contentType, AnswerEncoder.encode(value, representation))
    }

    /// A document that is given as JSON alone.
    private func json(_ value: Value?, _ call: Call, isPretty: Bool = false) throws -> Int {
        guard let value else { throw PageNotFound() }
        guard AcceptHeader(call.request.headers).names(["application/json"]) else {
            throw ErrorResponse.notAcceptable(["application/json"])
        }
        var representation = Representation()
        representation.isPretty = isPretty
        return reply(call, 200, representation.contentType, AnswerEncoder.encode(value, representation))
    }

    /// A large document that all requests share; what is compressed for one of them is its own.
    private func shared(_ call: Call, _ type: String, _ body: [UInt8]) async throws -> Int {
        try await room(for: body.count, call)
        return reply(call, 200, type, body, hasETag: true)
    }

    private func reply(_ call: Call, _ status: Int, _ type: String, _ body: [UInt8], hasETag: Bool = false) -> Int {
        var headers = call.headers
        headers.add("Content-Type", type)
        if hasETag {
            let tag = "\"\(ContentHash.hex(body))\""
            headers["Cache-Control"] = "public"
            headers.add("ETag", tag)
            headers.add("Vary", "Accept")
            if call.request.headers.contains("if-none-match", tag) {
                call.responder.respond(HTTPResponse(status: 304, headers: headers))
                return 304
            }
        }
        call.responder.respond(HTTPResponse(status: status, headers: headers, body: body))
        return status
    }
}

/// A fingerprint of a document for its ETag: 128 bits of FNV-1a, which need not resist an attacker.
enum ContentHash {
    static func hex(_ bytes: [UInt8]) -> String {
        var (first, second): (UInt64, UInt64) = (0xCBF2_9CE4_8422_2325, 0x8422_2325_CBF2_9CE4)
        for byte in bytes {
            first = (first ^ UInt64(byte)) &* 0x100_0000_01B3
            second = (second &+ UInt64(byte)) &* 0x100_0000_01B3 ^ first >> 29
        }
        func digits(_ number: UInt64) -> String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }
        return digits(first) + digits(second)
    }
}
