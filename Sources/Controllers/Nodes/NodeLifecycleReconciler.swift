import Client
import Core
import KubernetesAPI
import Reconcile
import Synchronization
import Values

/// Notices nodes that have fallen silent, says so in their conditions and on their pods, and keeps the taints that follow
/// from a node's conditions.
struct NodeLifecycleReconciler: Reconciler {
    private static let leaseNamespace = "kube-node-lease"

    /// When each node was last heard of, by our own clock: nodes' clocks may differ.
    private final class Heard: Sendable {
        struct Entry {
            /// The times in its status and its lease, and who it is.
            var signs: (status: String, lease: String, uid: String)
            var at: Timestamp
        }
        let entries = Mutex<[String: Entry]>([:])
        private let unready = Mutex<Set<String>>([])

        /// Whether the node has just stopped being ready: its pods are told once, for a node agent that still lives knows better.
        func hasStopped(_ name: String, isReady: Bool) -> Bool {
            unready.withLock { unready in
                if !isReady { return unready.insert(name).inserted }
                unready.remove(name)
                return false
            }
        }

        /// Notes the signs of life and answers when they last changed, and whether the node was unknown.
        func note(_ name: String, status: String, lease: String, uid: String, now: Timestamp) -> (at: Timestamp, isNew: Bool) {
            entries.withLock { entries in
                let known = entries[name]
                let signs = (status: status, lease: lease, uid: uid)
                if let known, known.signs == signs { return (known.at, false) }
                entries[name] = Entry(signs: signs, at: now)
                return (now, known == nil)
            }
        }

        /// Notes a lease. True when somebody has to look at its node: that of a node that is well only puts off the next look.
        func noteLease(_ name: String, _ lease: String, now: Timestamp) -> Bool {
            if unready.withLock({ $0.contains(name) }) { return true }
            return entries.withLock { entries in
                guard var entry = entries[name] else { return true }
                guard entry.signs.lease != lease else { return false }
                entry.signs.lease = lease
                entry.at = now
                entries[name] = entry
                return false
            }
        }

        func forget(_ name: String) {
            entries.withLock { _ = $0.removeValue(forKey: name) }
            unready.withLock { _ = $0.remove(name) }
        }
    }

    /// Which nodes are ready, kept by their changes: nobody looks at every node because of one.
    private final class ReadyNodes: Sendable {
        private let names = Mutex<Set<String>>([])

        var isAny: Bool { names.withLock { !$0.isEmpty } }

        /// Whether now some node is ready and none was before, or the other way round.
        func note(_ changes: [Change<Node>]) -> Bool {
            names.withLock { names in
                let wasAny = !names.isEmpty
                for change in changes {
                    if change.new?.isReady ?? false { names.insert(change.key.name) } else { names.remove(change.key.name) }
                }
                return wasAny == names.isEmpty
            }
        }
    }

    let context: ControllerContext
    let nodes: Informer<Node>
    let pods: Informer<Pod>
    let leases: Informer<Lease>
    let queue: WorkQueue<String>
    private let heard = Heard()
    private let ready = ReadyNodes()

    init(context: ControllerContext) {
        self.context = context
        nodes = context.informer()
        pods = context.informer()
        leases = context.informer()
        queue = context.queue(of: String.self)
        pods.add(.podNode)
        nodes.onChange { [queue, nodes, ready] changes in
            queue.add(changes.map(\.key.name))
            // Whether pods may be driven off any node hangs on whether some node is ready.
            if ready.note(changes) { queue.add(nodes.list().filter { !$0.isReady }.map(\.metadata.name)) }
        }
        leases.onChange { [queue, heard, clock = context.clock] changes in
            let tick = Timestamp(seconds: 0) + clock.uptime
            let urgent = changes.filter {
                $0.key.namespace == Self.leaseNamespace && heard.noteLease($0.key.name, $0.new?.spec.renewTime ?? "", now: tick)
            }
            queue.add(urgent.map(\.key.name))
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 8, informers: [nodes.base, pods.base, leases.base],
            logger: context.logger)
    }

    func reconcile(_ name: String) async throws -> Duration? {
        guard var node = nodes.get(ObjectKey(name: name)) else {
            heard.forget(name)
            return nil
        }
        let now = context.clock.now
        // Silence is measured by a clock that nobody sets.
        let tick = Timestamp(seconds: 0) + context.clock.uptime
        let lease = leases.get(ObjectKey(namespace: Self.leaseNamespace, name: name))
        let ready = node.condition("Ready")
        let (last, isNew) = heard.note(
            name, status: ready?.lastHeartbeatTime ?? "", lease: lease?.spec.renewTime ?? "", uid: node.metadata.uid, now: tick)
        if isNew {
            context.recorder.record(node, .normal, "RegisteredNode", "Node \(name) event: Registered Node \(name) in Controller")
        }
        let patience = ready == nil ? NodeHealth.startGrace : NodeHealth.grace
        let left = last + patience - tick
        if left <= .zero, let silenced = NodeHealth.silenced(node, now: now) {
            let wasReady = node.isReady
            node = try await context.client.updateStatus(silenced)
            try await nodes.waitFor(node)
            if wasReady {
                context.recorder.record(node, .normal, "NodeNotReady", "Node \(name) status is now: NodeNotReady")
            }
        }
        if heard.hasStopped(name, isReady: node.isReady) { try await markPods(of: name) }
        try await keepTaints(of: node)
        return left > .zero ? left : nil
    }

    private func keepTaints(of node: Node) async throws {
        let taints = NodeHealth.taints(of: node, mayEvict: ready.isAny, now: context.clock.now)
        guard taints != Array(node.spec.taints) else { return }
        let patch: Value = [
            "metadata": ["resourceVersion": .string(node.metadata.resourceVersion)],
            "spec": ["taints": taints.isEmpty ? .null : .array(taints.map(\.raw))],
        ]
        let drivesOff = Self.drivesOff(taints) && !Self.drivesOff(Array(node.spec.taints))
        try await nodes.waitFor(try await context.client.patch(Node.self, node.key, .merge, patch))
        if drivesOff { context.figures.evicted(zone: Self.zone(of: node)) }
    }

    private static func drivesOff(_ taints: [Taint]) -> Bool {
        taints.contains {
            $0.effect == "NoExecute" && ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].contains($0.key)
        }
    }

    /// Region and zone, as upstream joins them.
    private static func zone(of node: Node) -> String {
        func label(_ part: String) -> String {
            node.metadata.labels["failure-domain.beta.kubernetes.io/\(part)"] ?? node.metadata.labels["topology.kubernetes.io/\(part)"]
                ?? ""
        }
        let (region, zone) = (label("region"), label("zone"))
        return region.isEmpty && zone.isEmpty ? "" : "\(region):\u{0}:\(zone)"
    }

    /// Takes the pods of a node that is not ready out of their services.
    private func markPods(of name: String) async throws {
        for var pod in pods.byIndex(.podNode, name) where pod.isReady {
            guard let position = pod.status.conditions.firstIndex(where: { $0.type == "Ready" }) else { continue }
            pod.status.conditions[position].status = "False"
            pod.status.conditions[position].lastTransitionTime = context.clock.now.rfc3339
            context.recorder.record(pod, .warning, "NodeNotReady", "Node is not ready")
            do {
                try await pods.waitFor(try await context.client.updateStatus(pod))
            } catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
                continue
            }
        }
    }
}
