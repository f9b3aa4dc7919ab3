import Core
import Values

/// Resolves a pod's priority class into its priority, and keeps the default class single.
struct PriorityAdmission: MutatingPlugin, ValidatingPlugin {
    let name = "Priority"
    private static let bucket = "scheduling.k8s.io/priorityclasses"

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.isCore("pods"), var pod = request.object else { return }
        if request.operation == .update {
            // Priority is the server's: an update that leaves it out keeps it.
            guard pod[path: "spec", "priority"] == nil, let old = request.oldObject?[path: "spec", "priority"] else { return }
            request.object?["spec"]?["priority"] = old
            if pod[path: "spec", "preemptionPolicy"] == nil {
                request.object?["spec"]?["preemptionPolicy"] = request.oldObject?[path: "spec", "preemptionPolicy"]
            }
            return
        }
        guard request.operation == .create else { return }
        let className = pod[path: "spec", "priorityClassName"]?.string ?? ""
        var priority: Int64 = 0
        var preemption = "PreemptLowerPriority"
        if className.isEmpty {
            if let fallback = try defaultClass(cluster) {
                pod["spec"]?["priorityClassName"] = .string(fallback.name)
                priority = fallback["value"]?.int ?? 0
                preemption = fallback["preemptionPolicy"]?.string ?? preemption
            }
        } else {
            guard let found = try cluster.get(Self.bucket, ObjectKey(name: className)) else {
                throw request.forbidden("no PriorityClass with name \(className) was found")
            }
            priority = found["value"]?.int ?? 0
            preemption = found["preemptionPolicy"]?.string ?? preemption
        }
        if let given = pod[path: "spec", "priority"]?.int, given != priority {
            throw request.forbidden(
                "the integer value of priority (\(given)) must not be provided in pod spec; priority admission controller computed \(priority) "
                    + "from the given PriorityClass name")
        }
        if let given = pod[path: "spec", "preemptionPolicy"]?.string, !given.isEmpty, given != preemption {
            throw request.forbidden(
                "the string value of PreemptionPolicy (\(given)) must not be provided in pod spec; priority admission controller computed "
                    + "\(preemption) from the given PriorityClass name")
        }
        pod["spec"]?["priority"] = .int(priority)
        pod["spec"]?["preemptionPolicy"] = .string(preemption)
        request.object = pod
    }

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        let resource = request.schema.resource
        guard resource.group == "scheduling.k8s.io", resource.resource == "priorityclasses", request.operation != .delete,
            request.object?["globalDefault"]?.bool == true
        else { return }
        let other = try cluster.list(Self.bucket).first { $0["globalDefault"]?.bool == true && $0.name != request.object?.name }
        if let other {
            throw request.forbidden(
                "PriorityClass \(other.name) is already marked as default. Only one default can exist")
        }
    }

    private func defaultClass(_ cluster: ClusterState) throws -> Value? {
        try cluster.list(Self.bucket).filter { $0["globalDefault"]?.bool == true }.min { ($0["value"]?.int ?? 0) < ($1["value"]?.int ?? 0) }
    }
}
