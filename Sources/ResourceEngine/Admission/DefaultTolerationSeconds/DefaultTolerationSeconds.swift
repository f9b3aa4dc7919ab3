import Core
import Values

/// Lets every pod stay five minutes on a node that is not ready or unreachable.
struct DefaultTolerationSeconds: MutatingPlugin {
    let name = "DefaultTolerationSeconds"
    private static let keys = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation != .delete, request.isCore("pods"), var pod = request.object else { return }
        request.object = nil
        defer { request.object = pod }
        var tolerations = pod[path: "spec", "tolerations"]?.array ?? []
        for key in Self.keys {
            let isTolerated = tolerations.contains { toleration in
                let toleratedKey = toleration["key"]?.string ?? ""
                let effect = toleration["effect"]?.string ?? ""
                return (toleratedKey == key || toleratedKey.isEmpty) && (effect == "NoExecute" || effect.isEmpty)
            }
            if !isTolerated {
                tolerations.append(["key": .string(key), "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300])
            }
        }
        pod["spec"]?["tolerations"] = .array(tolerations)
    }
}
