import Core
import ResourceEngine

/// What a request shows of who sends it.
package struct RequestCredentials: Sendable {
    /// The certificates the client proved to have in the TLS handshake (DER), its own first; empty without any.
    package var peerCertificates: [[UInt8]]
    /// All headers in the order they came.
    package var headers: [(name: String, value: String)]
    /// The URL's path, without its query.
    package var path: String

    package init(peerCertificates: [[UInt8]] = [], headers: [(name: String, value: String)], path: String) {
        self.peerCertificates = peerCertificates
        self.headers = headers
        self.path = path
    }

    /// The values of a header, whatever the case of its name.
    package func values(_ name: String) -> [String] {
        headers.filter { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The token of `Authorization: Bearer`, nil without one.
    var bearerToken: String? {
        guard let value = values("authorization").first else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return parts[1].trimmingSpaces
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}

/// Finds out who sends a request.
package protocol Authenticator: Sendable {
    /// The user to authorise. Throws `APIError`: 401 when it cannot be told who sends it, 403 when the sender may not impersonate.
    func authenticate(_ credentials: RequestCredentials) async throws -> UserInfo
    /// The same, and who really sends it when that is somebody else.
    func identify(_ credentials: RequestCredentials) async throws -> (user: UserInfo, sender: UserInfo?)
}

extension Authenticator {
    package func identify(_ credentials: RequestCredentials) async throws -> (user: UserInfo, sender: UserInfo?) {
        (try await authenticate(credentials), nil)
    }
}
