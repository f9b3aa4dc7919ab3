import Values

/// PodGroups and the Workloads whose templates they are made of: what belongs to features that are off is taken out, unless it was
/// there before (upstream's `pkg/registry/scheduling`).
struct PodGroupHooks: ResourceHooks {
    let gates: FeatureGates
    /// Where the specs are: the group's own, or those of a workload's templates.
    let isWorkload: Bool

    private static let fields: [(gate: String, names: [String])] = [
        ("TopologyAwareWorkloadScheduling", ["schedulingConstraints"]), ("DRAWorkloadResourceClaims", ["resourceClaims"]),
        ("WorkloadAwarePreemption", ["disruptionMode", "priorityClassName", "priority"]),
    ]

    func prepareForCreate(_ object: inout Value, _ context: HookContext) throws {
        if !isWorkload { object["status"] = nil }
        drop(&object, nil)
    }

    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {
        guard context.subresource == "status" else { return drop(&object, old) }
        let usesClaims = gates.isOn("DRAWorkloadResourceClaims") || old[path: "spec", "resourceClaims"] != nil
        if !usesClaims { object["status"]?["resourceClaimStatuses"] = nil }
    }

    private func drop(_ object: inout Value, _ old: Value?) {
        guard isWorkload else { return drop(&object, at: "spec", old?["spec"]) }
        guard var templates = object[path: "spec", "podGroupTemplates"]?.array else { return }
        let before = old?[path: "spec", "podGroupTemplates"]?.array ?? []
        for position in templates.indices {
            var holder: Value = ["template": templates[position]]
            drop(&holder, at: "template", position < before.count ? before[position] : nil)
            templates[position] = holder["template"] ?? .null
        }
        object["spec"]?["podGroupTemplates"] = .array(templates)
    }

    private func drop(_ holder: inout Value, at place: String, _ old: Value?) {
        for (gate, names) in Self.fields where !gates.isOn(gate) {
            for name in names where old?[name] == nil && holder[place]?[name] != nil { holder[place]?[name] = nil }
        }
    }
}
