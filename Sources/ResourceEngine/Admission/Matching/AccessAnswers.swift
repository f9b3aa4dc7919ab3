import Synchronization

/// What authorisers answered to the checks of one write's expressions. Expressions do not wait: a check that has not been answered ends the
/// evaluation, the question is put, and the expression evaluated again. What checks cost keeps the rounds few. Safe from any thread.
final class AccessAnswers: Sendable {
    /// Ends an evaluation: a check has no answer yet.
    struct Missing: Error {
        let question: RequestAttributes
    }

    private let authorizer: any Authorizer
    private let known = Mutex<[RequestAttributes: AuthorizationDecision]>([:])

    init(_ authorizer: any Authorizer) { self.authorizer = authorizer }

    /// The answer to a check. Throws `Missing`.
    func decision(_ question: RequestAttributes) throws -> AuthorizationDecision {
        guard let decision = known.withLock({ $0[question] }) else { throw Missing(question: question) }
        return decision
    }

    /// Asks the authorisers, webhooks among them.
    func fetch(_ missing: Missing) async {
        let decision = await authorizer.authorize(missing.question)
        known.withLock { $0[missing.question] = decision }
    }
}
