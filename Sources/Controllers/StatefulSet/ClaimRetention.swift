import KubernetesAPI
import Reconcile

/// Who owns a stateful set's volume claim, from which follows when it is deleted: the set (with it), the pod (once scaled down),
/// or nobody (never). Pure.
struct ClaimRetention {
    enum Verdict: Equatable {
        case fine
        /// The claim belongs to a pod or set of that name that was before this one, and is about to go.
        case stale
        case change(ViewList<OwnerReference>)
    }

    let set: StatefulSet
    let pod: Pod
    /// The pod is beyond the ordinals that the set has now.
    let isScaledDown: Bool

    private var deletesWithSet: Bool { self.set.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted == "Delete" }
    private var deletesWhenScaled: Bool { self.set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled == "Delete" }

    func verdict(_ claim: PersistentVolumeClaim) -> Verdict {
        let references = claim.metadata.ownerReferences
        if references.contains(where: { isNamesake($0) }) { return .stale }
        let others = references.filter { $0.uid != set.metadata.uid && $0.uid != pod.metadata.uid }
        var wanted = ViewList<OwnerReference>(others)
        if !isControlledByOthers(claim) {
            if deletesWithSet, !(deletesWhenScaled && isScaledDown) { wanted.append(OwnerReference(controller: set)) }
            if deletesWhenScaled, isScaledDown { wanted.append(OwnerReference(controller: pod)) }
        }
        let isSame =
            wanted.count == references.count
            && wanted.allSatisfy { reference in
                references.contains { $0.uid == reference.uid && $0.controller == reference.controller }
            }
        return isSame ? .fine : .change(wanted)
    }

    /// Then the set's policy does not apply.
    func isControlledByOthers(_ claim: PersistentVolumeClaim) -> Bool {
        guard deletesWithSet || deletesWhenScaled else { return false }
        return claim.metadata.ownerReferences.contains {
            $0.controller == true && $0.uid != set.metadata.uid && $0.uid != pod.metadata.uid
        }
    }

    private func isNamesake(_ reference: OwnerReference) -> Bool {
        (reference.refersTo(StatefulSet.self) && reference.name == set.metadata.name && reference.uid != set.metadata.uid)
            || (reference.refersTo(Pod.self) && reference.name == pod.metadata.name && !pod.metadata.uid.isEmpty
                && reference.uid != pod.metadata.uid)
    }

    /// Whether a pod that is to be created must wait, because a claim of its name goes with the pod before it.
    func mustWait(for claim: PersistentVolumeClaim) -> Bool {
        deletesWhenScaled
            && claim.metadata.ownerReferences.contains {
                $0.refersTo(Pod.self) && $0.name == pod.metadata.name && $0.uid != pod.metadata.uid
            }
    }
}
