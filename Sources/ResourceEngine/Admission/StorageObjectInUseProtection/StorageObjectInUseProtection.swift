import Core
import Values

/// Volumes, claims and volume attributes classes stay until nobody uses them: each is made with a finalizer.
struct StorageObjectInUseProtection: MutatingPlugin {
    let name = "StorageObjectInUseProtection"

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create, request.subresource.isEmpty else { return }
        let finalizer: String
        switch request.groupResource.description {
        case "persistentvolumes": finalizer = "kubernetes.io/pv-protection"
        case "persistentvolumeclaims": finalizer = "kubernetes.io/pvc-protection"
        case "volumeattributesclasses.storage.k8s.io": finalizer = "kubernetes.io/vac-protection"
        default: return
        }
        let present = request.object?.meta("finalizers")?.array ?? []
        guard !present.contains(.string(finalizer)) else { return }
        request.object?.setMeta("finalizers", .array(present + [.string(finalizer)]))
    }
}
