import Crypto
import FoundationEssentials
import JSON
import Values

/// Signs JSON Web Tokens with ES256 (RFC 7518) and checks its own, and tells others the public key.
package struct TokenSigner: Sendable {
    private let key: P256.Signing.PrivateKey
    /// The `kid`: the digest of the public key, so that it changes with the key.
    package let keyID: String

    /// A new key.
    package init() { self.init(P256.Signing.PrivateKey()) }

    /// An existing key. Throws `IdentityError.malformed`.
    package init(privateKeyPEM: String) throws {
        do { self.init(try P256.Signing.PrivateKey(pemRepresentation: privateKeyPEM)) } catch {
            throw IdentityError.malformed("the service-account key cannot be read: \(error)")
        }
    }

    private init(_ key: P256.Signing.PrivateKey) {
        self.key = key
        keyID = Base64Codec.encodeURL(Array(SHA256.hash(data: key.publicKey.derRepresentation)))
    }

    package var privateKeyPEM: String { key.pemRepresentation + "\n" }

    /// The token that carries `claims`.
    package func sign(_ claims: Value) throws -> String {
        let header: Value = ["alg": "ES256", "kid": .string(keyID)]
        let content = Base64Codec.encodeURL(JSONWriter.encode(header)) + "." + Base64Codec.encodeURL(JSONWriter.encode(claims))
        let signature = try key.signature(for: Array(content.utf8))
        return content + "." + Base64Codec.encodeURL(Array(signature.rawRepresentation))
    }

    /// The claims of a token that this key signed. Throws `IdentityError`.
    package func verify(_ token: String) throws -> Value {
        guard let token = JSONWebToken(token) else { throw IdentityError.malformed("the token is not a JSON Web Token") }
        return try verify(token)
    }

    /// The same of a token that was read before.
    package func verify(_ token: JSONWebToken) throws -> Value {
        guard token.header["alg"]?.string == "ES256", token.header["kid"]?.string == keyID,
            let signature = try? P256.Signing.ECDSASignature(rawRepresentation: token.signature),
            key.publicKey.isValidSignature(signature, for: token.signed)
        else { throw IdentityError.untrusted("the token's signature is invalid") }
        return token.claims
    }

    /// The public key as a JSON Web Key Set: the answer of `/openid/v1/jwks`.
    package var keySet: Value {
        let point = Array(key.publicKey.rawRepresentation)
        return [
            "keys": [
                [
                    "use": "sig", "kty": "EC", "kid": .string(keyID), "crv": "P-256", "alg": "ES256",
                    "x": .string(Base64Codec.encodeURL(point[..<32])), "y": .string(Base64Codec.encodeURL(point[32...])),
                ]
            ]
        ]
    }

    /// The answer of `/.well-known/openid-configuration`.
    package static func discovery(issuer: String, keySetURL: String) -> Value {
        [
            "issuer": .string(issuer), "jwks_uri": .string(keySetURL), "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES256"],
        ]
    }
}
