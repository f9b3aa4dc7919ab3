/// What one authoriser says of a request. The first that allows or denies decides; without one the request is refused.
package enum AuthorizationDecision: Sendable, Hashable {
    case allow(reason: String)
    case deny(reason: String)
    case noOpinion(reason: String)

    package var isAllowed: Bool { if case .allow = self { true } else { false } }
    package var reason: String {
        switch self {
        case .allow(let reason), .deny(let reason), .noOpinion(let reason): reason
        }
    }
}

/// Decides whether a user may do what a request asks. Called on every request, also by controllers in this process:
/// answer from memory.
package protocol Authorizer: Sendable {
    func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision
    /// The same for expressions, which cannot wait. An authoriser that would have to has no opinion.
    func authorizeNow(_ attributes: RequestAttributes) -> AuthorizationDecision
}

extension Authorizer {
    package func authorizeNow(_ attributes: RequestAttributes) -> AuthorizationDecision {
        .noOpinion(reason: "this authorizer cannot answer expressions")
    }
}

/// Allows everything: tests of what lies behind authorisation.
package struct AllowAll: Authorizer {
    package init() {}
    package func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision { authorizeNow(attributes) }
    package func authorizeNow(_ attributes: RequestAttributes) -> AuthorizationDecision { .allow(reason: "everything is allowed") }
}
