import Cryptography
import Values

/// The public keys of an issuer of tokens (RFC 7517), and the check of what they signed.
package struct JSONWebKeySet: Sendable {
    /// All that can be checked: RSA (PKCS #1 v1.5 and PSS) and the curves of NIST. Codes that need a shared secret, and `none`, are no signatures.
    package static let algorithms = Set(schemes.keys)

    /// By the names that tokens give them; each curve goes with one hash (RFC 7518, section 3.1).
    private static let schemes: [String: (sort: PublicKey.Sort, algorithm: SignatureAlgorithm)] = [
        "RS256": (.rsa, .pkcs1(.sha256)), "RS384": (.rsa, .pkcs1(.sha384)), "RS512": (.rsa, .pkcs1(.sha512)),
        "PS256": (.rsa, .pss(.sha256)), "PS384": (.rsa, .pss(.sha384)), "PS512": (.rsa, .pss(.sha512)),
        "ES256": (.p256, .ecdsa(.sha256)), "ES384": (.p384, .ecdsa(.sha384)), "ES512": (.p521, .ecdsa(.sha512)),
    ]

    private struct Entry: Sendable {
        let id: String
        let algorithm: String
        let key: PublicKey
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

    private static func key(_ json: Value) -> PublicKey? {
        func bytes(_ name: String) -> [UInt8]? { json[name]?.string.flatMap { Base64Codec.decodeURL($0) } }
        switch json["kty"]?.string {
        case "RSA":
            guard let n = bytes("n"), let e = bytes("e") else { return nil }
            return try? PublicKey(modulus: n, exponent: e)
        case "EC":
            guard let x = bytes("x"), let y = bytes("y") else { return nil }
            switch json["crv"]?.string {
            case "P-256": return try? PublicKey(.p256, x: x, y: y)
            case "P-384": return try? PublicKey(.p384, x: x, y: y)
            case "P-521": return try? PublicKey(.p521, x: x, y: y)
            default: return nil
            }
        default: return nil
        }
    }

    /// Throws `IdentityError` unless one of the keys signed the token with one of `algorithms`.
    package func verify(_ token: JSONWebToken, algorithms: Set<String>) throws {
        let algorithm = token.header["alg"]?.string ?? ""
        guard algorithms.contains(algorithm), let scheme = Self.schemes[algorithm] else {
            throw IdentityError.untrusted("the token is signed with an algorithm that is not accepted: \(algorithm)")
        }
        // A header that must be understood and is not.
        guard token.header["crit"] == nil else { throw IdentityError.untrusted("the token has critical headers") }
        let id = token.header["kid"]?.string ?? ""
        for entry in entries where (id.isEmpty || entry.id == id) && (entry.algorithm.isEmpty || entry.algorithm == algorithm) {
            if entry.key.sort == scheme.sort, entry.key.isValid(token.signature, of: token.signed, by: scheme.algorithm) { return }
        }
        throw IdentityError.untrusted("failed to verify the token's signature")
    }
}
