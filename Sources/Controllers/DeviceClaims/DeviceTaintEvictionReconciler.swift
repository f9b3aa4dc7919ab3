import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Deletes the pods whose devices have `NoExecute` taints that their claims do not tolerate, or no longer tolerate.
///
/// Source: `pkg/controller/devicetainteviction`.
struct DeviceTaintEvictionReconciler: Reconciler {
    private static let byPool = InformerIndex(name: "allocatedPool", of: ResourceResourceClaim.self) { claim in
        Array(Set((claim.status.allocation?.devices?.results ?? []).map { "\($0.driver)/\($0.pool)" }))
    }
    private static let slicesByPool = InformerIndex(name: "pool", of: ResourceSlice.self) { ["\($0.spec.driver)/\($0.spec.pool.name)"] }

    let context: ControllerContext
    let claims: Informer<ResourceResourceClaim>
    let slices: Informer<ResourceSlice>
    let pods: Informer<Pod>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        claims = context.informer()
        slices = context.informer()
        pods = context.informer()
        queue = context.queue()
        claims.add(Self.byPool)
        slices.add(Self.slicesByPool)
        claims.onChange { [queue] changes in
            queue.add(changes.filter { $0.new?.status.allocation != nil }.map(\.key))
        }
        slices.onChange { [queue, claims] changes in
            for change in changes {
                let spec = change.latest.spec
                let isTainted = { (slice: ResourceSlice?) in slice?.spec.devices.contains { !$0.taints.isEmpty } ?? false }
                guard isTainted(change.old) || isTainted(change.new) else { continue }
                queue.add(claims.byIndex(Self.byPool, "\(spec.driver)/\(spec.pool.name)").map(\.key))
            }
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 4, informers: [claims.base, slices.base, pods.base],
            logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let claim = claims.get(key), let due = due(claim) else { return nil }
        let left = due - context.clock.now
        if left > .zero { return left }
        for reference in claim.status.reservedFor where reference.resource == "pods" && reference.apiGroup.isEmpty {
            let podKey = ObjectKey(namespace: key.namespace, name: reference.name)
            guard let pod = pods.get(podKey), pod.metadata.uid == reference.uid, !pod.metadata.isBeingDeleted, !pod.isFinished else {
                continue
            }
            context.recorder.record(pod, .normal, "DeviceTaintManagerEviction", "Marking for deletion")
            try await PodDisruption.delete(
                pod, reason: "DeletionByDeviceTaintManager", message: "Device Taint manager: deleting due to NoExecute taint", grace: nil,
                context: context)
            try await pods.waitForDeletion(podKey, uid: reference.uid)
        }
        return nil
    }

    /// When the users of a claim must have left; nil: they may stay.
    private func due(_ claim: ResourceResourceClaim) -> Timestamp? {
        var due: Timestamp?
        for result in claim.status.allocation?.devices?.results ?? [] where result.adminAccess != true {
            let pool = slices.byIndex(Self.slicesByPool, "\(result.driver)/\(result.pool)")
            let newest = pool.map(\.spec.pool.generation).max() ?? 0
            let device = pool.filter { $0.spec.pool.generation == newest }.lazy.compactMap { slice in
                slice.spec.devices.first { $0.name == result.device }
            }.first
            for taint in device?.taints ?? [] where taint.effect == "NoExecute" {
                guard let end = Self.end(of: taint, result.tolerations, now: context.clock.now) else { continue }
                due = due.map { min($0, end) } ?? end
            }
        }
        return due
    }

    /// Until when a taint is tolerated; nil: for ever.
    static func end(of taint: DeviceTaint, _ tolerations: some Sequence<DeviceToleration>, now: Timestamp) -> Timestamp? {
        let since = Timestamp(rfc3339: taint.timeAdded) ?? now
        let matching = tolerations.filter { toleration in
            guard toleration.effect.isEmpty || toleration.effect == taint.effect, toleration.key.isEmpty || toleration.key == taint.key
            else { return false }
            return toleration.operator == "Exists" || toleration.value == taint.value
        }
        if matching.isEmpty { return since }
        let limited = matching.compactMap(\.tolerationSeconds)
        guard limited.count == matching.count, let longest = limited.max() else { return nil }
        return since + .seconds(max(0, longest))
    }
}
