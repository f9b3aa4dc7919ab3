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
import Synchronization
import TestSupport
import Testing
import Values

/// A server with TLS that knows its clients by their certificates, and a client of it.
private func withRemote(
    _ handler: (TestCluster, CertificateAuthority) -> any HTTPHandler = api, clock: any Core.Clock = SystemClock(),
    _ body: (Client, RemoteTransport, HTTPServer) async throws -> Void
) async throws {
    let cluster = try await TestCluster()
    let now = SystemClock().now
    let authority = try CertificateAuthority(commonName: "ca", now: now)
    let serving = try authority.issue(.init(commonName: "server", addresses: ["127.0.0.1"], usages: [.server]), now: now)
    let user = try authority.issue(.init(commonName: "alice", organizations: ["system:masters"], usages: [.client]), now: now)
    let server = try HTTPServer(
        handler: handler(cluster, authority),
        tls: ServerTLS(
            material: TLSMaterial(certificateChain: Array(serving.certificatePEM.utf8), privateKey: Array(serving.privateKeyPEM.utf8)),
            clientCAs: Array(authority.certificatePEM.utf8)),
        logger: Logger(label: "test"))
    let port = try await server.listen(host: "127.0.0.1", port: 0)
    let tls = ClientTLS(
        authorities: Array(authority.certificatePEM.utf8), certificateChain: Array(user.certificatePEM.utf8),
        privateKey: Array(user.privateKeyPEM.utf8))
    let transport = try RemoteTransport(ClusterAccess(host: "127.0.0.1", port: port, tls: tls), userAgent: "test/1", clock: clock)
    let outcome: Result<Void, any Error>
    do {
        outcome = .success(try await body(Client(transport: transport, fieldManager: "test"), transport, server))
    } catch { outcome = .failure(error) }
    transport.close()
    await server.shutdown(grace: .milliseconds(50))
    await cluster.close()
    try outcome.get()
}

private func api(_ cluster: TestCluster, _ authority: CertificateAuthority) -> any HTTPHandler {
    APIServer(
        engine: cluster.engine,
        authenticator: RequestAuthenticator(clientAuthority: authority, tokens: [], authorizer: AllowAll(), clock: SystemClock()),
        documents: SchemaDocuments(schema: BuiltInSchema.shared, registry: cluster.engine.registry, serverVersion: "v1.36.2"),
        nodes: nil)
}

/// Refuses a number of requests before it answers, as a busy server does.
private final class Busy: HTTPHandler {
    private let refusals: Mutex<Int>

    init(refusals: Int) { self.refusals = Mutex(refusals) }

    func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async {
        let isRefused = refusals.withLock { left in
            left -= 1
            return left >= 0
        }
        let answer =
            isRefused
            ? HTTPResponse(status: 429, headers: ["Retry-After": "3"], body: Array("busy".utf8))
            : HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: Array("{\"kind\":\"ConfigMap\"}".utf8))
        responder.respond(answer)
    }
}

@Suite struct RemoteTransportTests {
    private func configMap(_ name: String) -> ConfigMap {
        var map = ConfigMap()
        map.metadata.namespace = "default"
        map.metadata.name = name
        return map
    }

    @Test func `objects are made, read, changed and deleted over TLS as the certificate's user`() async throws {
        try await withRemote { client, transport, _ in
            var map = try await client.create(configMap("a"))
            #expect(!map.metadata.uid.isEmpty)
            map.data = ["k": "1"]
            map = try await client.update(map)
            let patched = try await client.patch(ConfigMap.self, map.key, .merge, ["data": ["l": "2"]])
            #expect(patched.data == ["k": "1", "l": "2"])
            #expect(try await client.list(ConfigMap.self, namespace: "default").items.map(\.metadata.name) == ["a"])
            try await client.delete(ConfigMap.self, map.key)
            await #expect(throws: APIError.notFound(ConfigMap.descriptor.gvr.groupResource, "a")) {
                try await client.get(ConfigMap.self, map.key)
            }
            #expect(try await transport.document("/version")["major"] == "1")
        }
    }

    @Test func `many requests share a connection`() async throws {
        try await withRemote { client, _, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<150 { group.addTask { _ = try await client.create(configMap("m\(number)")) } }
                try await group.waitForAll()
            }
            #expect(try await client.list(ConfigMap.self, namespace: "default").items.count == 150)
        }
    }

    @Test func `a watch tells every change in order, and an expired revision by its error`() async throws {
        try await withRemote { client, _, _ in
            let first = try await client.create(configMap("first"))
            var options = Client.Options()
            options.resourceVersion = first.metadata.resourceVersion
            let stream = try await client.watch(ConfigMap.self, namespace: "default", options: options)
            _ = try await client.create(configMap("second"))
            try await client.delete(ConfigMap.self, first.key)
            var seen: [String] = []
            for try await events in stream {
                seen += events.map { "\($0.kind.rawValue) \($0.object[path: "metadata", "name"]?.string ?? "")" }
                if seen.count >= 2 { break }
            }
            #expect(seen == ["ADDED second", "DELETED first"])
        }
    }

    @Test func `a refusal that says when to come back is repeated then`() async throws {
        let clock = ManualClock()
        try await withRemote({ _, _ in Busy(refusals: 2) }, clock: clock) { client, _, _ in
            async let answer = client.get(ConfigMap.self, ObjectKey(namespace: "default", name: "a"))
            for _ in 0..<2 {
                await clock.waitForSleepers()
                clock.advance(by: .seconds(3))
            }
            let map = try await answer
            #expect(map.raw["kind"] == "ConfigMap")
        }
    }

    @Test func `a server that cannot be trusted or reached is named in the error`() async throws {
        try await withRemote { _, _, server in
            let stranger = try RemoteTransport(
                ClusterAccess(host: "127.0.0.1", port: 1, tls: ClientTLS()), userAgent: "test")
            let failure = await #expect(throws: APIError.self) { try await stranger.document("/version") }
            #expect(failure?.reason == .serviceUnavailable)
            #expect(failure?.message.contains("https://127.0.0.1:1/version") == true)
        }
    }
}

/// Makes tokens that it counts, and answers everything else with the token it was asked with.
private final class TokenMint: HTTPHandler {
    private let clock: ManualClock
    private let count = Mutex(0)

    init(clock: ManualClock) { self.clock = clock }

    func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async {
        let body: Value
        if request.target.contains("/serviceaccounts/deployment-controller/token") {
            let number = count.withLock { count in
                count += 1
                return count
            }
            let end = (clock.now + .seconds(3600)).rfc3339
            body = ["kind": "TokenRequest", "status": ["token": .string("t\(number)"), "expirationTimestamp": .string(end)]]
        } else {
            body = ["kind": "ConfigMap", "data": ["asked": .string(request.headers["authorization"] ?? "")]]
        }
        responder.respond(HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: JSONWriter.encode(body)))
    }
}

@Suite struct AccountTransportTests {
    @Test func `a loop acts by its account's token, and by the next one before that ends`() async throws {
        let clock = ManualClock()
        try await withRemote({ _, _ in TokenMint(clock: clock) }, clock: clock) { asker, transport, _ in
            let account = try AccountTransport(
                transport.access, account: ObjectKey(namespace: "kube-system", name: "deployment-controller"), asker: asker,
                userAgent: "test/1", clock: clock)
            let client = Client(transport: account, fieldManager: "test")
            func asked() async throws -> String? {
                try await client.get(ConfigMap.self, ObjectKey(namespace: "default", name: "x")).data["asked"]
            }
            #expect(try await asked() == "Bearer t1")
            clock.advance(by: .seconds(600))
            #expect(try await asked() == "Bearer t1")
            clock.advance(by: .seconds(2400))
            #expect(try await asked() == "Bearer t2")
        }
    }
}
