import Client
import Core
import KubernetesAPI
import Reconcile
import Synchronization
import Values

/// Gives every node a range of pod addresses of its own out of the cluster's (IPv4).
struct PodRangeReconciler: Reconciler {
    private struct State {
        var ranges: PodRanges
        /// Nodes that found no range left; they are looked at again when one is given back.
        var waiting: Set<ObjectKey> = []

        /// Answers as many of the waiting as there are ranges now.
        mutating func note(_ changes: [Change<Node>]) -> [ObjectKey] {
            for change in changes {
                if let node = change.new {
                    ranges.occupy(node.spec.podCIDR, by: change.key.name)
                } else if let old = change.old {
                    ranges.release(old.spec.podCIDR, of: change.key.name)
                    waiting.remove(change.key)
                }
            }
            let woken = Array(waiting.prefix(ranges.free))
            waiting.subtract(woken)
            return woken
        }

        /// A range for a node; when there is none, whether it begins to wait.
        mutating func take(for key: ObjectKey) -> (range: String?, waits: Bool) {
            if let range = ranges.take() { return (range, false) }
            return (nil, waiting.insert(key).inserted)
        }
    }

    private final class Shared: Sendable {
        let state: Mutex<State>
        init(_ ranges: PodRanges) { state = Mutex(State(ranges: ranges)) }
    }

    let context: ControllerContext
    let nodes: Informer<Node>
    let queue: WorkQueue<ObjectKey>
    private let shared: Shared

    init(context: ControllerContext, ranges: PodRanges) {
        self.context = context
        shared = Shared(ranges)
        nodes = context.informer()
        queue = context.queue()
        nodes.onChange { [queue, shared] changes in
            let woken = shared.state.withLock { $0.note(changes) }
            queue.add(changes.filter { $0.new?.spec.podCIDR.isEmpty == true }.map(\.key) + woken)
        }
    }

    /// One worker: ranges are given out one after the other.
    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 1, informers: [nodes.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let node = nodes.get(key), node.spec.podCIDR.isEmpty, !node.metadata.isBeingDeleted else { return nil }
        let (range, waits) = shared.state.withLock { $0.take(for: key) }
        guard let range else {
            if waits { context.recorder.record(node, .normal, "CIDRNotAvailable", "Node \(key.name) status is now: CIDRNotAvailable") }
            return nil
        }
        let patch: Value = [
            "metadata": ["resourceVersion": .string(node.metadata.resourceVersion)],
            "spec": ["podCIDR": .string(range), "podCIDRs": [.string(range)]],
        ]
        try await nodes.waitFor(try await context.client.patch(Node.self, key, .merge, patch))
        return nil
    }
}
