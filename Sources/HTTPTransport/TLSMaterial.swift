import NIOSSL

/// Certificates and keys in PEM form.
package struct TLSMaterial: Sendable {
    /// The leaf first, then its intermediates.
    package var certificateChain: [UInt8]
    package var privateKey: [UInt8]

    package init(certificateChain: [UInt8], privateKey: [UInt8]) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
    }

    fileprivate func certificates() throws -> [NIOSSLCertificateSource] {
        try NIOSSLCertificate.fromPEMBytes(certificateChain).map { .certificate($0) }
    }

    fileprivate func key() throws -> NIOSSLPrivateKeySource { .privateKey(try NIOSSLPrivateKey(bytes: privateKey, format: .pem)) }
}

/// How a server speaks TLS.
package struct ServerTLS: Sendable {
    package var material: TLSMaterial
    /// When set, clients may present a certificate; one that does not chain to these CAs (PEM) fails the handshake.
    package var clientCAs: [UInt8]?

    package init(material: TLSMaterial, clientCAs: [UInt8]? = nil) {
        self.material = material
        self.clientCAs = clientCAs
    }

    func context() throws -> NIOSSLContext {
        try explained {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try material.certificates(), privateKey: try material.key())
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["h2", "http/1.1"]
            if let clientCAs {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(clientCAs))
                configuration.certificateVerification = .optionalVerification
            } else {
                configuration.certificateVerification = .none
            }
            return try NIOSSLContext(configuration: configuration)
        }
    }
}

/// How a client speaks TLS.
package struct ClientTLS: Sendable, Hashable {
    package enum Verification: Sendable, Hashable {
        /// The chain and the name.
        case full
        /// The chain only (kubelet serving certificates, `tls-server-name` aside).
        case chainOnly
        /// Nothing: HTTPS probes, as upstream does them.
        case none
    }

    /// PEM; nil means the system's roots.
    package var authorities: [UInt8]?
    package var certificateChain: [UInt8]?
    package var privateKey: [UInt8]?
    package var verification: Verification
    /// The name to ask for and to check, when it is not the host that is dialled.
    package var serverName: String?

    package init(
        authorities: [UInt8]? = nil, certificateChain: [UInt8]? = nil, privateKey: [UInt8]? = nil, verification: Verification = .full,
        serverName: String? = nil
    ) {
        self.authorities = authorities
        self.certificateChain = certificateChain
        self.privateKey = privateKey
        self.verification = verification
        self.serverName = serverName
    }

    func context(protocols: [String] = ["http/1.1"]) throws -> NIOSSLContext {
        try explained {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = protocols
            if let authorities { configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authorities)) }
            if let certificateChain, let privateKey {
                let material = TLSMaterial(certificateChain: certificateChain, privateKey: privateKey)
                configuration.certificateChain = try material.certificates()
                configuration.privateKey = try material.key()
            }
            switch verification {
            case .full: configuration.certificateVerification = .fullVerification
            case .chainOnly: configuration.certificateVerification = .noHostnameVerification
            case .none: configuration.certificateVerification = .none
            }
            return try NIOSSLContext(configuration: configuration)
        }
    }
}

private func explained<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch { throw HTTPError.invalidTLS("\(error)") }
}
