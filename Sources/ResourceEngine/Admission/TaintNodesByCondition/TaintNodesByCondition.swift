import Core
import Values

/// A new node takes no pods until the node lifecycle controller has seen it ready.
struct TaintNodesByCondition: MutatingPlugin {
    let name = "TaintNodesByCondition"
    private static let key = "node.kubernetes.io/not-ready"

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create, request.isCore("nodes") else { return }
        var taints = request.object?[path: "spec", "taints"]?.array ?? []
        guard !taints.contains(where: { $0["key"]?.string == Self.key && $0["effect"]?.string == "NoSchedule" }) else { return }
        taints.append(["key": .string(Self.key), "effect": "NoSchedule"])
        if request.object?["spec"]?.object == nil { request.object?["spec"] = .object(Object()) }
        request.object?["spec"]?["taints"] = .array(taints)
    }
}
