import KubernetesAPI

/// One of the conditions under which a quota counts an object: a scope by name, or an expression of its selector.
struct QuotaScope: Sendable {
    let name: String
    let `operator`: String
    let values: [String]

    /// As Go prints it in messages.
    var shown: String { "{\(name) \(`operator`) [\(values.joined(separator: " "))]}" }

    static func all(of spec: ResourceQuotaSpec) -> [QuotaScope] {
        spec.scopes.map { QuotaScope(name: $0, operator: "Exists", values: []) }
            + (spec.scopeSelector?.matchExpressions ?? []).map { QuotaScope(name: $0.scopeName, operator: $0.operator, values: $0.values) }
    }

    /// Whether any of an object's classes meets the expression.
    func selects(_ classes: [String]) -> Bool {
        switch `operator` {
        case "In": classes.contains(where: values.contains)
        case "NotIn": classes.isEmpty || classes.contains { !values.contains($0) }
        case "Exists": !classes.isEmpty
        case "DoesNotExist": classes.isEmpty
        default: false
        }
    }
}
