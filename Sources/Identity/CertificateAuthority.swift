import Core
import Cryptography

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Issues certificates, and says whether it issued one. EC P-256; a pure value, times are given.
package struct CertificateAuthority: Sendable {
    package static let authorityLife: Duration = .seconds(3650 * 86_400)
    package static let leafLife: Duration = .seconds(365 * 86_400)
    /// Machines' clocks differ a little.
    static let clockSkew: Duration = .seconds(300)

    let certificate: Certificate
    let key: SigningKey
    package let credential: Credential

    /// The certificate that others are to trust.
    package var certificatePEM: String { credential.certificatePEM }
    package var notAfter: Timestamp { certificate.notAfter }

    /// A new authority.
    package init(commonName: String, now: Timestamp) throws {
        key = SigningKey()
        var template = CertificateTemplate(
            subject: try DistinguishedName(commonName: commonName, organizations: []), publicKey: key.publicKey,
            notBefore: now - Self.clockSkew, notAfter: now + Self.authorityLife)
        template.isAuthority = true
        template.keyUsage = [.digitalSignature, .keyEncipherment, .certificateSigning]
        credential = Credential(certificatePEM: try Certificate.issue(template, with: key, of: nil), privateKeyPEM: try key.pem)
        certificate = try Certificate(pem: credential.certificatePEM)
    }

    /// An existing authority. Throws `IdentityError.malformed`.
    package init(_ credential: Credential) throws {
        do {
            certificate = try Certificate(pem: credential.certificatePEM)
            key = try SigningKey(pem: credential.privateKeyPEM)
        } catch {
            throw IdentityError.malformed("the certificate authority cannot be read: \(error)")
        }
        guard certificate.publicKey == key.publicKey else {
            throw IdentityError.malformed("the certificate authority's key is not that of its certificate")
        }
        self.credential = credential
    }

    /// A certificate for a new key. Throws `IdentityError.malformed` for an address that is none.
    package func issue(_ request: CertificateRequest, now: Timestamp, life: Duration = leafLife) throws -> Credential {
        let key = SigningKey()
        var template = CertificateTemplate(
            subject: try DistinguishedName(commonName: request.commonName, organizations: request.organizations),
            publicKey: key.publicKey, notBefore: now - Self.clockSkew, notAfter: min(now + life, notAfter))
        template.keyUsage = [.digitalSignature, .keyEncipherment]
        template.purposes = Self.purposes(of: request)
        template.alternativeNames = try Self.names(of: request)
        return Credential(certificatePEM: try Certificate.issue(template, with: self.key, of: certificate), privateKeyPEM: try key.pem)
    }

    private static func purposes(of request: CertificateRequest) -> [KeyPurpose] {
        (request.usages.contains(.server) ? [.serverAuthentication] : [])
            + (request.usages.contains(.client) ? [.clientAuthentication] : [])
    }

    private static func names(of request: CertificateRequest) throws -> AlternativeNames {
        try AlternativeNames(dnsNames: request.dnsNames, addresses: try request.addresses.map { try bytes(of: $0) })
    }

    /// Who a client is by its certificate (DER). Throws `IdentityError`: malformed, or not one that this authority issued to a client
    /// and that is valid at `now`.
    package func identify(derEncoded bytes: [UInt8], now: Timestamp) throws -> PeerIdentity {
        let peer: Certificate
        do { peer = try Certificate(der: bytes) } catch {
            throw IdentityError.malformed("the client's certificate cannot be read: \(error)")
        }
        guard peer.issuer == certificate.subject, peer.isSigned(by: certificate.publicKey) else {
            throw IdentityError.untrusted("x509: certificate signed by unknown authority")
        }
        guard peer.notBefore <= now, now <= peer.notAfter else {
            throw IdentityError.untrusted("x509: certificate has expired or is not yet valid: current time \(now.rfc3339)")
        }
        // One that names no usage may be used for all, as for Go's verification.
        guard peer.purposes.map({ $0.contains(.clientAuthentication) || $0.contains(.any) }) ?? true else {
            throw IdentityError.untrusted("x509: certificate specifies an incompatible key usage")
        }
        return PeerIdentity(
            commonName: peer.subject.commonNames.first ?? "", organizations: peer.subject.organizations,
            fingerprint: HashAlgorithm.sha256.hexadecimal(bytes), notAfter: peer.notAfter)
    }

    /// Whether a credential is of this authority, says what the request says, has its own key and has a third of its life left.
    package func isCurrent(_ credential: Credential, for request: CertificateRequest, now: Timestamp) -> Bool {
        guard let leaf = try? Certificate(pem: credential.certificatePEM), let key = try? SigningKey(pem: credential.privateKeyPEM),
            leaf.publicKey == key.publicKey, leaf.issuer == certificate.subject, leaf.isSigned(by: certificate.publicKey),
            let subject = try? DistinguishedName(commonName: request.commonName, organizations: request.organizations),
            let names = try? Self.names(of: request)
        else { return false }
        guard leaf.subject == subject, Set(leaf.alternativeNames?.dnsNames ?? []) == Set(names.dnsNames),
            Set(leaf.alternativeNames?.addresses ?? []) == Set(names.addresses),
            leaf.purposes ?? [] == Set(Self.purposes(of: request))
        else { return false }
        return leaf.notBefore <= now && (leaf.notAfter - now).nanoseconds * 3 > (leaf.notAfter - leaf.notBefore).nanoseconds
    }

    private static func bytes(of address: String) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, address, &bytes) == 1 { return Array(bytes[..<4]) }
        if inet_pton(AF_INET6, address, &bytes) == 1 { return bytes }
        throw IdentityError.malformed("\"\(address)\" is not an IP address")
    }
}
