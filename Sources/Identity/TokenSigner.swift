import Cryptography
import JSON
import Values

/// Signs JSON Web Tokens with ES256 (RFC 7518) and checks its own, and tells others the public key.
package struct TokenSigner: Sendable {
    private let key: SigningKey
    /// The `kid`: the digest of the public key, so that it changes with the key.
    package let keyID: String
    package let privateKeyPEM: String
    private let point: (x: [UInt8], y: [UInt8])

    /// A new key.
    package init() {
        do { try self.init(SigningKey()) } catch { fatalError("a key that was just made cannot be written: \(error)") }
    }

    /// An existing key. Throws `IdentityError.malformed`.
    package init(privateKeyPEM: String) throws {
        do { try self.init(try SigningKey(pem: privateKeyPEM)) } catch {
            throw IdentityError.malformed("the service-account key cannot be read: \(error)")
        }
    }

    private init(_ key: SigningKey) throws {
        self.key = key
        keyID = Base64Codec.encodeURL(HashAlgorithm.sha256.hash(try key.publicKey.info))
        privateKeyPEM = try key.pem
        point = try key.publicKey.coordinates
    }

    /// The token that carries `claims`.
    package func sign(_ claims: Value) throws -> String {
        let header: Value = ["alg": "ES256", "kid": .string(keyID)]
        let content = Base64Codec.encodeURL(JSONWriter.encode(header)) + "." + Base64Codec.encodeURL(JSONWriter.encode(claims))
        return content + "." + Base64Codec.encodeURL(try key.sign(Array(content.utf8)))
    }

    /// The claims of a token that this key signed. Throws `IdentityError`.
    package func verify(_ token: String) throws -> Value {
        guard let token = JSONWebToken(token) else { throw IdentityError.malformed("the token is not a JSON Web Token") }
        return try verify(token)
    }

    /// The same of a token that was read before.
    package func verify(_ token: JSONWebToken) throws -> Value {
        guard token.header["alg"]?.string == "ES256", token.header["kid"]?.string == keyID,
            key.publicKey.isValid(token.signature, of: token.signed, by: .ecdsa(.sha256))
        else { throw IdentityError.untrusted("the token's signature is invalid") }
        return token.claims
    }

    /// The public key as a JSON Web Key Set: the answer of `/openid/v1/jwks`.
    package var keySet: Value {
        [
            "keys": [
                [
                    "use": "sig", "kty": "EC", "kid": .string(keyID), "crv": "P-256", "alg": "ES256",
                    "x": .string(Base64Codec.encodeURL(point.x)), "y": .string(Base64Codec.encodeURL(point.y)),
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
