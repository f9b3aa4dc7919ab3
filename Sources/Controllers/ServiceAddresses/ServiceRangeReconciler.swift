import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Says of ServiceCIDRs that they are ready, and keeps those that are deleted until no address of a Service needs them any more.
struct ServiceRangeReconciler: Reconciler {
    static let finalizer = "networking.k8s.io/service-cidr-finalizer"
    /// How long a range that nobody needs stays after its deletion: servers that have not heard of it yet may still take addresses.
    static let grace = Duration.seconds(10)

    let context: ControllerContext
    let ranges: Informer<ServiceCIDR>
    let addresses: Informer<IPAddress>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        ranges = context.informer()
        addresses = context.informer()
        queue = context.queue()
        ranges.onChange { [queue, ranges] changes in
            queue.add(changes.map(\.key))
            // A range that comes or goes may set others free, or hold them.
            for change in changes where change.old == nil || change.new == nil {
                let prefixes = change.latest.prefixes
                queue.add(ranges.list().filter { $0.prefixes.contains { one in prefixes.contains { $0.overlaps(one) } } }.map(\.key))
            }
        }
        addresses.onChange { [queue, ranges] changes in
            for change in changes where (change.old == nil) != (change.new == nil) && change.latest.isServiceAddress {
                guard let address = AddressPrefix(change.key.name) else { continue }
                queue.add(ranges.list().filter { $0.metadata.isBeingDeleted && $0.hasHost(address) }.map(\.key))
            }
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 1, informers: [ranges.base, addresses.base], logger: context.logger
        )
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard var range = ranges.get(key) else { return nil }
        guard range.metadata.isBeingDeleted else {
            do {
                if !range.metadata.finalizers.contains(Self.finalizer) {
                    range.metadata.finalizers.append(Self.finalizer)
                    range = try await context.client.update(range)
                    try await ranges.waitFor(range)
                }
                try await setReady(range, "True", "", "Kubernetes Service CIDR is ready")
            } catch let error as APIError where error.reason == .notFound {
                return nil
            }
            return nil
        }
        guard range.metadata.finalizers.contains(Self.finalizer) else { return nil }
        guard isFree(range) else {
            try await setReady(
                range, "False", "Terminating",
                "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR")
            return nil
        }
        if let marked = Timestamp(rfc3339: range.metadata.deletionTimestamp) {
            let rest = Self.grace - (context.clock.now - marked)
            if rest > .zero { return rest }
        }
        range.metadata.finalizers.removeAll { $0 == Self.finalizer }
        do {
            _ = try await context.client.update(range)
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
        return nil
    }

    /// Whether a range can go without leaving a Service with an address of no range.
    private func isFree(_ range: ServiceCIDR) -> Bool {
        let others = ranges.list().filter { $0.metadata.name != range.metadata.name }
        let isCovered = range.prefixes.allSatisfy { prefix in others.contains { $0.prefixes.contains { $0.contains(prefix) } } }
        if isCovered { return true }
        return !addresses.list().contains { record in
            guard record.isServiceAddress, let address = AddressPrefix(record.metadata.name), range.hasHost(address) else { return false }
            return !others.contains { $0.hasHost(address) }
        }
    }

    private func setReady(_ range: ServiceCIDR, _ status: String, _ reason: String, _ message: String) async throws {
        let present = range.status.conditions.first { $0.type == "Ready" }
        guard present?.status != status || present?.reason != reason || present?.message != message else { return }
        var options = Client.Options()
        options.fieldManager = "service-cidr-controller"
        options.force = true
        let wanted: Value = [
            "apiVersion": .string(ServiceCIDR.descriptor.gvk.apiVersion), "kind": "ServiceCIDR",
            "metadata": ["name": .string(range.metadata.name)],
            "status": [
                "conditions": [
                    [
                        "type": "Ready", "status": .string(status), "reason": .string(reason), "message": .string(message),
                        "lastTransitionTime": .string(context.clock.now.rfc3339),
                    ]
                ]
            ],
        ]
        try await ranges.waitFor(
            try await context.client.patch(ServiceCIDR.self, range.key, .apply, wanted, subresource: "status", options: options))
    }
}

extension ServiceCIDR {
    var prefixes: [AddressPrefix] { spec.cidrs.compactMap(AddressPrefix.init) }
    func hasHost(_ address: AddressPrefix) -> Bool { prefixes.contains { $0.hasHost(address) } }
}

extension IPAddress {
    static let manager = "ipallocator.k8s.io"
    /// Whether it was made for a Service by an API server.
    var isServiceAddress: Bool { metadata.labels["ipaddress.kubernetes.io/managed-by"] == Self.manager }
}
