import Core
import Values

/// Which writes a webhook or policy is about: `RuleWithOperations`, and `NamedRuleWithOperations` where it has names.
struct AdmissionRule: Sendable {
    private let operations: Set<String>
    private let groups: Set<String>
    private let versions: Set<String>
    private let resources: [(resource: Substring, subresource: Substring)]
    private let scope: String
    private let names: Set<String>

    init(_ rule: Value) {
        func texts(_ field: String) -> Set<String> { Set((rule[field]?.array ?? []).compactMap(\.string)) }
        operations = texts("operations")
        groups = texts("apiGroups")
        versions = texts("apiVersions")
        resources = (rule["resources"]?.array ?? []).compactMap(\.string).map { text in
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            return (parts[0], parts.count == 2 ? parts[1] : "")
        }
        scope = rule["scope"]?.string ?? "*"
        names = texts("resourceNames")
    }

    /// Whether the rule is about a write of `resource`, which may be another version of what was asked for.
    func matches(_ request: AdmissionRequest, as resource: GroupVersionResource) -> Bool {
        func has(_ set: Set<String>, _ wanted: String) -> Bool { set.contains("*") || set.contains(wanted) }
        guard has(operations, request.operation.rawValue), has(groups, resource.group), has(versions, resource.version) else {
            return false
        }
        switch scope {
        case "Namespaced": guard !request.isNamespaceObject, !request.namespace.isEmpty else { return false }
        case "Cluster": guard request.isNamespaceObject || request.namespace.isEmpty else { return false }
        default: break
        }
        guard
            resources.contains(where: {
                ($0.resource == "*" || $0.resource == resource.resource) && ($0.subresource == "*" || $0.subresource == request.subresource)
            })
        else { return false }
        return names.isEmpty || names.contains(request.name)
    }
}

extension AdmissionRequest {
    /// Whether the write is of a namespace or a part of one.
    var isNamespaceObject: Bool { schema.resource.group.isEmpty && schema.resource.resource == "namespaces" }

    /// The namespace that selectors look at and reviews name: of a namespace its own name.
    var reviewedNamespace: String { isNamespaceObject ? name : namespace }

    /// The objects by which admission is configured are nobody's to admit but the built-in plugins', lest a cluster lock itself out.
    var configuresAdmission: Bool {
        kind.group == "admissionregistration.k8s.io"
            && [
                "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy",
                "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding",
            ].contains(kind.kind)
    }
}
