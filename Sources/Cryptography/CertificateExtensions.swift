import COpenSSL

/// The extensions of a certificate or a request: DER values by object identifier.
struct CertificateExtensions: Sendable {
    static let subjectKeyIdentifier = "2.5.29.14"
    static let alternativeNames = "2.5.29.17"
    static let keyPurposes = "2.5.29.37"
    /// More are refused.
    private static let limit = 32

    private var values: [String: [UInt8]] = [:]

    init() {}

    /// Reads a STACK_OF(X509_EXTENSION), which stays its owner's. Throws when one is there twice: readers would take this one or that.
    init(_ list: OpaquePointer?) throws {
        let count = X509v3_get_ext_count(list)
        guard count <= Self.limit else { throw CryptographyError("there are \(count) extensions; \(Self.limit) are allowed") }
        for index in 0..<max(count, 0) {
            let entry = X509v3_get_ext(list, index)
            guard let value = X509_EXTENSION_get_data(entry) else { throw CryptographyError.last("an extension cannot be read") }
            let identifier = OpenSSL.identifier(X509_EXTENSION_get_object(entry))
            guard values.updateValue(OpenSSL.bytes(value), forKey: identifier) == nil else {
                throw CryptographyError("the extension \(identifier) is there twice")
            }
        }
    }

    subscript(_ identifier: String) -> [UInt8]? { values[identifier] }

    /// Nil without that extension.
    var names: AlternativeNames? {
        get throws { try values[Self.alternativeNames].map { try AlternativeNames(encoded: $0) } }
    }

    /// Nil without that extension.
    var purposes: Set<KeyPurpose>? {
        get throws { try values[Self.keyPurposes].map { try KeyPurpose.decode($0) } }
    }

    /// Nil without that extension.
    var keyIdentifier: [UInt8]? {
        get throws {
            try values[Self.subjectKeyIdentifier].map { bytes in
                let string = try OpenSSL.decoded(bytes, "the subject key identifier cannot be read", free: ASN1_OCTET_STRING_free) {
                    d2i_ASN1_OCTET_STRING(nil, $0, $1)
                }
                defer { ASN1_OCTET_STRING_free(string) }
                return OpenSSL.bytes(string)
            }
        }
    }
}
