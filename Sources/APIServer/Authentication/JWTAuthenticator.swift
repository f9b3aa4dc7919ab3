import Core
import Identity
import ResourceEngine
import Values

/// Tokens of other issuers (OpenID Connect): signed by the issuer, in time, for one of its audiences, of a user its rules let in.
package struct JWTAuthenticator: TokenAuthenticator {
    /// A token is verified anew after this time: an issuer that takes a key back is heard.
    private static let remembered = Duration.seconds(60)
    /// What others say of a user is asked anew after this time, as upstream's cache of tokens has it.
    private static let rememberedOfOthers = Duration.seconds(10)

    private let rules: JWTRules
    private let check: IssuedTokenCheck
    private let keys: IssuerKeys
    /// Nil when no claim is the groups: nobody else is asked then.
    private let groups: DistributedClaim?
    private let clock: any Clock
    /// Of the API server itself: users of these tokens are its own.
    private let apiAudiences: [String]
    private let known = KnownTokens<UserInfo>()

    /// `fetch` answers GETs of https URLs, with a bearer token unless that is empty; nil: over TLS, as the rules say.
    package init(
        _ rules: JWTRules, algorithms: Set<String> = JSONWebKeySet.algorithms, apiAudiences: [String], clock: any Clock,
        fetch: (@Sendable (_ url: String, _ bearer: String) async throws -> [UInt8])? = nil
    ) throws {
        let fetch = try fetch ?? IssuerKeys.fetcher(authorities: rules.certificateAuthority)
        self.rules = rules
        self.apiAudiences = apiAudiences
        self.clock = clock
        let check = IssuedTokenCheck(audiences: rules.audiences, algorithms: algorithms, clock: clock)
        let keys = IssuerKeys(issuer: rules.issuer, discoveryURL: rules.discoveryURL, clock: clock, fetch: fetch)
        (self.check, self.keys) = (check, keys)
        groups = rules.groupsClaim.map { DistributedClaim($0, check: check, issuer: keys, clock: clock, fetch: fetch) }
    }

    package func authenticate(token text: String, audiences wanted: [String]) async throws -> (user: UserInfo, audiences: [String])? {
        let accepted = wanted.isEmpty ? apiAudiences : wanted.filter(apiAudiences.contains)
        let now = clock.now
        if let user = known[text, now] { return accepted.isEmpty ? nil : (user, accepted) }
        guard let token = JSONWebToken(text), token.issuer == rules.issuer else { return nil }
        let end: Timestamp
        do { end = try await check.verify(token, by: keys) } catch { throw IdentityError.untrusted("oidc: verify token: \(error)") }
        var (claims, expires) = (token.claims, min(end, now + Self.remembered))
        if let groups {
            do {
                if let told = try await groups.value(for: claims) {
                    claims[groups.name] = told.value
                    expires = min(end, told.end, now + Self.rememberedOfOthers)
                }
            } catch { throw IdentityError.untrusted("oidc: could not expand distributed claims: \(error)") }
        }
        let user = try rules.user(of: claims)
        known.remember(text, user, expires: expires, now: now)
        return accepted.isEmpty ? nil : (user, accepted)
    }
}
