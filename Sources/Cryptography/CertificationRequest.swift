import COpenSSL

/// A request for a certificate (PKCS #10, RFC 2986). All it says is read when it is made; safe from any thread.
package final class CertificationRequest: @unchecked Sendable {
    // An X509_REQ. OpenSSL lets threads share one that nobody changes, and nothing here does.
    private let handle: OpaquePointer
    package let subject: DistinguishedName
    package let publicKey: PublicKey
    /// The names that it asks for beside its subject; nil when it asks for none.
    package let alternativeNames: AlternativeNames?

    /// Reads DER. Throws `CryptographyError`, also for what follows the request, and for keys and signatures of sorts that are not taken.
    package init(der: [UInt8]) throws {
        let problem = "it is not a request for a certificate"
        handle = try OpenSSL.decoded(der, problem, free: X509_REQ_free) { d2i_X509_REQ(nil, $0, $1) }
        do {
            guard Certificate.signatureAlgorithms.contains(X509_REQ_get_signature_nid(handle)) else {
                throw CryptographyError("it is signed in a way that is not taken")
            }
            subject = try DistinguishedName(X509_REQ_get_subject_name(handle))
            publicKey = try PublicKey(X509_REQ_get_X509_PUBKEY(handle))
            alternativeNames = try Self.extensions(handle).names
        } catch {
            X509_REQ_free(handle)
            throw error
        }
    }

    deinit { X509_REQ_free(handle) }

    /// Reads the one PEM block `CERTIFICATE REQUEST` of a text.
    package convenience init(pem: String) throws { try self.init(der: try PEM.decode(pem, labels: ["CERTIFICATE REQUEST"]).bytes) }

    /// Whether who sent it has the private half of its key.
    package var isSignedWithOwnKey: Bool {
        let isSigned = X509_REQ_verify(handle, publicKey.handle) == 1
        ERR_clear_error()
        return isSigned
    }

    /// What stands in the attribute `extensionRequest`, which may be there once and have one value.
    private static func extensions(_ handle: OpaquePointer) throws -> CertificateExtensions {
        let problem = "the extensions that it asks for cannot be read"
        let index = X509_REQ_get_attr_by_NID(handle, NID_ext_req, -1)
        if index < 0 { return CertificateExtensions() }
        let attribute = X509_REQ_get_attr(handle, index)
        guard X509_REQ_get_attr_by_NID(handle, NID_ext_req, index) < 0, X509_ATTRIBUTE_count(attribute) == 1,
            let value = X509_ATTRIBUTE_get0_type(attribute, 0), value.pointee.type == V_ASN1_SEQUENCE,
            let sequence = value.pointee.value.sequence
        else { throw CryptographyError.last(problem) }
        let list = try OpenSSL.decoded(OpenSSL.bytes(sequence), problem, free: openssl_free_extensions) {
            d2i_X509_EXTENSIONS(nil, $0, $1)
        }
        defer { openssl_free_extensions(list) }
        return try CertificateExtensions(list)
    }
}
