import Core
import Values

/// What a bound service-account token says: Kubernetes' private claims and the registered ones of RFC 7519.
package struct ServiceAccountToken: Sendable, Equatable {
    /// An object that a token names.
    package struct Reference: Sendable, Equatable {
        package var name: String
        package var uid: String

        package init(name: String, uid: String) {
            self.name = name
            self.uid = uid
        }
    }

    package var namespace: String
    package var serviceAccount: Reference
    /// The token is void once the pod, secret or node it is bound to is gone. A pod's token may name its node too.
    package var pod: Reference?
    package var secret: Reference?
    package var node: Reference?
    package var audiences: [String]
    package var issuedAt: Timestamp
    package var expires: Timestamp
    /// When a token that lives longer than asked for should have been renewed.
    package var warnAfter: Timestamp?
    /// The token's own id (`jti`).
    package var id: String

    package init(
        namespace: String, serviceAccount: Reference, audiences: [String], issuedAt: Timestamp, expires: Timestamp, id: String
    ) {
        self.namespace = namespace
        self.serviceAccount = serviceAccount
        self.audiences = audiences
        self.issuedAt = issuedAt
        self.expires = expires
        self.id = id
    }

    /// The user that the token stands for.
    package var userName: String { "system:serviceaccount:\(namespace):\(serviceAccount.name)" }

    /// The claims under the names upstream gives them.
    package func claims(issuer: String) -> Value {
        var bound: Object = ["namespace": .string(namespace)]
        if let node { bound["node"] = Self.claim(node) }
        if let pod { bound["pod"] = Self.claim(pod) }
        if let secret { bound["secret"] = Self.claim(secret) }
        bound["serviceaccount"] = Self.claim(serviceAccount)
        if let warnAfter { bound["warnafter"] = .int(warnAfter.seconds) }
        return [
            "aud": .array(audiences.map { .string($0) }), "exp": .int(expires.seconds), "iat": .int(issuedAt.seconds),
            "iss": .string(issuer), "jti": .string(id), "kubernetes.io": .object(bound), "nbf": .int(issuedAt.seconds),
            "sub": .string(userName),
        ]
    }

    private static func claim(_ reference: Reference) -> Value { ["name": .string(reference.name), "uid": .string(reference.uid)] }

    /// Reads claims whose signature was checked. Throws `IdentityError`: of another issuer, or not valid at `now`.
    package init(claims: Value, issuer: String, now: Timestamp) throws {
        guard claims["iss"]?.string == issuer else { throw IdentityError.untrusted("the token is of another issuer") }
        func reference(_ name: String) -> Reference? {
            guard let claim = claims[path: "kubernetes.io", name], let name = claim["name"]?.string else { return nil }
            return Reference(name: name, uid: claim["uid"]?.string ?? "")
        }
        guard let namespace = claims[path: "kubernetes.io", "namespace"]?.string, let account = reference("serviceaccount"),
            let expires = claims["exp"]?.int, let issued = claims["iat"]?.int
        else { throw IdentityError.malformed("the token lacks the claims of a service account") }
        let audiences = claims["aud"]?.string.map { [$0] } ?? claims["aud"]?.array?.compactMap(\.string) ?? []
        self.init(
            namespace: namespace, serviceAccount: account, audiences: audiences, issuedAt: Timestamp(seconds: issued),
            expires: Timestamp(seconds: expires), id: claims["jti"]?.string ?? "")
        pod = reference("pod")
        secret = reference("secret")
        node = reference("node")
        warnAfter = claims[path: "kubernetes.io", "warnafter"]?.int.map { Timestamp(seconds: $0) }
        guard claims["sub"]?.string == userName else { throw IdentityError.untrusted("the token's subject is not its service account") }
        guard now < self.expires else { throw IdentityError.untrusted("service account token has expired") }
        guard now.seconds >= claims["nbf"]?.int ?? issued else { throw IdentityError.untrusted("the token is not valid yet") }
    }
}
