import APIServer
import Core
import Identity
import JSON
import Synchronization
import TestSupport
import Testing
import Values

/// An issuer of tokens whose answers are made here.
private final class Issuer: Sendable {
    static let url = "https://issuer.example/realm"
    let signer = Mutex(TokenSigner())
    let isDown = Mutex(false)
    let questions = Mutex(0)
    let discoveredIssuer = Mutex(Issuer.url)

    func fetch(_ url: String) throws -> [UInt8] {
        questions.withLock { $0 += 1 }
        if isDown.withLock({ $0 }) { throw IdentityError.untrusted("down") }
        switch url {
        case "\(Self.url)/.well-known/openid-configuration":
            return JSONWriter.encode(["issuer": .string(discoveredIssuer.withLock { $0 }), "jwks_uri": "https://issuer.example/keys"])
        case "https://issuer.example/keys": return JSONWriter.encode(signer.withLock { $0.keySet })
        default: throw IdentityError.untrusted("\(url) was not expected")
        }
    }
}

@Suite struct JWTTests {
    private let clock = ManualClock(now: Timestamp(seconds: 1_800_000_000))
    private let issuer = Issuer()
    private let own = "https://kubernetes.default.svc"

    private static let simple: Value = [
        "issuer": ["url": .string(Issuer.url), "audiences": ["cluster"]],
        "claimMappings": ["username": ["claim": "sub", "prefix": "x:"], "groups": ["claim": "roles", "prefix": "r:"]],
    ]

    private func authenticator(_ rules: Value = simple) throws -> JWTAuthenticator {
        try JWTAuthenticator(
            JWTRules(rules, path: "jwt[0]", forbidden: [own]), apiAudiences: [own], clock: clock,
            fetch: { [issuer] url, _ in try issuer.fetch(url) })
    }

    private func token(_ changes: Object = [:], signer: TokenSigner? = nil) throws -> String {
        var claims: Object = [
            "iss": .string(Issuer.url), "aud": "cluster", "sub": "ada", "roles": ["dev", "ops"],
            "exp": .int(clock.now.seconds + 600), "jti": "7",
        ]
        for member in changes { claims[member.key] = member.value == .null ? nil : member.value }
        return try (signer ?? issuer.signer.withLock { $0 }).sign(.object(claims))
    }

    /// Why a token is refused; nil when it is let in.
    private func refusal(_ authenticator: JWTAuthenticator, _ token: String) async -> String? {
        do {
            return try await authenticator.authenticate(token: token, audiences: []) == nil ? "nobody's" : nil
        } catch { return "\(error)" }
    }

    @Test func `a token that the issuer signed names a user`() async throws {
        let authenticator = try authenticator()
        for _ in 0..<2 {
            let user = try await authenticator.authenticate(token: try token(), audiences: [])?.user
            #expect(user?.name == "x:ada")
            #expect(user?.groups == ["r:dev", "r:ops"])
            #expect(user?.extra == ["authentication.kubernetes.io/credential-id": ["JTI=7"]])
        }
        #expect(issuer.questions.withLock { $0 } == 2)
        let single = try await authenticator.authenticate(token: try token(["roles": "dev", "aud": ["a", "cluster"]]), audiences: [])?.user
        #expect(single?.groups == ["r:dev"])
    }

    @Test func `tokens that are not to be believed are refused`() async throws {
        let authenticator = try authenticator()
        #expect(await refusal(authenticator, "a.b.c") == "nobody's")
        #expect(await refusal(authenticator, try token(["iss": "https://other.example"])) == "nobody's")
        #expect(await refusal(authenticator, try token(["iss": .null])) == "nobody's")
        let wrong: [Object] = [
            ["aud": "other"], ["aud": .null], ["aud": []], ["exp": .int(clock.now.seconds)], ["exp": .null], ["exp": "later"],
            ["nbf": .int(clock.now.seconds + 61)], ["sub": .null], ["sub": 7], ["roles": [1]], ["roles": ["a": "b"]],
            ["_claim_names": ["roles": "src"]], ["_claim_names": ["other": "src"], "_claim_sources": ["else": ["endpoint": "https://x"]]],
            ["_claim_names": ["other": ""]], ["_claim_names": "roles"],
        ]
        for changes in wrong {
            let refusal = await refusal(authenticator, try token(changes))
            #expect(refusal != nil && refusal != "nobody's", "\(changes)")
        }
        #expect(await refusal(authenticator, try token(["nbf": .int(clock.now.seconds + 59)])) == nil)
        // Another key, the signature of another token, and none at all.
        #expect(await refusal(authenticator, try token(signer: TokenSigner())) != nil)
        let good = try token().split(separator: "."), other = try token(["sub": "root"]).split(separator: ".")
        #expect(await refusal(authenticator, "\(good[0]).\(other[1]).\(good[2])") != nil)
        #expect(await refusal(authenticator, "\(good[0]).\(good[1]).") != nil)
        let none = Base64Codec.encodeURL(JSONWriter.encode(["alg": "none"]))
        #expect(await refusal(authenticator, "\(none).\(good[1]).") != nil)
    }

    @Test func `a token ends although it is known`() async throws {
        let authenticator = try authenticator()
        let token = try token(["exp": .int(clock.now.seconds + 30)])
        #expect(await refusal(authenticator, token) == nil)
        clock.advance(by: .seconds(31))
        #expect(await refusal(authenticator, token) != nil)
    }

    @Test func `new keys are asked for, and strangers do not make us ask without end`() async throws {
        let authenticator = try authenticator()
        issuer.isDown.withLock { $0 = true }
        #expect(await refusal(authenticator, try token()) != nil)
        issuer.isDown.withLock { $0 = false }
        #expect(await refusal(authenticator, try token()) != nil, "asked again at once")
        clock.advance(by: .seconds(11))
        #expect(await refusal(authenticator, try token()) == nil)
        issuer.signer.withLock { $0 = TokenSigner() }
        clock.advance(by: .seconds(11))
        #expect(await refusal(authenticator, try token()) == nil)
        let asked = issuer.questions.withLock { $0 }
        for _ in 0..<20 { #expect(await refusal(authenticator, try token(signer: TokenSigner())) != nil) }
        #expect(issuer.questions.withLock { $0 } <= asked + 2)
        issuer.discoveredIssuer.withLock { $0 = "https://another.example" }
        issuer.signer.withLock { $0 = TokenSigner() }
        clock.advance(by: .seconds(11))
        #expect(await refusal(authenticator, try token()) != nil)
    }

    @Test func `an issuer that takes a key back is heard within an hour, and one that is down is believed`() async throws {
        let authenticator = try authenticator()
        let old = issuer.signer.withLock { $0 }
        #expect(await refusal(authenticator, try token()) == nil)
        clock.advance(by: .seconds(3601))
        issuer.isDown.withLock { $0 = true }
        #expect(await refusal(authenticator, try token()) == nil)
        issuer.isDown.withLock { $0 = false }
        issuer.signer.withLock { $0 = TokenSigner() }
        clock.advance(by: .seconds(11))
        #expect(await refusal(authenticator, try token(signer: old)) != nil)
        #expect(await refusal(authenticator, try token()) == nil)
    }

    @Test func `expressions check and map claims`() async throws {
        let rules: Value = [
            "issuer": ["url": .string(Issuer.url), "audiences": ["a", "cluster"], "audienceMatchPolicy": "MatchAny"],
            "claimValidationRules": [
                ["claim": "hd", "requiredValue": "example"],
                ["expression": "claims.level > 2", "message": "level too low"],
            ],
            "claimMappings": [
                "username": ["expression": "claims.sub + '@x'"], "groups": ["expression": "claims.roles.map(r, 'g:' + r)"],
                "uid": ["claim": "oid"], "extra": [["key": "example.org/team", "valueExpression": "claims.team"]],
            ],
            "userValidationRules": [["expression": "!user.username.startsWith('system:')", "message": "reserved"]],
        ]
        let authenticator = try authenticator(rules)
        let good: Object = ["hd": "example", "level": 3, "oid": "u", "team": ["blue"]]
        func with(_ key: String, _ value: Value) throws -> String {
            var claims = good
            claims[key] = value
            return try token(claims)
        }
        let user = try await authenticator.authenticate(token: try token(good), audiences: [])?.user
        #expect(user?.name == "ada@x")
        #expect(user?.groups == ["g:dev", "g:ops"])
        #expect(user?.uid == "u")
        #expect(user?.extra["example.org/team"] == ["blue"])
        #expect(await refusal(authenticator, try with("level", 2))?.contains("level too low") == true)
        #expect(await refusal(authenticator, try with("level", "high")) != nil)
        #expect(await refusal(authenticator, try with("hd", "other")) != nil)
        #expect(await refusal(authenticator, try with("sub", "system:root"))?.contains("reserved") == true)
        #expect(await refusal(authenticator, try with("roles", .null)) != nil)
        #expect(await refusal(authenticator, try with("team", ["x": 1])) != nil)
    }

    @Test func `an address that is not verified is nobody's name`() async throws {
        var rules = Self.simple
        rules["claimMappings"]?["username"] = ["claim": "email", "prefix": ""]
        let authenticator = try authenticator(rules)
        #expect(await refusal(authenticator, try token(["email": "a@b.c"])) == nil)
        #expect(await refusal(authenticator, try token(["email": "a@b.c", "email_verified": true])) == nil)
        #expect(await refusal(authenticator, try token(["email": "a@b.c", "email_verified": false])) != nil)
        #expect(await refusal(authenticator, try token(["email": "a@b.c", "email_verified": "true"])) != nil)
    }

    @Test func `configurations that would let in too many are refused`() {
        func isRefused(_ change: (inout Value) -> Void) -> Bool {
            var rules = Self.simple
            change(&rules)
            do {
                _ = try JWTRules(rules, path: "jwt[0]", forbidden: [own])
                return false
            } catch { return true }
        }
        #expect(!isRefused { _ in })
        #expect(isRefused { $0["issuer"]?["url"] = "http://issuer.example" })
        #expect(isRefused { $0["issuer"]?["url"] = "https://u:p@issuer.example" })
        #expect(isRefused { $0["issuer"]?["url"] = .string(own) })
        #expect(isRefused { $0["issuer"]?["audiences"] = [] })
        #expect(isRefused { $0["issuer"]?["audiences"] = ["a", "b"] })
        #expect(isRefused { $0["issuer"]?["extra"] = "x" })
        #expect(isRefused { $0["claimMappings"]?["username"] = [:] })
        #expect(isRefused { $0["claimMappings"]?["username"] = ["claim": "sub"] })
        #expect(isRefused { $0["claimMappings"]?["username"] = ["claim": "sub", "prefix": "", "expression": "claims.sub"] })
        #expect(isRefused { $0["claimMappings"]?["username"] = ["expression": "claims."] })
        #expect(isRefused { $0["claimMappings"]?["username"] = ["expression": "1"] })
        #expect(isRefused { $0["claimMappings"]?["username"] = ["expression": "claims.email"] })
        #expect(isRefused { $0["claimValidationRules"] = [["expression": "claims.sub", "claim": "x"]] })
        #expect(isRefused { $0["userValidationRules"] = [["expression": "user.name == 'a'"]] })
        #expect(isRefused { $0["userValidationRules"] = [["expression": "user.username"]] })
        #expect(!isRefused { $0["userValidationRules"] = [["expression": "user.groups.all(g, g != 'a')"]] })
        #expect(isRefused { $0["claimMappings"]?["extra"] = [["key": "kubernetes.io/x", "valueExpression": "'a'"]] })
        #expect(isRefused { $0["claimMappings"]?["extra"] = [["key": "Plain", "valueExpression": "'a'"]] })
    }
}
