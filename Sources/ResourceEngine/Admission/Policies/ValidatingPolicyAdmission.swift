import Core
import JSON
import Values

/// Evaluates ValidatingAdmissionPolicies.
struct ValidatingPolicyAdmission: ValidatingPlugin {
    let name = "ValidatingAdmissionPolicy"
    private let services: AdmissionServices
    private let policies: PolicySet<ValidatingPolicy>

    init(_ services: AdmissionServices) {
        self.services = services
        let group = "admissionregistration.k8s.io"
        policies = PolicySet(
            policies: ConfigurationCache("\(group)/validatingadmissionpolicies", logger: services.logger, make: ValidatingPolicy.init),
            bindings: ConfigurationCache("\(group)/validatingadmissionpolicybindings", logger: services.logger, make: PolicyBinding.init),
            name: { $0.core.name })
    }

    /// A refusal and who it comes from.
    private struct Denial {
        let policy: String
        let binding: String?
        let decision: ValidatingPolicy.Decision
    }

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard !request.configuresAdmission else { return }
        let current = policies.current(cluster)
        guard !current.isEmpty else { return }
        let answers = AccessAnswers(services.authorizer)
        var denials: [Denial] = []
        for (policy, bindings) in current {
            try await evaluate(policy, bindings, answers, &request, cluster, &denials)
        }
        guard let first = denials.first else { return }
        throw refusal(first, request)
    }

    private func evaluate(
        _ policy: ValidatingPolicy, _ bindings: [PolicyBinding], _ answers: AccessAnswers, _ request: inout AdmissionRequest,
        _ cluster: ClusterState, _ denials: inout [Denial]
    ) async throws {
        let core = policy.core
        func configurationProblem(_ error: any Error, _ binding: PolicyBinding?) {
            guard !core.failsOpen else { return }
            let message = "failed to configure \(binding == nil ? "policy" : "binding"): \(error)"
            denials.append(Denial(policy: core.name, binding: binding?.name, decision: .init(message: message)))
        }
        let version: ServedResource
        do {
            guard let found = try core.matcher.match(request, services.versions, cluster) else { return }
            version = found
        } catch {
            return configurationProblem(error, nil)
        }
        var shown: AdmissionView?
        var annotations: [String: [String]] = [:]
        for binding in bindings {
            let params: [Value?]
            do {
                if let matcher = binding.matcher, try matcher.match(request, services.versions, cluster) == nil { continue }
                params = try await core.params(binding, request, services.registry, cluster)
            } catch {
                configurationProblem(error, binding)
                continue
            }
            for param in params {
                if shown == nil { shown = try await AdmissionView(request, in: version, services.versions) }
                guard let view = shown else { continue }
                let outcome = await policy.evaluate(
                    ExpressionScope(
                        request, view, cluster, answers: answers, params: param, showsNamespace: true,
                        composed: core.variables, budget: ExpressionScope.budget),
                    conditions: ExpressionScope(request, view, cluster, answers: answers, params: param), services.policies)
                for decision in outcome.ignored { count(decision, core.name, binding, "allow") }
                for decision in outcome.decisions {
                    enforce(decision, core.name, binding, &request, &denials)
                }
                for decision in outcome.problems {
                    denials.append(Denial(policy: core.name, binding: binding.name, decision: decision))
                    count(decision, core.name, binding, "deny")
                }
                for (key, value) in outcome.annotations where annotations[key]?.contains(value) != true {
                    annotations[key, default: []].append(value)
                }
            }
        }
        for (key, values) in annotations { request.auditAnnotations["\(core.name)/\(key)"] = values.joined(separator: ", ") }
    }

    private func count(_ decision: ValidatingPolicy.Decision, _ policy: String, _ binding: PolicyBinding, _ action: String) {
        services.policies.validated(policy, binding.name, decision.message, action: action, decision.duration)
    }

    private func enforce(
        _ decision: ValidatingPolicy.Decision, _ policy: String, _ binding: PolicyBinding, _ request: inout AdmissionRequest,
        _ denials: inout [Denial]
    ) {
        for action in binding.actions {
            count(decision, policy, binding, action.lowercased())
            switch action {
            case "Deny": denials.append(Denial(policy: policy, binding: binding.name, decision: decision))
            case "Warn":
                request.warnings.append(
                    "Validation failed for ValidatingAdmissionPolicy '\(policy)' with binding '\(binding.name)': \(decision.message)")
            case "Audit":
                let failure: Value = [
                    [
                        "message": .string(decision.message), "policy": .string(policy), "binding": .string(binding.name),
                        "expressionIndex": .int(Int64(decision.index)),
                        "validationActions": .array(binding.actions.map { .string($0) }),
                    ]
                ]
                request.auditAnnotations["validation.policy.admission.k8s.io/validation_failure"] = JSONWriter.string(failure)
            default: break
            }
        }
    }

    private func refusal(_ denial: Denial, _ request: AdmissionRequest) -> APIError {
        let by = denial.binding.map { "'\(denial.policy)' with binding '\($0)'" } ?? "'\(denial.policy)'"
        let message = "ValidatingAdmissionPolicy \(by) denied request: \(denial.decision.message)"
        var error = request.forbidden(message)
        let reason = denial.decision.reason.isEmpty ? "Invalid" : denial.decision.reason
        error.reason = APIError.Reason(rawValue: reason)
        switch reason {
        case "Forbidden": error.code = 403
        case "Unauthorized": error.code = 401
        case "RequestEntityTooLarge": error.code = 413
        default: error.code = 422
        }
        error.causes.append(.init(reason: "", message: message, field: ""))
        return error
    }
}
