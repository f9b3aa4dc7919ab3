import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Gives every address of a Service the IPAddress that tells of it: to Services from before there were any, and where somebody deleted or
/// changed one.
struct ServiceAddressRepairer: Reconciler {
    let context: ControllerContext
    let services: Informer<Service>
    let ranges: Informer<ServiceCIDR>
    let addresses: Informer<IPAddress>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        services = context.informer()
        ranges = context.informer()
        addresses = context.informer()
        queue = context.queue()
        services.add(Self.byAddress)
        services.onChange { [queue] changes in queue.add(changes.filter { $0.new != nil }.map(\.key)) }
        addresses.onChange { [queue, services] changes in
            for change in changes { queue.add(services.byIndex(Self.byAddress, change.key.name).map(\.key)) }
        }
    }

    /// Services by the addresses they hold.
    static let byAddress = InformerIndex(name: "clusterIP", of: Service.self) { $0.addresses }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 1,
            informers: [services.base, ranges.base, addresses.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let seen = services.get(key) else { return nil }
        for name in seen.addresses {
            guard let address = AddressPrefix(name) else {
                context.recorder.record(
                    seen, .warning, "ClusterIPNotValid", "Cluster IP \(name) is not a valid IP; please recreate Service")
                continue
            }
            guard ranges.list().contains(where: { $0.hasHost(address) }) else {
                // A server that has just made the cluster has not told of its range yet.
                guard !ranges.list().isEmpty else { return .seconds(1) }
                context.recorder.record(
                    seen, .warning, "ClusterIPOutOfRange",
                    "Cluster IP [\(address.family)]: \(name) is not within any configured Service CIDR; please recreate service")
                continue
            }
            let recordKey = ObjectKey(namespace: "", name: name)
            guard fault(addresses.get(recordKey), seen) != nil else { continue }
            // The two caches need not be of one moment.
            guard let service = try await present(Service.self, key), service.addresses.contains(name) else { continue }
            let record = try await present(IPAddress.self, recordKey)
            switch fault(record, service) {
            case nil: continue
            case .missing:
                context.recorder.record(
                    service, .warning, "ClusterIPNotAllocated", "Cluster IP [\(address.family)]: \(name) is not allocated; repairing")
            case .wrongReference:
                if let record, let other = try await present(Service.self, record.service), record.service != key,
                    record.spec.parentRef.resource == "services"
                {
                    guard !other.addresses.contains(name) else {
                        context.recorder.record(
                            service, .warning, "ClusterIPAlreadyAllocated",
                            "Cluster IP [\(address.family)]:\(name) was assigned to multiple services; please recreate service")
                        continue
                    }
                }
                context.recorder.record(
                    service, .warning, "ClusterIPNotAllocated",
                    "the ClusterIP [\(address.family)]: \(name) for Service \(key) has a wrong reference; repairing")
                try await delete(recordKey)
            case .wrongLabels: try await delete(recordKey)
            }
            _ = try await context.client.create(IPAddress(name, address.family, for: service))
        }
        return nil
    }

    private enum Fault { case missing, wrongReference, wrongLabels }

    private func fault(_ record: IPAddress?, _ service: Service) -> Fault? {
        guard let record else { return .missing }
        let parent = record.spec.parentRef
        guard parent.group.isEmpty, parent.resource == "services", record.service == service.key else { return .wrongReference }
        let isLabelled =
            record.isServiceAddress
            && record.metadata.labels["ipaddress.kubernetes.io/ip-family"] == AddressPrefix(record.metadata.name)?.family
        return isLabelled ? nil : .wrongLabels
    }

    private func present<K: Kind>(_ type: K.Type, _ key: ObjectKey) async throws -> K? {
        do { return try await context.client.get(type, key) } catch let error as APIError where error.reason == .notFound { return nil }
    }

    private func delete(_ key: ObjectKey) async throws {
        do { try await context.client.delete(IPAddress.self, key) } catch let error as APIError where error.reason == .notFound {}
    }
}

extension Service {
    /// The cluster addresses it holds.
    var addresses: [String] {
        guard spec.type != "ExternalName" else { return [] }
        let all = spec.clusterIPs.isEmpty ? [spec.clusterIP] : spec.clusterIPs
        return all.filter { !$0.isEmpty && $0 != "None" }
    }
}

extension IPAddress {
    /// The Service it names.
    var service: ObjectKey { ObjectKey(namespace: spec.parentRef.namespace, name: spec.parentRef.name) }

    init(_ address: String, _ family: String, for service: Service) {
        self.init(["metadata": [:]])
        metadata.name = address
        metadata.labels = ["ipaddress.kubernetes.io/ip-family": family, "ipaddress.kubernetes.io/managed-by": Self.manager]
        spec.parentRef.resource = "services"
        spec.parentRef.namespace = service.metadata.namespace
        spec.parentRef.name = service.metadata.name
    }
}
