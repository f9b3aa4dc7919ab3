import Core
import KubernetesAPI
import SchemaEngine
import Values

/// Pods: the status a pod starts with, what a write to one of its parts may change, graceful deletion
/// (upstream's `pkg/registry/core/pod`).
struct PodHooks: ResourceHooks {
    func applyDefaults(_ object: inout Value, _ context: HookContext) {
        // `serviceAccount` is the old name of `serviceAccountName`.
        let name = object[path: "spec", "serviceAccountName"]?.string ?? object[path: "spec", "serviceAccount"]?.string ?? ""
        guard !name.isEmpty else { return }
        object["spec"]?["serviceAccountName"] = .string(name)
        object["spec"]?["serviceAccount"] = .string(name)
    }

    func prepareForCreate(_ object: inout Value, _ context: HookContext) throws {
        object["status"] = ["phase": "Pending", "qosClass": .string(PodQualityOfService.of(object["spec"] ?? [:]))]
        guard object[path: "spec", "schedulingGates"]?.array?.isEmpty == false else { return }
        object["status"]?["conditions"] = [
            [
                "type": "PodScheduled", "status": "False", "lastProbeTime": .null, "lastTransitionTime": .null, "reason": "SchedulingGated",
                "message": "Scheduling is blocked due to non-empty scheduling gates",
            ]
        ]
    }

    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {
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
            for list in ["containers", "initContainers"] { takeResources(list, from: wanted, &object) }
            markResize(&object, old)
        default: break
        }
    }

    /// A pod as it is, with nothing of the write but its managed fields and its revision.
    private func restrict(_ object: inout Value, to old: Value) {
        var kept = old
        kept.setMeta("managedFields", object.meta("managedFields"))
        object = kept
    }

    private func takeResources(_ list: String, from wanted: Value?, _ object: inout Value) {
        guard var containers = object[path: "spec", list]?.array else { return }
        for position in containers.indices {
            guard let container = wanted?[list]?.array?.first(where: { $0["name"] == containers[position]["name"] }) else { continue }
            containers[position]["resources"] = container["resources"]
            containers[position]["resizePolicy"] = container["resizePolicy"]
        }
        object["spec"]?[list] = .array(containers)
    }

    /// A resize that the node has not taken up is pending until it says otherwise.
    private func markResize(_ object: inout Value, _ old: Value) {
        guard object["spec"] != old["spec"] else { return }
        object["status"]?["resize"] = nil
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
