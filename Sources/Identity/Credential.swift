import Core
import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// A certificate and its private key, both as PEM text.
package struct Credential: Sendable, Equatable {
    package let certificatePEM: String
    package let privateKeyPEM: String

    package init(certificatePEM: String, privateKeyPEM: String) {
        self.certificatePEM = certificatePEM
        self.privateKeyPEM = privateKeyPEM
    }
}

/// Whose certificate it is and what for.
package struct CertificateRequest: Sendable, Equatable {
    package enum Usage: Sendable, Hashable {
        case server, client
    }

    /// The user's name when used by a client (CN).
    package var commonName: String
    /// The user's groups (O).
    package var organizations: [String]
    package var dnsNames: [String]
    /// IPv4 and IPv6 addresses as text.
    package var addresses: [String]
    package var usages: Set<Usage>

    package init(
        commonName: String, organizations: [String] = [], dnsNames: [String] = [], addresses: [String] = [], usages: Set<Usage>
    ) {
        self.commonName = commonName
        self.organizations = organizations
        self.dnsNames = dnsNames
        self.addresses = addresses
        self.usages = usages
    }
}

/// What a peer's certificate says of it: the user name and groups of Kubernetes' client certificates.
package struct PeerIdentity: Sendable, Equatable {
    package let commonName: String
    package let organizations: [String]
    /// SHA-256 of the certificate, lower-case hexadecimal; upstream names it in the user's credential id.
    package let fingerprint: String
    package let notAfter: Timestamp
}

extension Timestamp {
    /// Certificates count whole seconds.
    var date: Date { Date(timeIntervalSince1970: Double(seconds)) }
    init(_ date: Date) { self.init(seconds: Int64(date.timeIntervalSince1970.rounded(.down))) }
}

extension Certificate {
    /// The fields of the subject with this type, in order.
    func subjectFields(_ type: ASN1ObjectIdentifier) -> [String] {
        subject.texts(type)
    }

    var alternativeNames: (dns: Set<String>, addresses: Set<[UInt8]>) {
        var dns: Set<String> = []
        var addresses: Set<[UInt8]> = []
        for name in (try? extensions.subjectAlternativeNames) ?? SubjectAlternativeNames() {
            switch name {
            case .dnsName(let text): dns.insert(text)
            case .ipAddress(let octets): addresses.insert(Array(octets.bytes))
            default: break
            }
        }
        return (dns, addresses)
    }
}

extension DistinguishedName {
    /// The values of the attributes of a type, in order.
    func texts(_ type: ASN1ObjectIdentifier) -> [String] {
        flatMap { Array($0) }.filter { $0.type == type }.compactMap { String($0.value) }
    }
}
