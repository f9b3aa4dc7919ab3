import Core
import KubernetesAPI
import SchemaEngine
import Values

/// Pods: the status a pod starts with, what a write to one of its parts may change, graceful deletion
/// (upstream's `pkg/registry/core/pod`).
struct PodHooks: ResourceHooks {
    let gates: FeatureGates

    func applyDefaults(_ object: inout Value, _ context: HookContext) {
        if let grace = object[path: "spec", "terminationGracePeriodSeconds"]?.int, grace < 0 {
            object["spec"]?["terminationGracePeriodSeconds"] = 1
        }
        // `serviceAccount` is the old name of `serviceAccountName`.
        let name = object[path: "spec", "serviceAccountName"]?.string ?? object[path: "spec", "serviceAccount"]?.string ?? ""
        guard !name.isEmpty else { return }
        object["spec"]?["serviceAccountName"] = .string(name)
        object["spec"]?["serviceAccount"] = .string(name)
    }

    func prepareForCreate(_ object: inout Value, _ context: HookContext) throws {
        AppArmorAnnotations.fill(&object)
        dropDisabledFields(&object, nil)
        object["status"] = ["phase": "Pending", "qosClass": .string(PodQualityOfService.of(object["spec"] ?? [:]))]
        PodLabelKeys.merge(into: &object)
        guard object[path: "spec", "schedulingGates"]?.array?.isEmpty == false else { return }
        object["status"]?["conditions"] = [
            [
                "type": "PodScheduled", "status": "False", "lastProbeTime": .null, "lastTransitionTime": .null, "reason": "SchedulingGated",
                "message": "Scheduling is blocked due to non-empty scheduling gates",
            ]
        ]
    }

    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {
        if context.subresource.isEmpty { dropDisabledFields(&object, old) }
        switch context.subresource {
        case "status":
            object.setMeta("ownerReferences", old.meta("ownerReferences"))
            if object[path: "status", "qosClass"] == nil { object["status"]?["qosClass"] = old[path: "status", "qosClass"] }
            keepObservedGenerations(&object, old)
        case "ephemeralcontainers":
            let containers = object[path: "spec", "ephemeralContainers"]
            restrict(&object, to: old)
            object["spec"]?["ephemeralContainers"] = containers
        case "resize":
            let wanted = object["spec"]
            restrict(&object, to: old)
            object["spec"]?["resources"] = wanted?["resources"]
            let lists = ["containers", "initContainers"]
            for list in lists where !takeResources(list, from: wanted, &object) {
                // Containers added, renamed or moved: validation shall see them, and says what is wrong.
                for list in lists { object["spec"]?[list] = wanted?[list] }
                break
            }
        default: break
        }
    }

    /// Takes out what belongs to features that are off, unless the pod had it before.
    private func dropDisabledFields(_ object: inout Value, _ old: Value?) {
        if object[path: "spec", "schedulingGroup"] != nil, !gates.isOn("GenericWorkload"), old?[path: "spec", "schedulingGroup"] == nil {
            object["spec"]?["schedulingGroup"] = nil
        }
        guard !gates.isOn("ClusterTrustBundleProjection"), Self.projectsBundles(object), !(old.map(Self.projectsBundles) ?? false),
            var volumes = object[path: "spec", "volumes"]?.array
        else { return }
        for position in volumes.indices {
            guard var sources = volumes[position][path: "projected", "sources"]?.array else { continue }
            for index in sources.indices { sources[index]["clusterTrustBundle"] = nil }
            volumes[position]["projected"]?["sources"] = .array(sources)
        }
        object["spec"]?["volumes"] = .array(volumes)
    }

    private static func projectsBundles(_ pod: Value) -> Bool {
        (pod[path: "spec", "volumes"]?.array ?? []).contains { volume in
            (volume[path: "projected", "sources"]?.array ?? []).contains { $0["clusterTrustBundle"] != nil }
        }
    }

    /// A pod as it is, with nothing of the write but its managed fields and its revision.
    private func restrict(_ object: inout Value, to old: Value) {
        var kept = old
        kept.setMeta("managedFields", object.meta("managedFields"))
        object = kept
    }

    /// False when the containers wanted are not those that there are, in their order.
    private func takeResources(_ list: String, from wanted: Value?, _ object: inout Value) -> Bool {
        var containers = object[path: "spec", list]?.array ?? []
        let others = wanted?[list]?.array ?? []
        guard containers.count == others.count else { return false }
        for position in containers.indices {
            guard others[position]["name"] == containers[position]["name"] else { return false }
            containers[position]["resources"] = others[position]["resources"]
            containers[position]["resizePolicy"] = others[position]["resizePolicy"]
        }
        if !containers.isEmpty { object["spec"]?[list] = .array(containers) }
        return true
    }

    private func keepObservedGenerations(_ object: inout Value, _ old: Value) {
        if (object[path: "status", "observedGeneration"]?.int ?? 0) == 0 {
            object["status"]?["observedGeneration"] = old[path: "status", "observedGeneration"]
        }
        guard var conditions = object[path: "status", "conditions"]?.array else { return }
        let known = old[path: "status", "conditions"]?.array ?? []
        for position in conditions.indices where (conditions[position]["observedGeneration"]?.int ?? 0) == 0 {
            guard let generation = known.first(where: { $0["type"] == conditions[position]["type"] })?["observedGeneration"] else {
                continue
            }
            conditions[position]["observedGeneration"] = generation
        }
        object["status"]?["conditions"] = .array(conditions)
    }

    func gracePeriod(_ object: Value, requested: Int64?) -> Int64? {
        let phase = object[path: "status", "phase"]?.string ?? ""
        let isOnNode = !(object[path: "spec", "nodeName"]?.string ?? "").isEmpty
        guard isOnNode, phase != "Failed", phase != "Succeeded" else { return 0 }
        let period = requested ?? object[path: "spec", "terminationGracePeriodSeconds"]?.int ?? 0
        return period < 0 ? 1 : period
    }

    func subresource(_ name: String) -> (any SubresourceHandler)? {
        switch name {
        case "binding": PodBinding()
        case "eviction": PodEviction()
        default: nil
        }
    }
}
