import COpenSSL

/// Why a connection or its certificates cannot be used.
package enum TLSError: Error, Sendable, Equatable, CustomStringConvertible {
    /// PEM text that holds no certificate or key, or a key of another certificate.
    case material(String)
    /// The peer's certificate is not to be trusted, in the words of Go's library, which users of Kubernetes know.
    case untrusted(String)
    /// The peer broke the protocol, or refused; OpenSSL's words.
    case failed(String)
    /// The connection ended without the peer saying so: what it sent may be cut off.
    case truncated

    package var description: String {
        switch self {
        case .material(let why): why
        case .untrusted(let why): "tls: failed to verify certificate: x509: \(why)"
        case .failed(let why): "tls: \(why)"
        case .truncated: "tls: the connection ended without notice"
        }
    }

    /// The newest of OpenSSL's errors in this thread, which are then forgotten.
    static func newest() -> String {
        let error = ERR_peek_last_error()
        ERR_clear_error()
        guard error != 0 else { return "no reason given" }
        return ERR_reason_error_string(error).map { String(cString: $0) } ?? "error \(error)"
    }
}
