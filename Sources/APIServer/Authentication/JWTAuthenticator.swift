import Core
import Identity
import ResourceEngine
import Values

/// Tokens of other issuers (OpenID Connect): signed by the issuer, in time, for one of its audiences, of a user its rules let in.
package struct JWTAuthenticator: TokenAuthenticator {
    /// A token is verified anew after this time: an issuer that takes a key back is heard.
    private static let remembered = Duration.seconds(60)

    private let rules: JWTRules
    private let algorithms: Set<String>
    private let keys: IssuerKeys
    private let clock: any Clock
    /// Of the API server itself: users of these tokens are its own.
    private let apiAudiences: [String]
    private let known = KnownTokens<UserInfo>()

    /// `fetch` answers GETs of https URLs; nil: over TLS, as the rules say.
    package init(
        _ rules: JWTRules, algorithms: Set<String> = JSONWebKeySet.algorithms, apiAudiences: [String], clock: any Clock,
        fetch: (@Sendable (_ url: String) async throws -> [UInt8])? = nil
    ) throws {
        self.rules = rules
        self.algorithms = algorithms
        self.apiAudiences = apiAudiences
        self.clock = clock
        keys = IssuerKeys(
            issuer: rules.issuer, discoveryURL: rules.discoveryURL, clock: clock,
            fetch: try fetch ?? IssuerKeys.fetcher(authorities: rules.certificateAuthority))
    }

    package func authenticate(token text: String, audiences wanted: [String]) async throws -> (user: UserInfo, audiences: [String])? {
        let accepted = wanted.isEmpty ? apiAudiences : wanted.filter(apiAudiences.contains)
        let now = clock.now
        if let user = known[text, now] { return accepted.isEmpty ? nil : (user, accepted) }
        guard let token = JSONWebToken(text), token.issuer == rules.issuer else { return nil }
        do { try await keys.verify(token, algorithms: algorithms) } catch let error as IdentityError { throw error } catch {
            throw IdentityError.untrusted("oidc: the keys of \(rules.issuer) cannot be had: \(error)")
        }
        let claims = token.claims
        let audiences = claims["aud"]?.string.map { [$0] } ?? claims["aud"]?.array?.compactMap(\.string) ?? []
        guard audiences.contains(where: rules.audiences.contains) else {
            throw IdentityError.untrusted("oidc: verify token: expected audience in \(rules.audiences) got \(audiences)")
        }
        guard let end = Self.time(claims["exp"]), now < end else {
            throw IdentityError.untrusted("oidc: verify token: the token has expired")
        }
        if let start = claims["nbf"] {
            // Upstream's leeway for clocks that differ.
            guard let start = Self.time(start), now + .seconds(300) >= start else {
                throw IdentityError.untrusted("oidc: verify token: the token is not valid yet")
            }
        }
        guard claims["_claim_names"] == nil else { throw IdentityError.untrusted("oidc: distributed claims are not supported") }
        let user = try rules.user(of: claims)
        known.remember(text, user, expires: min(end, now + Self.remembered), now: now)
        return accepted.isEmpty ? nil : (user, accepted)
    }

    private static func time(_ value: Value?) -> Timestamp? {
        if let seconds = value?.int { return Timestamp(seconds: seconds) }
        if case .double(let seconds)? = value, seconds.magnitude < 1e15 { return Timestamp(seconds: Int64(seconds)) }
        return nil
    }
}
