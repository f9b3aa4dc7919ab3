import Client
import Core
import KubernetesAPI
import Reconcile
import Synchronization
import Values

/// Gives every node a range of pod addresses of its own out of the cluster's (IPv4).
struct PodRangeReconciler: Reconciler {
    private final class Ranges: Sendable {
        /// Which range is whose.
        let taken = Mutex<[String: String]>([:])
    }

    let context: ControllerContext
    let nodes: Informer<Node>
    let queue: WorkQueue<ObjectKey>
    private let cluster: AddressRange
    private let maskSize: Int
    private let ranges = Ranges()

    /// Nil when `clusterCIDR` is not an IPv4 range or has no room for ranges of that size.
    init?(context: ControllerContext, clusterCIDR: String, maskSize: Int) {
        guard let cluster = AddressRange(clusterCIDR), maskSize >= cluster.prefix, maskSize <= 30 else { return nil }
        self.context = context
        self.cluster = cluster
        self.maskSize = maskSize
        nodes = context.informer()
        queue = context.queue()
        nodes.onChange { [queue, ranges] changes in
            ranges.taken.withLock { taken in
                for change in changes {
                    if let node = change.new {
                        if !node.spec.podCIDR.isEmpty { taken[node.spec.podCIDR] = change.key.name }
                    } else if let old = change.old, taken[old.spec.podCIDR] == change.key.name {
                        taken[old.spec.podCIDR] = nil
                    }
                }
            }
            queue.add(changes.filter { $0.new?.spec.podCIDR.isEmpty == true }.map(\.key))
        }
    }

    /// One worker: ranges are given out one after the other.
    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 1, informers: [nodes.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let node = nodes.get(key), node.spec.podCIDR.isEmpty, !node.metadata.isBeingDeleted else { return nil }
        let free = ranges.taken.withLock { taken in cluster.subranges(prefix: maskSize).first { taken[$0] == nil } }
        guard let free else {
            context.recorder.record(node, .normal, "CIDRNotAvailable", "Node \(key.name) status is now: CIDRNotAvailable")
            throw APIError.internalError("no range of pod addresses is left for node \(key.name)")
        }
        let patch: Value = [
            "metadata": ["resourceVersion": .string(node.metadata.resourceVersion)],
            "spec": ["podCIDR": .string(free), "podCIDRs": [.string(free)]],
        ]
        try await nodes.waitFor(try await context.client.patch(Node.self, key, .merge, patch))
        return nil
    }
}

/// A range of IPv4 addresses ("10.244.0.0/16").
struct AddressRange: Equatable {
    let base: UInt32
    let prefix: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let prefix = Int(parts[1]), (0...32).contains(prefix) else { return nil }
        let bytes = parts[0].split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        guard bytes.count == 4 else { return nil }
        let address = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        self.prefix = prefix
        base = prefix == 0 ? 0 : address & (UInt32.max << UInt32(32 - prefix))
    }

    /// Its parts of a prefix length, in order.
    func subranges(prefix length: Int) -> some Sequence<String> {
        let count = 1 << (length - prefix)
        return (0..<count).lazy.map { number in
            let start = base + UInt32(number) << UInt32(32 - length)
            let bytes = [24, 16, 8, 0].map { String(start >> UInt32($0) & 0xFF) }
            return "\(bytes.joined(separator: "."))/\(length)"
        }
    }
}
