import CEL
import Values

/// Expressions that all must hold for a webhook or policy to be asked (upstream's `webhook/matchconditions`).
struct MatchConditions: Sendable {
    enum Outcome: Sendable, Equatable {
        case matches
        case differs
        /// The write is refused: nobody can tell.
        case fails(String)
    }

    private let conditions: [CompiledExpression]
    private let failsOpen: Bool

    init(_ conditions: Value?, failsOpen: Bool, hasParams: Bool) {
        let variables = AdmissionTypes.variables(hasParams: hasParams)
        self.conditions = (conditions?.array ?? []).map {
            CompiledExpression($0["expression"]?.string ?? "", variables, returns: [.bool])
        }
        self.failsOpen = failsOpen
    }

    var isEmpty: Bool { conditions.isEmpty }

    /// One condition that does not hold decides, even when others fail.
    func match(_ scope: ExpressionScope, of whose: PolicyMetrics.Conditioned, _ metrics: PolicyMetrics) async -> Outcome {
        if conditions.isEmpty { return .matches }
        let began = ContinuousClock.now
        let (outcome, errors) = await match(scope)
        metrics.conditions(
            of: whose, scope.request.operation, ContinuousClock.now - began, errors: errors,
            isExcluded: whose.kind == "webhook" && outcome == .differs)
        return outcome
    }

    /// With how many of the conditions failed.
    private func match(_ scope: ExpressionScope) async -> (outcome: Outcome, errors: Int) {
        var errors = 0
        var problems: [String] = []
        for condition in conditions {
            do throws(CompiledExpression.Failure) {
                if case .bool(false) = try await scope.evaluate(condition) { return (.differs, errors) }
            } catch {
                errors += 1
                if !problems.contains(error.description) { problems.append(error.description) }
                if error.isOutOfBudget { break }
            }
        }
        guard !problems.isEmpty else { return (.matches, errors) }
        if failsOpen { return (.differs, errors) }
        return (.fails(problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]"), errors)
    }
}
