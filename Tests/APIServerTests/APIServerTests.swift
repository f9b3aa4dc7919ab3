import APIServer
import Core
import HTTPTransport
import JSON
import KubernetesAPI
import Logging
import ResourceEngine
import SchemaEngine
import TestSupport
import Testing
import Values

/// A server over a cluster in memory, and a client of it.
struct Served {
    let client: HTTPClient
    let target: HTTPClient.Target

    func send(_ method: String, _ path: String, _ body: String = "", headers: HTTPFields = [:]) async throws -> HTTPResponse {
        try await client.fetch(.init(method, target, path, headers: headers, body: Array(body.utf8)))
    }

    func value(_ path: String, headers: HTTPFields = [:]) async throws -> Value {
        try JSONParser.parse(try await send("GET", path, headers: headers).body)
    }
}

func withAPIServer(_ body: (Served) async throws -> Void) async throws {
    let cluster = try await TestCluster()
    let api = APIServer(
        engine: cluster.engine, authenticator: Everyone(),
        documents: SchemaDocuments(schema: BuiltInSchema.shared, registry: cluster.engine.registry, serverVersion: "v1.36.2"), nodes: nil)
    let server = try HTTPServer(handler: api, tls: nil, logger: Logger(label: "test"))
    let port = try await server.listen(host: "127.0.0.1", port: 0)
    do {
        try await body(Served(client: try HTTPClient(), target: .tcp(host: "127.0.0.1", port: port)))
        await server.shutdown(grace: .milliseconds(50))
    } catch {
        await server.shutdown(grace: .milliseconds(50))
        throw error
    }
}

@Suite struct APIServerTests {
    private static let maps = "/api/v1/namespaces/default/configmaps"

    @Test func createsReadsListsAndDeletes() async throws {
        try await withAPIServer { server in
            let body = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"1\"}}"
            let created = try await server.send("POST", Self.maps, body, headers: ["Content-Type": "application/json"])
            #expect(created.status == 201)
            #expect(created.headers["audit-id"] != nil)
            #expect(try await server.send("POST", Self.maps, body).status == 409)
            #expect(try await server.value("\(Self.maps)/a")["data"]?["k"] == "1")
            let list = try await server.value(Self.maps)
            #expect(list["kind"] == "ConfigMapList")
            #expect(list["items"]?.array?.first?["kind"] == nil)
            #expect(list["items"]?.array?.first?["metadata"]?["name"] == "a")
            #expect(try await server.send("DELETE", "\(Self.maps)/a").status == 200)
            #expect(try await server.value("\(Self.maps)/a")["reason"] == "NotFound")
        }
    }

    @Test func answersWithStatusesToWhatItDoesNotServe() async throws {
        try await withAPIServer { server in
            let missing = try await server.value("/api/v1/namespaces/default/birds")
            #expect(missing["message"] == "the server could not find the requested resource")
            #expect(missing["details"] == [:])
            let group = try await server.send("GET", "/apis/nothing/v1/things")
            #expect(group.status == 404)
            #expect(group.body == Array("404 page not found\n".utf8))
            #expect(try await server.send("GET", "/livez/nothing").body == Array("404 page not found\n".utf8))
            #expect(try await server.send("POST", "\(Self.maps)/a", "{}").status == 405)
            #expect(try await server.send("PUT", Self.maps, "{}").status == 405)
            #expect(try await server.send("GET", "\(Self.maps)", headers: ["Accept": "text/html"]).status == 406)
            #expect(try await server.send("POST", Self.maps, "x", headers: ["Content-Type": "text/plain"]).status == 415)
            #expect(
                try await server.send("POST", Self.maps, "x", headers: ["Content-Type": "application/vnd.kubernetes.protobuf"]).status
                    == 400)
            #expect(try await server.send("PATCH", "\(Self.maps)/a", "{}", headers: ["Content-Type": "application/json"]).status == 415)
        }
    }

    @Test func refusesATrialItDoesNotUnderstand() async throws {
        try await withAPIServer { server in
            let body = "{\"metadata\":{\"name\":\"a\"}}"
            let refused = try JSONParser.parse(try await server.send("POST", "\(Self.maps)?dryRun=Some", body).body)
            #expect(
                refused["message"]
                    == "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"Some\"]: supported values: \"All\"")
            #expect(try await server.send("POST", "\(Self.maps)?dryRun=All", body).status == 201)
            #expect(try await server.send("DELETE", "\(Self.maps)/a?orphanDependents=true&propagationPolicy=Orphan").status == 422)
            #expect(try await server.send("GET", "\(Self.maps)/a").status == 404)
        }
    }

    @Test func leadsToTheRootOfWhatIsProxiedByASlash() async throws {
        try await withAPIServer { server in
            #expect(try await server.send("GET", "/api/v1/namespaces/default/pods/web/proxy?a=b").status == 404)
            let pod = #"{"metadata":{"name":"web"},"spec":{"containers":[{"name":"c","image":"i"}]}}"#
            #expect(try await server.send("POST", "/api/v1/namespaces/default/pods", pod).status == 201)
            #expect(try await server.send("GET", "/api/v1/namespaces/default/pods/web/proxy?a=b").status == 400)
            let status = try await server.send(
                "PATCH", "/api/v1/namespaces/default/pods/web/status", #"{"status":{"podIP":"10.0.0.1","podIPs":[{"ip":"10.0.0.1"}]}}"#,
                headers: ["Content-Type": "application/merge-patch+json"])
            #expect(status.status == 200)
            for method in ["GET", "HEAD"] {
                let answer = try await server.send(method, "/api/v1/namespaces/default/pods/web/proxy?a=b")
                #expect(answer.status == 301)
                #expect(answer.headers["location"] == "/api/v1/namespaces/default/pods/web/proxy/?a=b")
            }
            #expect(try await server.send("OPTIONS", "/api/v1/namespaces/default/pods/web/proxy").status != 405)
        }
    }

    @Test func saysWhenItAnsweredAndTakesATimeout() async throws {
        try await withAPIServer { server in
            let answer = try await server.send("GET", "\(Self.maps)?timeout=1m30s")
            #expect(answer.status == 200)
            #expect(answer.headers["date"]?.hasSuffix(" GMT") == true)
            let refused = try JSONParser.parse(try await server.send("GET", "\(Self.maps)?timeout=soon").body)
            #expect(refused["message"] == "invalid timeout specified in the request URL - time: invalid duration \"soon\"")
        }
    }

    @Test func speaksProtobufOfBuiltInKinds() async throws {
        try await withAPIServer { server in
            let type = "application/vnd.kubernetes.protobuf"
            let pods = "/api/v1/namespaces/default/pods"
            let body: Value = [
                "metadata": ["name": "p", "labels": ["app": "web"], "finalizers": ["example.com/f"]],
                "spec": [
                    "terminationGracePeriodSeconds": 0,
                    "volumes": [["name": "v", "emptyDir": ["sizeLimit": "1Gi"]]],
                    "containers": [
                        [
                            "name": "c", "image": "i", "resources": ["limits": ["cpu": "1500m"]],
                            "livenessProbe": ["httpGet": ["path": "/", "port": "web"]], "readinessProbe": ["tcpSocket": ["port": 80]],
                            "securityContext": ["runAsNonRoot": false], "ports": [["name": "web", "containerPort": 80]],
                        ]
                    ],
                ],
            ]
            _ = try await server.send("POST", pods, JSONWriter.string(body), headers: ["Content-Type": "application/json"])
            let plain = try await server.value("\(pods)/p")
            let answer = try await server.send("GET", "\(pods)/p", headers: ["Accept": "\(type),application/json"])
            #expect(answer.headers["content-type"] == type)
            func read(_ bytes: [UInt8]) throws -> Value { try ProtobufDecoder.decode(bytes) { BuiltInSchema.shared.structure(of: $0) } }
            // What is read back and decoded as any request's object is the object.
            let structure = try #require(BuiltInSchema.shared.structure(of: GroupVersionKind(group: "", version: "v1", kind: "Pod")))
            let decoded = try ObjectDecoder.decode(try read(answer.body), as: structure).value
            #expect(decoded == (try ObjectDecoder.decode(plain, as: structure).value))

            let list = try await server.send("GET", pods, headers: ["Accept": type])
            #expect(list.headers["content-type"] == type)
            #expect(list.body.count > answer.body.count)
            let metadata = try await server.send(
                "GET", "\(pods)/p", headers: ["Accept": "\(type);as=PartialObjectMetadata;g=meta.k8s.io;v=v1"])
            #expect(try read(metadata.body)["metadata"]?["labels"] == ["app": "web"])
            #expect(try read(metadata.body)["kind"] == "PartialObjectMetadata")
            #expect(try await server.send("GET", pods, headers: ["Accept": "\(type);as=Table;g=meta.k8s.io;v=v1"]).status == 406)
        }
    }

    @Test func printsTablesAndMetadata() async throws {
        try await withAPIServer { server in
            let table = try await server.value(
                "/api/v1/namespaces", headers: ["Accept": "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"])
            #expect(table["kind"] == "Table")
            #expect(table["rows"]?.array?.first?["cells"]?.array?.first == "default")
            #expect(table["rows"]?.array?.first?["object"]?["kind"] == "PartialObjectMetadata")
            let yaml = try await server.send("GET", "/api/v1/namespaces/default", headers: ["Accept": "application/yaml"])
            #expect(String(decoding: yaml.body, as: UTF8.self).hasPrefix("apiVersion: v1\nkind: Namespace\nmetadata:\n"))
        }
    }

    @Test func streamsAWatch() async throws {
        try await withAPIServer { server in
            let answer = try await server.client.send(
                .init("GET", server.target, "/api/v1/namespaces?watch=true&fieldSelector=metadata.name%3Ddefault"))
            #expect(answer.status == 200)
            let line = try #require(try await answer.body.read())
            let event = try JSONParser.parse(Array(line.split(separator: 0x0A)[0]))
            #expect(event["type"] == "ADDED")
            #expect(event["object"]?["metadata"]?["name"] == "default")
            answer.discard()
        }
    }

    @Test func streamsAWatchInProtobuf() async throws {
        try await withAPIServer { server in
            let path = "/api/v1/namespaces?watch=true&fieldSelector=metadata.name%3Ddefault"
            let type = "application/vnd.kubernetes.protobuf"
            let answer = try await server.client.send(.init("GET", server.target, path, headers: ["Accept": type]))
            #expect(answer.headers["content-type"] == "\(type);stream=watch")
            let bytes = try #require(try await answer.body.read())
            answer.discard()
            // The length of the event, its type, and the object with its own prefix.
            #expect(Int(bytes[2]) << 8 | Int(bytes[3]) == bytes.count - 4)
            #expect(bytes[4...].starts(with: [0x0A, 5] + Array("ADDED".utf8)))
            let start = try #require(bytes.indices.first { bytes[$0...].starts(with: [0x6B, 0x38, 0x73, 0x00]) })
            let object = try ProtobufDecoder.decode(Array(bytes[start...])) { BuiltInSchema.shared.structure(of: $0) }
            #expect(object["kind"] == "Namespace")
            #expect(object["metadata"]?["name"] == "default")
        }
    }

    @Test func discoversInBothForms() async throws {
        try await withAPIServer { server in
            #expect(try await server.value("/api")["kind"] == "APIVersions")
            #expect(try await server.value("/apis/apps/v1")["resources"]?.array?.contains { $0["name"] == "deployments/scale" } == true)
            let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
            let first = try await server.send("GET", "/apis", headers: ["Accept": accept])
            #expect(try JSONParser.parse(first.body)["kind"] == "APIGroupDiscoveryList")
            let tag = try #require(first.headers["etag"])
            #expect(try await server.send("GET", "/apis", headers: ["Accept": accept, "If-None-Match": tag]).status == 304)
            #expect(try await server.send("GET", "/readyz").body == Array("ok".utf8))
            let protobuf = "application/vnd.kubernetes.protobuf;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
            let list = try await server.send("GET", "/apis", headers: ["Accept": protobuf])
            #expect(list.headers["content-type"] == protobuf && list.body.starts(with: Array("k8s\0".utf8)))
            let plain = try await server.send("GET", "/apis/apps", headers: ["Accept": "application/vnd.kubernetes.protobuf"])
            #expect(plain.body.starts(with: Array("k8s\0\n\u{0E}\n\u{02}v1\u{12}\u{08}APIGroup".utf8)))
            // The verbs of a resource are a message of their own.
            let resources = try await server.send("GET", "/api/v1", headers: ["Accept": "application/vnd.kubernetes.protobuf"])
            #expect(String(decoding: resources.body, as: UTF8.self).contains("\"\u{08}\n\u{06}create"))
            let decoded = try ProtobufDecoder.decode(resources.body) { BuiltInSchema.shared.structure(of: $0) }
            let written = try JSONParser.parse(try await server.send("GET", "/api/v1").body)
            #expect(decoded["resources"]?.array?.map { $0["verbs"] } == written["resources"]?.array?.map { $0["verbs"] })
        }
    }

    @Test func tellsHowItsChecksWent() async throws {
        try await withAPIServer { server in
            let unknown = try await server.send("GET", "/readyz?verbose&exclude=nothing")
            let words = "[+]ping ok\nwarn: some health checks cannot be excluded: no matches for \"nothing\"\nreadyz check passed\n"
            #expect(String(decoding: unknown.body, as: UTF8.self) == words)
            let metrics = String(decoding: try await server.send("GET", "/metrics/slis").body, as: UTF8.self)
            #expect(metrics.contains("kubernetes_healthcheck{name=\"ping\",type=\"readyz\"} 1\n"))
            #expect(metrics.contains("kubernetes_healthchecks_total{name=\"ping\",status=\"success\",type=\"readyz\"} 1\n"))
        }
    }

    @Test func refusesOptionsOfLogsThatCannotBe() async throws {
        try await withAPIServer { server in
            let options = ["tailLines=-1": 422, "limitBytes=0": 422, "tailLines=x": 400, "sinceTime=x": 400, "tailLines=1": 404]
            for (query, code) in options {
                let answer = try await server.send("GET", "/api/v1/namespaces/default/pods/none/log?\(query)")
                #expect(answer.status == code, "\(query)")
            }
        }
    }
}
