import Core
import Values

/// An ingress that names no class gets the cluster's default one, the newest where there are several.
struct DefaultIngressClass: MutatingPlugin {
    let name = "DefaultIngressClass"

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create, request.groupResource.description == "ingresses.networking.k8s.io", request.subresource.isEmpty,
            let ingress = request.object
        else { return }
        guard ingress[path: "spec", "ingressClassName"]?.string == nil,
            ingress.metaStrings("annotations")["kubernetes.io/ingress.class"] == nil
        else { return }
        let defaults = try cluster.list("networking.k8s.io/ingressclasses").filter {
            $0.metaStrings("annotations")["ingressclass.kubernetes.io/is-default-class"] == "true"
        }
        let newest = defaults.max { left, right in
            let (first, second) = (left.meta("creationTimestamp")?.string ?? "", right.meta("creationTimestamp")?.string ?? "")
            return first == second ? left.name > right.name : first < second
        }
        guard let newest else { return }
        request.object?["spec"]?["ingressClassName"] = .string(newest.name)
    }
}
