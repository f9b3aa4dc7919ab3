import COpenSSL

/// What the connections of one server or client have in common: certificate, trust and protocols.
///
/// OpenSSL's context is only changed while it is made, and counts its users atomically; connections on any thread may share it.
package final class TLSContext: @unchecked Sendable {
    /// What is checked of a peer's certificate.
    package enum Verification: Sendable, Hashable {
        /// The chain and the name or address.
        case full
        /// The chain.
        case chain
        case none
    }

    /// The context by the name that a client asks for (nil when it asks for none); nil refuses it.
    package typealias Choice = @Sendable (_ name: String?) -> TLSContext?

    let handle: OpaquePointer
    let isServer: Bool
    let checksName: Bool
    /// The preferred first.
    let protocols: [[UInt8]]
    let choice: Choice?

    private init(isServer: Bool, checksName: Bool = false, protocols: [String], choice: Choice? = nil) throws {
        ERR_clear_error()
        guard openssl_start() == 1, let handle = SSL_CTX_new(isServer ? TLS_server_method() : TLS_client_method()) else {
            throw TLSError.material("OpenSSL is not to be used: \(TLSError.newest())")
        }
        self.handle = handle
        self.isServer = isServer
        self.checksName = checksName
        self.protocols = protocols.map { Array($0.utf8) }
        self.choice = choice
        openssl_context_prepare(handle)
        // Debian's level refuses clients that do not say how to sign, which RFC 5246 (7.4.1.4.1) takes for SHA-1: BusyBox's wget in a pod. What a
        // server signs with is its own strong key all the same, and the ciphers are those below.
        if isServer { SSL_CTX_set_security_level(handle, 0) }
        // The shorter key first, as Go has it: as safe, and faster. Suites without forward secrecy are not offered.
        guard
            SSL_CTX_set_ciphersuites(handle, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1,
            SSL_CTX_set_cipher_list(handle, "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES") == 1
        else { throw TLSError.material("OpenSSL has none of the ciphers: \(TLSError.newest())") }
    }

    deinit { SSL_CTX_free(handle) }

    /// A server that shows a certificate: its chain, the leaf first, and its key, in PEM. With `clientAuthorities` (PEM) a client may
    /// present one too; a certificate that does not chain to them ends the handshake. Throws `TLSError.material`.
    package static func server(
        chain: [UInt8], key: [UInt8], clientAuthorities: [UInt8]? = nil, protocols: [String]
    ) throws -> TLSContext {
        let context = try TLSContext(isServer: true, protocols: protocols)
        try context.show(chain, key)
        if let clientAuthorities {
            try context.trust(clientAuthorities, names: true)
            SSL_CTX_set_verify(context.handle, SSL_VERIFY_PEER, nil)
        }
        context.selectProtocol()
        return context
    }

    /// A server whose certificate is chosen by the name that a client asks for.
    package static func server(protocols: [String], choice: @escaping Choice) throws -> TLSContext {
        let context = try TLSContext(isServer: true, protocols: protocols, choice: choice)
        context.selectProtocol()
        openssl_context_on_server_name(context.handle) { connection, alert, _ in
            guard let connection, TLSConnection.of(connection).choose() else {
                alert?.pointee = SSL_AD_UNRECOGNIZED_NAME
                return SSL_TLSEXT_ERR_ALERT_FATAL
            }
            return SSL_TLSEXT_ERR_OK
        }
        return context
    }

    /// A client that trusts `authorities` (PEM; nil: those of the system) and, when it has one, presents a certificate. Throws
    /// `TLSError.material`.
    package static func client(
        authorities: [UInt8]?, identity: (chain: [UInt8], key: [UInt8])? = nil, verification: Verification, protocols: [String]
    ) throws -> TLSContext {
        let context = try TLSContext(isServer: false, checksName: verification == .full, protocols: protocols)
        if let identity { try context.show(identity.chain, identity.key) }
        switch verification {
        case .none: SSL_CTX_set_verify(context.handle, SSL_VERIFY_NONE, nil)
        case .chain, .full:
            SSL_CTX_set_verify(context.handle, SSL_VERIFY_PEER, nil)
            if let authorities {
                try context.trust(authorities, names: false)
            } else if SSL_CTX_set_default_verify_paths(context.handle) != 1 {
                throw TLSError.material("the system's certificate authorities cannot be read: \(TLSError.newest())")
            }
        }
        // Each after a byte with its length. Returns 0 when it succeeded, unlike everything else.
        let offers = context.protocols.flatMap { [UInt8($0.count)] + $0 }
        guard offers.isEmpty || SSL_CTX_set_alpn_protos(context.handle, offers, UInt32(offers.count)) == 0 else {
            throw TLSError.material("the protocols cannot be offered: \(TLSError.newest())")
        }
        return context
    }

    // MARK: Parts

    private func show(_ chain: [UInt8], _ key: [UInt8]) throws {
        let certificates = try Self.certificates(chain)
        defer { for certificate in certificates { X509_free(certificate) } }
        guard SSL_CTX_use_certificate(handle, certificates[0]) == 1 else {
            throw TLSError.material("the certificate cannot be used: \(TLSError.newest())")
        }
        for certificate in certificates.dropFirst() where openssl_context_add_chain(handle, certificate) != 1 {
            throw TLSError.material("a certificate of the chain cannot be used: \(TLSError.newest())")
        }
        let privateKey = try Self.key(key)
        defer { EVP_PKEY_free(privateKey) }
        guard SSL_CTX_use_PrivateKey(handle, privateKey) == 1, SSL_CTX_check_private_key(handle) == 1 else {
            throw TLSError.material("the private key cannot be used with the certificate: \(TLSError.newest())")
        }
    }

    /// Whatever is among the authorities is trusted, whether it signed itself or not, as Go does. `names`: clients are told of them.
    private func trust(_ authorities: [UInt8], names: Bool) throws {
        let certificates = try Self.certificates(authorities)
        defer { for certificate in certificates { X509_free(certificate) } }
        guard let store = X509_STORE_new() else { throw TLSError.material("no memory for certificate authorities") }
        SSL_CTX_set_cert_store(handle, store)
        for certificate in certificates {
            guard X509_STORE_add_cert(store, certificate) == 1, !names || SSL_CTX_add_client_CA(handle, certificate) == 1 else {
                throw TLSError.material("a certificate authority cannot be used: \(TLSError.newest())")
            }
        }
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(handle), UInt(X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST))
    }

    /// Of the protocols that a client offers, the one that comes first here; none when nothing fits.
    private func selectProtocol() {
        SSL_CTX_set_alpn_select_cb(
            handle,
            { connection, chosen, length, offered, count, _ in
                guard let connection, let chosen, let length, let offered else { return SSL_TLSEXT_ERR_NOACK }
                let offers = UnsafeBufferPointer(start: offered, count: Int(count))
                for wanted in TLSConnection.of(connection).context.protocols {
                    var position = 0
                    while position < offers.count {
                        let name = offers[(position + 1)...].prefix(Int(offers[position]))
                        if name.elementsEqual(wanted) {
                            chosen.pointee = offered + position + 1
                            length.pointee = UInt8(wanted.count)
                            return SSL_TLSEXT_ERR_OK
                        }
                        position += 1 + Int(offers[position])
                    }
                }
                return SSL_TLSEXT_ERR_NOACK
            }, nil)
    }

    // MARK: PEM

    /// All certificates of a text, at least one; the caller frees them.
    private static func certificates(_ pem: [UInt8]) throws -> [OpaquePointer] {
        var found: [OpaquePointer] = []
        do {
            try reading(pem) { source in
                while let certificate = PEM_read_bio_X509(source, nil, nil, nil) { found.append(certificate) }
                // What is read to its end fails, too: by there being no further block.
                guard openssl_is_end_of_pem(ERR_peek_last_error()) != 0 else {
                    throw TLSError.material("a certificate cannot be read: \(TLSError.newest())")
                }
                ERR_clear_error()
                guard !found.isEmpty else { throw TLSError.material("there is no certificate in the text") }
            }
        } catch {
            for certificate in found { X509_free(certificate) }
            throw error
        }
        return found
    }

    private static func key(_ pem: [UInt8]) throws -> OpaquePointer {
        try reading(pem) { source in
            // Nobody is there to be asked for a password.
            guard let key = PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in -1 }, nil) else {
                throw TLSError.material("the private key cannot be read: \(TLSError.newest())")
            }
            return key
        }
    }

    private static func reading<T>(_ bytes: [UInt8], _ body: (OpaquePointer) throws -> T) throws -> T {
        ERR_clear_error()
        return try bytes.withUnsafeBytes { text in
            guard let source = BIO_new_mem_buf(text.baseAddress, Int32(clamping: text.count)) else {
                throw TLSError.material("there is no certificate or key")
            }
            defer { BIO_free(source) }
            return try body(source)
        }
    }
}
