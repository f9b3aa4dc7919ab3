import COpenSSL

/// One connection as a state machine: encrypted bytes of the peer go in by `receive`, those for the peer come out by `takeOutput`; whoever
/// owns it moves them, on one thread at a time.
package final class TLSConnection {
    /// What a read found.
    package enum Reading: Equatable {
        case bytes(Int)
        /// Nothing until more is received.
        case nothing
        /// The peer announced the end of what it sends.
        case ended
    }

    /// What is encrypted at once; also what memory a connection keeps for either direction.
    package static let piece = 64 * 1024

    let context: TLSContext
    private let ssl: OpaquePointer
    private var inbound: OpaquePointer
    private var outbound: OpaquePointer
    /// The context of the name that the client asked for: what OpenSSL uses of it must not go away.
    private var chosen: TLSContext?
    /// Whom a client expects.
    private let expected: String?
    private var receivedSinceEmpty = 0

    /// `peer`: the name or the address that a client's peer is to have, in its certificate too. Throws `TLSError`.
    package init(_ context: TLSContext, peer: String? = nil) throws {
        ERR_clear_error()
        guard let ssl = SSL_new(context.handle), let inbound = BIO_new(BIO_s_mem()), let outbound = BIO_new(BIO_s_mem()) else {
            throw TLSError.failed("no memory for a connection")
        }
        self.context = context
        self.ssl = ssl
        self.inbound = inbound
        self.outbound = outbound
        expected = peer
        SSL_set_bio(ssl, inbound, outbound)
        SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
        if context.isServer {
            SSL_set_accept_state(ssl)
        } else {
            SSL_set_connect_state(ssl)
            try expect(peer)
        }
    }

    private func expect(_ peer: String?) throws {
        guard let peer else {
            guard !context.checksName else { throw TLSError.failed("whose certificate is to be checked is not known") }
            return
        }
        let rules = SSL_get0_param(ssl)
        // An address is not asked for by name (RFC 6066, 3), and stands in a certificate as an address.
        if Self.isAddress(peer) {
            guard !context.checksName || X509_VERIFY_PARAM_set1_ip_asc(rules, peer) == 1 else {
                throw TLSError.failed("\(peer) is no address")
            }
            return
        }
        guard openssl_ask_for(ssl, peer) == 1 else { throw TLSError.failed("\"\(peer)\" is no host name: \(TLSError.newest())") }
        if context.checksName {
            // The subject's common name has not been a host's name for many years.
            X509_VERIFY_PARAM_set_hostflags(rules, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
            guard X509_VERIFY_PARAM_set1_host(rules, peer, 0) == 1 else { throw TLSError.failed("\"\(peer)\" is no host name") }
        }
    }

    deinit { SSL_free(ssl) }

    /// The connection that OpenSSL calls back for.
    static func of(_ ssl: OpaquePointer) -> TLSConnection {
        Unmanaged<TLSConnection>.fromOpaque(SSL_get_ex_data(ssl, 0)!).takeUnretainedValue()
    }

    /// Takes the context of the name that the client asks for; false when there is none.
    func choose() -> Bool {
        let name = openssl_asked_name(ssl).map { String(cString: $0) }
        guard let found = context.choice?(name) else { return false }
        chosen = found
        return SSL_set_SSL_CTX(ssl, found.handle) != nil
    }

    private static func isAddress(_ text: String) -> Bool {
        guard let octets = a2i_IPADDRESS(text) else { return false }
        ASN1_OCTET_STRING_free(octets)
        return true
    }

    // MARK: The peer's side

    /// Bytes that came from the peer.
    package func receive(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
            let taken = BIO_write(inbound, start, Int32(min(rest.count, 1 << 30)))
            precondition(taken > 0, "a memory buffer takes all")
            rest = rest.dropFirst(Int(taken))
        }
        receivedSinceEmpty += bytes.count
    }

    /// How many bytes wait for the peer.
    package var outputCount: Int { BIO_ctrl_pending(outbound) }

    /// Takes bytes for the peer; returns how many.
    package func takeOutput(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = BIO_read(outbound, buffer.baseAddress, Int32(clamping: buffer.count))
        return max(0, Int(count))
    }

    // MARK: This side

    /// Goes on with the handshake; true once it is done. Throws `TLSError`; what is to be said to the peer of it is in the output.
    package func handshake() throws -> Bool {
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        if result == 1 { return true }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return false
        default: throw problem()
        }
    }

    /// Encrypts bytes into the output.
    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard !bytes.isEmpty else { return }
        ERR_clear_error()
        var written = 0
        guard SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &written) == 1, written == bytes.count else { throw problem() }
    }

    /// How many bytes a read may find, at the most.
    package var readableEstimate: Int { BIO_ctrl_pending(inbound) + Int(SSL_pending(ssl)) }

    /// Decrypts what was received. Throws `TLSError`.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Reading {
        ERR_clear_error()
        var count = 0
        let result = SSL_read_ex(ssl, buffer.baseAddress, buffer.count, &count)
        if result == 1 { return .bytes(count) }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE:
            shrink()
            return .nothing
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: throw problem()
        }
    }

    /// Announces the end of what this side sends.
    package func end() {
        ERR_clear_error()
        SSL_shutdown(ssl)
        ERR_clear_error()
    }

    /// The protocol agreed upon; nil when none was asked for.
    package var negotiatedProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &name, &count)
        guard let name, count > 0 else { return nil }
        return String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }

    /// The certificate that the peer presented, DER.
    package var peerCertificate: [UInt8]? {
        guard let certificate = SSL_get1_peer_certificate(ssl) else { return nil }
        defer { X509_free(certificate) }
        let count = i2d_X509(certificate, nil)
        guard count > 0 else { return nil }
        return [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, written in
            var end = buffer.baseAddress
            written = Int(max(0, i2d_X509(certificate, &end)))
        }
    }

    /// A buffer that was large once stays so: a connection that was busy gives its memory back.
    private func shrink() {
        guard receivedSinceEmpty > Self.piece, BIO_ctrl_pending(inbound) == 0, let fresh = BIO_new(BIO_s_mem()) else { return }
        SSL_set0_rbio(ssl, fresh)
        inbound = fresh
        receivedSinceEmpty = 0
    }

    private func problem() -> TLSError {
        let verdict = SSL_get_verify_result(ssl)
        guard verdict != Int(X509_V_OK) else { return .failed(TLSError.newest()) }
        ERR_clear_error()
        switch Int32(truncatingIfNeeded: verdict) {
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
            X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return .untrusted("certificate signed by unknown authority")
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID:
            return .untrusted("certificate has expired or is not yet valid")
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            return .untrusted("certificate is not valid for \(expected ?? "")")
        case X509_V_ERR_INVALID_PURPOSE: return .untrusted("certificate specifies an incompatible key usage")
        default: return .untrusted(String(cString: X509_verify_cert_error_string(verdict)))
        }
    }
}
