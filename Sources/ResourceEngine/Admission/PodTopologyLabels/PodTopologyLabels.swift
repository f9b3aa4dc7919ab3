import Core
import Values

/// Gives pods the zone and region of the node they are bound to, as labels that the downward API can show.
struct PodTopologyLabels: MutatingPlugin {
    let name = "PodTopologyLabels"
    private static let labels = ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"]

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create, request.groupResource.description == "pods", let object = request.object else { return }
        let node: String
        switch request.subresource {
        case "": node = object[path: "spec", "nodeName"]?.string ?? ""
        case "binding":
            guard object[path: "target", "kind"]?.string == "Node" else { return }
            node = object[path: "target", "name"]?.string ?? ""
        default: return
        }
        guard !node.isEmpty, let stored = cluster.store.get("nodes", ObjectKey(name: node)) else { return }
        let found = Self.labels.compactMap { key in stored.summary.labels[key].map { (key, $0) } }
        guard !found.isEmpty else { return }
        var labels = object.meta("labels")?.object ?? Object()
        for (key, value) in found { labels[key] = .string(value) }
        request.object?.setMeta("labels", .object(labels))
    }
}
