import Client
import Core
import KubernetesAPI
import Reconcile
import Synchronization
import Values

/// Tells node agents by annotation how long they may keep secrets and config maps: the longer, the more nodes there are.
struct NodeTTLReconciler: Reconciler {
    static let annotation = "node.alpha.kubernetes.io/ttl"

    /// Which of the steps a cluster is at. It changes by one step at a time, and not back at once, so that it does not swing. Pure.
    struct Step {
        private static let steps: [(least: Int, most: Int, seconds: Int)] = [
            (0, 100, 0), (90, 500, 15), (450, 1000, 30), (900, 2000, 60), (1800, .max, 300),
        ]
        private var position = 0
        var seconds: Int { Self.steps[position].seconds }

        mutating func update(nodes: Int) {
            while nodes > Self.steps[position].most { position += 1 }
            while nodes < Self.steps[position].least { position -= 1 }
        }
    }

    private final class State: Sendable {
        let step = Mutex(Step())
    }

    let context: ControllerContext
    let nodes: Informer<Node>
    let queue: WorkQueue<ObjectKey>
    private let state = State()

    init(context: ControllerContext) {
        self.context = context
        nodes = context.informer()
        queue = context.queue()
        nodes.onChange { [queue] changes in
            // Heartbeats change nothing here; nodes that are there already learn of another step when they next change.
            queue.add(
                changes.filter {
                    $0.new != nil && ($0.old == nil || $0.old?.metadata.annotations != $0.new?.metadata.annotations)
                }.map(\.key))
        }
    }

    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 5, informers: [nodes.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let node = nodes.get(key) else { return nil }
        let count = nodes.base.count
        let seconds = state.step.withLock { step in
            step.update(nodes: count)
            return step.seconds
        }
        guard node.metadata.annotations[Self.annotation] != "\(seconds)" else { return nil }
        let patch: Value = ["metadata": ["annotations": .object([Self.annotation: .string("\(seconds)")])]]
        do {
            try await nodes.waitFor(try await context.client.patch(Node.self, key, .strategicMerge, patch))
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
        return nil
    }
}
