import Core
import Values

/// A claim that names no storage class gets the cluster's default one, the newest where there are several.
struct DefaultStorageClass: MutatingPlugin {
    let name = "DefaultStorageClass"
    private static let annotations = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"]

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create, request.isCore("persistentvolumeclaims"), let claim = request.object else { return }
        guard claim[path: "spec", "storageClassName"]?.string == nil,
            claim.metaStrings("annotations")["volume.beta.kubernetes.io/storage-class"] == nil
        else { return }
        let defaults = try cluster.list("storage.k8s.io/storageclasses").filter { candidate in
            let annotations = candidate.metaStrings("annotations")
            return Self.annotations.contains { annotations[$0] == "true" }
        }
        let newest = defaults.max { left, right in
            let (first, second) = (left.meta("creationTimestamp")?.string ?? "", right.meta("creationTimestamp")?.string ?? "")
            return first == second ? left.name > right.name : first < second
        }
        guard let newest else { return }
        request.object?["spec"]?["storageClassName"] = .string(newest.name)
    }
}
