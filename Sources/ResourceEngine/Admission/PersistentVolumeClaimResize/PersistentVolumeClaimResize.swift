import Core
import Values

/// Lets a claim grow only where it is bound and its storage class says that its volumes can.
struct PersistentVolumeClaimResize: ValidatingPlugin {
    let name = "PersistentVolumeClaimResize"
    private static let classAnnotation = "volume.beta.kubernetes.io/storage-class"

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .update, request.isCore("persistentvolumeclaims"), let new = request.object, let old = request.oldObject
        else { return }
        guard Self.size(old) < Self.size(new) else { return }
        guard old[path: "status", "phase"]?.string == "Bound" else {
            throw request.forbidden("Only bound persistent volume claims can be expanded")
        }
        let (className, oldClass) = (Self.storageClass(new), Self.storageClass(old))
        let growing =
            try className.isEmpty || className != oldClass
            ? nil : cluster.get("storage.k8s.io/storageclasses", ObjectKey(name: className))
        guard growing?["allowVolumeExpansion"]?.bool == true else {
            throw request.forbidden(
                "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize")
        }
    }

    private static func size(_ claim: Value) -> Quantity {
        claim[path: "spec", "resources", "requests"]?["storage"]?.string.flatMap { Quantity($0) } ?? Quantity(0)
    }

    private static func storageClass(_ claim: Value) -> String {
        claim.metaStrings("annotations")[classAnnotation] ?? claim[path: "spec", "storageClassName"]?.string ?? ""
    }
}
