import Core
import HTTPTransport
import Identity
import JSON
import Synchronization
import Values

/// The keys of an issuer of tokens, as its discovery document names them: asked for at the first token, again when the known ones did not sign a
/// token, and when they are old, so that an issuer that takes a key back is heard. Safe from any thread.
final class IssuerKeys: Sendable {
    /// Answers a GET of an https URL, asked for with a bearer token unless that is empty.
    package typealias Fetch = @Sendable (_ url: String, _ bearer: String) async throws -> [UInt8]

    /// Between two questions, so that wrong tokens do not become questions to the issuer.
    static let pause = Duration.seconds(10)
    /// Keys of this age are asked for anew; those that are known serve on while the issuer cannot be reached.
    static let age = Duration.seconds(3600)
    private static let limit = 1 << 20

    private struct State {
        var keys: JSONWebKeySet?
        var learnt: Timestamp?
        var asked: Timestamp?
        var question: Task<JSONWebKeySet, any Error>?
    }

    let issuer: String
    private let discoveryURL: String
    private let fetch: Fetch
    private let clock: any Clock
    private let state = Mutex(State())

    init(issuer: String, discoveryURL: String, clock: any Clock, fetch: @escaping Fetch) {
        self.issuer = issuer
        self.discoveryURL = discoveryURL
        self.clock = clock
        self.fetch = fetch
    }

    /// Where the issuer of a URL says what its keys are.
    static func discoveryURL(of issuer: String) -> String {
        (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
    }

    /// Fetches over TLS with the given authorities (PEM), or the system's when empty.
    static func fetcher(authorities: String) throws -> Fetch {
        let client = try HTTPClient(tls: ClientTLS(authorities: authorities.isEmpty ? nil : Array(authorities.utf8)))
        return { url, bearer in
            guard let place = HTTPSLocation(url), url.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
                throw IdentityError.malformed("\(url) is no https URL")
            }
            var request = HTTPClient.Request(
                "GET", .tcp(host: place.host, port: place.port), place.path + place.query,
                headers: ["Host": place.authority, "Accept": "application/json"])
            if !bearer.isEmpty {
                guard bearer.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
                    throw IdentityError.malformed("the token for \(url) is none that can be sent")
                }
                request.headers["Authorization"] = "Bearer \(bearer)"
            }
            request.timeouts = HTTPClient.Timeouts(connect: .seconds(10), head: .seconds(10))
            let response = try await client.fetch(request, limit: limit)
            guard (200...226).contains(response.status) else {
                throw IdentityError.untrusted("GET \(url): status \(response.status)")
            }
            return response.body
        }
    }

    /// Throws `IdentityError` unless the issuer signed the token.
    func verify(_ token: JSONWebToken, algorithms: Set<String>) async throws {
        let (known, learnt) = state.withLock { ($0.keys, $0.learnt) }
        guard let known, let learnt else { return try await asked().verify(token, algorithms: algorithms) }
        guard clock.now - learnt < Self.age else {
            let fresh: JSONWebKeySet
            do { fresh = try await asked() } catch { fresh = known }
            return try fresh.verify(token, algorithms: algorithms)
        }
        do {
            try known.verify(token, algorithms: algorithms)
        } catch {
            // Perhaps by a key that is newer than what is known.
            guard let fresh = try? await asked() else { throw error }
            try fresh.verify(token, algorithms: algorithms)
        }
    }

    /// The keys as the issuer tells them now, or lately.
    private func asked() async throws -> JSONWebKeySet {
        let now = clock.now
        let (question, known) = state.withLock { state -> (Task<JSONWebKeySet, any Error>?, JSONWebKeySet?) in
            if let question = state.question { return (question, nil) }
            if let asked = state.asked, now - asked < Self.pause { return (nil, state.keys) }
            state.asked = now
            let question = Task { try await self.ask() }
            state.question = question
            return (question, nil)
        }
        guard let question else {
            guard let known else { throw IdentityError.untrusted("the keys of \(issuer) are not known") }
            return known
        }
        return try await question.value
    }

    private func ask() async throws -> JSONWebKeySet {
        defer { state.withLock { $0.question = nil } }
        let document = try Self.json(try await fetch(discoveryURL, ""), discoveryURL)
        guard document["issuer"]?.string == issuer else {
            throw IdentityError.untrusted("\(discoveryURL) is of another issuer than \(issuer)")
        }
        guard let url = document["jwks_uri"]?.string, url.hasPrefix("https://") else {
            throw IdentityError.malformed("\(discoveryURL) has no jwks_uri with https")
        }
        let keys = try JSONWebKeySet(try Self.json(try await fetch(url, ""), url))
        state.withLock { state in
            state.keys = keys
            state.learnt = clock.now
        }
        return keys
    }

    private static func json(_ bytes: [UInt8], _ url: String) throws -> Value {
        do { return try JSONParser.parse(bytes, limits: .outside) } catch { throw IdentityError.malformed("\(url): \(error)") }
    }
}
