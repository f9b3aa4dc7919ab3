import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Creates the claims of pods' ephemeral volumes; each goes with its pod, which owns it.
struct EphemeralClaimReconciler: Reconciler {
    let context: ControllerContext
    let pods: Informer<Pod>
    let claims: Informer<PersistentVolumeClaim>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        pods = context.informer()
        claims = context.informer()
        queue = context.queue()
        pods.add(ClaimUse.index)
        pods.onChange { [queue] changes in
            for change in changes {
                guard let pod = change.new, ClaimUse.claims(of: pod).contains(where: \.isEphemeral) else { continue }
                queue.add(change.key)
            }
        }
        claims.onChange { [queue, pods] changes in
            for change in changes where change.new == nil { queue.add(pods.byIndex(ClaimUse.index, "\(change.key)").map(\.key)) }
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 2, informers: [pods.base, claims.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let pod = pods.get(key), !pod.metadata.isBeingDeleted else { return nil }
        for volume in pod.spec.volumes {
            guard let template = volume.raw[path: "ephemeral", "volumeClaimTemplate"] else { continue }
            var claim = PersistentVolumeClaim()
            claim.metadata.name = "\(key.name)-\(volume.name)"
            claim.metadata.namespace = key.namespace
            if let present = claims.get(claim.key) {
                guard present.metadata.controllerReference?.uid != pod.metadata.uid else { continue }
                throw conflict(claim, pod)
            }
            let metadata = ObjectMeta(template["metadata"] ?? [:])
            claim.metadata.labels = metadata.labels
            claim.metadata.annotations = metadata.annotations
            claim.metadata.ownerReferences = [OwnerReference(controller: pod)]
            claim.raw["spec"] = template["spec"]
            do {
                try await claims.waitFor(try await context.client.create(claim))
            } catch let error as APIError where error.isNamespaceTerminating {
                return nil
            }
        }
        return nil
    }

    private func conflict(_ claim: PersistentVolumeClaim, _ pod: Pod) -> APIError {
        APIError(
            code: 409, reason: .conflict,
            message: "PVC \(claim.key) was not created for pod \(pod.key) (pod is not owner)")
    }
}
