import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Publishes the pods behind every service with a selector as its Endpoints object: the older form of EndpointSlices, with
/// addresses of the primary family only and no more than 1000 of them.
struct EndpointsReconciler: Reconciler {
    private static let managedBy = "endpoints.kubernetes.io/managed-by"
    private static let overCapacity = "endpoints.kubernetes.io/over-capacity"
    private static let limit = 1000

    let context: ControllerContext
    let services: Informer<Service>
    let pods: Informer<Pod>
    let endpoints: Informer<Endpoints>
    let membership: ServiceMembership
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        services = context.informer()
        pods = context.informer()
        endpoints = context.informer()
        membership = ServiceMembership(services: services, pods: pods)
        queue = context.queue()
        services.onChange { [queue] changes in queue.add(changes.map(\.key)) }
        pods.onChange { [queue, membership] changes in queue.add(membership.services(affectedBy: changes)) }
        endpoints.onChange { [queue] changes in queue.add(changes.map(\.key)) }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 5, informers: [services.base, pods.base, endpoints.base],
            logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let service = services.get(key) else {
            if let orphan = endpoints.get(key), orphan.metadata.labels[Self.managedBy] == "endpoint-controller" {
                try await delete(orphan)
            }
            return nil
        }
        guard service.hasManagedEndpoints, !service.metadata.isBeingDeleted else { return nil }
        let present = endpoints.get(key)
        let (subsets, isTruncated) = Self.truncated(subsets(of: service))
        var wanted = present ?? Endpoints()
        wanted.metadata.namespace = key.namespace
        wanted.metadata.name = key.name
        var labels = service.metadata.labels
        labels[EndpointSlicePlanner.headless] = service.isHeadless ? "" : nil
        labels[Self.managedBy] = "endpoint-controller"
        if wanted.metadata.labels != labels { wanted.metadata.labels = labels }
        var annotations = wanted.metadata.annotations
        annotations[Self.overCapacity] = isTruncated ? "truncated" : nil
        if wanted.metadata.annotations != annotations { wanted.metadata.annotations = annotations }
        if wanted.subsets.values != subsets { wanted.raw["subsets"] = subsets.isEmpty ? nil : .array(subsets) }
        guard wanted != present else { return nil }
        do {
            let written = try await present == nil ? context.client.create(wanted) : context.client.update(wanted)
            try await endpoints.waitFor(written)
        } catch let error as APIError where error.isNamespaceTerminating {
            return nil
        }
        return nil
    }

    private func delete(_ orphan: Endpoints) async throws {
        var options = Client.Options()
        options.preconditionUID = orphan.metadata.uid
        do {
            try await context.client.delete(Endpoints.self, orphan.key, options: options)
        } catch let error as APIError where error.reason == .notFound {
            return
        }
    }

    /// Pods with the same ports share a subset; ready and other addresses are kept apart.
    private func subsets(of service: Service) -> [Value] {
        let wantsIPv6 = service.addressTypes.first == "IPv6"
        let publishesAll = service.spec.publishNotReadyAddresses == true
        var groups: [[Value]: (ready: [EndpointAddress], other: [EndpointAddress])] = [:]
        for pod in membership.pods(of: service) where !pod.isFinished && !pod.status.podIP.isEmpty {
            if pod.metadata.isBeingDeleted, !publishesAll { continue }
            let addresses = pod.status.podIPs.isEmpty ? [pod.status.podIP] : pod.status.podIPs.map(\.ip)
            guard let ip = addresses.first(where: { $0.contains(":") == wantsIPv6 }) else { continue }
            let ports = ports(of: pod, service)
            if ports.isEmpty, !(service.spec.ports.isEmpty && service.spec.clusterIP == "None") { continue }
            var address = EndpointAddress()
            address.ip = ip
            if pod.hasHostname(in: service) { address.hostname = pod.spec.hostname }
            address.nodeName = pod.spec.nodeName
            address.targetRef = pod.endpointReference
            if publishesAll || pod.isReady {
                groups[ports, default: ([], [])].ready.append(address)
            } else {
                groups[ports, default: ([], [])].other.append(address)
            }
        }
        return groups.sorted { "\($0.key)" < "\($1.key)" }.map { ports, addresses in
            var subset = Object()
            if !addresses.ready.isEmpty { subset["addresses"] = Self.sorted(addresses.ready) }
            if !addresses.other.isEmpty { subset["notReadyAddresses"] = Self.sorted(addresses.other) }
            if !ports.isEmpty { subset["ports"] = .array(ports) }
            return .object(subset)
        }
    }

    private func ports(of pod: Pod, _ service: Service) -> [Value] {
        service.spec.ports.compactMap { port in
            guard let number = Service.port(port, of: pod) else { return nil }
            var result = EndpointPort()
            result.name = port.name
            result.port = number
            result.protocol = port.protocol.isEmpty ? "TCP" : port.protocol
            result.appProtocol = port.appProtocol
            return result.raw
        }
    }

    private static func sorted(_ addresses: [EndpointAddress]) -> Value {
        .array(addresses.sorted { ($0.ip, $0.targetRef?.uid ?? "") < ($1.ip, $1.targetRef?.uid ?? "") }.map(\.raw))
    }

    /// Keeps the first addresses up to the limit, ready ones before others.
    private static func truncated(_ subsets: [Value]) -> ([Value], Bool) {
        func total(_ field: String) -> Int { subsets.reduce(0) { $0 + ($1[field]?.array?.count ?? 0) } }
        guard total("addresses") + total("notReadyAddresses") > limit else { return (subsets, false) }
        var result = subsets
        var room = limit
        for field in ["addresses", "notReadyAddresses"] {
            for position in result.indices {
                guard let addresses = result[position][field]?.array else { continue }
                let kept = addresses.prefix(room)
                room -= kept.count
                result[position][field] = kept.isEmpty ? nil : .array(Array(kept))
            }
        }
        return (result.filter { $0["addresses"] != nil || $0["notReadyAddresses"] != nil }, true)
    }
}
