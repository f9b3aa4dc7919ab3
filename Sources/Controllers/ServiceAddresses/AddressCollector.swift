import Client
import Core
import KubernetesAPI
import Reconcile

/// Deletes the IPAddresses that were made for Services which do not have these addresses.
struct AddressCollector: Reconciler {
    /// A server may have made the address just before its Service; so long may a request take.
    static let grace = Duration.seconds(60)

    let context: ControllerContext
    let services: Informer<Service>
    let addresses: Informer<IPAddress>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        services = context.informer()
        addresses = context.informer()
        queue = context.queue()
        addresses.onChange { [queue] changes in queue.add(changes.filter { $0.new?.isServiceAddress == true }.map(\.key)) }
        services.onChange { [queue] changes in
            for change in changes { queue.add((change.old?.addresses ?? []).map { ObjectKey(namespace: "", name: $0) }) }
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 1, informers: [services.base, addresses.base],
            logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let record = addresses.get(key), record.isServiceAddress, !record.metadata.isBeingDeleted else { return nil }
        let parent = record.spec.parentRef
        guard parent.group.isEmpty, parent.resource == "services" else {
            return try await delete(
                record, "IPAddressNotAllocated",
                "IPAddress \(key.name) appears to have been modified, not referencing a Service: cleaning up")
        }
        if services.get(record.service)?.addresses.contains(key.name) == true { return nil }
        let service: Service?
        do { service = try await context.client.get(Service.self, record.service) } catch let error as APIError
            where error.reason == .notFound
        { service = nil }
        if service?.addresses.contains(key.name) == true { return nil }
        let made = Timestamp(rfc3339: record.metadata.creationTimestamp) ?? context.clock.now
        let rest = Self.grace - (context.clock.now - made)
        if rest > .zero { return rest }
        let name = "IPAddress: \(key.name) for Service \(record.service)"
        return try await service == nil
            ? delete(record, "IPAddressNotAllocated", "\(name) appears to have leaked: cleaning up")
            : delete(record, "IPAddressWrongReference", "\(name) has a wrong reference; cleaning up")
    }

    private func delete(_ record: IPAddress, _ reason: String, _ message: String) async throws -> Duration? {
        context.recorder.record(record, .warning, reason, message)
        var options = Client.Options()
        options.preconditionUID = record.metadata.uid
        do { try await context.client.delete(IPAddress.self, record.key, options: options) } catch let error as APIError
            where error.reason == .notFound || error.reason == .conflict
        {
            return nil
        }
        return nil
    }
}
