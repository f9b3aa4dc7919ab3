import Core
import Identity
import ResourceEngine

/// Tokens of secrets of type `kubernetes.io/service-account-token`: signed by this cluster, still held by their secret, of an account that
/// still exists.
package struct LegacyServiceAccountTokens: TokenAuthenticator {
    /// What a secret holds now; nil when there is no such secret or it is being deleted. Answers from memory.
    package typealias Lookup = @Sendable (_ secret: ObjectKey) -> Held?

    /// A secret's token and labels.
    package struct Held: Sendable {
        package let token: String
        package let labels: [String: String]

        package init(token: String, labels: [String: String]) {
            self.token = token
            self.labels = labels
        }
    }

    private let signer: TokenSigner
    /// Of the API server itself.
    private let audiences: [String]
    private let account: ServiceAccountTokens.Lookup
    private let held: Lookup
    private let uses: LegacyTokenUses

    package init(
        signer: TokenSigner, audiences: [String], account: @escaping ServiceAccountTokens.Lookup, uses: LegacyTokenUses,
        held: @escaping Lookup
    ) {
        self.signer = signer
        self.audiences = audiences
        self.account = account
        self.uses = uses
        self.held = held
    }

    package func authenticate(token text: String, audiences wanted: [String]) throws -> (user: UserInfo, audiences: [String])? {
        guard let parsed = JSONWebToken(text), parsed.issuer == LegacyServiceAccountToken.issuer,
            let token = try LegacyServiceAccountToken(claims: try signer.verify(parsed))
        else { return nil }
        let accepted = (wanted.isEmpty ? audiences : wanted).filter(audiences.contains)
        guard !accepted.isEmpty else { throw IdentityError.untrusted("the token is for the API server only") }
        let place = ObjectKey(namespace: token.namespace, name: token.secret)
        guard let held = held(place), held.token == text else {
            throw IdentityError.untrusted("service account token has been invalidated: its secret \(token.secret) does not hold it")
        }
        let key = ObjectKey(namespace: token.namespace, name: token.serviceAccount.name)
        guard let account = account("serviceaccounts", key), account.uid == token.serviceAccount.uid, account.deletionTimestamp == nil
        else {
            throw IdentityError.untrusted("service account token has been invalidated: the account \(key) is gone")
        }
        uses.note(place, lastUsed: held.labels[LegacyTokenUses.lastUsed] ?? "")
        guard held.labels[LegacyTokenUses.invalidSince, default: ""].isEmpty else {
            throw IdentityError.untrusted(
                "the token in secret \(place) for service account \(key) has been marked invalid. Use tokens from the TokenRequest API or "
                    + "manually created secret-based tokens, or remove the '\(LegacyTokenUses.invalidSince)' label from the secret to "
                    + "temporarily allow use of this token")
        }
        var user = UserInfo.serviceAccount(token.serviceAccount.name, namespace: token.namespace)
        user.uid = token.serviceAccount.uid
        return (user, accepted)
    }
}
