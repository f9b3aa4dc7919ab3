import COpenSSL

/// Why bytes could not be read, or something could not be made of them; the text says what and, where OpenSSL says it, why.
package struct CryptographyError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    /// With the reason that OpenSSL noted first on this thread, whose notes are taken away: they must not be taken for the next call's.
    static func last(_ problem: String) -> CryptographyError {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let reason = ERR_reason_error_string(code) else { return CryptographyError(problem) }
        return CryptographyError("\(problem): \(String(cString: reason))")
    }
}
