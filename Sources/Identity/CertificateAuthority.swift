import Core
import Crypto
import FoundationEssentials
import SwiftASN1
import X509

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
    let key: P256.Signing.PrivateKey
    package let credential: Credential

    /// The certificate that others are to trust.
    package var certificatePEM: String { credential.certificatePEM }
    package var notAfter: Timestamp { Timestamp(certificate.notValidAfter) }

    /// A new authority.
    package init(commonName: String, now: Timestamp) throws {
        key = P256.Signing.PrivateKey()
        let name = try Self.name(commonName, [])
        let publicKey = Certificate.PublicKey(key.publicKey)
        certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: publicKey, notValidBefore: (now - Self.clockSkew).date,
            notValidAfter: (now + Self.authorityLife).date, issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(digitalSignature: true, keyEncipherment: true, keyCertSign: true))
                SubjectKeyIdentifier(hash: publicKey)
            },
            issuerPrivateKey: .init(key))
        credential = Credential(
            certificatePEM: try certificate.serializeAsPEM().pemString + "\n", privateKeyPEM: key.pemRepresentation + "\n")
    }

    /// An existing authority. Throws `IdentityError.malformed`.
    package init(_ credential: Credential) throws {
        do {
            certificate = try Certificate(pemEncoded: credential.certificatePEM)
            key = try P256.Signing.PrivateKey(pemRepresentation: credential.privateKeyPEM)
        } catch {
            throw IdentityError.malformed("the certificate authority cannot be read: \(error)")
        }
        guard certificate.publicKey == Certificate.PublicKey(key.publicKey) else {
            throw IdentityError.malformed("the certificate authority's key is not that of its certificate")
        }
        self.credential = credential
    }

    /// A certificate for a new key. Throws `IdentityError.malformed` for an address that is none.
    package func issue(_ request: CertificateRequest, now: Timestamp, life: Duration = leafLife) throws -> Credential {
        let key = P256.Signing.PrivateKey()
        let certificate = try issue(request, publicKey: .init(key.publicKey), now: now, life: life)
        return Credential(
            certificatePEM: try certificate.serializeAsPEM().pemString + "\n", privateKeyPEM: key.pemRepresentation + "\n")
    }

    private func issue(
        _ request: CertificateRequest, publicKey: Certificate.PublicKey, now: Timestamp, life: Duration
    ) throws -> Certificate {
        var names = request.dnsNames.map { GeneralName.dnsName($0) }
        for address in request.addresses { names.append(.ipAddress(ASN1OctetString(contentBytes: try Self.bytes(of: address)[...]))) }
        var usages: [ExtendedKeyUsage.Usage] = []
        if request.usages.contains(.server) { usages.append(.serverAuth) }
        if request.usages.contains(.client) { usages.append(.clientAuth) }
        let identifier = try certificate.extensions.subjectKeyIdentifier?.keyIdentifier
        return try Certificate(
            version: .v3, serialNumber: .init(), publicKey: publicKey, notValidBefore: (now - Self.clockSkew).date,
            notValidAfter: min(now + life, notAfter).date, issuer: certificate.subject,
            subject: try Self.name(request.commonName, request.organizations), signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true, keyEncipherment: true))
                if !usages.isEmpty { try ExtendedKeyUsage(usages) }
                if !names.isEmpty { SubjectAlternativeNames(names) }
                if let identifier { AuthorityKeyIdentifier(keyIdentifier: identifier) }
            },
            issuerPrivateKey: .init(self.key))
    }

    /// Who a client is by its certificate (DER). Throws `IdentityError`: malformed, or not one that this authority issued to a client
    /// and that is valid at `now`.
    package func identify(derEncoded bytes: [UInt8], now: Timestamp) throws -> PeerIdentity {
        let peer: Certificate
        do { peer = try Certificate(derEncoded: bytes) } catch {
            throw IdentityError.malformed("the client's certificate cannot be read: \(error)")
        }
        guard peer.issuer == certificate.subject, certificate.publicKey.isValidSignature(peer.signature, for: peer) else {
            throw IdentityError.untrusted("x509: certificate signed by unknown authority")
        }
        guard Timestamp(peer.notValidBefore) <= now, now <= Timestamp(peer.notValidAfter) else {
            throw IdentityError.untrusted("x509: certificate has expired or is not yet valid: current time \(now.rfc3339)")
        }
        let usages: ExtendedKeyUsage?
        do { usages = try peer.extensions.extendedKeyUsage } catch {
            throw IdentityError.malformed("the client's certificate cannot be read: \(error)")
        }
        // One that names no usage may be used for all, as for Go's verification.
        guard usages.map({ $0.contains(.clientAuth) || $0.contains(.any) }) ?? true else {
            throw IdentityError.untrusted("x509: certificate specifies an incompatible key usage")
        }
        return PeerIdentity(
            commonName: peer.subjectFields(.RDNAttributeType.commonName).first ?? "",
            organizations: peer.subjectFields(.RDNAttributeType.organizationName),
            fingerprint: SHA256.hash(data: bytes).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined(),
            notAfter: Timestamp(peer.notValidAfter))
    }

    /// Whether a credential is of this authority, says what the request says, has its own key and has a third of its life left.
    package func isCurrent(_ credential: Credential, for request: CertificateRequest, now: Timestamp) -> Bool {
        guard let leaf = try? Certificate(pemEncoded: credential.certificatePEM),
            let key = try? P256.Signing.PrivateKey(pemRepresentation: credential.privateKeyPEM),
            leaf.publicKey == Certificate.PublicKey(key.publicKey),
            leaf.issuer == certificate.subject, certificate.publicKey.isValidSignature(leaf.signature, for: leaf),
            let wanted = try? issue(request, publicKey: leaf.publicKey, now: now, life: Self.leafLife)
        else { return false }
        guard leaf.subject == wanted.subject, leaf.alternativeNames == wanted.alternativeNames,
            let usages = try? leaf.extensions.extendedKeyUsage, let wantedUsages = try? wanted.extensions.extendedKeyUsage,
            Set(usages) == Set(wantedUsages)
        else { return false }
        let (start, end) = (Timestamp(leaf.notValidBefore), Timestamp(leaf.notValidAfter))
        return start <= now && (end - now).nanoseconds * 3 > (end - start).nanoseconds
    }

    private static func name(_ commonName: String, _ organizations: [String]) throws -> DistinguishedName {
        var fields = organizations.map {
            RelativeDistinguishedName(.init(type: .RDNAttributeType.organizationName, utf8String: $0))
        }
        fields.append(RelativeDistinguishedName(.init(type: .RDNAttributeType.commonName, utf8String: commonName)))
        return DistinguishedName(fields)
    }

    private static func bytes(of address: String) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, address, &bytes) == 1 { return Array(bytes[..<4]) }
        if inet_pton(AF_INET6, address, &bytes) == 1 { return bytes }
        throw IdentityError.malformed("\"\(address)\" is not an IP address")
    }
}
