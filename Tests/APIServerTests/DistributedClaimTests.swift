import APIServer
import Core
import HTTPTransport
import Identity
import JSON
import Logging
import Synchronization
import TestSupport
import Testing
import Values

/// A real HTTPS server that issues tokens of two realms, and tells the claims that these leave to it.
private final class IssuerServer: HTTPHandler {
    let signers = ["/staff": TokenSigner(), "/directory": TokenSigner()]
    let authority: CertificateAuthority
    private let port = Mutex(0)
    private let server = Mutex<HTTPServer?>(nil)
    /// What comes at a path, and with what bearer token.
    let answers = Mutex<[String: String]>([:])
    let log = Mutex<[(path: String, authorization: String)]>([])

    init() async throws {
        let now = SystemClock().now
        authority = try CertificateAuthority(commonName: "issuers", now: now)
        let credential = try authority.issue(
            CertificateRequest(commonName: "issuer", organizations: [], dnsNames: ["localhost"], addresses: [], usages: [.server]), now: now
        )
        let made = try HTTPServer(
            handler: self,
            tls: ServerTLS(
                material: TLSMaterial(
                    certificateChain: Array(credential.certificatePEM.utf8), privateKey: Array(credential.privateKeyPEM.utf8))),
            logger: Logger(label: "issuer"))
        let number = try await made.listen(host: "127.0.0.1", port: 0)
        port.withLock { $0 = number }
        server.withLock { $0 = made }
    }

    func shutdown() async { await server.withLock { $0 }?.shutdown(grace: .milliseconds(10)) }

    func url(_ path: String) -> String { "https://localhost:\(port.withLock { $0 })\(path)" }

    /// How often claims were asked for.
    var questions: [(path: String, authorization: String)] { log.withLock { $0.filter { $0.path.hasPrefix("/claims") } } }

    func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async {
        let target = request.target
        log.withLock { $0.append((target, request.headers["Authorization"] ?? "")) }
        for (realm, signer) in signers {
            switch target {
            case "\(realm)/.well-known/openid-configuration":
                return respond(JSONWriter.encode(["issuer": .string(url(realm)), "jwks_uri": .string(url("\(realm)/keys"))]), responder)
            case "\(realm)/keys": return respond(JSONWriter.encode(signer.keySet), responder)
            default: continue
            }
        }
        guard let answer = answers.withLock({ $0[target] }) else {
            responder.respond(.text(404, "no such claims"))
            return
        }
        respond(Array(answer.utf8), responder)
    }

    private func respond(_ body: [UInt8], _ responder: HTTPResponder) { responder.respond(HTTPResponse(status: 200, body: body)) }
}

@Suite(.timeLimit(.minutes(1))) struct DistributedClaimTests {
    private let clock = ManualClock(now: Timestamp(seconds: 1_800_000_000))

    private func authenticator(_ server: IssuerServer, groups: Value = ["claim": "roles", "prefix": "r:"]) throws -> JWTAuthenticator {
        try JWTAuthenticator(
            JWTRules(
                [
                    "issuer": [
                        "url": .string(server.url("/staff")), "audiences": ["cluster"],
                        "certificateAuthority": .string(server.authority.certificatePEM),
                    ],
                    "claimMappings": ["username": ["claim": "sub", "prefix": ""], "groups": groups],
                ], path: "jwt[0]", forbidden: []), apiAudiences: ["api"], clock: clock)
    }

    private func token(
        _ server: IssuerServer, _ realm: String = "/staff", by signer: TokenSigner? = nil, saying changes: Object
    ) throws -> String {
        var claims: Object = ["iss": .string(server.url(realm)), "aud": "cluster", "exp": .int(clock.now.seconds + 600)]
        for member in changes { claims[member.key] = member.value == .null ? nil : member.value }
        return try (signer ?? server.signers[realm] ?? TokenSigner()).sign(.object(claims))
    }

    /// A token of ada's whose roles are to be asked for at a path.
    private func pointing(_ server: IssuerServer, to path: String, _ more: Object = [:]) throws -> String {
        var claims: Object = [
            "sub": "ada", "_claim_names": ["roles": "src"],
            "_claim_sources": ["src": ["endpoint": .string(server.url(path)), "access_token": "open sesame"]],
        ]
        for member in more { claims[member.key] = member.value }
        return try token(server, saying: claims)
    }

    private func groups(_ authenticator: JWTAuthenticator, _ token: String) async throws -> [String]? {
        try await authenticator.authenticate(token: token, audiences: [])?.user.groups
    }

    private func refusal(_ authenticator: JWTAuthenticator, _ token: String) async -> String? {
        do { return try await groups(authenticator, token) == nil ? "nobody's" : nil } catch { return "\(error)" }
    }

    @Test func `groups are asked for where a token says, and again after ten seconds`() async throws {
        let server = try await IssuerServer()
        let authenticator = try authenticator(server)
        // Of the same issuer, and of another; the question may have a query.
        for (realm, path) in [("/staff", "/claims"), ("/directory", "/claims?of=ada")] {
            let told = try token(server, realm, saying: ["roles": ["dev", "ops"]])
            server.answers.withLock { $0[path] = told }
            let pointing = try pointing(server, to: path, ["jti": .string(path)])
            for _ in 0..<3 { #expect(try await groups(authenticator, pointing) == ["r:dev", "r:ops"]) }
            #expect(server.questions.filter { $0.path == path }.map(\.authorization) == ["Bearer open sesame"])
            let changed = try token(server, realm, saying: ["roles": "guest"])
            server.answers.withLock { $0[path] = changed }
            clock.advance(by: .seconds(10))
            #expect(try await groups(authenticator, pointing) == ["r:guest"])
            #expect(server.questions.filter { $0.path == path }.count == 2)
        }
        await server.shutdown()
    }

    @Test func `nobody is asked about what a token says itself, or what is no user's groups`() async throws {
        let server = try await IssuerServer()
        let own = try pointing(server, to: "/claims", ["roles": "dev"])
        #expect(try await groups(authenticator(server), own) == ["r:dev"])
        let aggregated = try pointing(server, to: "", ["_claim_sources": ["src": ["JWT": "x"]]])
        #expect(try await groups(authenticator(server), aggregated) == [])
        let other = try pointing(server, to: "/claims", ["_claim_names": ["address": "src"]])
        #expect(try await groups(authenticator(server), other) == [])
        let expression = try authenticator(server, groups: ["expression": "has(claims.roles) ? claims.roles : ['none']"])
        #expect(try await groups(expression, pointing(server, to: "/claims")) == ["none"])
        #expect(server.questions.isEmpty)
        await server.shutdown()
    }

    @Test func `claims that are not to be believed refuse the token`() async throws {
        let server = try await IssuerServer()
        let authenticator = try authenticator(server)
        let wrong: [String: String] = [
            "/claims/audience": try token(server, saying: ["aud": "other", "roles": "dev"]),
            "/claims/end": try token(server, saying: ["exp": .int(clock.now.seconds), "roles": "dev"]),
            "/claims/signature": try token(server, by: TokenSigner(), saying: ["roles": "dev"]),
            "/claims/issuer": try token(server, "/nowhere", saying: ["roles": "dev"]),
            "/claims/foreign": try token(server, "/directory", by: server.signers["/staff"], saying: ["roles": "dev"]),
            "/claims/empty": try token(server, saying: [:]),
            "/claims/sort": try token(server, saying: ["roles": ["a": "b"]]),
            "/claims/text": "no token",
        ]
        server.answers.withLock { $0 = wrong }
        for path in wrong.keys.sorted() + ["/claims/missing"] {
            let refusal = await refusal(authenticator, try pointing(server, to: path))
            #expect(refusal?.hasPrefix("oidc: ") == true && refusal != "nobody's", "\(path): \(refusal ?? "let in")")
            #expect(server.questions.last?.path == path)
        }
        let asked = server.questions.count
        let plain = try pointing(server, to: "", ["_claim_sources": ["src": ["endpoint": .string("http://localhost/claims")]]])
        #expect(await refusal(authenticator, plain)?.contains("is no https URL") == true)
        let split = try pointing(server, to: "/claims HTTP/1.1\r\nX: y")
        #expect(await refusal(authenticator, split)?.contains("is no https URL") == true)
        #expect(server.questions.count == asked)
        await server.shutdown()
    }
}
