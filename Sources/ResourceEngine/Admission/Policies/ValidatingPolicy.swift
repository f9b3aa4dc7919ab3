import CEL
import Core
import Values

/// A ValidatingAdmissionPolicy, compiled.
struct ValidatingPolicy: Sendable {
    struct Validation: Sendable {
        let expression: CompiledExpression
        let messageExpression: CompiledExpression?
        let message: String
        let reason: String
    }

    /// What one validation, or the policy as a whole, says against a write.
    struct Decision: Sendable {
        var message: String
        var reason = ""
        /// Which validation it was.
        var index = 0
        /// How long its expression took.
        var duration = Duration.zero
    }

    /// What came of a policy with one parameter.
    struct Outcome: Sendable {
        var decisions: [Decision] = []
        /// Failures that the policy ignores.
        var ignored: [Decision] = []
        /// Audit annotations that could not be had: these deny whatever the binding says.
        var problems: [Decision] = []
        var annotations: [(key: String, value: String)] = []
    }

    /// A message that an expression makes may not be longer.
    private static let messageLimit = 5 * 1024
    private static let annotationLimit = 10 * 1024

    let core: PolicyCore
    private let validations: [Validation]
    private let annotations: [(key: String, expression: CompiledExpression)]

    /// Throws `APIError` for selectors that are none.
    init(_ policy: Value) throws {
        let core = try PolicyCore(policy)
        self.core = core
        let types = core.types()
        let messageTypes = core.types(hasAuthorizer: false)
        let spec = policy["spec"] ?? .null
        validations = (spec["validations"]?.array ?? []).map { value in
            let message = value["messageExpression"]?.string ?? ""
            return Validation(
                expression: CompiledExpression(value["expression"]?.string ?? "", types, returns: [.bool]),
                messageExpression: message.isEmpty ? nil : CompiledExpression(message, messageTypes, returns: [.string]),
                message: RuleNode.Rule.trimmed(value["message"]?.string ?? ""), reason: value["reason"]?.string ?? "")
        }
        annotations = (spec["auditAnnotations"]?.array ?? []).map {
            ($0["key"]?.string ?? "", CompiledExpression($0["valueExpression"]?.string ?? "", types, returns: [.string, .null]))
        }
    }

    /// Evaluates the policy for a write, seen with one parameter.
    func evaluate(_ scope: ExpressionScope, conditions: ExpressionScope, _ metrics: PolicyMetrics) async -> Outcome {
        var outcome = Outcome()
        switch await core.conditions.match(
            conditions, of: PolicyMetrics.Conditioned(name: core.name, kind: "policy", type: "validate"), metrics)
        {
        case .matches: break
        case .differs: return outcome
        case .fails(let why):
            outcome.decisions = [Decision(message: why)]
            return outcome
        }
        for (index, validation) in validations.enumerated() {
            let began = ContinuousClock.now
            do throws(CompiledExpression.Failure) {
                if case .bool(true) = try await scope.evaluate(validation.expression) { continue }
                let duration = ContinuousClock.now - began
                let reason = validation.reason.isEmpty ? "Invalid" : validation.reason
                outcome.decisions.append(
                    Decision(message: await message(validation, scope), reason: reason, index: index, duration: duration))
            } catch {
                let decision = Decision(message: error.description, index: index, duration: ContinuousClock.now - began)
                if core.failsOpen { outcome.ignored.append(decision) } else { outcome.decisions.append(decision) }
                if error.isOutOfBudget { return outcome }
            }
        }
        for (key, expression) in annotations {
            let began = ContinuousClock.now
            do throws(CompiledExpression.Failure) {
                guard case .string(let text) = try await scope.evaluate(expression) else { continue }
                let value = RuleNode.Rule.trimmed(text)
                if !value.isEmpty { outcome.annotations.append((key, String(value.prefix(Self.annotationLimit)))) }
            } catch {
                if !core.failsOpen { outcome.problems.append(Decision(message: error.description, duration: ContinuousClock.now - began)) }
                if error.isOutOfBudget { return outcome }
            }
        }
        return outcome
    }

    /// What the policy has to say, else the expression that failed.
    private func message(_ validation: Validation, _ scope: ExpressionScope) async -> String {
        if let expression = validation.messageExpression, case .string(let text)? = try? await scope.evaluate(expression) {
            let message = RuleNode.Rule.trimmed(text)
            if !message.isEmpty, message.utf8.count <= Self.messageLimit, !message.contains("\n") { return message }
        }
        if !validation.message.isEmpty { return validation.message }
        return "failed expression: \(RuleNode.Rule.trimmed(validation.expression.text))"
    }
}
