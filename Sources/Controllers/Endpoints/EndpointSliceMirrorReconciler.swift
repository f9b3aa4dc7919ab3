import Client
import Core
import KubernetesAPI
import Reconcile

/// Mirrors Endpoints that somebody writes for a service without a selector as EndpointSlices.
struct EndpointSliceMirrorReconciler: Reconciler {
    /// The mirrors by "namespace/service".
    private static let mirrors = InformerIndex(name: "mirror", of: EndpointSlice.self) { slice in
        service(of: slice).map { ["\($0)"] } ?? []
    }

    let context: ControllerContext
    let endpoints: Informer<Endpoints>
    let services: Informer<Service>
    let slices: Informer<EndpointSlice>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        endpoints = context.informer()
        services = context.informer()
        slices = context.informer()
        queue = context.queue()
        slices.add(Self.mirrors)
        endpoints.onChange { [queue] changes in queue.add(changes.map(\.key)) }
        services.onChange { [queue] changes in queue.add(changes.map(\.key)) }
        slices.onChange { [queue] changes in
            queue.add(changes.flatMap { [$0.old, $0.new].compactMap { $0.flatMap(Self.service) } })
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 5, informers: [endpoints.base, services.base, slices.base],
            logger: context.logger)
    }

    private static func service(of slice: EndpointSlice) -> ObjectKey? {
        let metadata = slice.metadata
        guard metadata.labels[EndpointSlicePlanner.managedBy] == EndpointSliceMirror.manager,
            let name = metadata.labels[EndpointSlicePlanner.serviceName], !name.isEmpty
        else { return nil }
        return ObjectKey(namespace: metadata.namespace, name: name)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        let existing = slices.byIndex(Self.mirrors, "\(key)")
        guard let source = endpoints.get(key), isMirrored(source), let service = services.get(key), service.spec.selector.isEmpty else {
            for slice in existing { try await delete(slice) }
            return nil
        }
        let plan = EndpointSliceMirror.plan(source, existing: existing)
        if plan.invalid > 0 {
            context.recorder.record(
                source, .warning, "InvalidIPAddress", "Skipped \(plan.invalid) invalid IP addresses when mirroring to EndpointSlices")
        }
        if plan.skipped > 0 {
            context.recorder.record(
                source, .warning, "TooManyAddressesToMirror",
                "A max of \(EndpointSliceMirror.limit) addresses can be mirrored to EndpointSlices per Endpoints subset. \(plan.skipped) addresses were skipped"
            )
        }
        do {
            if !source.metadata.isBeingDeleted {
                for slice in plan.create { try await slices.waitFor(try await context.client.create(slice)) }
            }
            for slice in plan.update { try await slices.waitFor(try await context.client.update(slice)) }
        } catch let error as APIError where error.isNamespaceTerminating {
            return nil
        }
        for slice in plan.delete { try await delete(slice) }
        return nil
    }

    /// Leader election's records are not, nor what asks not to be.
    private func isMirrored(_ endpoints: Endpoints) -> Bool {
        endpoints.metadata.labels["endpointslice.kubernetes.io/skip-mirror"] != "true"
            && endpoints.metadata.annotations["control-plane.alpha.kubernetes.io/leader"] == nil
    }

    private func delete(_ slice: EndpointSlice) async throws {
        var options = Client.Options()
        options.preconditionUID = slice.metadata.uid
        do {
            try await context.client.delete(EndpointSlice.self, slice.key, options: options)
            try await slices.waitForDeletion(slice.key, uid: slice.metadata.uid)
        } catch let error as APIError where error.reason == .notFound {
            return
        }
    }
}
