import Client
import Core
import KubernetesAPI
import Logging
import NIOCore
import NIOPosix
import Reconcile
import Values

/// The ingress controller: keeps the server's routes at what Ingresses say, and tells them where they are served.
package final class IngressController: Sendable {
    package struct Configuration: Sendable {
        package var listenAddress: String
        /// 0: any free one.
        package var port: Int
        /// For HTTPS; nil: none.
        package var tlsPort: Int?
        /// The address that `status.loadBalancer` of Ingresses gets.
        package var publishedAddress: String
        /// For names that no Ingress has a certificate for.
        package var selfMade: SelfMadeCertificate?

        package init(
            listenAddress: String = "0.0.0.0", port: Int = 80, tlsPort: Int? = nil, publishedAddress: String,
            selfMade: SelfMadeCertificate? = nil
        ) {
            self.selfMade = selfMade
            self.listenAddress = listenAddress
            self.port = port
            self.tlsPort = tlsPort
            self.publishedAddress = publishedAddress
        }
    }

    private let configuration: Configuration
    private let client: Client
    private let informers: InformerSet
    private let clock: any Clock
    private let logger: Logger
    private let group: any EventLoopGroup

    /// `informers` are run by the caller. `client` creates the class `martlet` and writes statuses.
    package init(
        configuration: Configuration, client: Client, informers: InformerSet,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        clock: any Clock = SystemClock(), logger: Logger
    ) {
        self.configuration = configuration
        self.client = client
        self.informers = informers
        self.group = group
        self.clock = clock
        self.logger = logger
    }

    /// The class that this controller serves, the cluster's default.
    package static var ingressClass: IngressClass {
        IngressClass([
            "apiVersion": "networking.k8s.io/v1", "kind": "IngressClass",
            "metadata": ["name": .string(RouteTable.className), "annotations": ["ingressclass.kubernetes.io/is-default-class": "true"]],
            "spec": ["controller": .string(RouteTable.controller)],
        ])
    }

    /// Serves until its task is cancelled. When the port is taken it says so once and tries again, for whoever has it may go.
    package func run() async throws {
        let server = try await IngressServer(group: group)
        let signal = Signal()
        let ingresses = informers.informer(Ingress.self), classes = informers.informer(IngressClass.self)
        let services = informers.informer(Service.self), slices = informers.informer(EndpointSlice.self)
        // Secrets of other types hold no certificates.
        var options = Client.Options()
        options.fieldSelector = "type=kubernetes.io/tls"
        let secrets = Informer<Secret>(client: client, options: options, clock: clock, logger: logger)
        secrets.raise(signal)
        ingresses.raise(signal)
        classes.raise(signal)
        services.raise(signal)
        slices.raise(signal)
        try await ingresses.waitUntilSynced()
        try await classes.waitUntilSynced()
        try await services.waitUntilSynced()
        try await slices.waitUntilSynced()
        func table() -> RouteTable {
            RouteTable(ingresses: ingresses.list(), classes: classes.list(), services: services.list(), endpointSlices: slices.list())
        }
        server.route(by: table())
        await createClass()
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await secrets.base.run() }
                group.addTask { try await self.listen(server, port: self.configuration.port, isTLS: false) }
                if let port = configuration.tlsPort { group.addTask { try await self.listen(server, port: port, isTLS: true) } }
                group.addTask {
                    try await secrets.waitUntilSynced()
                    var told: [ObjectKey: String] = [:]
                    while true {
                        let table = table()
                        server.route(by: table)
                        let own = table.ingresses.compactMap { ingresses.get($0) }
                        let certificates = CertificateTable(
                            ingresses: own, secrets: secrets.list(), selfMade: self.configuration.selfMade)
                        server.identify(by: certificates)
                        for (key, problem) in certificates.problems where told[key] != problem {
                            self.logger.warning("A certificate cannot be used", metadata: ["ingress": "\(key)", "problem": "\(problem)"])
                        }
                        told = certificates.problems
                        for ingress in own { await self.publish(ingress) }
                        try await signal.wait()
                        try await self.clock.sleep(for: .milliseconds(20))  // A burst of changes makes one table.
                    }
                }
                try await group.waitForAll()
            }
        } catch {
            await server.close()
            throw error
        }
    }

    private func listen(_ server: IngressServer, port wanted: Int, isTLS: Bool) async throws {
        var hasComplained = false
        while true {
            do {
                let port = try await server.bind(host: configuration.listenAddress, port: wanted, isTLS: isTLS)
                logger.info(
                    "Ingress listens", metadata: ["address": "\(configuration.listenAddress):\(port)", "tls": "\(isTLS)"])
                return
            } catch {
                if !hasComplained {
                    logger.error(
                        "Ingress cannot listen; another program has the port. It will be tried again until it is free",
                        metadata: ["address": "\(configuration.listenAddress):\(wanted)", "error": "\(error)"])
                }
                hasComplained = true
                try await clock.sleep(for: .seconds(5))
            }
        }
    }

    private func createClass() async {
        guard informers.informer(IngressClass.self).get(ObjectKey(name: RouteTable.className)) == nil else { return }
        do {
            _ = try await client.create(Self.ingressClass)
        } catch {
            logger.warning("The ingress class could not be created", metadata: ["error": "\(error)"])
        }
    }

    private func publish(_ ingress: Ingress) async {
        let wanted: Value = ["ingress": [["ip": .string(configuration.publishedAddress)]]]
        guard ingress.status.loadBalancer?.raw != wanted else { return }
        do {
            _ = try await client.patch(Ingress.self, ingress.key, .merge, ["status": ["loadBalancer": wanted]], subresource: "status")
        } catch {
            logger.warning("The status of an ingress could not be written", metadata: ["ingress": "\(ingress.key)", "error": "\(error)"])
        }
    }
}
