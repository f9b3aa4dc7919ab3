import COpenSSL
import Core

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A certificate (X.509, RFC 5280). All it says is read when it is made; safe from any thread.
package final class Certificate: @unchecked Sendable {
    static let pemLabel = "CERTIFICATE"
    /// How a certificate or request may be signed: not by broken hashes, nor by what no key of ours could verify.
    static let signatureAlgorithms: Set<Int32> = [
        NID_ecdsa_with_SHA256, NID_ecdsa_with_SHA384, NID_ecdsa_with_SHA512, NID_sha1WithRSAEncryption, NID_sha256WithRSAEncryption,
        NID_sha384WithRSAEncryption, NID_sha512WithRSAEncryption, NID_ED25519,
    ]

    // An X509. OpenSSL lets threads share one that nobody changes, and nothing here does.
    private let handle: OpaquePointer
    package let subject: DistinguishedName
    package let issuer: DistinguishedName
    /// Whole seconds.
    package let notBefore: Timestamp
    package let notAfter: Timestamp
    package let publicKey: PublicKey
    /// The key's short name in certificates that it signs.
    package let subjectKeyIdentifier: [UInt8]?
    /// Nil for one that may be shown for all.
    package let purposes: Set<KeyPurpose>?
    /// Nil when there are none.
    package let alternativeNames: AlternativeNames?

    /// Reads DER. Throws `CryptographyError`, also for what follows the certificate, and for keys and signatures of sorts that are not taken.
    package init(der: [UInt8]) throws {
        let problem = "it is not a certificate"
        handle = try OpenSSL.decoded(der, problem, free: X509_free) { d2i_X509(nil, $0, $1) }
        do {
            guard Self.signatureAlgorithms.contains(X509_get_signature_nid(handle)) else {
                throw CryptographyError("it is signed in a way that is not taken")
            }
            subject = try DistinguishedName(X509_get_subject_name(handle))
            issuer = try DistinguishedName(X509_get_issuer_name(handle))
            notBefore = try Self.time(X509_get0_notBefore(handle))
            notAfter = try Self.time(X509_get0_notAfter(handle))
            publicKey = try PublicKey(X509_get_X509_PUBKEY(handle))
            let extensions = try CertificateExtensions(X509_get0_extensions(handle))
            subjectKeyIdentifier = try extensions.keyIdentifier
            purposes = try extensions.purposes
            alternativeNames = try extensions.names
        } catch {
            X509_free(handle)
            throw error
        }
    }

    deinit { X509_free(handle) }

    /// Reads the one PEM block `CERTIFICATE` of a text.
    package convenience init(pem: String) throws { try self.init(der: try PEM.decode(pem, labels: [Self.pemLabel]).bytes) }

    package var der: [UInt8] {
        get throws { try OpenSSL.encoded("the certificate cannot be written") { i2d_X509(handle, $0) } }
    }

    /// A PEM block `CERTIFICATE`, with a line break at its end.
    package var pem: String {
        get throws { PEM.encode(try der, label: Self.pemLabel) }
    }

    /// Whether this key signed it; whether it is of the key's owner, and valid, is not looked at.
    package func isSigned(by key: PublicKey) -> Bool {
        let isSigned = X509_verify(handle, key.handle) == 1
        ERR_clear_error()
        return isSigned
    }

    private static func time(_ time: UnsafePointer<ASN1_TIME>?) throws -> Timestamp {
        var parts = tm()
        guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { throw CryptographyError.last("a time cannot be read") }
        return Timestamp(seconds: Int64(timegm(&parts)))
    }
}
