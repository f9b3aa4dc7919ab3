import COpenSSL

/// What a certificate's key may do (RFC 5280, section 4.2.1.3). The raw value has ASN.1's bit N at N.
package struct KeyUsage: OptionSet, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let digitalSignature = KeyUsage(rawValue: 1 << 0)
    package static let nonRepudiation = KeyUsage(rawValue: 1 << 1)
    package static let keyEncipherment = KeyUsage(rawValue: 1 << 2)
    package static let dataEncipherment = KeyUsage(rawValue: 1 << 3)
    package static let keyAgreement = KeyUsage(rawValue: 1 << 4)
    package static let certificateSigning = KeyUsage(rawValue: 1 << 5)
    package static let revocationListSigning = KeyUsage(rawValue: 1 << 6)
    package static let encipherOnly = KeyUsage(rawValue: 1 << 7)
    package static let decipherOnly = KeyUsage(rawValue: 1 << 8)

    func encoded() throws -> [UInt8] {
        let problem = "the key's usages cannot be written"
        guard let bits = ASN1_BIT_STRING_new() else { throw CryptographyError.last(problem) }
        defer { ASN1_BIT_STRING_free(bits) }
        for bit in 0..<Int32(9) where rawValue & 1 << bit != 0 {
            guard ASN1_BIT_STRING_set_bit(bits, bit, 1) == 1 else { throw CryptographyError.last(problem) }
        }
        return try OpenSSL.encoded(problem) { i2d_ASN1_BIT_STRING(bits, $0) }
    }
}

/// What a certificate may be shown for (extended key usage, RFC 5280, section 4.2.1.12), by its object identifier.
package struct KeyPurpose: Hashable, Sendable {
    package let identifier: String

    package static let serverAuthentication = KeyPurpose(identifier: "1.3.6.1.5.5.7.3.1")
    package static let clientAuthentication = KeyPurpose(identifier: "1.3.6.1.5.5.7.3.2")
    package static let codeSigning = KeyPurpose(identifier: "1.3.6.1.5.5.7.3.3")
    package static let emailProtection = KeyPurpose(identifier: "1.3.6.1.5.5.7.3.4")
    package static let timeStamping = KeyPurpose(identifier: "1.3.6.1.5.5.7.3.8")
    package static let statusSigning = KeyPurpose(identifier: "1.3.6.1.5.5.7.3.9")
    package static let any = KeyPurpose(identifier: "2.5.29.37.0")

    /// Reads an extension's value.
    static func decode(_ bytes: [UInt8]) throws -> Set<KeyPurpose> {
        let usages = try OpenSSL.decoded(bytes, "the extended key usage cannot be read", free: EXTENDED_KEY_USAGE_free) {
            d2i_EXTENDED_KEY_USAGE(nil, $0, $1)
        }
        defer { EXTENDED_KEY_USAGE_free(usages) }
        return Set(
            (0..<openssl_usage_count(usages)).map { KeyPurpose(identifier: OpenSSL.identifier(openssl_usage(usages, $0))) })
    }

    static func encode(_ purposes: [KeyPurpose]) throws -> [UInt8] {
        let problem = "the extended key usage cannot be written"
        guard let usages = EXTENDED_KEY_USAGE_new() else { throw CryptographyError.last(problem) }
        defer { EXTENDED_KEY_USAGE_free(usages) }
        for purpose in purposes {
            guard let object = OBJ_txt2obj(purpose.identifier, 1), openssl_add_usage(usages, object) > 0 else {
                throw CryptographyError.last(problem)
            }
        }
        return try OpenSSL.encoded(problem) { i2d_EXTENDED_KEY_USAGE(usages, $0) }
    }
}
