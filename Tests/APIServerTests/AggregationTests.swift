import APIServer
import Client
import Core
import HTTPTransport
import Identity
import JSON
import KubernetesAPI
import Logging
import ResourceEngine
import SchemaEngine
import Store
import TestSupport
import Testing
import Values

#if canImport(Glibc)
    import Glibc
#endif

/// Another API server: says what it serves, and of everything else what it was asked.
private struct Extension: HTTPHandler {
    func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async {
        switch request.path {
        case "/apis/birds.example.com/v1":
            reply(
                responder,
                [
                    "kind": "APIResourceList", "groupVersion": "birds.example.com/v1",
                    "resources": [
                        [
                            "name": "owls", "singularName": "owl", "namespaced": true, "kind": "Owl", "verbs": ["get", "list", "watch"],
                            "shortNames": ["ow"],
                        ], ["name": "owls/status", "singularName": "", "namespaced": true, "kind": "Owl", "verbs": ["get"]],
                    ],
                ])
        case "/openapi/v3":
            reply(
                responder,
                ["paths": ["apis/birds.example.com/v1": ["serverRelativeURL": "/openapi/v3/apis/birds.example.com/v1?hash=ABC"]]])
        case "/openapi/v2":
            reply(
                responder,
                [
                    "paths": ["/apis/birds.example.com/v1/owls": ["get": ["$ref": "#/definitions/Owl"]], "/other": [:]],
                    "definitions": ["Owl": ["type": "object"], "Unused": [:]],
                ])
        case let path where path.hasPrefix("/apis/birds.example.com/v1/"):
            var fields = Object()
            for field in request.headers.fields where !["host", "content-length"].contains(field.name.lowercased()) {
                let name = field.name.lowercased()
                fields[name] = .string(fields[name]?.string.map { "\($0),\(field.value)" } ?? field.value)
            }
            var body: [UInt8] = []
            if case .bytes(let bytes) = request.body { body = bytes }
            reply(
                responder,
                [
                    "kind": "Echo", "method": .string(request.method), "target": .string(request.target), "fields": .object(fields),
                    "body": .string(String(decoding: body, as: UTF8.self)), "certified": .bool(request.peerCertificate != nil),
                ])
        default: responder.respond(.text(404, "404 page not found\n"))
        }
    }

    private func reply(_ responder: HTTPResponder, _ value: Value) {
        responder.respond(HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: JSONWriter.encode(value)))
    }
}

/// A cluster that serves HTTP, with another API server beside it and an APIService that leads there.
private struct Aggregated {
    let server: Served
    let cluster: TestCluster
    let aggregator: Aggregator
    /// The APIService's name.
    let name = "v1.birds.example.com"

    /// The condition once it gives this reason.
    func condition(of name: String, reason: String) async throws -> Value {
        let bucket = "apiregistration.k8s.io/apiservices"
        func condition(_ object: Value) -> Value? {
            (object[path: "status", "conditions"]?.array ?? []).first { $0["type"] == "Available" && $0["reason"] == .string(reason) }
        }
        let (present, revision) = cluster.store.list(bucket)
        for object in present where object.key.name == name {
            if let found = condition(try object.value()) { return found }
        }
        for try await events in try cluster.store.watch(bucket, from: revision) {
            for event in events where event.object.key.name == name {
                if let found = condition(try event.object.value()) { return found }
            }
        }
        return .null
    }
}

extension StoredObject {
    fileprivate func value() throws -> Value { try JSONParser.parse(bytes) }
}

private func withAggregation(trusting: Bool = true, _ body: (Aggregated) async throws -> Void) async throws {
    let directory = "/tmp/aggregation-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let identity = try ClusterIdentity(directory: directory)
    defer { for file in try! FileNames.of(directory) { unlink("\(directory)/\(file)") }; rmdir(directory) }
    let certificate = try identity.authority.issue(
        CertificateRequest(commonName: "ext", dnsNames: ["ext.shop.svc"], usages: [.server]), now: SystemClock().now)
    let far = try HTTPServer(
        handler: Extension(),
        tls: ServerTLS(
            material: TLSMaterial(
                certificateChain: Array(certificate.certificatePEM.utf8), privateKey: Array(certificate.privateKeyPEM.utf8)),
            clientCAs: Array(identity.frontProxyAuthority.certificatePEM.utf8)),
        logger: Logger(label: "test"))
    let port = try await far.listen(host: "127.0.0.1", port: 0)

    let cluster = try await TestCluster()
    let client = cluster.client()
    var namespace = Namespace()
    namespace.metadata.name = "shop"
    _ = try await client.create(namespace)
    var service = Service()
    service.metadata.namespace = "shop"
    service.metadata.name = "ext"
    service.spec.type = "ExternalName"
    service.spec.externalName = "localhost"
    _ = try await client.create(service)

    let logger = Logger(label: "test")
    let aggregator = Aggregator(cluster: cluster.engine.cluster, credential: try identity.frontProxyClient(), logger: logger)
    let availability = AvailabilityController(aggregator: aggregator, client: client, clock: SystemClock(), logger: logger)
    let running = Task { try await availability.run() }
    let api = APIServer(
        engine: cluster.engine, authenticator: Everyone(),
        documents: AggregatedDocuments(
            own: SchemaDocuments(schema: BuiltInSchema.shared, registry: cluster.engine.registry, serverVersion: "v1.36.2"),
            aggregator: aggregator), nodes: nil, aggregator: aggregator)
    let near = try HTTPServer(handler: api, tls: nil, logger: logger)
    let nearPort = try await near.listen(host: "127.0.0.1", port: 0)

    var registration = APIService()
    registration.metadata.name = "v1.birds.example.com"
    registration.raw["spec"] = [
        "group": "birds.example.com", "version": "v1", "groupPriorityMinimum": 2000, "versionPriority": 15,
        "caBundle": .string(Base64.encode(Array((trusting ? identity.authority : identity.frontProxyAuthority).certificatePEM.utf8))),
        "service": ["namespace": "shop", "name": "ext", "port": .int(Int64(port))],
    ]
    _ = try await client.create(registration)
    let result: Result<Void, any Error>
    do {
        try await body(
            Aggregated(
                server: Served(client: try HTTPClient(), target: .tcp(host: "127.0.0.1", port: nearPort)), cluster: cluster,
                aggregator: aggregator))
        result = .success(())
    } catch { result = .failure(error) }
    running.cancel()
    await near.shutdown(grace: .milliseconds(50))
    await far.shutdown(grace: .milliseconds(50))
    await cluster.close()
    try result.get()
}

private enum FileNames {
    static func of(_ directory: String) throws -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

@Suite(.timeLimit(.minutes(1))) struct AggregationTests {
    @Test func `a request reaches the other server with its user's name`() async throws {
        try await withAggregation { aggregated in
            _ = try await aggregated.condition(of: aggregated.name, reason: "Passed")
            let answer = try await aggregated.server.send(
                "POST", "/apis/birds.example.com/v1/namespaces/a/owls?dryRun=All", "{\"x\":1}",
                headers: [
                    "Content-Type": "application/json", "Authorization": "Bearer secret", "X-Remote-User": "root", "X-Remote-Extra-A": "b",
                    "Content-Length": "7",
                ])
            #expect(answer.status == 200)
            let echo = try JSONParser.parse(answer.body)
            #expect(echo["method"] == "POST")
            #expect(echo["target"] == "/apis/birds.example.com/v1/namespaces/a/owls?dryRun=All")
            #expect(echo["body"] == "{\"x\":1}")
            #expect(echo["certified"] == true)
            #expect(echo["fields"]?["x-remote-user"] == "admin")
            #expect(echo["fields"]?["x-remote-group"] == "system:masters,system:authenticated")
            #expect(echo["fields"]?["authorization"] == nil)
            #expect(echo["fields"]?["x-remote-extra-a"] == nil)
        }
    }

    @Test func `discovery and OpenAPI have what the other server tells`() async throws {
        try await withAggregation { aggregated in
            _ = try await aggregated.condition(of: aggregated.name, reason: "Passed")
            let server = aggregated.server
            let groups = try await server.value("/apis")["groups"]?.array ?? []
            #expect(groups.last?["name"] == "birds.example.com")
            #expect(try await server.value("/apis/birds.example.com")["preferredVersion"]?["version"] == "v1")
            #expect(try await server.value("/apis/birds.example.com/v1")["resources"]?.array?.count == 2)
            let aggregatedForm = try await server.value(
                "/apis", headers: ["Accept": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"])
            let version = aggregatedForm["items"]?.array?.last?["versions"]?.array?.first
            #expect(version?["freshness"] == "Current")
            #expect(version?["resources"]?.array?.first?["resource"] == "owls")
            #expect(version?["resources"]?.array?.first?["subresources"]?.array?.first?["subresource"] == "status")
            let index = try await server.value("/openapi/v3")
            #expect(
                index["paths"]?["apis/birds.example.com/v1"]?["serverRelativeURL"]
                    == "/openapi/v3/apis/birds.example.com/v1?hash=ABC")
            let document = try await server.value("/openapi/v2")
            #expect(document["paths"]?["/apis/birds.example.com/v1/owls"] != nil)
            #expect(document["paths"]?["/api/v1/pods"] != nil)
            #expect(document["paths"]?["/other"] == nil)
            #expect(document["definitions"]?["Owl"] != nil)
            #expect(document["definitions"]?["Unused"] == nil)
        }
    }

    @Test func `a client in this process reaches the other server`() async throws {
        try await withAggregation { aggregated in
            _ = try await aggregated.condition(of: aggregated.name, reason: "Passed")
            let user = UserInfo(name: "robin", groups: ["system:masters"])
            let transport = AggregatingTransport(engine: aggregated.cluster.engine, aggregator: aggregated.aggregator, user: user)
            let client = Client(transport: transport, fieldManager: "test")
            var options = Client.Options()
            options.labelSelector = "a in (b, c)"
            let owls = GroupVersionResource(group: "birds.example.com", version: "v1", resource: "owls")
            let echo = try await client.list(owls, namespace: "n", options: options)
            #expect(echo["target"] == "/apis/birds.example.com/v1/namespaces/n/owls?labelSelector=a%20in%20%28b%2C%20c%29")
            #expect(echo["fields"]?["x-remote-user"] == "robin")
            #expect(try await client.list(Namespace.self).items.count == 3)
        }
    }

    @Test func `a server that nobody vouches for is not available`() async throws {
        try await withAggregation(trusting: false) { aggregated in
            let condition = try await aggregated.condition(of: aggregated.name, reason: "FailedDiscoveryCheck")
            #expect(condition["status"] == "False")
            #expect(condition["message"]?.string?.hasPrefix("failing or missing response from https://localhost:") == true)
            let answer = try await aggregated.server.send("GET", "/apis/birds.example.com/v1/owls")
            #expect(answer.status == 503)
            #expect(answer.body == Array("service unavailable\n".utf8))
            let list = try await aggregated.server.value(
                "/apis", headers: ["Accept": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"])
            #expect(list["items"]?.array?.last?["versions"]?.array?.first?["freshness"] == "Stale")
        }
    }

    @Test func `the condition says what is missing, in upstream's words`() {
        var object: Value = ["metadata": ["name": "v1.a"], "spec": ["group": "a", "version": "v1"]]
        #expect(AvailabilityVerdict.of(AggregatedService(object), kubernetesService: nil, slices: [])?.reason == "Local")
        object["spec"]?["service"] = ["namespace": "n", "name": "s", "port": 443]
        let service = AggregatedService(object)
        func message(_ kubernetesService: Value?, _ slices: [Value] = []) -> String? {
            AvailabilityVerdict.of(service, kubernetesService: kubernetesService, slices: slices).map { "\($0.reason): \($0.message)" }
        }
        #expect(message(nil) == "ServiceNotFound: service/s in \"n\" is not present")
        var kubernetesService: Value = ["spec": ["ports": [["name": "web", "port": 80]]]]
        #expect(message(kubernetesService) == "ServicePortError: service/s in \"n\" is not listening on port 443")
        kubernetesService["spec"]?["ports"] = [["name": "https", "port": 443]]
        #expect(message(kubernetesService) == "EndpointsNotFound: cannot find endpointslices for service/s in \"n\"")
        var slice: Value = ["ports": [["name": "https", "port": 8443]], "endpoints": [["conditions": ["ready": false]]]]
        #expect(
            message(kubernetesService, [slice])
                == "MissingEndpoints: endpointslices for service/s in \"n\" have no addresses with port name \"https\"")
        slice["endpoints"] = [["addresses": ["10.0.0.1"]]]
        #expect(message(kubernetesService, [slice]) == nil)
    }

    @Test func `definitions of the same name are told apart`() {
        let own: Value = ["paths": ["/a": [:]], "definitions": ["X": ["type": "string"], "Y": [:]]]
        let other: Value = [
            "paths": ["/b": ["$ref": "#/definitions/X"]],
            "definitions": ["X": ["items": [["$ref": "#/definitions/Y"]]], "Y": [:]],
        ]
        let merged = OpenAPIMerge.merged(own, [other])
        #expect(merged["definitions"]?["X"] == ["type": "string"])
        #expect(merged["definitions"]?["X_v2"] == ["items": [["$ref": "#/definitions/Y"]]])
        #expect(merged["paths"]?["/b"]?["$ref"] == "#/definitions/X_v2")
        #expect(merged["definitions"]?.object?.count == 3)
    }

    @Test func `shared parameters come along with the paths that refer to them`() {
        let remote: Value = [
            "paths": [
                "/apis/b/v1/x": ["parameters": [["$ref": "#/parameters/p"]]], "/other": ["parameters": [["$ref": "#/parameters/q"]]],
            ],
            "definitions": [:], "parameters": ["p": ["name": "p", "in": "query"], "q": ["name": "q", "in": "query"]],
        ]
        let narrowed = OpenAPIMerge.narrowed(remote, to: "/apis/b/v1")
        #expect(narrowed["parameters"] == ["p": ["name": "p", "in": "query"]])
        let own: Value = ["paths": [:], "definitions": [:], "parameters": ["p": ["name": "p", "in": "path"]]]
        let merged = OpenAPIMerge.merged(own, [narrowed])
        #expect(merged["parameters"]?["p_v2"] == ["name": "p", "in": "query"])
        #expect(merged["paths"]?["/apis/b/v1/x"]?["parameters"] == [["$ref": "#/parameters/p_v2"]])
    }

    @Test func `fields that tell the user are escaped`() {
        let user = UserInfo(name: "a", groups: ["g", "h"], uid: "7", extra: ["example.com/Key%": ["v"]])
        let fields = RemoteUserHeaders.fields(user)
        #expect(fields.all("X-Remote-Group") == ["g", "h"])
        #expect(fields["X-Remote-Uid"] == "7")
        #expect(fields["X-Remote-Extra-example.com%2FKey%25"] == "v")
    }

    @Test func `groups of custom resources are registered, and go with their definitions`() async throws {
        let cluster = try await TestCluster()
        try cluster.followDefinitions()
        let client = cluster.client()
        let registration = DefinitionRegistration(cluster: cluster.engine.cluster, client: client, logger: Logger(label: "test"))
        let running = Task { try await registration.run() }
        let definitions = GroupVersionResource(group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions")
        let names: Value = ["plural": "owls", "singular": "owl", "kind": "Owl", "listKind": "OwlList"]
        let schema: Value = ["openAPIV3Schema": ["type": "object"]]
        _ = try await client.create(
            DynamicObject([
                "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": ["name": "owls.birds.example.com"],
                "spec": [
                    "group": "birds.example.com", "names": names, "scope": "Cluster",
                    "versions": [
                        ["name": "v1", "served": true, "storage": true, "schema": schema],
                        ["name": "v2", "served": false, "storage": false, "schema": schema],
                    ],
                ],
            ]), definitions)
        func waitFor(_ kind: StoreEvent.Kind) async throws {
            let bucket = "apiregistration.k8s.io/apiservices"
            let (present, revision) = cluster.store.list(bucket)
            if present.isEmpty == (kind == .delete) { return }
            for try await events in try cluster.store.watch(bucket, from: revision) where events.contains(where: { $0.kind == kind }) {
                return
            }
        }
        try await waitFor(.put)
        let made = try await client.list(APIService.self).items
        #expect(made.map(\.metadata.name) == ["v1.birds.example.com"])
        #expect(made.first?.spec.groupPriorityMinimum == 1000)
        #expect(made.first?.metadata.labels == ["kube-aggregator.kubernetes.io/automanaged": "true"])
        try await client.delete(definitions, ObjectKey(name: "owls.birds.example.com"))
        try await waitFor(.delete)
        #expect(try await client.list(APIService.self).items.isEmpty)
        running.cancel()
        await cluster.close()
    }
}
