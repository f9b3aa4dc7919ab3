import Client
import Core
import KubernetesAPI
import Reconcile

/// Lets go of a deleted volume claim once no pod uses it any more.
struct ClaimProtector: Reconciler {
    private static let finalizer = "kubernetes.io/pvc-protection"

    let context: ControllerContext
    let claims: Informer<PersistentVolumeClaim>
    let pods: Informer<Pod>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        claims = context.informer()
        pods = context.informer()
        queue = context.queue()
        pods.add(ClaimUse.index)
        claims.onChange { [queue] changes in queue.add(changes.filter { $0.new.map(Self.needsWork) ?? false }.map(\.key)) }
        pods.onChange { [queue] changes in
            for change in changes {
                guard ClaimUse.hasClaims(change.latest) else { continue }
                // Only a pod that goes, or is not placed, may set a claim free.
                if let pod = change.new, !pod.metadata.isBeingDeleted, !pod.spec.nodeName.isEmpty { continue }
                queue.add(ClaimUse.claims(of: change.latest).map { ObjectKey(namespace: change.key.namespace, name: $0.name) })
            }
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 1, informers: [claims.base, pods.base], logger: context.logger)
    }

    private static func needsWork(_ claim: PersistentVolumeClaim) -> Bool {
        claim.metadata.isBeingDeleted == claim.metadata.finalizers.contains(finalizer)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard var claim = claims.get(key), Self.needsWork(claim) else { return nil }
        if claim.metadata.isBeingDeleted {
            if pods.byIndex(ClaimUse.index, "\(key)").contains(where: { ClaimUse.holds($0, claim) }) { return nil }
            // The cache may be behind a pod that was just placed.
            let present = try await context.client.list(Pod.self, namespace: key.namespace).items
            if present.contains(where: { ClaimUse.holds($0, claim) }) { return nil }
            claim.metadata.finalizers.removeAll { $0 == Self.finalizer }
        } else {
            claim.metadata.finalizers.append(Self.finalizer)
        }
        do {
            _ = try await context.client.update(claim)
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
        return nil
    }
}
