import Core
import Values

/// Lets pods that ask for an extended resource onto the nodes that are kept for it by a taint of its name.
struct ExtendedResourceToleration: MutatingPlugin {
    let name = "ExtendedResourceToleration"

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create || request.operation == .update, request.isCore("pods"), let pod = request.object else { return }
        var resources: Set<String> = []
        for (container, _) in PodContainers.all(pod, in: ["containers", "initContainers"]) {
            let requests = container[path: "resources", "requests"]?.object ?? Object()
            resources.formUnion(requests.map(\.key).filter(Validator.isExtended))
        }
        if resources.isEmpty { return }
        var tolerations = pod[path: "spec", "tolerations"]?.array ?? []
        for resource in resources.sorted() {
            let wanted: Value = ["key": .string(resource), "operator": "Exists", "effect": "NoSchedule"]
            let same = tolerations.firstIndex { toleration in
                ["key", "operator", "effect", "value"].allSatisfy { (toleration[$0]?.string ?? "") == (wanted[$0]?.string ?? "") }
            }
            if let same { tolerations[same] = wanted } else { tolerations.append(wanted) }
        }
        request.object?["spec"]?["tolerations"] = .array(tolerations)
    }
}
