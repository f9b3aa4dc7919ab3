import Core
import Synchronization

/// A certificate that is replaced before it expires and when what it must say changes.
///
/// Whoever serves or connects with it reads `current` for each new connection, or follows `changes`.
package final class RenewingCredential: Sendable {
    private struct State {
        var request: CertificateRequest
        var credential: Credential
        var followers: [Int: AsyncStream<Credential>.Continuation] = [:]
        var nextFollower = 0
    }

    /// The name of its files.
    package let name: String
    private let authority: CertificateAuthority
    private let files: IdentityFiles
    private let state: Mutex<State>

    /// What the files hold when that is still good, else a new certificate.
    init(name: String, authority: CertificateAuthority, files: IdentityFiles, request: CertificateRequest, now: Timestamp) throws {
        self.name = name
        self.authority = authority
        self.files = files
        let credential: Credential
        if let kept = try files.readCredential(name), authority.isCurrent(kept, for: request, now: now) {
            credential = kept
        } else {
            credential = try authority.issue(request, now: now)
            try files.writeCredential(name, credential)
        }
        state = Mutex(State(request: request, credential: credential))
    }

    package var current: Credential { state.withLock { $0.credential } }

    /// Each credential that replaces the current one.
    package var changes: AsyncStream<Credential> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let id = state.withLock { state in
                state.nextFollower += 1
                state.followers[state.nextFollower] = continuation
                return state.nextFollower
            }
            continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.followers[id] = nil } }
        }
    }

    /// Changes what the certificate must say, for example after the machine got another address; it is replaced when that differs.
    package func update(now: Timestamp, _ change: (inout CertificateRequest) -> Void) throws {
        state.withLock { change(&$0.request) }
        try renew(now: now)
    }

    /// Replaces the certificate when it is due. Returns whether it was. Throws `IdentityError`; the old one then stays.
    @discardableResult
    package func renew(now: Timestamp) throws -> Bool {
        let (request, credential) = state.withLock { ($0.request, $0.credential) }
        if authority.isCurrent(credential, for: request, now: now) { return false }
        let fresh = try authority.issue(request, now: now)
        try files.writeCredential(name, fresh)
        let followers = state.withLock { state in
            state.credential = fresh
            return Array(state.followers.values)
        }
        for follower in followers { follower.yield(fresh) }
        return true
    }
}
