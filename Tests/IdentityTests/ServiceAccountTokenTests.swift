import Core
import Identity
import JSON
import Testing
import Values

@Suite("Service-account tokens")
struct ServiceAccountTokenTests {
    private let signer = TokenSigner()
    private let now = Timestamp(seconds: 1_800_000_000)
    private let issuer = "https://kubernetes.default.svc.cluster.local"

    private var token: ServiceAccountToken {
        var token = ServiceAccountToken(
            namespace: "shop", serviceAccount: .init(name: "web", uid: "u1"), audiences: ["api"], issuedAt: now,
            expires: now + .seconds(3600), id: "id-1")
        token.pod = .init(name: "web-0", uid: "u2")
        token.node = .init(name: "n1", uid: "u3")
        token.warnAfter = now + .seconds(600)
        return token
    }

    @Test func `come back as they were signed`() throws {
        let text = try signer.sign(token.claims(issuer: issuer))
        #expect(try ServiceAccountToken(claims: try signer.verify(text), issuer: issuer, now: now) == token)
        #expect(token.userName == "system:serviceaccount:shop:web")
    }

    @Test func `carry the claims upstream gives them`() {
        #expect(
            JSONWriter.string(token.claims(issuer: issuer))
                == #"{"aud":["api"],"exp":1800003600,"iat":1800000000,"iss":"\#(issuer)","jti":"id-1","kubernetes.io":{"namespace":"shop","node":{"name":"n1","uid":"u3"},"pod":{"name":"web-0","uid":"u2"},"serviceaccount":{"name":"web","uid":"u1"},"warnafter":1800000600},"nbf":1800000000,"sub":"system:serviceaccount:shop:web"}"#
        )
    }

    @Test func `signed by another key, changed, unsigned or torn are not believed`() throws {
        let text = try signer.sign(token.claims(issuer: issuer))
        let parts = text.split(separator: ".").map(String.init)
        var claims = token.claims(issuer: issuer)
        claims["sub"] = "system:serviceaccount:kube-system:admin"
        let forged = Base64Codec.encodeURL(JSONWriter.encode(claims))
        let unsigned = Base64Codec.encodeURL(Array(#"{"alg":"none","kid":"\#(signer.keyID)"}"#.utf8))
        for wrong in [
            try TokenSigner().sign(token.claims(issuer: issuer)), "\(parts[0]).\(forged).\(parts[2])", "\(unsigned).\(parts[1]).",
            "\(unsigned).\(parts[1]).\(parts[2])", String(text.dropLast(3)), "\(text).x", "", "a.b.c", "..",
        ] {
            #expect(throws: IdentityError.self, "\(wrong)") { try signer.verify(wrong) }
        }
    }

    @Test func `expire, begin and have one issuer`() throws {
        let claims = token.claims(issuer: issuer)
        #expect(throws: IdentityError.self) { try ServiceAccountToken(claims: claims, issuer: "https://other", now: now) }
        #expect(throws: IdentityError.self) { try ServiceAccountToken(claims: claims, issuer: issuer, now: now + .seconds(3600)) }
        #expect(throws: IdentityError.self) { try ServiceAccountToken(claims: claims, issuer: issuer, now: now - .seconds(1)) }
    }

    @Test func `a key comes back from its text, and is published for others`() throws {
        let again = try TokenSigner(privateKeyPEM: signer.privateKeyPEM)
        #expect(again.keyID == signer.keyID)
        #expect(try again.verify(try signer.sign(["a": 1])) == ["a": 1])
        let key = try #require(again.keySet["keys"]?.array?.first)
        #expect(key["kid"]?.string == signer.keyID)
        #expect(Base64Codec.decodeURL(key["x"]?.string ?? "")?.count == 32)
        #expect(throws: IdentityError.self) { try TokenSigner(privateKeyPEM: "no key") }
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")])
    func `base64 follows the examples of RFC 4648`(plain: String, text: String) {
        #expect(Base64Codec.encode(plain.utf8) == text)
        #expect(Base64Codec.decode(text) == Array(plain.utf8))
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zh==", "Z===", "Zg==Zg==", "Z g=", "====", "-_-_"])
    func `text that is not base64 is refused`(text: String) { #expect(Base64Codec.decode(text) == nil) }
}
