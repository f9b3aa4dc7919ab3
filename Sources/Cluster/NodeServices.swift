import Client
import ClusterDNS
import Core
import HTTPTransport
import Identity
import Ingress
import KubernetesAPI
import Linux
import Logging
import NodeAgent
import Reconcile
import Runtime
import ServiceProxy

/// What a node runs: container runtime, agent, service network, DNS and ingress.
struct NodeServices: Sendable {
    private let layout: NodeLayout
    private let configuration: ClusterConfiguration
    private let containerd: Containerd?
    private let agent: NodeAgent
    /// What serves logs, commands and streams of the node's containers.
    private let endpoint: NodeServer
    private let endpointCertificates: AsyncStream<ServerTLS>
    private let proxy: ServiceProxy
    private let loadBalancers: LoadBalancerController
    private let dns: ClusterDNS
    private let dnsPort: Int
    private let ingress: IngressController
    private let networkClient: Client
    private let nodes: Informer<Node>
    private let clock: any Clock

    /// Starts the container runtime, or takes over the one that runs, and prepares the network. Throws what the machine lacks.
    init(
        configuration: ClusterConfiguration, paths: ClusterPaths, controlPlane: ControlPlane, informers: InformerSet, clock: any Clock,
        logger: Logger
    ) async throws {
        self.configuration = configuration
        self.clock = clock
        layout = NodeLayout(configuration, paths)
        let runtime: CRIRuntime
        if configuration.runtimeEndpoint.isEmpty {
            let containerd = Containerd(layout.containerd, logger: logger, clock: clock)
            runtime = try await containerd.start()
            self.containerd = containerd
        } else {
            try Self.describeNetwork(layout.containerd, in: configuration.cniDirectory)
            runtime = CRIRuntime(socket: configuration.runtimeEndpoint.replacing("unix://", with: ""), clock: clock)
            do {
                _ = try await runtime.version()
            } catch {
                throw ClusterError(
                    "the container runtime at \(configuration.runtimeEndpoint) does not answer: \(error); choose another with "
                        + "--runtime-endpoint, or '' for one of the cluster's own")
            }
            containerd = nil
        }
        let identity = controlPlane.identity
        let nodeClient = controlPlane.client("system:node:\(layout.nodeName)", groups: ["system:nodes"], manager: "kubelet")
        agent = NodeAgent(
            try Self.agentConfiguration(layout, file: configuration.kubeletConfig), client: nodeClient, runtime: runtime, logger: logger,
            clock: clock)
        endpoint = NodeServer(agent, client: nodeClient, logger: logger) { certificate in
            // A certificate that does not prove anything is the same to the endpoint as none.
            guard let peer = try? identity.authority.identify(derEncoded: certificate, now: clock.now) else { return nil }
            return Caller(name: peer.commonName, groups: peer.organizations + ["system:authenticated"])
        }
        let serving = try identity.nodeServer(layout.nodeName, addresses: [layout.address])
        endpointCertificates = AsyncStream { continuation in
            continuation.yield(ControlPlane.serverTLS(serving.current, identity))
            let renewals = Task {
                for await credential in serving.changes { continuation.yield(ControlPlane.serverTLS(credential, identity)) }
            }
            continuation.onTermination = { _ in renewals.cancel() }
        }
        try await KernelNetwork(layout.proxy).prepare()
        networkClient = controlPlane.client("system:martlet:network", groups: ["system:masters"])
        proxy = ServiceProxy(configuration: layout.proxy, informers: informers, client: networkClient, clock: clock, logger: logger)
        loadBalancers = LoadBalancerController(
            address: layout.address, client: networkClient, informers: informers, clock: clock, logger: logger
        ) { transport, port in HostAddress.isFree(port: port, isDatagram: transport == "UDP") }
        dns = try ClusterDNS(
            configuration: .init(
                listenAddress: layout.gateway, serviceAddress: configuration.dnsServiceIP, serviceCIDR: configuration.serviceCIDR,
                podCIDR: configuration.podCIDR), informers: informers, clock: clock, logger: logger)
        dnsPort = try await dns.bind()
        let authority = try CertificateAuthority(commonName: "Martlet Ingress", now: clock.now)
        let selfMade = try authority.issue(
            CertificateRequest(commonName: "Martlet Ingress self-made certificate", dnsNames: ["ingress.local"], usages: [.server]),
            now: clock.now, life: CertificateAuthority.authorityLife)
        ingress = IngressController(
            configuration: .init(
                port: configuration.ingressPort, tlsPort: configuration.ingressTLSPort, publishedAddress: layout.address,
                selfMade: try SelfMadeCertificate(chain: selfMade.certificatePEM, key: selfMade.privateKeyPEM)),
            client: networkClient,
            informers: informers,
            clock: clock, logger: logger)
        nodes = informers.informer()
    }

    /// Tells another runtime how pods are connected.
    private static func describeNetwork(_ containerd: ContainerdConfiguration, in directory: String) throws {
        do {
            try Files.createDirectory(directory)
            try Files.replace("\(directory)/10-martlet-\(containerd.name).conflist", with: Array(containerd.networkList.utf8))
        } catch { throw ClusterError("the network of pods cannot be described in \(directory): \(error)") }
    }

    private static func agentConfiguration(_ layout: NodeLayout, file: String) throws -> NodeAgentConfiguration {
        var agent = layout.agent
        guard !file.isEmpty else { return agent }
        do {
            try KubeletConfiguration(try APIServerSettings.yaml(file, flag: "kubelet-config")).apply(to: &agent)
        } catch let problem as KubeletConfiguration.Problem { throw ClusterError("--kubelet-config \(file): \(problem)") }
        return agent
    }

    /// In the order in which they start; they end in reverse.
    var services: [Loop] {
        [
            Loop("dns") { [dns] in try await dns.run() },
            Loop("service proxy") { [proxy] in try await proxy.run() },
            Loop("load balancers") { [loadBalancers] in try await loadBalancers.run() },
            Loop("ingress") { [ingress] in try await ingress.run() },
            Loop("node endpoint") { [endpoint, endpointCertificates, port = configuration.agentPort] in
                try await endpoint.run(certificates: endpointCertificates, port: port)
            },
            Loop("node agent") { [agent] in try await agent.run() },
        ]
    }

    /// Returns once the node is Ready and cluster DNS answers on its service address.
    func waitUntilReady(progress: (String) -> Void) async throws {
        try await publishDNS()
        let name = layout.nodeName
        try await nodes.base.waitFor(ObjectKey(name: name)) { object in
            object.map(Node.init)?.status.conditions.contains { $0.type == "Ready" && $0.status == "True" } ?? false
        }
        progress("node \(name) is Ready")
        try await DNSProbe(server: configuration.dnsServiceIP, clock: clock).waitForAnswer(
            "kubernetes.default.svc.\(configuration.clusterDomain)")
        progress("cluster DNS answers on \(configuration.dnsServiceIP)")
    }

    /// Leads the kube-dns service to this process.
    private func publishDNS() async throws {
        let slice = dns.endpointSlice(port: dnsPort)
        do {
            _ = try await networkClient.create(slice)
        } catch let error as APIError where error.reason == .alreadyExists {
            var present = try await networkClient.get(EndpointSlice.self, slice.key)
            present.endpoints = slice.endpoints
            present.ports = slice.ports
            _ = try await networkClient.update(present)
        }
    }

    /// Lets go of the container runtime; containers go on.
    func detach() async { await containerd?.detach() }
}
