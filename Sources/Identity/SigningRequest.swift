import Core
import Cryptography

/// A request for a certificate (PKCS #10): whom it is for and which key, proven to be the requester's.
package struct SigningRequest: Sendable {
    let request: CertificationRequest
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
            return try CertificationRequest(pem: pem).subject.organizations
        } catch { throw IdentityError.malformed("the certificate request cannot be read: \(error)") }
    }

    /// Reads a PEM block `CERTIFICATE REQUEST`. Throws `IdentityError.malformed`.
    package init(pem: String) throws {
        do {
            request = try CertificationRequest(pem: pem)
        } catch {
            throw IdentityError.malformed("the certificate request cannot be read: \(error)")
        }
        guard request.isSignedWithOwnKey else {
            throw IdentityError.malformed("the certificate request is not signed with its own key")
        }
        commonName = request.subject.commonNames.first ?? ""
        organizations = request.subject.organizations
        let names = request.alternativeNames
        dnsNames = names?.dnsNames ?? []
        addressCount = names?.addresses.count ?? 0
        emailCount = names?.emails.count ?? 0
        uriCount = names?.uris.count ?? 0
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
        var keyUsage: KeyUsage = []
        var purposes: [KeyPurpose] = []
        for usage in usages {
            switch usage {
            case "signing", "digital signature": keyUsage.insert(.digitalSignature)
            case "content commitment": keyUsage.insert(.nonRepudiation)
            case "key encipherment": keyUsage.insert(.keyEncipherment)
            case "key agreement": keyUsage.insert(.keyAgreement)
            case "data encipherment": keyUsage.insert(.dataEncipherment)
            case "cert sign": keyUsage.insert(.certificateSigning)
            case "crl sign": keyUsage.insert(.revocationListSigning)
            case "encipher only": keyUsage.insert(.encipherOnly)
            case "decipher only": keyUsage.insert(.decipherOnly)
            case "any": purposes.append(.any)
            case "server auth": purposes.append(.serverAuthentication)
            case "client auth": purposes.append(.clientAuthentication)
            case "code signing": purposes.append(.codeSigning)
            case "email protection", "s/mime": purposes.append(.emailProtection)
            case "timestamping": purposes.append(.timeStamping)
            case "ocsp signing": purposes.append(.statusSigning)
            default: throw IdentityError.malformed("\"\(usage)\" is not a usage of a certificate that this cluster signs")
            }
        }
        let asked = expirationSeconds.map { max(.seconds($0), Self.shortestOnRequest) } ?? Self.longestOnRequest
        var template = CertificateTemplate(
            subject: request.subject, publicKey: request.publicKey, notBefore: now - Self.clockSkew,
            notAfter: min(now + min(asked, Self.longestOnRequest), notAfter))
        template.keyUsage = keyUsage
        // Two words mean the same purpose, and one may be there twice.
        for purpose in purposes where !template.purposes.contains(purpose) { template.purposes.append(purpose) }
        template.alternativeNames = request.alternativeNames
        return try Certificate.issue(template, with: key, of: certificate)
    }
}
