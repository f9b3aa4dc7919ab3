import CEL
import Core
import Values

/// Where a policy holds and with which parameters: `ValidatingAdmissionPolicyBinding` or `MutatingAdmissionPolicyBinding`.
struct PolicyBinding: Sendable {
    let name: String
    let policyName: String
    /// Nil where the binding leaves all to the policy.
    let matcher: AdmissionMatcher?
    let params: PolicyParams?
    let actions: [String]

    /// Throws `APIError` for selectors that are none.
    init(_ binding: Value) throws {
        let spec = binding["spec"] ?? .null
        name = binding.name
        policyName = spec["policyName"]?.string ?? ""
        if let resources = spec["matchResources"], resources.object != nil {
            matcher = try AdmissionMatcher(matchResources: resources)
        } else {
            matcher = nil
        }
        params = try spec["paramRef"].flatMap { $0.object == nil ? nil : try PolicyParams($0) }
        actions = (spec["validationActions"]?.array ?? []).compactMap(\.string)
    }
}

/// The objects a binding takes as parameters: `ParamRef`.
struct PolicyParams: Sendable {
    /// Why parameters cannot be had, in upstream's words.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    private let name: String
    private let namespace: String
    private let selector: LabelMatcher?
    private let denies: Bool

    init(_ reference: Value) throws {
        name = reference["name"]?.string ?? ""
        namespace = reference["namespace"]?.string ?? ""
        selector = try reference["selector"].flatMap { $0.object == nil ? nil : try LabelMatcher(selector: $0) }
        denies = reference["parameterNotFoundAction"]?.string == "Deny"
    }

    /// The parameters for a write in a namespace; none where there are none and the binding does not mind. Throws `Problem`.
    func collect(_ kind: GroupVersionKind, _ request: AdmissionRequest, _ registry: ResourceRegistry, _ cluster: ClusterState) async throws
        -> [Value]
    {
        guard let resource = registry.resource(of: kind) else {
            throw Problem(description: "paramKind kind `\(kind.apiVersion), Kind=\(kind.kind)` not known")
        }
        var place: String?
        if resource.schema.isNamespaced {
            let own = request.reviewedNamespace
            guard !namespace.isEmpty || !own.isEmpty else {
                throw Problem(description: "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources")
            }
            place = namespace.isEmpty ? own : namespace
        } else if !namespace.isEmpty {
            throw Problem(description: "paramRef.namespace must not be provided for a cluster-scoped `paramKind`")
        }
        var found: [Value] = []
        if !name.isEmpty {
            if let stored = cluster.store.get(resource.bucket, ObjectKey(namespace: place ?? "", name: name)) {
                found = [try await resource.serve(stored).value()]
            }
        } else if let selector {
            let chosen = cluster.store.list(resource.bucket, namespace: place).objects.filter { selector.matches($0.summary.labels) }
            found = try await resource.serve(chosen).map { try $0.value() }
        }
        if found.isEmpty, denies {
            throw Problem(description: "no params found for policy binding with `Deny` parameterNotFoundAction")
        }
        return found
    }
}

/// What all policies have in common.
struct PolicyCore: Sendable {
    let name: String
    let paramKind: GroupVersionKind?
    let matcher: AdmissionMatcher
    let failsOpen: Bool
    let conditions: MatchConditions
    let variables: PolicyVariables

    init(_ policy: Value) throws {
        let spec = policy["spec"] ?? .null
        name = policy.name
        paramKind = spec["paramKind"].flatMap { kind in
            kind.object.map { _ in GroupVersionKind(apiVersion: kind["apiVersion"]?.string ?? "", kind: kind["kind"]?.string ?? "") }
        }
        matcher = try AdmissionMatcher(matchResources: spec["matchConstraints"])
        failsOpen = spec["failurePolicy"]?.string == "Ignore"
        conditions = MatchConditions(spec["matchConditions"], failsOpen: failsOpen, hasParams: paramKind != nil)
        variables = PolicyVariables(spec["variables"], hasParams: paramKind != nil)
    }

    /// A policy's expressions are checked against these.
    func types(hasAuthorizer: Bool = true) -> [String: CELType] {
        AdmissionTypes.variables(hasParams: paramKind != nil, hasAuthorizer: hasAuthorizer, composed: variables.types)
    }

    /// One nil where the policy takes no parameters or the binding gives none. Throws `PolicyParams.Problem`.
    func params(_ binding: PolicyBinding, _ request: AdmissionRequest, _ registry: ResourceRegistry, _ cluster: ClusterState) async throws
        -> [Value?]
    {
        guard let paramKind else { return [nil] }
        guard registry.resource(of: paramKind) != nil else {
            throw PolicyParams.Problem(
                description: "failed to find resource referenced by paramKind: '\(paramKind.apiVersion), Kind=\(paramKind.kind)'")
        }
        guard let params = binding.params else { return [nil] }
        return try await params.collect(paramKind, request, registry, cluster)
    }
}
