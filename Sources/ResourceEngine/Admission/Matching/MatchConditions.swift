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
    func match(_ scope: ExpressionScope) async -> Outcome {
        var problems: [String] = []
        for condition in conditions {
            do throws(CompiledExpression.Failure) {
                if case .bool(false) = try await scope.evaluate(condition) { return .differs }
            } catch {
                if !problems.contains(error.description) { problems.append(error.description) }
                if error.isOutOfBudget { break }
            }
        }
        guard !problems.isEmpty else { return .matches }
        if failsOpen { return .differs }
        return .fails(problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]")
    }
}
