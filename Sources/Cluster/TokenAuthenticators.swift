import APIServer
import Core
import Identity
import Linux
import Logging
import ResourceEngine
import Store
import Synchronization
import Values
import YAML

/// Whose bearer tokens are believed: the cluster's own service accounts, nodes that introduce themselves, the issuers that
/// `--authentication-config` or the `--oidc-*` flags name, and what a webhook says.
struct TokenAuthenticators: Sendable {
    private let settings: APIServerSettings
    private let store: Store
    private let clock: any Clock

    /// In the order they are asked.
    private(set) var all: [any TokenAuthenticator] = []
    /// Where those may go who show none.
    private(set) var anonymous = AnonymousAccess.standard
    private var webhook: WebhookTokens?
    private let issuers = IssuerTokens()
    private let own: String
    /// Written down while `LegacyTokenUses.run` runs.
    let uses: LegacyTokenUses

    /// `signer` and `issuer` are the cluster's own. Throws `ClusterError` that names the flag or file that is wrong.
    init(_ settings: APIServerSettings, store: Store, clock: any Clock, signer: TokenSigner, issuer: String) throws {
        self.settings = settings
        self.store = store
        self.clock = clock
        own = issuer
        uses = LegacyTokenUses(clock: clock)
        switch settings.flags["anonymous-auth"] {
        case "true": anonymous = .everywhere
        case "false": anonymous = .nowhere
        default: break
        }
        issuers.use(try configuredIssuers())
        all = vouchedFor(signer, issuer) + [issuers]
        if let path = settings.flags["authentication-token-webhook-config-file"] {
            let made = WebhookTokens(
                try APIServerSettings.reviewer(path, place: "--authentication-token-webhook-config-file", clock: clock),
                version: try settings.reviewVersion("authentication-token-webhook-version"), apiAudiences: [issuer],
                remembered: try settings.duration("authentication-token-webhook-cache-ttl") ?? .seconds(120), clock: clock)
            webhook = made
            all.append(made)
        }
    }

    /// In Prometheus' text format.
    var metricsText: String { webhook?.metricsText ?? "" }

    /// Finds what tokens are bound to.
    var lookup: ServiceAccountTokens.Lookup {
        { [store] resource, key in
            store.get(resource, key).map { LiveObject(uid: $0.summary.uid, deletionTimestamp: $0.summary.deletionTimestamp) }
        }
    }

    /// Those that the cluster's own objects vouch for.
    private func vouchedFor(_ signer: TokenSigner, _ issuer: String) -> [any TokenAuthenticator] {
        let store = store
        let accounts = ServiceAccountTokens(signer: signer, issuer: issuer, audiences: [issuer], clock: clock, lookup: lookup)
        let legacy = LegacyServiceAccountTokens(
            signer: signer, audiences: [issuer], account: lookup, uses: uses,
            held: { key in
                guard let secret = store.get("secrets", key), secret.summary.deletionTimestamp == nil,
                    let token = try? secret.parsed()[path: "data", "token"]?.string, let bytes = try? Base64.decode(token)
                else { return nil }
                return .init(token: String(decoding: bytes, as: UTF8.self), labels: secret.summary.labels)
            })
        var result: [any TokenAuthenticator] = [accounts, legacy]
        if settings.flags["enable-bootstrap-token-auth"] != "false" {
            result.append(
                BootstrapTokens(apiAudiences: [issuer], clock: clock) { name in
                    guard let secret = store.get("secrets", ObjectKey(namespace: BootstrapToken.namespace, name: name)),
                        secret.summary.deletionTimestamp == nil
                    else { return nil }
                    return try? secret.parsed()
                })
        }
        return result
    }

    /// The file of issuers, to be followed; nil without one. Who may go where without a token is settled at the start, as upstream has it.
    func reloaded(serverID: String, logger: Logger) throws -> ReloadedFile? {
        guard let path = settings.flags["authentication-config"] else { return nil }
        let given = try APIServerSettings.yaml(path, flag: "authentication-config")["anonymous"] ?? .null
        return try ReloadedFile(
            path, subsystem: "authentication_config_controller", serverID: serverID, clock: clock, logger: logger
        ) { [self] bytes in
            let json = try YAMLParser.parse(bytes)
            guard (json["anonymous"] ?? .null) == given else {
                throw ClusterError("--authentication-config \(path): anonymous: changed from initial configuration file")
            }
            issuers.use(try authenticators(json, path))
        }
    }

    /// The issuers outside the cluster.
    private mutating func configuredIssuers() throws -> [any TokenAuthenticator] {
        let file = settings.flags["authentication-config"] ?? ""
        let oidc = settings.flags.keys.filter { $0.hasPrefix("oidc-") }.sorted()
        guard file.isEmpty || oidc.isEmpty else {
            throw ClusterError("--authentication-config and --\(oidc[0]) cannot be given together")
        }
        if !file.isEmpty {
            let json = try APIServerSettings.yaml(file, flag: "authentication-config")
            if let given = json["anonymous"], !given.isNull {
                guard settings.flags["anonymous-auth"] == nil else {
                    throw ClusterError("--authentication-config \(file): anonymous: cannot be given together with --anonymous-auth")
                }
                do { anonymous = try AnonymousAccess(given) } catch let error as APIError {
                    throw ClusterError("--authentication-config \(file): \(error.message)")
                }
            }
            return try authenticators(json, file)
        }
        guard !oidc.isEmpty else { return [] }
        guard settings.flags["oidc-issuer-url"] != nil, settings.flags["oidc-client-id"] != nil else {
            throw ClusterError("--oidc-issuer-url and --oidc-client-id must be given together")
        }
        let algorithms = Set(settings.words("oidc-signing-algs") ?? ["RS256"])
        guard algorithms.isSubset(of: JSONWebKeySet.algorithms) else {
            throw ClusterError("--oidc-signing-algs: \(JSONWebKeySet.algorithms.sorted().joined(separator: ", ")) are known")
        }
        return [try authenticator(try oidcRules(), path: "--oidc", algorithms: algorithms)]
    }

    private func authenticators(_ json: Value, _ file: String) throws -> [any TokenAuthenticator] {
        func problem(_ text: String) -> ClusterError { ClusterError("--authentication-config \(file): \(text)") }
        let versions = ["v1", "v1beta1", "v1alpha1"].map { "apiserver.config.k8s.io/\($0)" }
        guard json["kind"] == "AuthenticationConfiguration", versions.contains(json["apiVersion"]?.string ?? "") else {
            throw problem("must be an AuthenticationConfiguration of apiserver.config.k8s.io/v1")
        }
        if let unknown = json.object?.keys.first(where: { !["apiVersion", "kind", "jwt", "anonymous"].contains($0) }) {
            throw problem("unknown field \"\(unknown)\"")
        }
        let entries = json["jwt"]?.array ?? []
        guard entries.count <= 64 else { throw problem("jwt: must have at most 64 items") }
        let urls = entries.compactMap { $0[path: "issuer", "url"]?.string }
        guard Set(urls).count == urls.count else { throw problem("jwt: an issuer is named twice") }
        return try entries.enumerated().map { index, entry in
            try authenticator(entry, path: "--authentication-config \(file): jwt[\(index)]", algorithms: JSONWebKeySet.algorithms)
        }
    }

    private func authenticator(_ json: Value, path: String, algorithms: Set<String>) throws -> JWTAuthenticator {
        do {
            let rules = try JWTRules(json, path: path, forbidden: [own, LegacyServiceAccountToken.issuer])
            return try JWTAuthenticator(rules, algorithms: algorithms, apiAudiences: [own], clock: clock)
        } catch let error as APIError { throw ClusterError(error.message) } catch {
            throw ClusterError("\(path).issuer.certificateAuthority: \(error)")
        }
    }

    /// The flags as an entry of an AuthenticationConfiguration.
    private func oidcRules() throws -> Value {
        let flags = settings.flags
        let issuer = flags["oidc-issuer-url"] ?? "", claim = flags["oidc-username-claim"] ?? "sub"
        var issuerRules: Object = ["url": .string(issuer), "audiences": [.string(flags["oidc-client-id"] ?? "")]]
        if let file = flags["oidc-ca-file"] {
            guard let bytes = try Files.readIfPresent(file) else { throw ClusterError("--oidc-ca-file: there is no file \(file)") }
            issuerRules["certificateAuthority"] = .string(String(decoding: bytes, as: UTF8.self))
        }
        // Names of other claims than e-mail addresses are told apart by their issuer, unless "-" says otherwise.
        let given = flags["oidc-username-prefix"] ?? ""
        let prefix = given == "-" ? "" : given.isEmpty && claim != "email" ? issuer + "#" : given
        var mappings: Object = ["username": ["claim": .string(claim), "prefix": .string(prefix)]]
        if let groups = flags["oidc-groups-claim"] {
            mappings["groups"] = ["claim": .string(groups), "prefix": .string(flags["oidc-groups-prefix"] ?? "")]
        }
        let required: [Value] = try (settings.words("oidc-required-claim") ?? []).map { text in
            let sides = text.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else { throw ClusterError("--oidc-required-claim \(text) is not key=value") }
            return ["claim": .string(String(sides[0])), "requiredValue": .string(String(sides[1]))]
        }
        return ["issuer": .object(issuerRules), "claimMappings": .object(mappings), "claimValidationRules": .array(required)]
    }
}

/// The issuers outside the cluster as they are configured now. Safe from any thread.
final class IssuerTokens: TokenAuthenticator {
    private let issuers = Mutex<[any TokenAuthenticator]>([])

    /// Requests that come from now on are asked of these.
    func use(_ issuers: [any TokenAuthenticator]) { self.issuers.withLock { $0 = issuers } }

    func authenticate(token: String, audiences: [String]) async throws -> (user: UserInfo, audiences: [String])? {
        var failure: (any Error)?
        for issuer in issuers.withLock({ $0 }) {
            do {
                if let found = try await issuer.authenticate(token: token, audiences: audiences) { return found }
            } catch { failure = error }
        }
        if let failure { throw failure }
        return nil
    }
}
