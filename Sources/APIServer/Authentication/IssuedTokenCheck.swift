import Core
import Identity
import Values

/// What is asked of a token whoever its issuer is: a signature that is good, an audience that is meant, and its time.
struct IssuedTokenCheck: Sendable {
    let audiences: [String]
    let algorithms: Set<String>
    let clock: any Clock

    /// When the token ends. Throws `IdentityError` unless it is to be believed.
    func verify(_ token: JSONWebToken, by keys: IssuerKeys) async throws -> Timestamp {
        do { try await keys.verify(token, algorithms: algorithms) } catch let error as IdentityError { throw error } catch {
            throw IdentityError.untrusted("the keys of \(keys.issuer) cannot be had: \(error)")
        }
        let (claims, now) = (token.claims, clock.now)
        guard token.issuer == keys.issuer else {
            throw IdentityError.untrusted("token issued by a different provider, expected \(keys.issuer) got \(token.issuer)")
        }
        let named = claims["aud"]?.string.map { [$0] } ?? claims["aud"]?.array?.compactMap(\.string) ?? []
        guard named.contains(where: audiences.contains) else {
            throw IdentityError.untrusted("expected audience in \(audiences) got \(named)")
        }
        guard let end = Self.time(claims["exp"]), now < end else { throw IdentityError.untrusted("the token has expired") }
        if let start = claims["nbf"] {
            // Upstream's leeway for clocks that differ.
            guard let start = Self.time(start), now + .seconds(60) >= start else {
                throw IdentityError.untrusted("the token is not valid yet")
            }
        }
        _ = try ClaimSource.all(of: claims)
        return end
    }

    private static func time(_ value: Value?) -> Timestamp? {
        if let seconds = value?.int { return Timestamp(seconds: seconds) }
        if case .double(let seconds)? = value, seconds.magnitude < 1e15 { return Timestamp(seconds: Int64(seconds)) }
        return nil
    }
}
