import APIServer
import Core
import Identity
import ResourceEngine
import Synchronization
import TestSupport
import Testing
import Values

private struct SetClock: Clock {
    let now = Timestamp(seconds: 1_800_000_000)
    func sleep(for duration: Duration) async throws { throw CancellationError() }
}

/// Allows `impersonate` of the named users, groups and extra values, by anybody.
private struct MayImpersonate: Authorizer {
    let names: Set<String>
    func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision {
        attributes.verb == "impersonate" && names.contains(attributes.name) ? .allow(reason: "") : .noOpinion(reason: "")
    }
}

@Suite("Authentication")
struct AuthenticationTests {
    private let authority: CertificateAuthority
    private let signer = TokenSigner()
    private let clock = SetClock()
    private let issuer = "https://kubernetes.default.svc.cluster.local"

    init() throws { authority = try CertificateAuthority(commonName: "kubernetes", now: clock.now) }

    private func authenticator(_ live: [String: LiveObject] = [:], mayImpersonate: Set<String> = []) -> RequestAuthenticator {
        let tokens = ServiceAccountTokens(signer: signer, issuer: issuer, audiences: [issuer], clock: clock) { resource, key in
            live["\(resource)/\(key)"]
        }
        return RequestAuthenticator(
            clientAuthority: authority,
            tokens: [StaticTokens(["secret": UserInfo(name: "tester", groups: ["testers"])]), tokens],
            authorizer: MayImpersonate(names: mayImpersonate), clock: clock)
    }

    private func request(
        certificate: Credential? = nil, token: String? = nil, _ headers: [(name: String, value: String)] = [], path: String = "/api/v1/pods"
    ) throws -> RequestCredentials {
        var headers = headers
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        let lines = certificate?.certificatePEM.split(separator: "\n").filter { !$0.hasPrefix("-----") }
        let der = try lines.map { try #require(Base64Codec.decode($0.joined())) }
        return RequestCredentials(peerCertificates: der.map { [$0] } ?? [], headers: headers, path: path)
    }

    private func token(expires: Duration = .seconds(600), audience: String? = nil, pod: Bool = false) throws -> String {
        var token = ServiceAccountToken(
            namespace: "shop", serviceAccount: .init(name: "web", uid: "u1"), audiences: [audience ?? issuer], issuedAt: clock.now,
            expires: clock.now + expires, id: "id-1")
        if pod { token.pod = .init(name: "web-0", uid: "u2") }
        return try signer.sign(token.claims(issuer: issuer))
    }

    private let account = ["serviceaccounts/shop/web": LiveObject(uid: "u1", deletionTimestamp: nil)]

    private func isRefused(_ code: Int, _ body: () async throws -> UserInfo) async -> Bool {
        do {
            _ = try await body()
            return false
        } catch { return (error as? APIError)?.code == code }
    }

    @Test func aCertificateThatIsKnownEndsAllTheSame() async throws {
        let clock = ManualClock(now: clock.now)
        let authenticator = RequestAuthenticator(
            clientAuthority: authority, tokens: [], authorizer: MayImpersonate(names: []), clock: clock)
        let credential = try authority.issue(
            CertificateRequest(commonName: "ada", organizations: ["dev"], usages: [.client]), now: clock.now, life: .seconds(600))
        let shown = try request(certificate: credential)
        for _ in 0..<2 { #expect(try await authenticator.authenticate(shown).name == "ada") }
        clock.advance(by: .seconds(601))
        #expect(await isRefused(401) { try await authenticator.authenticate(shown) })
    }

    @Test func `a client certificate names its user and groups`() async throws {
        let credential = try authority.issue(
            CertificateRequest(commonName: "ada", organizations: ["dev"], usages: [.client]), now: clock.now)
        let user = try await authenticator().authenticate(try request(certificate: credential))
        #expect(user.name == "ada")
        #expect(user.groups == ["dev", "system:authenticated"])
        #expect(user.extra["authentication.kubernetes.io/credential-id"]?.first?.hasPrefix("X509SHA256=") == true)
    }

    @Test func `a certificate or token that is not believed lets nobody in, not even as nobody`() async throws {
        let other = try CertificateAuthority(commonName: "kubernetes", now: clock.now)
        let forged = try other.issue(CertificateRequest(commonName: "ada", usages: [.client]), now: clock.now)
        let authenticator = authenticator(account)
        #expect(await isRefused(401) { try await authenticator.authenticate(try request(certificate: forged, path: "/healthz")) })
        for wrong in ["wrong", "a.b.c", try token(expires: .seconds(-1)), try token(audience: "vault"), ""] {
            #expect(await isRefused(401) { try await authenticator.authenticate(try request(token: wrong)) }, "\(wrong)")
        }
        #expect(try await authenticator.authenticate(try request(certificate: forged, token: "secret")).name == "tester")
    }

    @Test func `nobody may look at health and version only`() async throws {
        let authenticator = authenticator()
        for path in ["/healthz", "/livez", "/readyz/etcd", "/version"] {
            let user = try await authenticator.authenticate(try request(path: path))
            #expect(user == UserInfo(name: "system:anonymous", groups: ["system:unauthenticated"]))
        }
        for path in ["/", "/api", "/healthzz", "/metrics", "/api/v1/namespaces/healthz/pods"] {
            #expect(await isRefused(401) { try await authenticator.authenticate(try request(path: path)) }, "\(path)")
        }
    }

    @Test func `a configuration says where nobody may go`() async throws {
        func goes(_ configuration: Value, _ path: String) async throws -> Bool {
            let authenticator = RequestAuthenticator(
                clientAuthority: nil, tokens: [], authorizer: AllowAll(), anonymous: try AnonymousAccess(configuration), clock: clock)
            return await !isRefused(401) { try await authenticator.authenticate(try request(path: path)) }
        }
        #expect(try await !goes(["enabled": false], "/healthz"))
        #expect(try await goes(["enabled": true], "/api/v1/pods"))
        let some: Value = ["enabled": true, "conditions": [["path": "/healthz"], ["path": "/livez"]]]
        #expect(try await goes(some, "/livez"))
        #expect(try await !goes(some, "/livez/ping"))
        #expect(try await !goes(some, "/version"))
        for wrong: Value in [
            ["enabled": false, "conditions": [["path": "/a"]]], ["enabled": true, "conditions": [["path": "a"]]],
            ["enabled": true, "paths": []],
        ] {
            #expect(throws: APIError.self) { try AnonymousAccess(wrong) }
        }
    }

    @Test func `a service-account token is good while its account and pod live`() async throws {
        var live = account
        let user = try await authenticator(live).authenticate(try request(token: try token()))
        #expect(user.name == "system:serviceaccount:shop:web")
        #expect(user.uid == "u1")
        #expect(user.groups == ["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"])
        let bound = try token(pod: true)
        #expect(await isRefused(401) { try await authenticator(live).authenticate(try request(token: bound)) })
        live["pods/shop/web-0"] = LiveObject(uid: "u2", deletionTimestamp: (clock.now - .seconds(30)).rfc3339)
        let podUser = try await authenticator(live).authenticate(try request(token: bound))
        #expect(podUser.extra["authentication.kubernetes.io/pod-name"] == ["web-0"])
        live["pods/shop/web-0"] = LiveObject(uid: "u2", deletionTimestamp: (clock.now - .seconds(90)).rfc3339)
        #expect(await isRefused(401) { try await authenticator(live).authenticate(try request(token: bound)) })
        live["pods/shop/web-0"] = LiveObject(uid: "another", deletionTimestamp: nil)
        #expect(await isRefused(401) { try await authenticator(live).authenticate(try request(token: bound)) })
        #expect(await isRefused(401) { try await authenticator().authenticate(try request(token: try token())) })
    }

    @Test func `a token that is known ends all the same, and with what it is bound to`() async throws {
        let clock = ManualClock(now: clock.now)
        let live = Mutex(account)
        let tokens = ServiceAccountTokens(signer: signer, issuer: issuer, audiences: [issuer], clock: clock) { resource, key in
            live.withLock { $0["\(resource)/\(key)"] }
        }
        let authenticator = RequestAuthenticator(
            clientAuthority: nil, tokens: [tokens], authorizer: MayImpersonate(names: []), clock: clock)
        let plain = try request(token: try token()), bound = try request(token: try token(pod: true))
        live.withLock { $0["pods/shop/web-0"] = LiveObject(uid: "u2", deletionTimestamp: nil) }
        for _ in 0..<2 {
            #expect(try await authenticator.authenticate(plain).uid == "u1")
            #expect(try await authenticator.authenticate(bound).extra["authentication.kubernetes.io/pod-uid"] == ["u2"])
        }
        // A known token is meant for the same audiences as before.
        #expect(throws: IdentityError.self) { _ = try tokens.authenticate(token: try token(), audiences: ["vault"]) }
        live.withLock { $0["pods/shop/web-0"] = LiveObject(uid: "another", deletionTimestamp: nil) }
        #expect(await isRefused(401) { try await authenticator.authenticate(bound) })
        #expect(try await authenticator.authenticate(plain).uid == "u1")
        live.withLock { $0["serviceaccounts/shop/web"] = nil }
        #expect(await isRefused(401) { try await authenticator.authenticate(plain) })
        live.withLock { $0["serviceaccounts/shop/web"] = LiveObject(uid: "u1", deletionTimestamp: nil) }
        #expect(try await authenticator.authenticate(plain).uid == "u1")
        clock.advance(by: .seconds(601))
        #expect(await isRefused(401) { try await authenticator.authenticate(plain) })
    }

    @Test func `a token of another key or with another signature is refused, though a like one is known`() async throws {
        let authenticator = authenticator(account)
        let good = try token()
        #expect(try await authenticator.authenticate(try request(token: good)).uid == "u1")
        let parts = good.split(separator: ".")
        let forged = try TokenSigner().sign(
            ServiceAccountToken(
                namespace: "shop", serviceAccount: .init(name: "web", uid: "u1"), audiences: [issuer], issuedAt: clock.now,
                expires: clock.now + .seconds(600), id: "id-1"
            ).claims(issuer: issuer))
        let swapped = "\(parts[0]).\(parts[1]).\(forged.split(separator: ".")[2])"
        for wrong in [forged, swapped, "\(parts[0]).\(parts[1])."] {
            #expect(await isRefused(401) { try await authenticator.authenticate(try request(token: wrong)) })
        }
    }

    @Test func `who may impersonate acts as somebody else`() async throws {
        let authenticator = authenticator(mayImpersonate: ["ada", "dev", "blue", "web"])
        func acting(_ headers: [(name: String, value: String)]) async throws -> UserInfo {
            try await authenticator.authenticate(try request(token: "secret", headers))
        }
        let ada = try await acting([
            ("Impersonate-User", "ada"), ("impersonate-group", "dev"), ("Impersonate-Extra-Acme.com%2fTeam", "blue"),
        ])
        #expect(ada == UserInfo(name: "ada", groups: ["dev", "system:authenticated"], extra: ["acme.com/team": ["blue"]]))
        let account = try await acting([("Impersonate-User", "system:serviceaccount:shop:web")])
        #expect(account.groups == ["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"])
        #expect(await isRefused(403) { try await acting([("Impersonate-User", "root")]) })
        #expect(await isRefused(403) { try await acting([("Impersonate-User", "ada"), ("Impersonate-Group", "system:masters")]) })
        #expect(await isRefused(403) { try await acting([("Impersonate-User", "ada"), ("Impersonate-Uid", "7")]) })
        #expect(await isRefused(400) { try await acting([("Impersonate-Group", "dev")]) })
    }

    @Test func `the refusal of an impersonation is upstream's`() async throws {
        let refusal = await #expect(throws: APIError.self) {
            try await authenticator().authenticate(try request(token: "secret", [("Impersonate-User", "root")]))
        }
        #expect(
            refusal?.message
                == #"users "root" is forbidden: User "tester" cannot impersonate resource "users" in API group "" at the cluster scope"#)
    }
}
