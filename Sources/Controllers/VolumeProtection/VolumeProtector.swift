import Client
import Core
import KubernetesAPI
import Reconcile

/// Lets go of a deleted volume once no claim is bound to it any more.
struct VolumeProtector: Reconciler {
    private static let finalizer = "kubernetes.io/pv-protection"

    let context: ControllerContext
    let volumes: Informer<PersistentVolume>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        volumes = context.informer()
        queue = context.queue()
        volumes.onChange { [queue] changes in queue.add(changes.map(\.key)) }
    }

    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 1, informers: [volumes.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard var volume = volumes.get(key) else { return nil }
        let isHeld = volume.metadata.finalizers.contains(Self.finalizer)
        guard volume.metadata.isBeingDeleted == isHeld else { return nil }
        if isHeld {
            guard volume.status.phase != "Bound" else { return nil }
            volume.metadata.finalizers.removeAll { $0 == Self.finalizer }
        } else {
            volume.metadata.finalizers.append(Self.finalizer)
        }
        do {
            _ = try await context.client.update(volume)
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
        return nil
    }
}
