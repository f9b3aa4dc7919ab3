import Core
import Identity
import ResourceEngine

/// Knows the users behind some bearer tokens.
package protocol TokenAuthenticator: Sendable {
    /// The user of the token and those of `audiences` (empty: the API server's own) it is meant for; nil when the token is none of
    /// this authenticator's. Throws `IdentityError` when it is but must not be believed.
    func authenticate(token: String, audiences: [String]) async throws -> (user: UserInfo, audiences: [String])?
}

/// Tokens that stand for fixed users: for tests and for callers inside this process.
package struct StaticTokens: TokenAuthenticator {
    private let users: [String: UserInfo]

    package init(_ users: [String: UserInfo]) { self.users = users }

    package func authenticate(token: String, audiences: [String]) -> (user: UserInfo, audiences: [String])? {
        users[token].map { ($0, audiences) }
    }
}

/// An object that a token is bound to, as it is now.
package struct LiveObject: Sendable {
    package let uid: String
    /// RFC 3339; nil while nobody has asked for its deletion.
    package let deletionTimestamp: String?

    package init(uid: String, deletionTimestamp: String?) {
        self.uid = uid
        self.deletionTimestamp = deletionTimestamp
    }
}

/// Bound service-account tokens: signed by this cluster, in time, for the audience, and of objects that still exist.
package struct ServiceAccountTokens: TokenAuthenticator {
    /// Finds a live object of a core resource ("serviceaccounts", "pods", "secrets", "nodes"). Answers from memory.
    package typealias Lookup = @Sendable (_ resource: String, _ key: ObjectKey) -> LiveObject?

    /// How long after its deletion was asked for an object still vouches for tokens, as upstream has it.
    static let deletionLeeway: Duration = .seconds(60)

    package let signer: TokenSigner
    package let issuer: String
    /// Of the API server itself.
    package let audiences: [String]
    private let clock: any Clock
    private let lookup: Lookup
    private let known = KnownTokens<Known>()

    /// What a token that was verified says, and the user it stands for.
    private struct Known: Sendable {
        let token: ServiceAccountToken
        let user: UserInfo
    }

    package init(signer: TokenSigner, issuer: String, audiences: [String], clock: any Clock, lookup: @escaping Lookup) {
        self.signer = signer
        self.issuer = issuer
        self.audiences = audiences
        self.clock = clock
        self.lookup = lookup
    }

    package func authenticate(token text: String, audiences wanted: [String]) throws -> (user: UserInfo, audiences: [String])? {
        guard let known = try known(text) else { return nil }
        let token = known.token
        let accepted = (wanted.isEmpty ? audiences : wanted).filter(token.audiences.contains)
        guard !accepted.isEmpty else {
            throw IdentityError.untrusted(
                "token audiences \(token.audiences) is invalid for the target audiences \(wanted.isEmpty ? audiences : wanted)")
        }
        try check("serviceaccounts", token.serviceAccount, token.namespace)
        // A pod's token names the pod's node too; the pod is what it lives and dies with.
        if let secret = token.secret { try check("secrets", secret, token.namespace) }
        if let pod = token.pod {
            try check("pods", pod, token.namespace)
        } else if let node = token.node {
            try check("nodes", node, "")
        }
        return (known.user, accepted)
    }

    /// What the token says: verified now or lately; the key and what it signed do not change. Nil for a token of another issuer.
    private func known(_ text: String) throws -> Known? {
        let now = clock.now
        if let found = known[text, now] { return found }
        guard let parsed = JSONWebToken(text), parsed.issuer == issuer else { return nil }
        let token = try ServiceAccountToken(claims: try signer.verify(parsed), issuer: issuer, now: now)
        let found = Known(token: token, user: user(of: token))
        known.remember(text, found, expires: token.expires, now: now)
        return found
    }

    private func check(_ resource: String, _ reference: ServiceAccountToken.Reference, _ namespace: String) throws {
        let key = ObjectKey(namespace: namespace, name: reference.name)
        guard let object = lookup(resource, key), object.uid == reference.uid else {
            throw IdentityError.untrusted("service account token has been invalidated: \(resource) \(key) is gone")
        }
        guard let deleted = object.deletionTimestamp.flatMap({ Timestamp(rfc3339: $0) }), clock.now - deleted > Self.deletionLeeway
        else { return }
        throw IdentityError.untrusted("service account token has been invalidated: \(resource) \(key) is being deleted")
    }

    /// The user with the extra fields upstream gives it.
    private func user(of token: ServiceAccountToken) -> UserInfo {
        var user = UserInfo.serviceAccount(token.serviceAccount.name, namespace: token.namespace)
        user.uid = token.serviceAccount.uid
        let prefix = "authentication.kubernetes.io"
        if !token.id.isEmpty { user.extra["\(prefix)/credential-id"] = ["JTI=\(token.id)"] }
        if let pod = token.pod {
            user.extra["\(prefix)/pod-name"] = [pod.name]
            user.extra["\(prefix)/pod-uid"] = [pod.uid]
        }
        if let node = token.node {
            user.extra["\(prefix)/node-name"] = [node.name]
            user.extra["\(prefix)/node-uid"] = [node.uid]
        }
        return user
    }
}
