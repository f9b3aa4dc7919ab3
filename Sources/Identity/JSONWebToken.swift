import JSON
import Values

/// A JSON Web Token in its compact form (RFC 7519), read but not verified.
package struct JSONWebToken: Sendable {
    package let header: Value
    package let claims: Value
    /// What the signature is of.
    package let signed: [UInt8]
    package let signature: [UInt8]

    /// Nil when the text is no such token, or longer than 64 KiB.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 65_536, parts.count == 3, let header = Self.json(parts[0]), let claims = Self.json(parts[1]),
            let signature = Base64Codec.decodeURL(parts[2])
        else { return nil }
        self.header = header
        self.claims = claims
        self.signature = signature
        signed = Array(parts[0].utf8) + [UInt8(ascii: ".")] + Array(parts[1].utf8)
    }

    /// Who says to have issued it: to find out whose key to verify it with.
    package var issuer: String { claims["iss"]?.string ?? "" }

    private static func json(_ part: Substring) -> Value? {
        guard let bytes = Base64Codec.decodeURL(part), let value = try? JSONParser.parse(bytes, limits: .init(depth: 16)),
            value.object != nil
        else { return nil }
        return value
    }
}
