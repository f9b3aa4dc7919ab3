import Core

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
