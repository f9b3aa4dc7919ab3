import TLS

/// Certificates and keys in PEM form.
package struct TLSMaterial: Sendable {
    /// The leaf first, then its intermediates.
    package var certificateChain: [UInt8]
    package var privateKey: [UInt8]

    package init(certificateChain: [UInt8], privateKey: [UInt8]) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
    }
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

    func context() throws -> TLSContext {
        try explained {
            try TLSContext.server(
                chain: material.certificateChain, key: material.privateKey, clientAuthorities: clientCAs, protocols: ["h2", "http/1.1"])
        }
    }
}

/// How a client speaks TLS.
package struct ClientTLS: Sendable, Hashable {
    package typealias Verification = TLSContext.Verification

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

    func context(protocols: [String] = ["http/1.1"]) throws -> TLSContext {
        try explained {
            let identity = certificateChain.flatMap { chain in privateKey.map { (chain: chain, key: $0) } }
            return try TLSContext.client(authorities: authorities, identity: identity, verification: verification, protocols: protocols)
        }
    }
}

private func explained<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch { throw HTTPError.invalidTLS("\(error)") }
}
