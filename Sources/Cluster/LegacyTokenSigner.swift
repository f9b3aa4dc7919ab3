import Controllers
import Identity

/// Signs the tokens of secrets with the cluster's key.
struct LegacyTokenSigner: ServiceAccountTokenSigner {
    let signer: TokenSigner

    func legacyToken(namespace: String, account: String, accountUID: String, secret: String) throws -> String {
        let token = LegacyServiceAccountToken(
            namespace: namespace, serviceAccount: .init(name: account, uid: accountUID), secret: secret)
        return try signer.sign(token.claims)
    }
}
