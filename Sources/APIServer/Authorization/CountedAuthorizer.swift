import Core
import ResourceEngine
import Synchronization

/// An authoriser whose decisions are counted, under upstream's name `apiserver_authorization_decisions_total`. Safe from any thread.
package final class CountedAuthorizer: Authorizer {
    private let type: String
    private let name: String
    private let wrapped: any Authorizer
    private let allowed = Atomic(0)
    private let denied = Atomic(0)

    /// `type` as in "RBAC", `name` as the configuration has it.
    package init(_ wrapped: any Authorizer, type: String, name: String) {
        self.wrapped = wrapped
        self.type = type
        self.name = name
    }

    package func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision {
        count(await wrapped.authorize(attributes))
    }

    package func unlistedRules(of user: UserInfo) -> String? { wrapped.unlistedRules(of: user) }

    private func count(_ decision: AuthorizationDecision) -> AuthorizationDecision {
        switch decision {
        case .allow: allowed.add(1, ordering: .relaxed)
        case .deny: denied.add(1, ordering: .relaxed)
        case .noOpinion: break
        }
        return decision
    }

    /// In Prometheus' text format.
    package static func text(_ authorizers: [CountedAuthorizer]) -> String {
        let name = "apiserver_authorization_decisions_total"
        return metricHead(name, "counter", "Decisions by the authorizer that made them.")
            + authorizers.flatMap { one in
                [("allowed", one.allowed.load(ordering: .relaxed)), ("denied", one.denied.load(ordering: .relaxed))].map {
                    "\(name){decision=\"\($0.0)\",name=\"\(one.name)\",type=\"\(one.type)\"} \($0.1)\n"
                }
            }.joined()
    }
}
