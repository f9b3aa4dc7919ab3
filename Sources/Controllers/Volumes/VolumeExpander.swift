import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Makes volumes grow when their claims ask for more: those of the class local-path, whose directories have no limit; others are for
/// their drivers' resizers.
struct VolumeExpander: Reconciler {
    let context: ControllerContext
    let claims: Informer<PersistentVolumeClaim>
    let volumes: Informer<PersistentVolume>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        claims = context.informer()
        volumes = context.informer()
        queue = context.queue()
        claims.onChange { [queue] changes in
            let growing = changes.filter { change in
                guard let claim = change.new, let wanted = Self.wanted(claim) else { return false }
                return change.old.flatMap(Self.wanted) != wanted || change.old?.status.phase != claim.status.phase
            }
            queue.add(growing.map(\.key))
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 2, informers: [claims.base, volumes.base], logger: context.logger)
    }

    /// The size a bound claim asks for; nil when it has that already.
    private static func wanted(_ claim: PersistentVolumeClaim) -> Quantity? {
        guard claim.status.phase == "Bound", let wanted = claim.spec.resources?.requests["storage"].flatMap({ Quantity($0) }),
            let has = claim.status.capacity["storage"].flatMap({ Quantity($0) }), wanted > has
        else { return nil }
        return wanted
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard var claim = claims.get(key), let wanted = Self.wanted(claim), !claim.metadata.isBeingDeleted,
            var volume = volumes.get(ObjectKey(name: claim.spec.volumeName)), volume.spec.claimRef?.uid == claim.metadata.uid
        else { return nil }
        guard volume.metadata.annotations[VolumeAnnotation.provisionedBy] == LocalPathClass.provisioner else {
            context.recorder.record(
                .init(claim), .normal, "ExternalExpanding", "waiting for an external controller to expand this PVC")
            return nil
        }
        if (volume.spec.capacity["storage"].flatMap { Quantity($0) } ?? .zero) < wanted {
            volume.spec.capacity["storage"] = wanted.description
            try await volumes.waitFor(try await context.client.update(volume))
        }
        claim.status.capacity["storage"] = wanted.description
        claim.status.conditions.removeAll { $0.type == "Resizing" || $0.type == "FileSystemResizePending" }
        try await claims.waitFor(try await context.client.updateStatus(claim))
        context.recorder.record(.init(claim), .normal, "VolumeResizeSuccessful", "ExpandVolume succeeded for volume \(key)")
        return nil
    }
}
