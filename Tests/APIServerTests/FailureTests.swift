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

/// Admits nothing before its task is cancelled, and says when that was.
private struct Stuck: ValidatingPlugin {
    let name = "Stuck"
    let cancelled: AsyncStream<Void>.Continuation

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.resource.schema.resource.resource == "configmaps" else { return }
        let (forever, hold) = AsyncStream.makeStream(of: Void.self)
        for await _ in forever {}
        _ = hold
        cancelled.finish()
        try Task.checkCancellation()
    }
}

/// Answers that tell of a failure: their form, their warnings, and that nobody goes on with what took too long.
@Suite struct FailureTests {
    private static let maps = "/api/v1/namespaces/default/configmaps"

    @Test func warningsAreSentWithRefusals() async throws {
        try await withAPIServer { server in
            let unknown = "299 - \"unknown field \\\"spec.strange\\\"\""
            let invalid = """
                {"metadata":{"name":"a"},"spec":{"strange":1,"containers":[{"name":"C","image":"i"}]}}
                """
            let pods = "/api/v1/namespaces/default/pods"
            let refused = try await server.send("POST", pods, invalid)
            #expect(refused.status == 422)
            #expect(refused.headers.all("warning") == [unknown])
            // The same is told of what comes later, and of a change.
            let valid = invalid.replacing("\"C\"", with: "\"c\"")
            #expect(try await server.send("POST", pods, valid).headers.all("warning") == [unknown])
            let again = try await server.send("POST", pods, valid)
            #expect(again.status == 409)
            #expect(again.headers.all("warning") == [unknown])
            let other = try await server.send("PUT", "\(pods)/b", valid)
            #expect(other.status == 400)
            #expect(other.headers.all("warning") == [unknown])
            let changed = try await server.send("PUT", "\(pods)/a", invalid)
            #expect(changed.status == 422)
            #expect(changed.headers.all("warning") == [unknown])
        }
    }

    @Test func manyWarningsAreCutAndNoneIsSentTwice() async throws {
        try await withAPIServer { server in
            let name = String(repeating: "x", count: 1000)
            let fields = (1...6).map { "\"\(name)\($0)\":1" }.joined(separator: ",")
            let answer = try await server.send("POST", Self.maps, "{\"metadata\":{\"name\":\"a\"},\(fields)}")
            #expect(answer.status == 201)
            let beginning = "unknown field \\\"\(String(repeating: "x", count: 241))"
            #expect(answer.headers.all("warning") == ["299 - \"\(beginning)\""] + [String](repeating: "299 - \"\(beginning)\"", count: 5))
        }
    }

    @Test func failuresComeInTheFormAskedFor() async throws {
        try await withAPIServer { server in
            let type = "application/vnd.kubernetes.protobuf"
            let binary = try await server.send("GET", "\(Self.maps)/none", headers: ["Accept": "\(type),application/json"])
            #expect(binary.status == 404)
            #expect(binary.headers["content-type"] == type)
            let status = try ProtobufDecoder.decode(binary.body) { BuiltInSchema.shared.structure(of: $0) }
            #expect(status["kind"] == "Status")
            #expect(status["reason"] == "NotFound")
            #expect(status["details"]?["name"] == "none")
            #expect(status["code"] == 404)
            let text = try await server.send("GET", "\(Self.maps)/none", headers: ["Accept": "application/yaml"])
            #expect(text.headers["content-type"] == "application/yaml")
            #expect(String(decoding: text.body, as: UTF8.self).contains("reason: NotFound"))
            // There are no tables of failures.
            let table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
            #expect(try await server.value("\(Self.maps)/none", headers: ["Accept": table])["kind"] == "Status")
            #expect(try await server.send("GET", Self.maps, headers: ["Accept": "text/html"]).headers["content-type"] == "application/json")
        }
    }

    @Test func nobodyGoesOnWithARequestThatTookTooLong() async throws {
        let (cancelled, continuation) = AsyncStream.makeStream(of: Void.self)
        let cluster = try await TestCluster(admission: [Stuck(cancelled: continuation)])
        let api = APIServer(
            engine: cluster.engine, authenticator: Everyone(),
            documents: SchemaDocuments(schema: BuiltInSchema.shared, registry: cluster.engine.registry, serverVersion: "v1.36.2"),
            nodes: nil)
        let http = try HTTPServer(handler: api, tls: nil, logger: Logger(label: "test"))
        let port = try await http.listen(host: "127.0.0.1", port: 0)
        let served = Served(client: try HTTPClient(), target: .tcp(host: "127.0.0.1", port: port))
        async let answer = served.send("POST", "\(Self.maps)?timeout=5s", "{\"metadata\":{\"name\":\"a\"}}")
        await cluster.clock.waitForSleepers()
        cluster.clock.advance(by: .seconds(5))
        let refused = try await answer
        #expect(refused.status == 504)
        for await _ in cancelled {}
        // The connection is as good as before.
        #expect(try await served.send("GET", "\(Self.maps)/a").status == 404)
        await http.shutdown(grace: .milliseconds(50))
        await cluster.close()
    }
}
