/// What one authoriser says of a request. The first that allows or denies decides; without one the request is refused. `error` says why an
/// authoriser could not decide as it should have.
package enum AuthorizationDecision: Sendable, Hashable {
    case allow(reason: String)
    case deny(reason: String, error: String? = nil)
    case noOpinion(reason: String, error: String? = nil)

    package var isAllowed: Bool { if case .allow = self { true } else { false } }
    package var reason: String {
        switch self {
        case .allow(let reason), .deny(let reason, _), .noOpinion(let reason, _): reason
        }
    }
    package var error: String? {
        switch self {
        case .allow: nil
        case .deny(_, let error), .noOpinion(_, let error): error
        }
    }
}

/// Decides whether a user may do what a request asks. Called on every request, also by controllers in this process:
/// answer from memory.
package protocol Authorizer: Sendable {
    func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision
    /// Why the rules of the user cannot be listed; nil when this authoriser keeps nothing back.
    func unlistedRules(of user: UserInfo) -> String?
}

extension Authorizer {
    package func unlistedRules(of user: UserInfo) -> String? { nil }
}

/// An authoriser that can tell all that somebody may do in a namespace; it is not complete when a role is missing.
package protocol RuleListing: Sendable {
    func rules(for user: UserInfo, in namespace: String) -> (rules: [RBACRule], isComplete: Bool)
}

/// Authorisers in the order they are asked: the first that allows or denies decides. Members of `system:masters` may do everything, as upstream
/// has it whatever the modes are.
package struct AuthorizerChain: Authorizer {
    private let links: [any Authorizer]

    package init(_ links: [any Authorizer]) { self.links = links }

    /// Why those that were asked did not decide.
    private struct Doubts {
        private var reasons: [String] = []
        private var errors: [String] = []

        mutating func add(_ reason: String, _ error: String?) {
            if !reason.isEmpty { reasons.append(reason) }
            if let error { errors.append(error) }
        }

        var decision: AuthorizationDecision {
            .noOpinion(reason: reasons.joined(separator: "\n"), error: errors.isEmpty ? nil : errors.joined(separator: "\n"))
        }
    }

    package func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision {
        if attributes.user.groups.contains("system:masters") { return .allow(reason: "") }
        var doubts = Doubts()
        for link in links {
            let decision = await link.authorize(attributes)
            guard case .noOpinion(let reason, let error) = decision else { return decision }
            doubts.add(reason, error)
        }
        return doubts.decision
    }

    package func unlistedRules(of user: UserInfo) -> String? {
        let problems = links.compactMap { $0.unlistedRules(of: user) }
        return problems.isEmpty ? nil : problems.joined(separator: ", ")
    }
}

/// Refuses everything: upstream's mode AlwaysDeny.
package struct DenyAll: Authorizer {
    package init() {}
    package func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision {
        .noOpinion(reason: "Everything is forbidden.")
    }
}

/// Allows everything: tests of what lies behind authorisation.
package struct AllowAll: Authorizer {
    package init() {}
    package func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision { .allow(reason: "everything is allowed") }
}
