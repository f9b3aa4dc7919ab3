import Cryptography
import JSON
import Values

/// The signature by which a new node that knows a bootstrap token believes the cluster's address: a JSON Web Signature (HS256) without its content.
package enum DetachedSignature {
    package static func make(content: String, tokenID: String, secret: String) -> String {
        let header = Base64Codec.encodeURL(JSONWriter.encode(["alg": "HS256", "kid": .string(tokenID)]))
        let signed = header + "." + Base64Codec.encodeURL(Array(content.utf8))
        let code = HashAlgorithm.sha256.authenticationCode(of: Array(signed.utf8), key: Array(secret.utf8))
        return "\(header)..\(Base64Codec.encodeURL(code))"
    }
}
