import Core
import HTTPTransport
import JSON
import KubernetesAPI
import Logging
import TestSupport
import Testing
import Values

import ServiceProxy

/// How a node's service network says that it is well: what kube-proxy answers at 10256.
@Suite(.timeLimit(.minutes(1))) struct ProxyHealthTests {
    private func node(taint: String? = nil, isLeaving: Bool = false) -> Node {
        var node = Node()
        node.metadata.name = "n"
        if isLeaving { node.metadata.deletionTimestamp = "2026-01-01T00:00:00Z" }
        if let taint {
            var entry = Taint()
            entry.key = taint
            node.spec.taints = [entry]
        }
        return node
    }

    private func withHealth(
        _ body: (ProxyHealth, ManualClock, (String) async throws -> (code: Int, value: Value?)) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        let health = ProxyHealth(clock: clock)
        let server = try HTTPServer(handler: health, tls: nil, logger: Logger(label: "test"))
        let port = try await server.listen(host: "127.0.0.1", port: 0)
        let client = try HTTPClient()
        do {
            try await body(health, clock) { path in
                let answer = try await client.fetch(.init("GET", .tcp(host: "127.0.0.1", port: port), path))
                return (answer.status, try? JSONParser.parse(answer.body))
            }
        } catch {
            await server.shutdown(grace: .zero)
            throw error
        }
        await server.shutdown(grace: .zero)
    }

    @Test func `what is wanted may wait for a minute`() async throws {
        try await withHealth { health, clock, get in
            health.update(node: node())
            // What was never done is about to be.
            health.queued()
            clock.advance(by: .seconds(100))
            #expect(try await get("/livez").code == 200)
            health.updated()
            let done = clock.now.rfc3339Micro
            clock.advance(by: .seconds(100))
            #expect(try await get("/livez").code == 200)
            health.queued()
            clock.advance(by: .seconds(59))
            health.queued()
            let late = try await get("/livez")
            #expect(late.code == 200)
            #expect(late.value?["lastUpdated"]?.string == clock.now.rfc3339Micro)
            clock.advance(by: .seconds(1))
            for path in ["/livez", "/healthz"] {
                let ill = try await get(path)
                #expect(ill.code == 503)
                #expect(ill.value?["healthy"] == false)
                #expect(ill.value?["lastUpdated"]?.string == done)
                #expect(ill.value?["status"]?["IPv4"] == ["lastUpdated": .string(done), "healthy": false])
            }
            health.updated()
            #expect(try await get("/healthz").code == 200)
        }
    }

    @Test func `a node that goes is to have no traffic`() async throws {
        try await withHealth { health, _, get in
            #expect(try await get("/healthz").code == 503)
            for (node, isEligible) in [
                (node(), true), (node(taint: "other"), true), (node(taint: "ToBeDeletedByClusterAutoscaler"), false),
                (node(isLeaving: true), false), (nil, false),
            ] {
                health.update(node: node)
                let answer = try await get("/healthz")
                #expect(answer.code == (isEligible ? 200 : 503))
                #expect(answer.value?["nodeEligible"] == .bool(isEligible))
                #expect(answer.value?["healthy"] == true)
                let alive = try await get("/livez")
                #expect(alive.code == 200)
                #expect(alive.value?["nodeEligible"] == nil)
            }
            #expect(try await get("/other").code == 404)
        }
    }
}
