/// Why an identity could not be made, read or believed.
package enum IdentityError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A file could not be read or written; the text names it.
    case file(String)
    /// A certificate, key or token is not well formed; the text says which.
    case malformed(String)
    /// It is well formed but not to be believed: wrong issuer, signature, time, audience.
    case untrusted(String)

    package var description: String {
        switch self {
        case .file(let text), .malformed(let text), .untrusted(let text): text
        }
    }
}
