import Core
import Values

/// What the token of a secret of type `kubernetes.io/service-account-token` says. It does not expire: it is void once the secret does not
/// hold it any more. The claims are upstream's.
package struct LegacyServiceAccountToken: Sendable, Equatable {
    package static let issuer = "kubernetes/serviceaccount"
    private static let prefix = "kubernetes.io/serviceaccount/"

    package var namespace: String
    package var serviceAccount: ServiceAccountToken.Reference
    /// The name of the secret that holds the token.
    package var secret: String

    package init(namespace: String, serviceAccount: ServiceAccountToken.Reference, secret: String) {
        self.namespace = namespace
        self.serviceAccount = serviceAccount
        self.secret = secret
    }

    /// The user that the token stands for.
    package var userName: String { "system:serviceaccount:\(namespace):\(serviceAccount.name)" }

    package var claims: Value {
        [
            "iss": .string(Self.issuer), "\(Self.prefix)namespace": .string(namespace), "\(Self.prefix)secret.name": .string(secret),
            "\(Self.prefix)service-account.name": .string(serviceAccount.name),
            "\(Self.prefix)service-account.uid": .string(serviceAccount.uid), "sub": .string(userName),
        ]
    }

    /// Reads claims whose signature was checked; nil when they are those of another sort of token. Throws `IdentityError`.
    package init?(claims: Value) throws {
        guard claims["iss"]?.string == Self.issuer else { return nil }
        func claim(_ name: String) throws -> String {
            guard let text = claims[Self.prefix + name]?.string, !text.isEmpty else {
                throw IdentityError.malformed("the token lacks the claim \(Self.prefix)\(name)")
            }
            return text
        }
        namespace = try claim("namespace")
        secret = try claim("secret.name")
        serviceAccount = .init(name: try claim("service-account.name"), uid: try claim("service-account.uid"))
        guard claims["sub"]?.string == userName else { throw IdentityError.untrusted("the token's subject is not its service account") }
    }
}
