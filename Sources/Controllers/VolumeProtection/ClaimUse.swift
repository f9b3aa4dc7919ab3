import Core
import KubernetesAPI
import Reconcile

/// Which volume claims pods use. Pure.
enum ClaimUse {
    /// Pods by "namespace/claim" of every claim they name, those of their ephemeral volumes included.
    static let index = InformerIndex(name: "claim", of: Pod.self, ["spec", "volumes"]) { pod in
        claims(of: pod).map { "\(pod.metadata.namespace)/\($0.name)" }
    }

    /// Whether a pod uses any claim. A pod's volumes stay what they are.
    static func hasClaims(_ pod: Pod) -> Bool {
        for volume in pod.spec.volumes.values where volume["persistentVolumeClaim"] != nil || volume["ephemeral"] != nil { return true }
        return false
    }

    /// The claims that a pod names, and which of them is made for the pod.
    static func claims(of pod: Pod) -> [(name: String, isEphemeral: Bool)] {
        guard hasClaims(pod) else { return [] }
        return pod.spec.volumes.compactMap { volume in
            if let claim = volume.raw[path: "persistentVolumeClaim", "claimName"]?.string { return (claim, false) }
            return volume.raw["ephemeral"] == nil ? nil : ("\(pod.metadata.name)-\(volume.name)", true)
        }
    }

    /// Whether a pod keeps a claim from going. One that is on no node does not: nobody will start it with a claim that goes.
    static func holds(_ pod: Pod, _ claim: PersistentVolumeClaim) -> Bool {
        guard !pod.spec.nodeName.isEmpty else { return false }
        let isShutDown = pod.metadata.isBeingDeleted && pod.metadata.deletionGracePeriodSeconds == 0
        return claims(of: pod).contains { name, isEphemeral in
            name == claim.metadata.name && (!isEphemeral || !isShutDown && claim.metadata.controllerReference?.uid == pod.metadata.uid)
        }
    }
}
