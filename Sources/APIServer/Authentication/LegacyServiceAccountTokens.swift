import Core
import Identity
import ResourceEngine

/// Tokens of secrets of type `kubernetes.io/service-account-token`: signed by this cluster, still held by their secret, of an account that
/// still exists.
package struct LegacyServiceAccountTokens: TokenAuthenticator {
    /// The token that a secret holds now; nil when there is no such secret or it is being deleted. Answers from memory.
    package typealias HeldToken = @Sendable (_ secret: ObjectKey) -> String?

    private let signer: TokenSigner
    /// Of the API server itself.
    private let audiences: [String]
    private let account: ServiceAccountTokens.Lookup
    private let held: HeldToken

    package init(signer: TokenSigner, audiences: [String], account: @escaping ServiceAccountTokens.Lookup, held: @escaping HeldToken) {
        self.signer = signer
        self.audiences = audiences
        self.account = account
        self.held = held
    }

    package func authenticate(token text: String, audiences wanted: [String]) throws -> (user: UserInfo, audiences: [String])? {
        guard let parsed = JSONWebToken(text), parsed.issuer == LegacyServiceAccountToken.issuer,
            let token = try LegacyServiceAccountToken(claims: try signer.verify(parsed))
        else { return nil }
        let accepted = (wanted.isEmpty ? audiences : wanted).filter(audiences.contains)
        guard !accepted.isEmpty else { throw IdentityError.untrusted("the token is for the API server only") }
        guard held(ObjectKey(namespace: token.namespace, name: token.secret)) == text else {
            throw IdentityError.untrusted("service account token has been invalidated: its secret \(token.secret) does not hold it")
        }
        let key = ObjectKey(namespace: token.namespace, name: token.serviceAccount.name)
        guard let account = account("serviceaccounts", key), account.uid == token.serviceAccount.uid, account.deletionTimestamp == nil
        else {
            throw IdentityError.untrusted("service account token has been invalidated: the account \(key) is gone")
        }
        var user = UserInfo.serviceAccount(token.serviceAccount.name, namespace: token.namespace)
        user.uid = token.serviceAccount.uid
        return (user, accepted)
    }
}
