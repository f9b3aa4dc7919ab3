import Core
import Values

/// A pod of a runtime class takes over its overhead and its place in the cluster.
struct RuntimeClassAdmission: MutatingPlugin {
    let name = "RuntimeClass"

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create, request.isCore("pods"), var pod = request.object else { return }
        let className = pod[path: "spec", "runtimeClassName"]?.string ?? ""
        guard !className.isEmpty else {
            if pod[path: "spec", "overhead"]?.isEmpty == false {
                throw request.forbidden("pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead")
            }
            return
        }
        guard let runtime = try cluster.get("node.k8s.io/runtimeclasses", ObjectKey(name: className)) else {
            throw request.forbidden("pod rejected: RuntimeClass \"\(className)\" not found")
        }
        request.object = nil
        defer { request.object = pod }
        if let overhead = runtime[path: "overhead", "podFixed"], !overhead.isEmpty {
            if let given = pod[path: "spec", "overhead"], !given.isEmpty, given != overhead {
                throw request.forbidden("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")
            }
            pod["spec"]?["overhead"] = overhead
        }
        guard let scheduling = runtime["scheduling"] else { return }
        var selector = pod[path: "spec", "nodeSelector"]?.object ?? Object()
        for member in scheduling["nodeSelector"]?.object ?? Object() {
            if let given = selector[member.key], given != member.value {
                throw request.forbidden(
                    "conflict: runtimeClass.scheduling.nodeSelector[\(member.key)] = \(member.value.string ?? ""); pod.spec.nodeSelector[\(member.key)] = \(given.string ?? "")"
                )
            }
            selector[member.key] = member.value
        }
        if !selector.isEmpty { pod["spec"]?["nodeSelector"] = .object(selector) }
        let present = pod[path: "spec", "tolerations"]?.array ?? []
        let added = (scheduling["tolerations"]?.array ?? []).filter { !present.contains($0) }
        if !added.isEmpty { pod["spec"]?["tolerations"] = .array(present + added) }
    }
}
