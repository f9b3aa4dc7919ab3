import Values

/// Webhooks and admission policies.
extension BuiltInRows {
    private static let prefix = "io.k8s.api.admissionregistration.v1."

    static let admission: [String: RowPlan] = [
        prefix + "MutatingWebhookConfiguration": row(MutatingWebhookConfiguration.self, "webhooks()") { configuration, ages in
            [text(configuration.metadata.name), number(configuration.webhooks.count), ages.of(configuration.metadata)]
        },
        prefix + "ValidatingWebhookConfiguration": row(ValidatingWebhookConfiguration.self, "webhooks()") { configuration, ages in
            [text(configuration.metadata.name), number(configuration.webhooks.count), ages.of(configuration.metadata)]
        },
        prefix + "ValidatingAdmissionPolicy": row(ValidatingAdmissionPolicy.self, "spec(validations(),paramKind)") { policy, ages in
            [text(policy.metadata.name), number(policy.spec.validations.count), kind(policy.spec.paramKind), ages.of(policy.metadata)]
        },
        prefix + "MutatingAdmissionPolicy": row(MutatingAdmissionPolicy.self, "spec(mutations(),paramKind)") { policy, ages in
            [text(policy.metadata.name), number(policy.spec.mutations.count), kind(policy.spec.paramKind), ages.of(policy.metadata)]
        },
        prefix + "ValidatingAdmissionPolicyBinding": row(ValidatingAdmissionPolicyBinding.self, "spec(policyName,paramRef)") {
            binding, ages in
            [text(binding.metadata.name), text(binding.spec.policyName), parameters(binding.spec.paramRef), ages.of(binding.metadata)]
        },
        prefix + "MutatingAdmissionPolicyBinding": row(MutatingAdmissionPolicyBinding.self, "spec(policyName,paramRef)") { binding, ages in
            [text(binding.metadata.name), text(binding.spec.policyName), parameters(binding.spec.paramRef), ages.of(binding.metadata)]
        },
    ]

    private static func kind(_ kind: ParamKind?) -> Value { .string(kind.map { "\($0.apiVersion)/\($0.kind)" } ?? "<unset>") }

    private static func parameters(_ reference: ParamRef?) -> Value {
        guard let reference else { return "<unset>" }
        if !reference.name.isEmpty { return .string("\(reference.namespace.isEmpty ? "*" : reference.namespace)/\(reference.name)") }
        return .string(reference.selector.map { selector($0) } ?? "<unset>")
    }
}
