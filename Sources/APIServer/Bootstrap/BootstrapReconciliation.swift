import ResourceEngine
import Values

/// What to make of a bootstrap object that is there already: a pure function of what is and what should be.
///
/// Roles and bindings keep what an administrator added and get back what is missing, unless he switched that off
/// (`rbac.authorization.kubernetes.io/autoupdate`), as upstream does it at each start.
package enum BootstrapReconciliation {
    package enum Outcome: Sendable, Equatable {
        case keep
        case update(Value)
        /// For what cannot be changed in place.
        case replace
    }

    package static func reconcile(_ existing: Value, _ wanted: BootstrapFacts.Wanted) -> Outcome {
        switch wanted.resource.resource {
        case "clusterroles", "roles": role(existing, wanted.object)
        case "clusterrolebindings", "rolebindings": binding(existing, wanted.object)
        case "flowschemas", "prioritylevelconfigurations":
            flowControl(existing, wanted.object, isMandatory: false)
        case "endpoints": fields(["subsets"], existing, wanted.object)
        case "endpointslices": fields(["endpoints", "ports"], existing, wanted.object)
        case "apiservices": apiService(existing, wanted.object)
        case "services": service(existing, wanted.object)
        case "configmaps" where wanted.key.name == "cluster-info": clusterInfo(existing, wanted.object)
        case "configmaps" where wanted.key.name == "extension-apiserver-authentication": fields(["data"], existing, wanted.object)
        default: .keep
        }
    }

    private static func isAutoUpdated(_ existing: Value, _ annotation: String) -> Bool {
        existing[path: "metadata", "annotations"]?[annotation]?.string != "false"
    }

    /// What every cluster must have is corrected always; the rest unless the annotation says that it is somebody's own, or, without one, it was changed.
    package static func flowControl(_ existing: Value, _ wanted: Value, isMandatory: Bool) -> Outcome {
        let name = "apf.kubernetes.io/autoupdate-spec"
        let isOurs: Bool
        switch existing[path: "metadata", "annotations"]?[name]?.string {
        case "true": isOurs = true
        case nil: isOurs = existing[path: "metadata", "generation"]?.int == 1
        default: isOurs = false
        }
        return isMandatory || isOurs ? fields(["spec"], existing, wanted) : .keep
    }

    /// Signatures of the configuration stand beside it.
    private static func clusterInfo(_ existing: Value, _ wanted: Value) -> Outcome {
        guard existing[path: "data", "kubeconfig"] != wanted[path: "data", "kubeconfig"] else { return .keep }
        var result = existing
        if result["data"]?.object == nil { result["data"] = [:] }
        result["data"]?["kubeconfig"] = wanted[path: "data", "kubeconfig"]
        return .update(result)
    }

    private static func outcome(_ old: Value, _ new: Value) -> Outcome { old == new ? .keep : .update(new) }

    private static func fields(_ names: [String], _ existing: Value, _ wanted: Value) -> Outcome {
        var result = existing
        for name in names where !covers(result[name] ?? .null, wanted[name] ?? .null) { result[name] = wanted[name] }
        return outcome(existing, result)
    }

    /// Whether `existing` says all that `wanted` says; the server's defaults may stand beside it.
    private static func covers(_ existing: Value, _ wanted: Value) -> Bool {
        switch (existing, wanted) {
        case (.object(let existing), .object(let wanted)):
            wanted.allSatisfy { covers(existing[$0.key] ?? .null, $0.value) }
        case (.array(let existing), .array(let wanted)):
            existing.count == wanted.count && zip(existing, wanted).allSatisfy { covers($0, $1) }
        default: existing == wanted
        }
    }

    private static func role(_ existing: Value, _ wanted: Value) -> Outcome {
        guard isAutoUpdated(existing, "rbac.authorization.kubernetes.io/autoupdate") else { return .keep }
        var result = addingMetadata(existing, wanted)
        if let rule = wanted["aggregationRule"] {
            let selectors = rule["clusterRoleSelectors"]?.array ?? []
            let present = existing[path: "aggregationRule", "clusterRoleSelectors"]?.array ?? []
            let missing = selectors.filter { !present.contains($0) }
            if !missing.isEmpty { result["aggregationRule"] = ["clusterRoleSelectors": .array(present + missing)] }
        }
        let owned = (existing["rules"]?.array ?? []).map(RBACRule.init)
        let missing = (wanted["rules"]?.array ?? []).filter { rule in
            !RBACRule(rule).parts.allSatisfy { part in owned.contains { $0.covers(part) } }
        }
        if !missing.isEmpty { result["rules"] = .array((existing["rules"]?.array ?? []) + missing) }
        return outcome(existing, result)
    }

    private static func binding(_ existing: Value, _ wanted: Value) -> Outcome {
        guard isAutoUpdated(existing, "rbac.authorization.kubernetes.io/autoupdate") else { return .keep }
        guard existing["roleRef"] == wanted["roleRef"] else { return .replace }
        var result = addingMetadata(existing, wanted)
        let present = existing["subjects"]?.array ?? []
        let missing = (wanted["subjects"]?.array ?? []).filter { !present.contains($0) }
        if !missing.isEmpty { result["subjects"] = .array(present + missing) }
        return outcome(existing, result)
    }

    /// Labels and annotations that are missing; those that are there stay as they are.
    private static func addingMetadata(_ existing: Value, _ wanted: Value) -> Value {
        var result = existing
        for map in ["labels", "annotations"] {
            for member in wanted[path: "metadata", map]?.object ?? Object() where existing[path: "metadata", map]?[member.key] == nil {
                result["metadata"]?[map]?[member.key] = member.value
            }
        }
        return result
    }

    /// One that points to a service of somebody's was put there on purpose.
    private static func apiService(_ existing: Value, _ wanted: Value) -> Outcome {
        isOurs(existing) ? fields(["spec"], existing, wanted) : .keep
    }

    /// Whether an APIService was made here.
    static func isOurs(_ service: Value) -> Bool {
        service[path: "metadata", "labels"]?["kube-aggregator.kubernetes.io/automanaged"] != nil
    }

    /// The address cannot be changed in place; the port can.
    private static func service(_ existing: Value, _ wanted: Value) -> Outcome {
        guard existing[path: "spec", "clusterIP"] == wanted[path: "spec", "clusterIP"] else { return .replace }
        if covers(existing[path: "spec", "ports"] ?? .null, wanted[path: "spec", "ports"] ?? .null) { return .keep }
        var result = existing
        result["spec"]?["ports"] = wanted[path: "spec", "ports"]
        return outcome(existing, result)
    }
}
