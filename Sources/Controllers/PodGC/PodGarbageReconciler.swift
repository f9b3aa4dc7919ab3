import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Removes the pods that nobody else removes: of nodes that are gone, deleted before they had a node, finished long ago.
struct PodGarbageReconciler: Reconciler {
    enum Key: Hashable, Sendable, CustomStringConvertible {
        /// The pods of a node that may be gone.
        case node(String)
        /// A pod being deleted.
        case pod(ObjectKey)
        /// All finished pods.
        case finished

        var description: String {
            switch self {
            case .node(let name): "pods of node \(name)"
            case .pod(let key): "pod \(key)"
            case .finished: "finished pods"
            }
        }
    }

    /// A node may come back under its name.
    private static let quarantine = Duration.seconds(40)
    private static let finished = InformerIndex(name: "finished", of: Pod.self) { $0.isFinished ? [""] : [] }

    let context: ControllerContext
    let threshold: Int
    let nodes: Informer<Node>
    let pods: Informer<Pod>
    let queue: WorkQueue<Key>

    init(context: ControllerContext, threshold: Int) {
        self.context = context
        self.threshold = threshold
        nodes = context.informer()
        pods = context.informer()
        queue = context.queue(of: Key.self)
        pods.add(.podNode)
        pods.add(Self.finished)
        nodes.onChange { [queue, pods] changes in
            for change in changes {
                if change.new == nil {
                    queue.add(.node(change.key.name), after: Self.quarantine)
                } else if change.old?.spec.taints != change.new?.spec.taints {
                    queue.add(pods.byIndex(.podNode, change.key.name).filter(\.metadata.isBeingDeleted).map { .pod($0.key) })
                }
            }
        }
        pods.onChange { [queue, nodes] changes in
            for change in changes {
                guard let pod = change.new else { continue }
                if pod.metadata.isBeingDeleted { queue.add(.pod(change.key)) }
                let node = pod.spec.nodeName
                if !node.isEmpty, change.old?.spec.nodeName != node, nodes.get(ObjectKey(name: node)) == nil {
                    queue.add(.node(node), after: Self.quarantine)
                }
                if pod.isFinished, change.old?.isFinished != true { queue.add(.finished) }
            }
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 2, informers: [nodes.base, pods.base], logger: context.logger)
    }

    func reconcile(_ key: Key) async throws -> Duration? {
        switch key {
        case .node(let name): try await removeOrphans(of: name)
        case .pod(let key): try await removeStuck(key)
        case .finished: try await removeFinished()
        }
        return nil
    }

    private func removeOrphans(of name: String) async throws {
        let orphans = pods.byIndex(.podNode, name)
        guard !orphans.isEmpty, nodes.get(ObjectKey(name: name)) == nil else { return }
        do {
            _ = try await context.client.get(Node.self, ObjectKey(name: name))
            return
        } catch let error as APIError where error.reason == .notFound {
            for pod in orphans {
                try await PodDisruption.delete(
                    pod, reason: "DeletionByPodGC", message: "PodGC: node no longer exists", grace: 0, isLost: true, context: context)
            }
        }
    }

    private func removeStuck(_ key: ObjectKey) async throws {
        guard let pod = pods.get(key), pod.metadata.isBeingDeleted else { return }
        if pod.spec.nodeName.isEmpty {
            return try await PodDisruption.delete(pod, reason: "", message: "", grace: 0, isLost: true, context: context)
        }
        // Somebody has vouched that the machine is off.
        guard let node = nodes.get(ObjectKey(name: pod.spec.nodeName)), !node.isReady,
            node.spec.taints.contains(where: { $0.key == "node.kubernetes.io/out-of-service" })
        else { return }
        try await PodDisruption.delete(pod, reason: "", message: "", grace: 0, isLost: true, context: context)
    }

    private func removeFinished() async throws {
        let finished = pods.byIndex(Self.finished, "")
        guard threshold > 0, finished.count > threshold else { return }
        let oldest = finished.sorted {
            ($0.metadata.creationTimestamp, $0.metadata.name) < ($1.metadata.creationTimestamp, $1.metadata.name)
        }
        for pod in oldest.prefix(finished.count - threshold) {
            try await PodDisruption.delete(pod, reason: "", message: "", grace: 0, context: context)
        }
    }
}
