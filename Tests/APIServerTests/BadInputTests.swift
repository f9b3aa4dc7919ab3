import APIServer
import Core
import HTTPTransport
import JSON
import Testing
import Values

/// What only harms the client that sends it.
@Suite struct BadInputTests {
    static let maps = "/api/v1/namespaces/default/configmaps"

    private func isAlive(_ server: Served) async throws -> Bool { try await server.send("GET", "/readyz").status == 200 }

    @Test func tellsKeysThatStandTwiceInYAMLByTheirLines() async throws {
        try await withAPIServer { server in
            let body = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  b: c\n  b: d\n"
            let yaml: HTTPFields = ["content-type": "application/yaml"]
            let refused = try JSONParser.parse(
                try await server.send("POST", "\(Self.maps)?fieldValidation=Strict", body, headers: yaml).body)
            #expect(
                refused["message"]
                    == "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: yaml: unmarshal errors:\n  line 7: key \"b\" already set in map"
            )
            let taken = try await server.send("POST", "\(Self.maps)?fieldValidation=Ignore", body, headers: yaml)
            #expect(taken.status == 201)
            #expect(try JSONParser.parse(taken.body)["data"] == ["b": "d"])
        }
    }

    @Test func `a warning carries no character that a header may not`() async throws {
        try await withAPIServer { server in
            let body = #"{"metadata":{"name":"w"},"no\u0000\u001b\r\nSet-Cookie: a\u007f\u0085\u00e9":1}"#
            let answer = try await server.send("POST", Self.maps, body)
            #expect(answer.status == 201)
            #expect(answer.headers["set-cookie"] == nil)
            let warning = try #require(answer.headers["warning"])
            #expect(warning.contains("Set-Cookie: a") && warning.contains("é"))
            #expect(!warning.unicodeScalars.contains { $0.properties.generalCategory == .control })
        }
    }

    @Test func `a body over three megabytes is too large`() async throws {
        try await withAPIServer { server in
            let answer = try await server.send("POST", Self.maps, String(repeating: "x", count: 3 * 1024 * 1024 + 1))
            #expect(answer.status == 413)
            #expect(try JSONParser.parse(answer.body)["reason"] == "RequestEntityTooLarge")
            #expect(try await isAlive(server))
        }
    }

    @Test(arguments: ["application/json", "application/yaml"])
    func `a hundred thousand brackets are a bad request`(_ type: String) async throws {
        try await withAPIServer { server in
            for text in [String(repeating: "[", count: 100_000), "{\"data\":" + String(repeating: "{\"a\":", count: 100_000)] {
                let answer = try await server.send("POST", Self.maps, text, headers: ["Content-Type": type])
                #expect(answer.status == 400)
            }
            #expect(try await isAlive(server))
        }
    }

    @Test func `numbers as large as they get are taken as large`() async throws {
        try await withAPIServer { server in
            let watch = try await server.client.send(
                .init("GET", server.target, "\(Self.maps)?watch=1&timeoutSeconds=9223372036854775807"))
            #expect(watch.status == 200)
            watch.discard()
            for query in [
                "timeoutSeconds=-9223372036854775808&watch=1", "limit=-1", "limit=9223372036854775807",
                "resourceVersion=9223372036854775807",
            ] {
                let answer = try await server.client.send(.init("GET", server.target, "\(Self.maps)?\(query)"))
                #expect(answer.status < 500 || answer.status == 504)
                answer.discard()
            }
            let pod =
                #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}],"terminationGracePeriodSeconds":9223372036854775807}}"#
            let pods = "/api/v1/namespaces/default/pods"
            #expect(try await server.send("POST", pods, pod).status < 500)
            #expect(try await server.send("DELETE", "\(pods)/p?gracePeriodSeconds=9223372036854775807").status < 500)
            #expect(try await isAlive(server))
        }
    }

    @Test func `a time in any year is kept`() async throws {
        try await withAPIServer { server in
            let leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases"
            for (number, year) in ["9999", "2300", "1600", "0001"].enumerated() {
                let lease = #"{"metadata":{"name":"l\#(number)"},"spec":{"renewTime":"\#(year)-06-30T23:59:59.000000Z"}}"#
                let created = try await server.send("POST", leases, lease)
                #expect(created.status == 201)
                let stored = try await server.value("\(leases)/l\(number)")
                #expect(stored["spec"]?["renewTime"] == .string("\(year)-06-30T23:59:59.000000Z"))
            }
        }
    }

    @Test func `clients that leave in the middle of a body leave nothing behind`() async throws {
        try await withAPIServer { server in
            for length in [0, 1, 5000, 500_000] {
                let stream = try await server.client.open(server.target)
                let head = "POST \(Self.maps) HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
                try await stream.write(Array(head.utf8) + [UInt8](repeating: 32, count: length))
                stream.close()
            }
            #expect(try await isAlive(server))
            #expect(try await server.value(Self.maps)["items"]?.array?.isEmpty == true)
        }
    }
}
