import Client
import Core
import KubernetesAPI
import Reconcile

/// Lets go of a deleted class of volume attributes once no claim and no volume names it any more (KEP-3751).
struct VolumeClassProtector: Reconciler {
    private static let finalizer = "kubernetes.io/vac-protection"

    let context: ControllerContext
    let classes: Informer<VolumeAttributesClass>
    let claims: Informer<PersistentVolumeClaim>
    let volumes: Informer<PersistentVolume>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        classes = context.informer()
        claims = context.informer()
        volumes = context.informer()
        queue = context.queue()
        classes.onChange { [queue] changes in queue.add(changes.map(\.key)) }
        claims.onChange { [queue] changes in
            queue.add(changes.flatMap { $0.old.map(Self.names) ?? [] }.map { ObjectKey(name: $0) })
        }
        volumes.onChange { [queue] changes in
            queue.add(changes.compactMap { $0.old?.spec.volumeAttributesClassName }.filter { !$0.isEmpty }.map { ObjectKey(name: $0) })
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 1, informers: [classes.base, claims.base, volumes.base],
            logger: context.logger)
    }

    /// The classes that a claim wants, has, or is on its way to.
    private static func names(_ claim: PersistentVolumeClaim) -> [String] {
        [
            claim.spec.volumeAttributesClassName, claim.status.currentVolumeAttributesClassName,
            claim.status.modifyVolumeStatus?.targetVolumeAttributesClassName ?? "",
        ].filter { !$0.isEmpty }
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard var known = classes.get(key) else { return nil }
        let isHeld = known.metadata.finalizers.contains(Self.finalizer)
        guard known.metadata.isBeingDeleted == isHeld else { return nil }
        if isHeld {
            let isUsed =
                claims.list().contains { Self.names($0).contains(key.name) }
                || volumes.list().contains { $0.spec.volumeAttributesClassName == key.name }
            guard !isUsed else { return nil }
            known.metadata.finalizers.removeAll { $0 == Self.finalizer }
        } else {
            known.metadata.finalizers.append(Self.finalizer)
        }
        do {
            _ = try await context.client.update(known)
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
        return nil
    }
}
