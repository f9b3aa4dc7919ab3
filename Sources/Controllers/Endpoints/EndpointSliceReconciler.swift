import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Publishes the pods behind every service with a selector as EndpointSlices of at most 100 endpoints.
struct EndpointSliceReconciler: Reconciler {
    /// Our slices by "namespace/service".
    private static let byService = InformerIndex(name: "service", of: EndpointSlice.self) { slice in
        guard let key = service(of: slice) else { return [] }
        return ["\(key)"]
    }

    let context: ControllerContext
    let services: Informer<Service>
    let pods: Informer<Pod>
    let nodes: Informer<Node>
    let slices: Informer<EndpointSlice>
    let membership: ServiceMembership
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        services = context.informer()
        pods = context.informer()
        nodes = context.informer()
        slices = context.informer()
        membership = ServiceMembership(services: services, pods: pods)
        queue = context.queue()
        slices.add(Self.byService)
        services.onChange { [queue] changes in queue.add(changes.map(\.key)) }
        pods.onChange { [queue, membership] changes in queue.add(membership.services(affectedBy: changes)) }
        // What nodes have of CPU, and where, decides how endpoints are shared out among zones.
        nodes.onChange { [queue, services] changes in
            guard changes.contains(where: { Self.capacity($0.old) != Self.capacity($0.new) }) else { return }
            queue.add(services.list().filter(TopologyHints.isAutomatic).map(\.key))
        }
        slices.onChange { [queue] changes in
            queue.add(changes.flatMap { [$0.old, $0.new].compactMap { $0.flatMap(Self.service) } })
        }
    }

    private static func capacity(_ node: Node?) -> [String]? {
        node.map { node in
            let isReady = node.status.conditions.contains { $0.type == "Ready" && $0.status == "True" }
            return [
                node.metadata.labels["topology.kubernetes.io/zone"] ?? "", node.status.allocatable["cpu"] ?? "", "\(isReady)",
            ]
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 5,
            informers: [services.base, pods.base, nodes.base, slices.base], logger: context.logger)
    }

    /// The service a slice of ours is for.
    private static func service(of slice: EndpointSlice) -> ObjectKey? {
        let metadata = slice.metadata
        let labels = metadata.labels
        guard labels[EndpointSlicePlanner.managedBy] == EndpointSlicePlanner.manager, let name = labels[EndpointSlicePlanner.serviceName],
            !name.isEmpty
        else { return nil }
        return ObjectKey(namespace: metadata.namespace, name: name)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        // The slices of a service that is gone go with it: it owns them.
        guard let service = services.get(key), service.hasManagedEndpoints, !service.metadata.isBeingDeleted else { return nil }
        let isAutomatic = TopologyHints.isAutomatic(service)
        let shares = isAutomatic ? TopologyHints.shares(of: nodes.list()) : nil
        var planner = EndpointSlicePlanner(service: service, pods: membership.pods(of: service), shares: shares) { [nodes] name in
            nodes.get(ObjectKey(name: name)).map { $0.metadata.labels["topology.kubernetes.io/zone"] ?? "" }
        }
        let existing = slices.byIndex(Self.byService, "\(key)")
        let actions = planner.plan(existing: existing)
        if isAutomatic { tell(service, planner.hintProblems, existing) }
        for action in actions { try await apply(action) }
        if let node = planner.missingNodes.min() {
            throw APIError.notFound(Node.descriptor.gvr.groupResource, node)
        }
        return nil
    }

    /// Tells on the service that hints begin, or why there are none.
    private func tell(_ service: Service, _ problems: [String: String], _ existing: [EndpointSlice]) {
        for type in service.addressTypes {
            if let problem = problems[type] {
                context.recorder.record(.init(service), .warning, "TopologyAwareHintsDisabled", "\(problem), addressType: \(type)")
            } else if !existing.contains(where: { $0.endpoints.contains { $0.hints != nil } }) {
                context.recorder.record(
                    .init(service), .normal, "TopologyAwareHintsEnabled",
                    "Topology Aware Hints has been enabled, addressType: \(type)")
            }
        }
    }

    private func apply(_ action: EndpointSlicePlanner.Action) async throws {
        do {
            switch action {
            case .create(let slice): try await slices.waitFor(try await context.client.create(slice))
            case .update(let slice): try await slices.waitFor(try await context.client.update(slice))
            case .delete(let slice):
                var options = Client.Options()
                options.preconditionUID = slice.metadata.uid
                try await context.client.delete(EndpointSlice.self, slice.key, options: options)
                try await slices.waitForDeletion(slice.key, uid: slice.metadata.uid)
            }
        } catch let error as APIError where error.isNamespaceTerminating || error.reason == .notFound {
            return
        }
    }
}
