import Values

/// `matchLabelKeys` and `mismatchLabelKeys` of a new pod become requirements of the selectors beside them, with the values that the pod's
/// labels have: schedulers look at the selectors alone (KEP-3633, KEP-3243).
enum PodLabelKeys {
    /// Adds the requirements. A term without a selector matches nothing and stays so.
    static func merge(into pod: inout Value) {
        let labels = pod[path: "metadata", "labels"]
        for kind in ["podAffinity", "podAntiAffinity"] where pod[path: "spec", "affinity", kind] != nil {
            var terms = pod[path: "spec", "affinity", kind] ?? .null
            extend(&terms, "requiredDuringSchedulingIgnoredDuringExecution", labels)
            extend(&terms, "preferredDuringSchedulingIgnoredDuringExecution", within: "podAffinityTerm", labels)
            if terms != pod[path: "spec", "affinity", kind] { pod["spec"]?["affinity"]?[kind] = terms }
        }
        guard pod[path: "spec", "topologySpreadConstraints"] != nil, var spec = pod["spec"] else { return }
        extend(&spec, "topologySpreadConstraints", labels)
        pod["spec"] = spec
    }

    /// Extends each of a list's selectors, those of the list's members or of a member of theirs.
    private static func extend(_ object: inout Value, _ list: String, within member: String? = nil, _ labels: Value?) {
        guard let items = object[list]?.array, !items.isEmpty else { return }
        object[list] = .array(
            items.map { item in
                guard let member else { return extended(item, labels) }
                var changed = item
                changed[member] = item[member].map { extended($0, labels) }
                return changed
            })
    }

    private static func extended(_ term: Value, _ labels: Value?) -> Value {
        guard term["labelSelector"]?.object != nil else { return term }
        let added = [("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn")].flatMap { list, relation in
            (term[list]?.array ?? []).compactMap { key -> Value? in
                guard let name = key.string, let value = labels?[name] else { return nil }
                return ["key": key, "operator": .string(relation), "values": [value]]
            }
        }
        guard !added.isEmpty else { return term }
        var term = term
        let own = term[path: "labelSelector", "matchExpressions"]?.array ?? []
        term["labelSelector"]?["matchExpressions"] = .array(own + added)
        return term
    }
}
