import Core
import Glibc
import HTTPTransport
import JSON
import Values
import YAML

/// Requests to one API server, and how long they take.
struct Load: Sendable {
    let client: HTTPClient
    let target: HTTPClient.Target
    private let run = "r\(getpid())"
    private static let payload = String(repeating: "x", count: 1024)
    static let pods = "/api/v1/namespaces/load/pods"
    private static let customs = "/apis/load.example/v1/namespaces/load/jobsets"
    private static let configMaps = "/api/v1/namespaces/load/configmaps"

    init(kubeconfig: String, connections: Int) throws {
        let config = try YAMLParser.parse(try Self.contents(of: kubeconfig))
        let cluster = config["clusters"]?.array?.first?["cluster"]
        let user = config["users"]?.array?.first?["user"]
        let server = (cluster?["server"]?.string ?? "").replacing("https://", with: "").split(separator: ":").map(String.init)
        target = .tcp(host: server[0], port: Int(server[1]) ?? 443)
        client = try HTTPClient(
            tls: ClientTLS(
                authorities: try Base64.decode(cluster?["certificate-authority-data"]?.string ?? ""),
                certificateChain: try Base64.decode(user?["client-certificate-data"]?.string ?? ""),
                privateKey: try Base64.decode(user?["client-key-data"]?.string ?? "")), idleConnections: connections)
    }

    private static func contents(of path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw APIError.badRequest("cannot read \(path)") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    func request(
        _ method: String, _ path: String, _ body: Value? = nil, accept: String = "application/json", type: String = "application/json"
    ) -> HTTPClient.Request {
        HTTPClient.Request(
            method, target, path, headers: ["Content-Type": type, "Accept": accept], body: body.map { JSONWriter.encode($0) } ?? [])
    }

    /// Sends a request; an answer that is a failure is thrown.
    @discardableResult
    func send(_ request: HTTPClient.Request) async throws -> HTTPResponse {
        let response = try await client.fetch(request, limit: 1 << 30)
        try check(response)
        return response
    }

    /// Makes an object; one that is there already is left.
    private func make(_ path: String, _ object: Value) async throws {
        let response = try await client.fetch(request("POST", path, object))
        if response.status != 409 { try check(response) }
    }

    private func check(_ response: HTTPResponse) throws {
        guard response.status < 300 else { throw APIError.internalError(String(decoding: response.body, as: UTF8.self)) }
    }

    /// Makes what every measurement needs; what is there already is left.
    func prepare() async throws {
        for (path, body) in [
            ("/api/v1/namespaces", ["metadata": ["name": "load"]]),
            // No controller may be running that makes it.
            ("/api/v1/namespaces/load/serviceaccounts", ["metadata": ["name": "default"]]),
            (Self.configMaps, configMap("first")),
        ] as [(String, Value)] {
            try await make(path, body)
        }
    }

    /// Makes a custom resource with a rule, and waits until it is served.
    func define() async throws {
        let schema: Value = [
            "type": "object",
            "properties": [
                "spec": [
                    "type": "object",
                    "properties": [
                        "replicas": ["type": "integer"], "limit": ["type": "integer"], "note": ["type": "string", "maxLength": 2000],
                    ],
                    "x-kubernetes-validations": [["rule": "self.replicas <= self.limit", "message": "too many replicas"]],
                ]
            ],
        ]
        let definition: Value = [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": ["name": "jobsets.load.example"],
            "spec": [
                "group": "load.example", "scope": "Namespaced", "names": ["plural": "jobsets", "kind": "JobSet"],
                "versions": [["name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": schema]]],
            ],
        ]
        try await make("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
        let end = ContinuousClock.now + .seconds(30)
        while try await client.fetch(request("GET", Self.customs)).status != 200 {
            guard ContinuousClock.now < end else { throw APIError.internalError("the custom resource is not served") }
            try await Task.sleep(for: .milliseconds(100))
        }
        // The first object may wait for its storage.
        try await make(Self.customs, custom("first"))
    }

    /// Makes pods, sixteen at a time; those that are there already are left.
    func fill(_ count: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for first in 0..<16 {
                group.addTask {
                    for number in stride(from: first, to: count, by: 16) {
                        try await make(Self.pods, pod("fill-\(number)"))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Repeats one kind of request with some clients; answers a line of JSON.
    func measure(_ what: String, clients: Int, seconds: Double) async throws -> String {
        let clock = ContinuousClock()
        let begin = clock.now
        let end = begin + .seconds(seconds)
        let latencies = try await withThrowingTaskGroup(of: [Duration].self) { group in
            for number in 0..<clients {
                group.addTask {
                    var times: [Duration] = []
                    repeat {
                        let start = clock.now
                        try await send(request(for: what, client: number, turn: times.count))
                        times.append(clock.now - start)
                    } while clock.now < end
                    return times
                }
            }
            var all: [Duration] = []
            for try await times in group { all += times }
            return all
        }
        let elapsed = (clock.now - begin).seconds
        return Self.line(what, clients, perSecond: Double(latencies.count) / elapsed, latencies)
    }

    static func line(_ what: String, _ clients: Int, perSecond: Double, _ latencies: [Duration]) -> String {
        let sorted = latencies.sorted()
        func milliseconds(_ share: Double) -> Value {
            .double((sorted[Int(Double(sorted.count - 1) * share)].seconds * 1e5).rounded() / 100)
        }
        return JSONWriter.string([
            "what": .string(what), "clients": .int(Int64(clients)), "perSecond": .double((perSecond * 100).rounded() / 100),
            "p50ms": milliseconds(0.5), "p99ms": milliseconds(0.99),
        ])
    }

    private func request(for what: String, client: Int, turn: Int) throws -> HTTPClient.Request {
        switch what {
        case "create": return request("POST", Self.configMaps, configMap("\(run)-\(client)-\(turn)"))
        case "pods": return request("POST", "/api/v1/namespaces/load/pods", pod("\(run)-\(client)-\(turn)"))
        case "custom": return request("POST", Self.customs, custom("\(run)-\(client)-\(turn)"))
        case "list-page": return request("GET", Self.pods + "?limit=500")
        case "get": return request("GET", Self.configMaps + "/first")
        case "list-json": return request("GET", Self.pods)
        case "list-protobuf": return request("GET", Self.pods, accept: "application/vnd.kubernetes.protobuf")
        case "list-metadata": return request("GET", Self.pods, accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1")
        case "list-table": return request("GET", Self.pods, accept: "application/json;as=Table;g=meta.k8s.io;v=v1")
        case "apply":
            let name = "\(run)-\(client)"
            return request(
                "PATCH", "/apis/apps/v1/namespaces/load/deployments/\(name)?fieldManager=load&force=true", deployment(name, turn: turn),
                type: "application/apply-patch+yaml")
        default: throw APIError.badRequest("there is no measurement \(what)")
        }
    }

    private func configMap(_ name: String) -> Value {
        ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)], "data": ["key": .string(Self.payload)]]
    }

    private func custom(_ name: String) -> Value {
        [
            "apiVersion": "load.example/v1", "kind": "JobSet", "metadata": ["name": .string(name)],
            "spec": ["replicas": 3, "limit": 5, "note": .string(Self.payload)],
        ]
    }

    private func podSpec(_ turn: Int = 0) -> Value {
        [
            "containers": [
                [
                    "name": "main", "image": "registry.example/app:1", "command": ["/app", "--serve"],
                    "env": [["name": "TURN", "value": .string("\(turn)")], ["name": "MODE", "value": "load"]],
                    "ports": [["containerPort": 8080, "name": "http"]],
                    "resources": ["requests": ["cpu": "100m", "memory": "64Mi"], "limits": ["memory": "128Mi"]],
                    "readinessProbe": ["httpGet": ["path": "/", "port": "http"]],
                ]
            ]
        ]
    }

    /// A pod as a Deployment's would be.
    func pod(_ name: String) -> Value {
        [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": ["name": .string(name), "labels": ["app": "load", "tier": "back"]], "spec": podSpec(),
        ]
    }

    private func deployment(_ name: String, turn: Int) -> Value {
        [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": .string(name), "labels": ["app": "load"]],
            "spec": [
                "replicas": 1, "selector": ["matchLabels": ["app": .string(name)]],
                "template": ["metadata": ["labels": ["app": .string(name)]], "spec": podSpec(turn)],
            ],
        ]
    }
}
