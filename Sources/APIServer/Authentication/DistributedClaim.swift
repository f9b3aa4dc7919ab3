import Core
import Identity
import Synchronization
import Values

/// Where a claim can be asked for that a token does not hold itself (OpenID Connect Core 1.0, section 5.6.2).
struct ClaimSource: Hashable, Sendable {
    /// Empty: the source holds the claim itself (an aggregated one), which upstream does not read either.
    let endpoint: String
    let accessToken: String

    /// The sources of the claims that verified claims name, by claim. Throws `IdentityError` when one has none.
    static func all(of claims: Value) throws -> [String: ClaimSource] {
        guard let names = claims["_claim_names"], names != .null else { return [:] }
        guard let names = names.object else { throw IdentityError.malformed("_claim_names is no object") }
        var found: [String: ClaimSource] = [:]
        for name in names {
            guard let key = name.value.string, !key.isEmpty else {
                throw IdentityError.malformed("_claim_names has no source of \(name.key)")
            }
            guard let source = claims["_claim_sources"]?[key], source.object != nil else {
                throw IdentityError.malformed("_claim_names contains a source \(key) that is missing in _claim_sources")
            }
            func text(_ field: String) throws -> String {
                guard let value = source[field], value != .null else { return "" }
                guard let text = value.string else { throw IdentityError.malformed("_claim_sources: \(key): \(field) is no string") }
                return text
            }
            found[name.key] = ClaimSource(endpoint: try text("endpoint"), accessToken: try text("access_token"))
        }
        return found
    }
}

/// A claim that tokens may leave to another service to say. What the service answers is a token again, of whatever issuer, that must be signed by
/// that issuer's keys, in time, and for the same audiences. Questions of one source that come at the same time are asked once. Safe from any thread.
final class DistributedClaim: Sendable {
    typealias Answer = (value: Value, end: Timestamp)

    /// Issuers whose keys are kept; more than these are forgotten, all at once.
    private static let capacity = 64

    let name: String
    private let check: IssuedTokenCheck
    private let issuer: IssuerKeys
    private let clock: any Clock
    private let fetch: IssuerKeys.Fetch
    private let others = Mutex<[String: IssuerKeys]>([:])
    private let asking = Mutex<[ClaimSource: Task<Answer, any Error>]>([:])

    /// `issuer` is that of the tokens which hold no such claim.
    init(_ name: String, check: IssuedTokenCheck, issuer: IssuerKeys, clock: any Clock, fetch: @escaping IssuerKeys.Fetch) {
        self.name = name
        self.check = check
        self.issuer = issuer
        self.clock = clock
        self.fetch = fetch
    }

    /// What the source says that verified claims name, and until when; nil when they hold the claim themselves, or nobody does.
    func value(for claims: Value) async throws -> Answer? {
        guard claims[name] == nil, let source = try ClaimSource.all(of: claims)[name], !source.endpoint.isEmpty else { return nil }
        let task = asking.withLock { asking in
            if let task = asking[source] { return task }
            let task = Task {
                defer { self.asking.withLock { $0[source] = nil } }
                return try await self.ask(source)
            }
            asking[source] = task
            return task
        }
        return try await task.value
    }

    private func ask(_ source: ClaimSource) async throws -> Answer {
        let bytes: [UInt8]
        do { bytes = try await fetch(source.endpoint, source.accessToken) } catch {
            throw IdentityError.untrusted("while getting distributed claim \"\(name)\": \(error)")
        }
        guard let token = JSONWebToken(String(decoding: bytes, as: UTF8.self)) else {
            throw IdentityError.malformed("\(source.endpoint) did not answer with a token")
        }
        let end: Timestamp
        do { end = try await check.verify(token, by: keys(of: token.issuer)) } catch {
            throw IdentityError.untrusted("verify distributed claim token: \(error)")
        }
        guard let value = token.claims[name] else {
            throw IdentityError.untrusted(
                "jwt returned by distributed claim endpoint \"\(source.endpoint)\" did not contain claim: \(name)")
        }
        return (value, end)
    }

    private func keys(of issuer: String) -> IssuerKeys {
        if issuer == self.issuer.issuer { return self.issuer }
        return others.withLock { others in
            if let known = others[issuer] { return known }
            if others.count >= Self.capacity { others.removeAll() }
            let made = IssuerKeys(issuer: issuer, discoveryURL: IssuerKeys.discoveryURL(of: issuer), clock: clock, fetch: fetch)
            others[issuer] = made
            return made
        }
    }
}
