import Core
import KubernetesAPI
import Logging
import NIOCore
import NIOPosix
import Reconcile
import Synchronization
import Values

/// The cluster's name server: answers for services and pods itself, asks the machine's name servers for the rest.
///
/// It listens on an address of the node that pods reach (the bridge's). The `kube-dns` Service has no selector; the slice
/// `endpointSlice` names this server as its endpoint, so that the service network leads the service address here.
package final class ClusterDNS: Sendable {
    package struct Configuration: Sendable {
        /// The cluster's domain.
        package var domain = "cluster.local"
        package var listenAddress: String
        /// 0: any free one.
        package var port: Int
        /// The address of the `kube-dns` Service.
        package var serviceAddress: String
        package var serviceCIDR: String
        package var podCIDR: String
        package var resolvConf = "/etc/resolv.conf"

        package init(listenAddress: String, port: Int = 53, serviceAddress: String, serviceCIDR: String, podCIDR: String) {
            self.listenAddress = listenAddress
            self.port = port
            self.serviceAddress = serviceAddress
            self.serviceCIDR = serviceCIDR
            self.podCIDR = podCIDR
        }
    }

    private struct Known {
        var services: [ObjectKey: Service] = [:]
        var slices: [ObjectKey: [ObjectKey: EndpointSlice]] = [:]
    }

    package let configuration: Configuration
    private let informers: InformerSet?
    private let logger: Logger
    private let group: any EventLoopGroup
    private let resolver: Resolver
    private let known = Mutex(Known())
    private let server = Mutex<DNSServer?>(nil)

    /// A server of services and EndpointSlices of `informers` (which the caller runs); without them it is told by `update`.
    package init(
        configuration: Configuration, informers: InformerSet?, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        clock: any Clock = SystemClock(), logger: Logger
    ) throws {
        guard let domain = DomainName(configuration.domain) else {
            throw MessageError(problem: "the cluster domain \"\(configuration.domain)\" is no domain name")
        }
        self.configuration = configuration
        self.informers = informers
        self.logger = logger
        self.group = group
        let nameServers = NameServers(
            path: configuration.resolvConf, own: [configuration.listenAddress, configuration.serviceAddress], clock: clock)
        let forwarder = Forwarder(group: group, servers: { nameServers.current }, clock: clock)
        resolver = Resolver(
            zone: Zone(
                name: domain, ranges: [configuration.serviceCIDR, configuration.podCIDR], serverAddress: configuration.serviceAddress),
            forwarder: forwarder)
    }

    /// Listens, and returns the port. Throws when the address or port cannot be had.
    package func bind() async throws -> Int {
        let bound = try await DNSServer.bind(host: configuration.listenAddress, port: configuration.port, group: group, resolver: resolver)
        server.withLock { $0 = bound }
        return bound.port
    }

    /// Follows services and their endpoints until its task is cancelled, then stops listening. Binds first when `bind` was not called.
    package func run() async throws {
        if server.withLock({ $0 == nil }) { _ = try await bind() }
        if let informers {
            let services = informers.informer(Service.self)
            let slices = informers.informer(EndpointSlice.self)
            services.onChange { [weak self] changes in
                for change in changes { self?.update(change.key, service: change.new) }
            }
            slices.onChange { [weak self] changes in
                for change in changes { self?.update(change.key, slice: change.new, previous: change.old) }
            }
            do {
                try await services.waitUntilSynced()
                try await slices.waitUntilSynced()
            } catch {
                await close()
                throw error
            }
            listsAreComplete()
        }
        let forever = AsyncStream<Never>.makeStream()
        for await _ in forever.stream {}
        await close()
    }

    /// Stops listening.
    package func close() async {
        let bound = server.withLock { server in
            defer { server = nil }
            return server
        }
        await bound?.close()
    }

    /// A service is there or has changed; nil: it is gone.
    package func update(_ key: ObjectKey, service: Service?) {
        known.withLock { $0.services[key] = service }
        refresh(key)
    }

    /// A slice is there or has changed; nil: it is gone. `previous` is what it was.
    package func update(_ key: ObjectKey, slice: EndpointSlice?, previous: EndpointSlice?) {
        func owner(_ slice: EndpointSlice?) -> ObjectKey? {
            slice.map { ObjectKey(namespace: $0.metadata.namespace, name: $0.metadata.labels["kubernetes.io/service-name"] ?? "") }
        }
        for service in Set([owner(slice), owner(previous)].compactMap(\.self)) {
            known.withLock { known in
                known.slices[service, default: [:]][key] = owner(slice) == service ? slice : nil
                if known.slices[service]?.isEmpty == true { known.slices[service] = nil }
            }
            refresh(service)
        }
    }

    /// The first lists are through. Until then unknown names are failures and not absent.
    package func listsAreComplete() { resolver.recordsAreComplete() }

    private func refresh(_ key: ObjectKey) {
        known.withLock { known in
            let slices = (known.slices[key] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
            let records = known.services[key].flatMap { ServiceRecords(service: $0, slices: slices) }
            resolver.update { $0.set(key, records) }
        }
    }

    /// The slice that leads the `kube-dns` Service (ports `dns` and `dns-tcp`) to this server on `port`.
    package func endpointSlice(port: Int) -> EndpointSlice {
        EndpointSlice([
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": [
                "namespace": "kube-system", "name": "kube-dns-martlet",
                "labels": ["kubernetes.io/service-name": "kube-dns", "endpointslice.kubernetes.io/managed-by": "martlet"],
            ],
            "addressType": "IPv4",
            "endpoints": [["addresses": [.string(configuration.listenAddress)], "conditions": ["ready": true]]],
            "ports": [
                ["name": "dns", "port": .int(Int64(port)), "protocol": "UDP"],
                ["name": "dns-tcp", "port": .int(Int64(port)), "protocol": "TCP"],
            ],
        ])
    }
}
