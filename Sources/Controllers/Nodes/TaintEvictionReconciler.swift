import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Deletes the pods that do not tolerate, or no longer tolerate, the `NoExecute` taints of their node.
struct TaintEvictionReconciler: Reconciler {
    let context: ControllerContext
    let nodes: Informer<Node>
    let pods: Informer<Pod>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        nodes = context.informer()
        pods = context.informer()
        queue = context.queue()
        pods.add(.podNode)
        nodes.onChange { [queue, pods] changes in
            for change in changes where change.old?.spec.taints != change.new?.spec.taints {
                queue.add(pods.byIndex(.podNode, change.key.name).map(\.key))
            }
        }
        pods.onChange { [queue, nodes] changes in
            for change in changes {
                guard let node = change.new?.spec.nodeName, !node.isEmpty else { continue }
                // Of a node that comes, or gets taints, later all pods are looked at then.
                if let taints = nodes.get(ObjectKey(name: node))?.spec.taints, !taints.isEmpty { queue.add(change.key) }
            }
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 8, informers: [nodes.base, pods.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let pod = pods.get(key), !pod.metadata.isBeingDeleted, let node = nodes.get(ObjectKey(name: pod.spec.nodeName)) else {
            return nil
        }
        guard let due = TolerationPeriod.due(pod, node.spec.taints.filter { $0.effect == "NoExecute" }, now: context.clock.now) else {
            return nil
        }
        let left = due - context.clock.now
        if left > .zero { return left }
        context.recorder.record(pod, .normal, "TaintManagerEviction", "Marking for deletion Pod \(key)")
        try await PodDisruption.delete(
            pod, reason: "DeletionByTaintManager", message: "Taint manager: deleting due to NoExecute taint", grace: nil, context: context)
        try await pods.waitForDeletion(key, uid: pod.metadata.uid)
        return nil
    }
}
