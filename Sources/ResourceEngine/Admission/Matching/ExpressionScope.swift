import CEL
import Core
import Values

/// What the expressions of webhooks and policies see of one write, and what they may still cost. Values are made when they are first named.
/// For one task.
final class ExpressionScope {
    /// What one expression may cost.
    static let callLimit: UInt64 = 1_000_000
    /// What all expressions of a policy may cost, and all match conditions.
    static let budget: UInt64 = 10_000_000
    static let conditionsBudget: UInt64 = 2_500_000

    let request: AdmissionRequest
    let view: AdmissionView
    private let cluster: ClusterState
    private let answers: AccessAnswers
    private let params: Value?
    private let showsNamespace: Bool
    /// A policy's own variables.
    private let composed: PolicyVariables?
    private var composedValues: VariableValues?
    private var known: [String: CELValue] = [:]
    var remaining: UInt64

    init(
        _ request: AdmissionRequest, _ view: AdmissionView, _ cluster: ClusterState, answers: AccessAnswers, params: Value? = nil,
        showsNamespace: Bool = false, composed: PolicyVariables? = nil, budget: UInt64 = ExpressionScope.conditionsBudget
    ) {
        self.request = request
        self.view = view
        self.cluster = cluster
        self.answers = answers
        self.params = params
        self.showsNamespace = showsNamespace
        self.composed = composed
        remaining = budget
    }

    /// The value of an expression. Throws `CompiledExpression.Failure`.
    func evaluate(_ compiled: CompiledExpression) async throws(CompiledExpression.Failure) -> CELValue {
        let expression: Expression
        switch compiled.outcome {
        case .failure(let failure): throw CompiledExpression.Failure(description: "compilation error: \(failure)")
        case .success(let found): expression = found
        }
        var variables: [String: CELValue] = [:]
        for name in expression.usedVariables { variables[name] = value(name) }
        while true {
            let problem: any Error
            do {
                defer { remaining -= min(composedValues?.takeCost() ?? 0, remaining) }
                let (value, cost) = try expression.evaluate(variables, limit: min(remaining, Self.callLimit))
                remaining -= min(cost, remaining)
                return value
            } catch { problem = error }
            // A round that ended for want of an answer costs nothing: the next one goes the same way.
            guard let missing = problem as? AccessAnswers.Missing else { throw failure(problem, compiled) }
            await answers.fetch(missing)
        }
    }

    private func failure(_ problem: any Error, _ compiled: CompiledExpression) -> CompiledExpression.Failure {
        if let error = problem as? CELError, error.isFinal, remaining < Self.callLimit {
            return CompiledExpression.Failure(
                description: "validation failed due to running out of cost budget, no further validation rules will be run",
                isOutOfBudget: true)
        }
        return CompiledExpression.Failure(description: "expression '\(compiled.text)' resulted in error: \(problem)")
    }

    private func value(_ name: String) -> CELValue? {
        if let value = known[name] { return value }
        let value = make(name)
        known[name] = value
        return value
    }

    private func make(_ name: String) -> CELValue? {
        switch name {
        case "object": return CELValue(view.object ?? .null, as: .dyn)
        case "oldObject": return CELValue(view.oldObject ?? .null, as: .dyn)
        case "params": return CELValue(params ?? .null, as: .dyn)
        case "request": return CELValue(.object(Object(AdmissionReview.attributes(request, view))), as: AdmissionTypes.request)
        case "namespaceObject": return CELValue(namespace ?? .null, as: AdmissionTypes.namespace)
        case "authorizer": return .opaque(AuthorizerValue(answers: answers, user: request.user))
        case "authorizer.requestResource":
            return .opaque(ResourceCheckValue(answers: answers, attributes: RequestAttributes(request.request, name: request.name)))
        case "variables":
            guard let composed else { return nil }
            var scope: [String: CELValue] = [:]
            for (_, compiled) in composed.expressions {
                for name in (try? compiled.outcome.get())?.usedVariables ?? [] where name != "variables" { scope[name] = value(name) }
            }
            let values = VariableValues(composed, scope: scope)
            composedValues = values
            return .opaque(values)
        default: return nil
        }
    }

    private var namespace: Value? {
        guard showsNamespace, !request.isNamespaceObject, !request.namespace.isEmpty else { return nil }
        // The namespace of a write that came this far was there a moment ago.
        return try? cluster.get("namespaces", ObjectKey(name: request.namespace))
    }
}
