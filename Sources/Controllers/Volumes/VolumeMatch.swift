import Core
import KubernetesAPI
import Values

/// The names by which claims and volumes are told what became of them.
enum VolumeAnnotation {
    static let bindCompleted = "pv.kubernetes.io/bind-completed"
    static let boundByController = "pv.kubernetes.io/bound-by-controller"
    static let provisionedBy = "pv.kubernetes.io/provisioned-by"
    static let selectedNode = "volume.kubernetes.io/selected-node"
    static let provisioners = ["volume.kubernetes.io/storage-provisioner", "volume.beta.kubernetes.io/storage-provisioner"]
    static let storageClass = "volume.beta.kubernetes.io/storage-class"
}

extension PersistentVolumeClaim {
    var className: String { metadata.annotations[VolumeAnnotation.storageClass] ?? spec.storageClassName }
    var isBindCompleted: Bool { metadata.annotations[VolumeAnnotation.bindCompleted] != nil }
    var request: Quantity { (spec.resources?.requests["storage"]).flatMap { Quantity($0) } ?? .zero }
    var mode: String { spec.volumeMode.isEmpty ? "Filesystem" : spec.volumeMode }
}

extension PersistentVolume {
    var className: String { metadata.annotations[VolumeAnnotation.storageClass] ?? spec.storageClassName }
    var size: Quantity { spec.capacity["storage"].flatMap { Quantity($0) } ?? .zero }
    var mode: String { spec.volumeMode.isEmpty ? "Filesystem" : spec.volumeMode }

    /// Bound to the claim, or kept for it.
    func isMeant(for claim: PersistentVolumeClaim) -> Bool {
        guard let reference = spec.claimRef else { return false }
        return reference.namespace == claim.metadata.namespace && reference.name == claim.metadata.name
            && (reference.uid.isEmpty || reference.uid == claim.metadata.uid)
    }
}

/// Finds the volume for a claim: one that is kept for it, else the smallest that will do. Pure.
package enum VolumeMatch {
    /// `node` is where the volume must be usable, where that is known.
    package static func best(for claim: PersistentVolumeClaim, among volumes: [PersistentVolume], node: Node?) -> PersistentVolume? {
        let fitting = volumes.filter { !$0.metadata.isBeingDeleted && fits($0, claim, node) }
        if let kept = fitting.first(where: { $0.isMeant(for: claim) }) { return kept }
        let selector = claim.spec.selector?.matcher ?? .everything
        let free = fitting.filter { $0.spec.claimRef == nil && $0.status.phase == "Available" && selector.matches($0.metadata.labels) }
        return free.min { ($0.size, $0.metadata.name) < ($1.size, $1.metadata.name) }
    }

    private static func fits(_ volume: PersistentVolume, _ claim: PersistentVolumeClaim, _ node: Node?) -> Bool {
        guard volume.size >= claim.request, volume.mode == claim.mode, volume.className == claim.className,
            volume.spec.volumeAttributesClassName == claim.spec.volumeAttributesClassName,
            Set(claim.spec.accessModes).isSubset(of: volume.spec.accessModes)
        else { return false }
        guard let node, let required = volume.spec.raw[path: "nodeAffinity", "required"] else { return true }
        var spec = PodSpec()
        spec.raw["affinity"] = ["nodeAffinity": ["requiredDuringSchedulingIgnoredDuringExecution": required]]
        return NodeFit(spec: spec, tolerations: []).isChosen(node)
    }
}
