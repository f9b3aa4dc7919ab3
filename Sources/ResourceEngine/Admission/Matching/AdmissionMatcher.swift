import Core
import Values

/// Whether a webhook or a policy is to be asked about a write: rules, selectors, match policy (upstream's `predicates` and
/// `policy/matching`).
struct AdmissionMatcher: Sendable {
    private let namespaces: LabelMatcher
    private let objects: LabelMatcher
    private let rules: [AdmissionRule]
    private let excluded: [AdmissionRule]
    private let isExact: Bool
    /// Policies and bindings without rules are about everything, webhooks about nothing.
    private let takesAll: Bool

    /// From a webhook. Throws `APIError` for selectors that are none.
    init(webhook: Value) throws {
        try self.init(webhook, rules: "rules", takesAll: false)
    }

    /// From a policy's or a binding's `MatchResources`; nil takes everything.
    init(matchResources: Value?) throws {
        try self.init(matchResources ?? .object(Object()), rules: "resourceRules", takesAll: true)
    }

    private init(_ source: Value, rules field: String, takesAll: Bool) throws {
        func selector(_ name: String) throws -> LabelMatcher {
            guard let given = source[name], !given.isNull else { return .everything }
            return try LabelMatcher(selector: given)
        }
        namespaces = try selector("namespaceSelector")
        objects = try selector("objectSelector")
        rules = (source[field]?.array ?? []).map(AdmissionRule.init)
        excluded = (source["excludeResourceRules"]?.array ?? []).map(AdmissionRule.init)
        isExact = source["matchPolicy"]?.string == "Exact"
        self.takesAll = takesAll
    }

    /// The version in which the write is to be shown, or nil when it is none of the webhook's or policy's business. Throws `APIError`
    /// (404) when it would be and its namespace is not there.
    func match(_ request: AdmissionRequest, _ versions: AdmissionVersions, _ cluster: ClusterState) throws -> ServedResource? {
        var missing: APIError?
        do {
            guard try matchesNamespace(request, cluster) else { return nil }
        } catch let error as APIError {
            missing = error
        }
        guard matchesObject(request) else { return nil }
        if find(excluded, request, versions) != nil { return nil }
        let found = takesAll && rules.isEmpty ? request.resource : find(rules, request, versions)
        if found != nil, let missing { throw missing }
        return found
    }

    private func find(_ rules: [AdmissionRule], _ request: AdmissionRequest, _ versions: AdmissionVersions) -> ServedResource? {
        guard !rules.isEmpty else { return nil }
        let asked = request.resource.schema.resource
        if rules.contains(where: { $0.matches(request, as: asked) }) { return request.resource }
        guard !isExact else { return nil }
        let others = versions.equivalents(of: request.resource, subresource: request.subresource)
        guard !others.isEmpty else { return nil }
        for rule in rules {
            if let other = others.first(where: { rule.matches(request, as: $0.schema.resource) }) { return other }
        }
        return nil
    }

    private func matchesNamespace(_ request: AdmissionRequest, _ cluster: ClusterState) throws -> Bool {
        let name = request.reviewedNamespace
        if namespaces.isEverything || (name.isEmpty && !request.isNamespaceObject) { return true }
        if request.isNamespaceObject, request.subresource.isEmpty, request.operation == .create || request.operation == .update {
            // The newest labels are those that are just being written.
            return namespaces.matches(request.object?.metaStrings("labels") ?? [:])
        }
        guard let namespace = cluster.store.get("namespaces", ObjectKey(name: name)) else {
            throw APIError.notFound(GroupResource(group: "", resource: "namespaces"), name)
        }
        return namespaces.matches(namespace.summary.labels)
    }

    private func matchesObject(_ request: AdmissionRequest) -> Bool {
        if objects.isEverything { return true }
        return [request.object, request.oldObject].contains { object in
            object.map { objects.matches($0.metaStrings("labels")) } ?? false
        }
    }
}
