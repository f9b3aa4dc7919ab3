import COpenSSL
import Core

/// What a new certificate is to say.
package struct CertificateTemplate: Sendable {
    package var subject: DistinguishedName
    package var publicKey: PublicKey
    /// Whole seconds count.
    package var notBefore: Timestamp
    package var notAfter: Timestamp
    /// Whether its key may sign certificates.
    package var isAuthority = false
    package var keyUsage: KeyUsage = []
    package var purposes: [KeyPurpose] = []
    package var alternativeNames: AlternativeNames?

    package init(subject: DistinguishedName, publicKey: PublicKey, notBefore: Timestamp, notAfter: Timestamp) {
        self.subject = subject
        self.publicKey = publicKey
        self.notBefore = notBefore
        self.notAfter = notAfter
    }
}

extension Certificate {
    private static let version3 = 2
    /// Of serial numbers, in bytes: RFC 5280 allows no more.
    private static let serialLength = 20

    /// A new certificate with a random serial number, signed with ECDSA and SHA-256, as a PEM block with a line break at its end.
    ///
    /// - Parameter issuer: the certificate of `key`; nil for one that signs itself and gets a subject key identifier.
    package static func issue(_ template: CertificateTemplate, with key: SigningKey, of issuer: Certificate?) throws -> String {
        let problem = "the certificate cannot be made"
        OpenSSL.begin()
        guard let new = X509_new() else { throw CryptographyError.last(problem) }
        defer { X509_free(new) }
        let subject = try template.subject.makeHandle()
        defer { X509_NAME_free(subject) }
        let signer = try (issuer?.subject ?? template.subject).makeHandle()
        defer { X509_NAME_free(signer) }
        guard X509_set_version(new, version3) == 1, X509_set_subject_name(new, subject) == 1, X509_set_issuer_name(new, signer) == 1,
            ASN1_TIME_set(X509_getm_notBefore(new), Int(template.notBefore.seconds)) != nil,
            ASN1_TIME_set(X509_getm_notAfter(new), Int(template.notAfter.seconds)) != nil,
            X509_set_pubkey(new, template.publicKey.handle) == 1
        else { throw CryptographyError.last(problem) }
        try setSerialNumber(new)
        try add(NID_basic_constraints, isCritical: true, try basicConstraints(isAuthority: template.isAuthority), to: new)
        // An extension that names nothing is malformed.
        if !template.keyUsage.isEmpty { try add(NID_key_usage, isCritical: true, try template.keyUsage.encoded(), to: new) }
        if !template.purposes.isEmpty { try add(NID_ext_key_usage, isCritical: false, try KeyPurpose.encode(template.purposes), to: new) }
        if let names = template.alternativeNames, !names.isEmpty {
            try add(NID_subject_alt_name, isCritical: false, names.encoded, to: new)
        }
        if let issuer {
            if let identifier = issuer.subjectKeyIdentifier {
                try add(NID_authority_key_identifier, isCritical: false, try authorityKeyIdentifier(identifier), to: new)
            }
        } else {
            try add(NID_subject_key_identifier, isCritical: false, try keyIdentifier(of: new), to: new)
        }
        guard X509_sign(new, key.handle, HashAlgorithm.sha256.digest) > 0 else { throw CryptographyError.last(problem) }
        return PEM.encode(try OpenSSL.encoded(problem) { i2d_X509(new, $0) }, label: pemLabel)
    }

    private static func setSerialNumber(_ new: OpaquePointer) throws {
        var bytes = RandomBytes.make(serialLength)
        // Positive, and not one byte longer for that.
        bytes[0] &= 0x7f
        guard let number = BN_bin2bn(bytes, Int32(bytes.count), nil) else { throw CryptographyError.last("no serial number can be made") }
        defer { BN_free(number) }
        guard BN_to_ASN1_INTEGER(number, X509_get_serialNumber(new)) != nil else {
            throw CryptographyError.last("no serial number can be made")
        }
    }

    private static func add(_ type: Int32, isCritical: Bool, _ value: [UInt8], to new: OpaquePointer) throws {
        let problem = "an extension cannot be added"
        let string = try octets(value)
        defer { ASN1_OCTET_STRING_free(string) }
        guard let entry = X509_EXTENSION_create_by_NID(nil, type, isCritical ? 1 : 0, string) else { throw CryptographyError.last(problem) }
        defer { X509_EXTENSION_free(entry) }
        guard X509_add_ext(new, entry, -1) == 1 else { throw CryptographyError.last(problem) }
    }

    private static func basicConstraints(isAuthority: Bool) throws -> [UInt8] {
        guard let constraints = BASIC_CONSTRAINTS_new() else { throw CryptographyError.last("the basic constraints cannot be written") }
        defer { BASIC_CONSTRAINTS_free(constraints) }
        constraints.pointee.ca = isAuthority ? 0xff : 0
        return try OpenSSL.encoded("the basic constraints cannot be written") { i2d_BASIC_CONSTRAINTS(constraints, $0) }
    }

    private static func authorityKeyIdentifier(_ identifier: [UInt8]) throws -> [UInt8] {
        let problem = "the authority key identifier cannot be written"
        guard let value = AUTHORITY_KEYID_new() else { throw CryptographyError.last(problem) }
        defer { AUTHORITY_KEYID_free(value) }
        value.pointee.keyid = try octets(identifier)
        return try OpenSSL.encoded(problem) { i2d_AUTHORITY_KEYID(value, $0) }
    }

    /// The SHA-1 of the key's bits (RFC 5280, section 4.2.1.2), a name and no protection.
    private static func keyIdentifier(of new: OpaquePointer) throws -> [UInt8] {
        let problem = "the subject key identifier cannot be written"
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard X509_pubkey_digest(new, EVP_sha1(), &digest, &count) == 1 else { throw CryptographyError.last(problem) }
        let string = try octets(Array(digest.prefix(Int(count))))
        defer { ASN1_OCTET_STRING_free(string) }
        return try OpenSSL.encoded(problem) { i2d_ASN1_OCTET_STRING(string, $0) }
    }

    /// To be freed.
    private static func octets(_ bytes: [UInt8]) throws -> UnsafeMutablePointer<ASN1_OCTET_STRING> {
        guard let string = ASN1_OCTET_STRING_new(), ASN1_OCTET_STRING_set(string, bytes, Int32(bytes.count)) == 1 else {
            throw CryptographyError.last("no memory is left for a certificate")
        }
        return string
    }
}
