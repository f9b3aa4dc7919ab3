import Core
import Identity
import ResourceEngine
import Values

/// Answers `authentication.k8s.io/v1 TokenReview`: whose token somebody else was shown.
package struct TokenReview: ReviewHandler {
    private let tokens: [any TokenAuthenticator]

    package init(tokens: [any TokenAuthenticator]) { self.tokens = tokens }

    package func review(_ object: Value, _ request: APIRequest) async throws -> Value {
        let token = object[path: "spec", "token"]?.string ?? ""
        guard !token.isEmpty else { throw APIError.badRequest("token is required for TokenReview in authentication") }
        let audiences = object[path: "spec", "audiences"]?.array?.compactMap(\.string) ?? []
        var answer = object
        answer["status"] = try await status(token, audiences)
        return answer
    }

    private func status(_ token: String, _ audiences: [String]) async throws -> Value {
        var problem: String?
        for authenticator in tokens {
            do {
                guard let (found, accepted) = try await authenticator.authenticate(token: token, audiences: audiences) else { continue }
                var user = found
                if !user.groups.contains("system:authenticated") { user.groups.append("system:authenticated") }
                var status: Object = ["authenticated": true, "user": user.value]
                if !accepted.isEmpty { status["audiences"] = .array(accepted.map { .string($0) }) }
                return .object(status)
            } catch let error as IdentityError { problem = "\(error)" }
        }
        return problem.map { ["user": [:], "error": .string($0)] } ?? ["user": [:]]
    }
}
