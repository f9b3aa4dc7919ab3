import Core
import Identity
import Logging
import ResourceEngine

/// The API server's authenticator: a client certificate, else a bearer token, else nobody; then impersonation.
///
/// Nobody (`system:anonymous`) is let in to health and version only, unless a configuration says otherwise; RBAC has its own say.
package struct RequestAuthenticator: Authenticator {
    private let certificates: KnownCertificates?
    private let tokens: [any TokenAuthenticator]
    private let authorizer: any Authorizer
    private let anonymous: AnonymousAccess
    private let metrics: AuthenticationMetrics
    private let clock: any Clock
    private let logger: Logger

    /// `clientAuthority` nil: client certificates are not looked at. `metrics` is told of the certificates seen.
    package init(
        clientAuthority: CertificateAuthority?, tokens: [any TokenAuthenticator], authorizer: any Authorizer,
        anonymous: AnonymousAccess = .standard, metrics: AuthenticationMetrics = AuthenticationMetrics(), clock: any Clock,
        logger: Logger = Logger(label: "authentication")
    ) {
        certificates = clientAuthority.map(KnownCertificates.init)
        self.tokens = tokens
        self.authorizer = authorizer
        self.anonymous = anonymous
        self.metrics = metrics
        self.clock = clock
        self.logger = logger
    }

    package func authenticate(_ credentials: RequestCredentials) async throws -> UserInfo {
        try await identify(credentials).user
    }

    package func identify(_ credentials: RequestCredentials) async throws -> (user: UserInfo, sender: UserInfo?) {
        let sender = try await sender(credentials)
        guard let user = try await Impersonation(headers: credentials)?.user(for: sender, authorizer) else { return (sender, nil) }
        return (user, sender)
    }

    private func sender(_ credentials: RequestCredentials) async throws -> UserInfo {
        var failure: (any Error)?
        if let certificates, let certificate = credentials.peerCertificates.first {
            do {
                let now = clock.now
                let (user, notAfter) = try certificates.user(of: certificate, now: now)
                metrics.sawCertificate(lasting: notAfter - now)
                return user
            } catch { failure = error }
        }
        if let token = credentials.bearerToken {
            for authenticator in tokens {
                do {
                    guard var (user, _) = try await authenticator.authenticate(token: token, audiences: []) else { continue }
                    if !user.groups.contains("system:authenticated") { user.groups.append("system:authenticated") }
                    return user
                } catch { failure = error }
            }
            // Who shows a token that is not known is not let in as nobody.
            failure = failure ?? IdentityError.untrusted("unknown bearer token")
        }
        if let failure {
            // The client learns only that it is not known; why is for the operator.
            logger.info("cannot authenticate", metadata: ["path": "\(credentials.path)", "error": "\(failure)"])
            throw APIError.unauthorized()
        }
        guard anonymous.mayGo(to: credentials.path) else { throw APIError.unauthorized() }
        return UserInfo(name: "system:anonymous", groups: ["system:unauthenticated"])
    }
}
