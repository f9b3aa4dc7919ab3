import APIServer
import Core
import Identity
import TestSupport
import Testing
import Values

@Suite struct BootstrapTokenTests {
    private let clock = ManualClock(now: Timestamp(seconds: 1_800_000_000))

    /// A secret of kube-system as kubeadm makes it, with some of its data changed; nil takes an entry away.
    private func secret(
        _ changes: [String: String?] = [:], type: String = "bootstrap.kubernetes.io/token", name: String = "bootstrap-token-abcdef"
    )
        -> Value
    {
        var data: [String: String] = [
            "token-id": "abcdef", "token-secret": "0123456789abcdef", "usage-bootstrap-authentication": "true",
            "usage-bootstrap-signing": "true", "expiration": (clock.now + .seconds(60)).rfc3339,
            "auth-extra-groups": "system:bootstrappers:workers,system:bootstrappers:a:b-1",
        ]
        for (key, value) in changes { data[key] = value }
        return [
            "metadata": ["name": .string(name), "namespace": "kube-system"], "type": .string(type),
            "data": .object(Object(data.map { ($0.key, Value.string(Base64.encode($0.value.utf8))) })),
        ]
    }

    private func user(_ secret: Value?, token: String = "abcdef.0123456789abcdef") -> String? {
        let tokens = BootstrapTokens(apiAudiences: ["api"], clock: clock) { name in name == "bootstrap-token-abcdef" ? secret : nil }
        return tokens.authenticate(token: token, audiences: [])?.user.name
    }

    @Test func `a token that a secret vouches for is a bootstrapper`() {
        let vouched = secret()
        let tokens = BootstrapTokens(apiAudiences: ["api"], clock: clock) { _ in vouched }
        let user = tokens.authenticate(token: "abcdef.0123456789abcdef", audiences: [])?.user
        #expect(user?.name == "system:bootstrap:abcdef")
        #expect(user?.groups == ["system:bootstrappers", "system:bootstrappers:a:b-1", "system:bootstrappers:workers"])
        #expect(self.user(secret(["auth-extra-groups": nil, "expiration": nil])) == "system:bootstrap:abcdef")
    }

    @Test func `a token is good for the API server and for nobody else`() {
        let vouched = secret()
        let tokens = BootstrapTokens(apiAudiences: ["api"], clock: clock) { _ in vouched }
        #expect(tokens.authenticate(token: "abcdef.0123456789abcdef", audiences: [])?.audiences == ["api"])
        #expect(tokens.authenticate(token: "abcdef.0123456789abcdef", audiences: ["api", "other"])?.audiences == ["api"])
        #expect(tokens.authenticate(token: "abcdef.0123456789abcdef", audiences: ["other"]) == nil)
    }

    @Test func `what is not such a token, or not vouched for, is nobody`() {
        for token in [
            "", "abcdef", "abcdef.", ".0123456789abcdef", "abcdef.0123456789abcdeg", "abcdef.0123456789abcde", "ABCDEF.0123456789abcdef",
            "abcdef.0123456789abcdef0", "zzzzzz.0123456789abcdef", "abcdef.0123456789ABCDEF", "abc/ef.0123456789abcdef",
        ] {
            #expect(user(secret(), token: token) == nil, "\(token)")
        }
        #expect(user(nil) == nil)
        #expect(user(secret(type: "Opaque")) == nil)
        #expect(user(secret(name: "bootstrap-token-other")) == nil)
        #expect(user(secret(["token-id": "other1"])) == nil)
        #expect(user(secret(["token-secret": ""])) == nil)
        #expect(user(secret(["usage-bootstrap-authentication": "yes"])) == nil)
        #expect(user(secret(["usage-bootstrap-authentication": nil])) == nil)
        #expect(user(secret(["expiration": clock.now.rfc3339])) == nil)
        #expect(user(secret(["expiration": "tomorrow"])) == nil)
        for group in ["system:masters", "system:bootstrappers:", "system:bootstrappers:A", "system:bootstrappers:a:", "x,y"] {
            #expect(user(secret(["auth-extra-groups": group])) == nil, "\(group)")
        }
    }

    @Test func `a token ends when its time has come`() {
        let vouched = secret()
        #expect(user(vouched) != nil)
        clock.advance(by: .seconds(61))
        #expect(user(vouched) == nil)
    }

    @Test func `the signature is the one that RFC 7515 describes, without its content`() {
        let parts = DetachedSignature.make(content: "x", tokenID: "abcdef", secret: "0123456789abcdef").split(
            separator: ".", omittingEmptySubsequences: false)
        #expect(parts.count == 3)
        #expect(parts[1].isEmpty)
        #expect(Base64Codec.decodeURL(parts[0]).map { String(decoding: $0, as: UTF8.self) } == #"{"alg":"HS256","kid":"abcdef"}"#)
        #expect(Base64Codec.decodeURL(parts[2])?.count == 32)
        #expect(DetachedSignature.make(content: "x", tokenID: "abcdef", secret: "another") != parts.joined(separator: "."))
    }
}
