import Crypto
import FoundationEssentials
import Values
import _CryptoExtras

/// The public keys of an issuer of tokens (RFC 7517), and the check of what they signed.
package struct JSONWebKeySet: Sendable {
    /// All that can be checked: RSA (PKCS #1 v1.5 and PSS) and the curves of NIST. Codes that need a shared secret, and `none`, are no signatures.
    package static let algorithms: Set<String> = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
    /// Shorter moduli are refused.
    private static let fewestBytes = 256

    private enum Key: Sendable {
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
    }

    private struct Entry: Sendable {
        let id: String
        let algorithm: String
        let key: Key
    }

    private let entries: [Entry]

    /// Reads a key set; keys of other uses and sorts are left out. Throws `IdentityError` when there are no keys in it at all.
    package init(_ json: Value) throws {
        guard let keys = json["keys"]?.array else { throw IdentityError.malformed("the answer is no JSON Web Key Set") }
        entries = keys.compactMap { json in
            if let use = json["use"]?.string, use != "sig" { return nil }
            return Self.key(json).map { Entry(id: json["kid"]?.string ?? "", algorithm: json["alg"]?.string ?? "", key: $0) }
        }
    }

    private static func key(_ json: Value) -> Key? {
        func bytes(_ name: String) -> [UInt8]? { json[name]?.string.flatMap { Base64Codec.decodeURL($0) } }
        switch json["kty"]?.string {
        case "RSA":
            guard let n = bytes("n"), let e = bytes("e"), n.drop(while: { $0 == 0 }).count >= fewestBytes else { return nil }
            return (try? _RSA.Signing.PublicKey(n: n, e: e)).map { .rsa($0) }
        case "EC":
            guard let x = bytes("x"), let y = bytes("y") else { return nil }
            switch json["crv"]?.string {
            case "P-256": return (try? P256.Signing.PublicKey(rawRepresentation: x + y)).map { .p256($0) }
            case "P-384": return (try? P384.Signing.PublicKey(rawRepresentation: x + y)).map { .p384($0) }
            case "P-521": return (try? P521.Signing.PublicKey(rawRepresentation: x + y)).map { .p521($0) }
            default: return nil
            }
        default: return nil
        }
    }

    /// Throws `IdentityError` unless one of the keys signed the token with one of `algorithms`.
    package func verify(_ token: JSONWebToken, algorithms: Set<String>) throws {
        let algorithm = token.header["alg"]?.string ?? ""
        guard algorithms.contains(algorithm), Self.algorithms.contains(algorithm) else {
            throw IdentityError.untrusted("the token is signed with an algorithm that is not accepted: \(algorithm)")
        }
        // A header that must be understood and is not.
        guard token.header["crit"] == nil else { throw IdentityError.untrusted("the token has critical headers") }
        let id = token.header["kid"]?.string ?? ""
        for entry in entries where (id.isEmpty || entry.id == id) && (entry.algorithm.isEmpty || entry.algorithm == algorithm) {
            if Self.isValid(token, algorithm, entry.key) { return }
        }
        throw IdentityError.untrusted("failed to verify the token's signature")
    }

    private static func isValid(_ token: JSONWebToken, _ algorithm: String, _ key: Key) -> Bool {
        switch (key, algorithm) {
        case (.p256(let key), "ES256"):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: token.signature) else { return false }
            return key.isValidSignature(signature, for: SHA256.hash(data: token.signed))
        case (.p384(let key), "ES384"):
            guard let signature = try? P384.Signing.ECDSASignature(rawRepresentation: token.signature) else { return false }
            return key.isValidSignature(signature, for: SHA384.hash(data: token.signed))
        case (.p521(let key), "ES512"):
            guard let signature = try? P521.Signing.ECDSASignature(rawRepresentation: token.signature) else { return false }
            return key.isValidSignature(signature, for: SHA512.hash(data: token.signed))
        case (.rsa(let key), _):
            let padding: _RSA.Signing.Padding
            switch algorithm.prefix(2) {
            case "RS": padding = .insecurePKCS1v1_5
            case "PS": padding = .PSS
            default: return false
            }
            let signature = _RSA.Signing.RSASignature(rawRepresentation: token.signature)
            switch algorithm.dropFirst(2) {
            case "256": return key.isValidSignature(signature, for: SHA256.hash(data: token.signed), padding: padding)
            case "384": return key.isValidSignature(signature, for: SHA384.hash(data: token.signed), padding: padding)
            case "512": return key.isValidSignature(signature, for: SHA512.hash(data: token.signed), padding: padding)
            default: return false
            }
        default: return false
        }
    }
}
