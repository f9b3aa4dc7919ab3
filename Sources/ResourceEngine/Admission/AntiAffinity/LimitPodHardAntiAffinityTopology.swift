import Core
import Values

/// Lets pods keep others off their node, and off nothing larger.
struct LimitPodHardAntiAffinityTopology: ValidatingPlugin {
    let name = "LimitPodHardAntiAffinityTopology"
    private static let host = "kubernetes.io/hostname"

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create || request.operation == .update, request.isCore("pods"), let pod = request.object else { return }
        let terms = pod[path: "spec", "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"]?.array ?? []
        for term in terms {
            let key = term["topologyKey"]?.string ?? ""
            guard key == Self.host else {
                throw request.forbidden(
                    "affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey \(key) but only key \(Self.host) is allowed")
            }
        }
    }
}
