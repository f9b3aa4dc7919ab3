import Core
import FoundationEssentials
import SwiftASN1
import X509

/// A request for a certificate (PKCS #10): whom it is for and which key, proven to be the requester's.
package struct SigningRequest: Sendable {
    let request: CertificateSigningRequest
    package let commonName: String
    package let organizations: [String]
    package let dnsNames: [String]
    /// How many names of each further sort are asked for.
    package let addressCount: Int
    package let emailCount: Int
    package let uriCount: Int

    /// The organizations that a request names, whoever signed it. Throws `IdentityError.malformed`.
    package static func organizations(pem: String) throws -> [String] {
        do {
            return try CertificateSigningRequest(pemEncoded: pem).subject.texts(.RDNAttributeType.organizationName)
        } catch { throw IdentityError.malformed("the certificate request cannot be read: \(error)") }
    }

    /// Reads a PEM block `CERTIFICATE REQUEST`. Throws `IdentityError.malformed`.
    package init(pem: String) throws {
        do {
            request = try CertificateSigningRequest(pemEncoded: pem)
        } catch {
            throw IdentityError.malformed("the certificate request cannot be read: \(error)")
        }
        guard request.publicKey.isValidSignature(request.signature, for: request) else {
            throw IdentityError.malformed("the certificate request is not signed with its own key")
        }
        commonName = request.subject.texts(.RDNAttributeType.commonName).first ?? ""
        organizations = request.subject.texts(.RDNAttributeType.organizationName)
        let names = Array((try? request.names) ?? SubjectAlternativeNames())
        dnsNames = names.compactMap { if case .dnsName(let name) = $0 { name } else { nil } }
        addressCount = names.count { if case .ipAddress = $0 { true } else { false } }
        emailCount = names.count { if case .rfc822Name = $0 { true } else { false } }
        uriCount = names.count { if case .uniformResourceIdentifier = $0 { true } else { false } }
    }
}

extension CertificateSigningRequest {
    /// The names it asks for beside its subject.
    var names: SubjectAlternativeNames? {
        get throws { try attributes.extensionRequest?.extensions.subjectAlternativeNames }
    }
}

extension CertificateAuthority {
    /// The most a certificate on request lives.
    package static let longestOnRequest: Duration = .seconds(365 * 86_400)
    private static let shortestOnRequest: Duration = .seconds(600)

    /// A certificate for the subject, names and key of a request, in PEM, with usages in the API's words ("client auth"). It lives for
    /// `expirationSeconds`, between ten minutes and a year. Throws `IdentityError` for a usage that is none.
    package func sign(_ signing: SigningRequest, usages: [String], expirationSeconds: Int?, now: Timestamp) throws -> String {
        let request = signing.request
        var keyUsage = KeyUsage()
        var extended: [ExtendedKeyUsage.Usage] = []
        for usage in usages {
            switch usage {
            case "signing", "digital signature": keyUsage.digitalSignature = true
            case "content commitment": keyUsage.nonRepudiation = true
            case "key encipherment": keyUsage.keyEncipherment = true
            case "key agreement": keyUsage.keyAgreement = true
            case "data encipherment": keyUsage.dataEncipherment = true
            case "cert sign": keyUsage.keyCertSign = true
            case "crl sign": keyUsage.cRLSign = true
            case "encipher only": keyUsage.encipherOnly = true
            case "decipher only": keyUsage.decipherOnly = true
            case "any": extended.append(.any)
            case "server auth": extended.append(.serverAuth)
            case "client auth": extended.append(.clientAuth)
            case "code signing": extended.append(.codeSigning)
            case "email protection", "s/mime": extended.append(.emailProtection)
            case "timestamping": extended.append(.timeStamping)
            case "ocsp signing": extended.append(.ocspSigning)
            default: throw IdentityError.malformed("\"\(usage)\" is not a usage of a certificate that this cluster signs")
            }
        }
        let asked = expirationSeconds.map { max(.seconds($0), Self.shortestOnRequest) } ?? Self.longestOnRequest
        let identifier = try certificate.extensions.subjectKeyIdentifier?.keyIdentifier
        let names = try request.names
        return try Certificate(
            version: .v3, serialNumber: .init(), publicKey: request.publicKey, notValidBefore: (now - Self.clockSkew).date,
            notValidAfter: min(now + min(asked, Self.longestOnRequest), notAfter).date, issuer: certificate.subject,
            subject: request.subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                // One that names nothing is malformed.
                if keyUsage != KeyUsage() { Critical(keyUsage) }
                if !extended.isEmpty { try ExtendedKeyUsage(extended) }
                if let names { names }
                if let identifier { AuthorityKeyIdentifier(keyIdentifier: identifier) }
            }, issuerPrivateKey: .init(key)
        ).serializeAsPEM().pemString + "\n"
    }
}
