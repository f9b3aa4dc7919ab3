import APIServer
import Client
import Controllers
import Core
import CustomResources
import HTTPTransport
import Identity
import KubernetesAPI
import Linux
import Logging
import Reconcile
import ResourceEngine
import Scheduler
import SchemaEngine
import Store
import Values
import YAML

/// Identity, store, engine and API server of one cluster, and clients of it for everything else in the process.
final class ControlPlane: Sendable {
    /// Where the API server is reached on this machine.
    let url: String
    let identity: ClusterIdentity
    private let configuration: ClusterConfiguration
    private let paths: ClusterPaths
    private let clock: any Clock
    private let logger: Logger
    private let store: Store
    private let engine: ResourceEngine
    private let authorization: AuthorizationModes
    private let encryption: EncryptionAtRest
    /// Configurations that are taken anew when their files change.
    private let reloaded: [ReloadedFile]
    private let definitions: CustomResourceDefinitions
    private let server: HTTPServer
    private let serving: RenewingCredential
    private let advertiseAddress: String
    private let metrics: MetricsCollector?
    private let aggregator: Aggregator
    private let audit: AuditLog?
    private let flowControl: FlowController
    /// Which versions are served, and which features are on.
    let selection: APISelection
    private let tokenUses: LegacyTokenUses
    /// How the parts of the control plane are.
    let components = ComponentStatuses()
    private let phase = ServerPhase()
    /// The figures of parts beside the API server, served with its own.
    let figures = MetricsPage()

    /// Opens the store and makes everything that answers requests; nothing listens yet. Throws what is wrong with the files.
    init(configuration: ClusterConfiguration, paths: ClusterPaths, clock: any Clock, logger: Logger) async throws {
        self.configuration = configuration
        self.paths = paths
        self.clock = clock
        self.logger = logger
        url = "https://127.0.0.1:\(configuration.apiPort)"
        advertiseAddress = HostAddress.primary() ?? NodeLayout(configuration, paths).gateway

        selection = try configuration.apiServer.selection()
        audit = try configuration.apiServer.auditLog(clock: clock, logger: logger)
        identity = try ClusterIdentity(directory: paths.identity, clock: clock)
        serving = try identity.apiServer(
            serviceAddress: configuration.kubernetesServiceIP, clusterDomain: configuration.clusterDomain,
            addresses: Array(Set(HostAddress.all() + [advertiseAddress])).sorted())
        let administrator = try identity.administrator()
        let kubeconfig = Kubeconfig(
            name: configuration.name, server: url, authorityPEM: identity.authority.certificatePEM, credential: administrator.current)
        try Files.replace(paths.adminKubeconfig, with: Array(YAMLEmitter.emit(kubeconfig.file).utf8), mode: 0o600)

        let store: Store
        let encryption = try await EncryptionAtRest(configuration.apiServer, clock: clock, logger: logger)
        self.encryption = encryption
        do {
            store = try await Store(
                backend: EncryptedBackend(try SQLiteBackend(path: paths.store), cipher: encryption),
                clock: clock, logger: logger,
                retention: configuration.apiServer.compactionSeconds > 0
                    ? .seconds(configuration.apiServer.compactionSeconds) : Store.standardRetention,
                summarize: Summarizer(BuiltInResources.storedSchemas).summarize)
        } catch StoreError.unavailable(let why) { throw ClusterError("the store cannot be opened: \(why)") }
        self.store = store
        authorization = try AuthorizationModes(configuration.apiServer, store: store, gates: selection.gates, clock: clock, logger: logger)
        let authorizer = authorization
        let issuer = "https://kubernetes.default.svc.\(configuration.clusterDomain)"
        let believed = try TokenAuthenticators(
            configuration.apiServer, store: store, clock: clock, signer: identity.tokenSigner, issuer: issuer)
        let serverID = "apiserver-\(configuration.name)"
        let reloaded = [
            try encryption.reloaded(serverID: serverID), try believed.reloaded(serverID: serverID, logger: logger),
            try authorization.reloaded(serverID: serverID),
        ].compactMap { $0 }
        self.reloaded = reloaded
        let tokens = believed.all
        tokenUses = believed.uses
        let authentication = AuthenticationMetrics()
        let authenticator = RequestAuthenticator(
            clientAuthority: identity.authority, tokens: tokens, authorizer: authorizer, anonymous: believed.anonymous,
            metrics: authentication, clock: clock, logger: logger)

        var services = BuiltInServices()
        services.serviceRanges.clusterIPs = configuration.serviceCIDR
        services.serviceRanges.nodePorts = configuration.nodePorts
        services.selection = selection
        if let lifetime = configuration.apiServer.flags["event-ttl"].flatMap(GoDuration.parse) { services.eventLifetime = lifetime }
        services.tokenIssuer = ServiceAccountTokenIssuer(
            signer: identity.tokenSigner, issuer: issuer, audiences: [issuer], identifiers: RandomIdentifiers(), lookup: believed.lookup)
        services.reviews = AccessReviews.handlers(authorizer, rules: authorization.listed, clock: clock)
        services.reviews["tokenreviews"] = TokenReview(tokens: tokens)
        let agentClient = try identity.nodeAgentClient()
        // Nodes may join that are not martlet's own.
        let nodes = try NodeConnection(agentTLS: Self.agentTLS(agentClient, identity))
        // Simulated nodes have nobody who would tell figures.
        metrics = configuration.hasNode ? MetricsCollector(nodes: nodes, clock: clock, logger: logger) : nil
        if let metrics {
            services.sources["metrics.k8s.io/nodes"] = NodeMetricsSource(metrics)
            services.sources["metrics.k8s.io/pods"] = PodMetricsSource(metrics)
        }
        services.sources["componentstatuses"] = components
        components.add("etcd-0") {
            do {
                try store.watch("componentstatuses", from: store.currentRevision).cancel()
                return store.writeProblem.map { "\($0)" }
            } catch { return "\(error)" }
        }
        let registry = ResourceRegistry()
        BuiltInResources.register(in: registry, services)
        let cluster = ClusterState(store: store, clock: clock, identifiers: RandomIdentifiers())
        let webhooks = WebhookClient(services: ServiceResolver(cluster))
        var admission = AdmissionServices(
            registry: registry, defaulter: BuiltInDefaults.defaulter, authorizer: authorizer,
            caller: webhooks, logger: logger)
        admission.certificateOrganizations = { try SigningRequest.organizations(pem: $0) }
        admission.imageReviewer = { settings in
            do {
                return try ReviewService(try ClusterAccess.read(kubeconfig: settings.kubeconfig), pause: settings.pause, clock: clock)
            } catch { throw APIError.badRequest("imagePolicy.kubeConfigFile: \(error)") }
        }
        admission.webhookCaller = { path in
            do { return try webhooks.authenticating(UserCredentials.read(kubeconfig: path)) } catch {
                throw APIError.badRequest("kubeConfigFile: \(error)")
            }
        }
        let plugins = try AdmissionConfiguration(configuration.apiServer).plugins(admission)
        engine = ResourceEngine(
            cluster: cluster, registry: registry, authorizer: authorizer, defaulter: BuiltInDefaults.defaulter,
            validator: BuiltInValidator(),
            admission: plugins + [RoleEscalationAdmission(authorization.rbac), PodCertificateSigner(authorizer)]
                + (selection.gates.isOn("DRAResourceClaimGranularStatusAuthorization") ? [ClaimStatusAuthorization(authorizer)] : []),
            logger: logger)

        admission.namespaces.use { [engine] name in
            var namespace = Namespace()
            namespace.metadata.name = name
            let user = UserInfo(name: "system:apiserver", groups: ["system:masters", "system:authenticated"])
            _ = try await Client(transport: InProcessTransport(engine: engine, user: user), fieldManager: Self.ownManager).create(namespace)
        }
        definitions = CustomResourceDefinitions(engine: engine, caller: webhooks, logger: logger)
        aggregator = Aggregator(cluster: engine.cluster, credential: try identity.frontProxyClient(), logger: logger)
        flowControl = FlowController(cluster: engine.cluster)
        let documents = AggregatedDocuments(
            own: SchemaDocuments(schema: BuiltInSchema.shared, registry: registry, serverVersion: Version.api),
            aggregator: aggregator)
        var options = APIServer.Options()
        options.version = VersionInfo(gitVersion: "\(Version.kubernetes)+martlet")
        options.openIDConfiguration = TokenSigner.discovery(
            issuer: issuer, keySetURL: "https://\(advertiseAddress):\(configuration.apiPort)/openid/v1/jwks")
        options.jsonWebKeySet = identity.tokenSigner.keySet
        options.live = [HealthCheck("etcd") { [store] in store.writeProblem.map { "\($0)" } }] + phase.startChecks
        options.ready = [phase.closeCheck]
        if encryption.hasServices { options.live.append(HealthCheck("kms-providers") { encryption.problem }) }
        options.externalAddress = "\(advertiseAddress):\(configuration.apiPort)"
        let api = APIServer(
            engine: engine, authenticator: authenticator, documents: documents,
            nodes: nodes, aggregator: aggregator, audit: audit, flowControl: flowControl, authentication: authentication,
            options: options,
            extraMetrics: {
                [
                    aggregator, audit, authorization, flowControl, figures, webhooks = admission.webhooks,
                    policies = admission.policies, chain = engine.admission, file = paths.store,
                    featureMetrics = selection.gates.metricsText()
                ] in
                var pages = [authorization.metricsText, believed.metricsText, flowControl.metricsText(), aggregator.metricsText()]
                pages += [chain.metricsText, webhooks.text, policies.text, ValidationRules.metricsText]
                pages += [EventRecorder.metricsText, ProcessUsage.now().metricsText]
                if let audit { pages.append(audit.metricsText) }
                for file in reloaded { pages.append(file.metricsText) }
                pages += [featureMetrics, Self.storageMetrics(store, file: file), figures.text]
                return pages.joined()
            },
            logger: logger)
        server = try HTTPServer(handler: api, tls: Self.serverTLS(serving.current, identity), logger: logger)
    }

    private static func agentTLS(_ client: RenewingCredential, _ identity: ClusterIdentity) -> ClientTLS {
        ClientTLS(
            authorities: Array(identity.authority.certificatePEM.utf8), certificateChain: Array(client.current.certificatePEM.utf8),
            privateKey: Array(client.current.privateKeyPEM.utf8))
    }

    static func serverTLS(_ credential: Credential, _ identity: ClusterIdentity) -> ServerTLS {
        ServerTLS(
            material: TLSMaterial(
                certificateChain: Array(credential.certificatePEM.utf8), privateKey: Array(credential.privateKeyPEM.utf8)),
            clientCAs: Array(identity.authority.certificatePEM.utf8))
    }

    /// Opens the port. Throws when it is taken.
    func listen() async throws {
        // A client that knew a custom resource before a restart finds it served from the first request on.
        try definitions.load()
        try aggregator.load()
        try flowControl.load()
        do {
            _ = try await server.listen(host: "0.0.0.0", port: configuration.apiPort)
        } catch {
            throw ClusterError("the API server cannot listen on port \(configuration.apiPort): \(error); choose another with --api-port")
        }
    }

    /// Makes what every cluster has, and sends the `kubernetes` service to where the server is now.
    func bootstrap() async throws {
        authorization.rbac.load()
        var parameters = BootstrapParameters(
            serviceCIDR: configuration.serviceCIDR, serviceAddress: configuration.kubernetesServiceIP,
            dnsAddress: configuration.hasNode ? configuration.dnsServiceIP : nil, apiAddress: advertiseAddress,
            apiPort: configuration.apiPort,
            clientAuthorityPEM: identity.authority.certificatePEM, frontProxyAuthorityPEM: identity.frontProxyAuthority.certificatePEM)
        parameters.servesMetrics = metrics != nil
        parameters.unstableVersions = selection.unstableVersions
        parameters.gates = selection.gates
        parameters.clusterAuthorityPEM = identity.authority.certificatePEM
        let client = client("system:apiserver", groups: ["system:masters"])
        try await Bootstrap(client: client, parameters: parameters, clock: clock, logger: logger).run()
        authorization.rbac.load()
        if configuration.hasNode { try await provideStorageClass(client) }
        phase.set(.serving)
    }

    /// Claims work from the first day: a cluster that has no storage class gets one, the default.
    private func provideStorageClass(_ client: Client) async throws {
        guard try await client.list(StorageClass.self).items.isEmpty else { return }
        var storageClass = StorageClass()
        storageClass.metadata.name = LocalPathClass.name
        storageClass.metadata.annotations = ["storageclass.kubernetes.io/is-default-class": "true"]
        storageClass.provisioner = LocalPathClass.provisioner
        storageClass.reclaimPolicy = "Delete"
        storageClass.volumeBindingMode = "WaitForFirstConsumer"
        storageClass.allowVolumeExpansion = true
        _ = try await client.create(storageClass)
    }

    /// Follows rights and renews certificates until its task is cancelled.
    func run() async throws {
        let logger = logger
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.authorization.run() }
            group.addTask { try await self.store.run() }
            group.addTask { try await self.encryption.run() }
            if let audit = self.audit { group.addTask { await audit.run() } }
            for file in self.reloaded { group.addTask { try await file.run() } }
            group.addTask { try await self.followAggregation() }
            group.addTask {
                try await FlowConfiguration(
                    controller: self.flowControl, client: self.client("system:apiserver", groups: ["system:masters"]), logger: logger
                ).run()
            }
            group.addTask { try await self.definitions.run() }
            group.addTask {
                await self.tokenUses.run(self.client("system:apiserver", groups: ["system:masters"]), logger: logger)
            }
            if let metrics = self.metrics {
                group.addTask { try await metrics.run(self.engine.cluster) }
            }
            group.addTask {
                try await self.identity.run { name, error in logger.error("certificate \(name) cannot be renewed: \(error)") }
            }
            group.addTask {
                for await credential in self.serving.changes { try self.server.reload(Self.serverTLS(credential, self.identity)) }
            }
            try await group.waitForAll()
        }
    }

    /// How many objects there are of each resource, under upstream's name.
    private static func storageMetrics(_ store: Store, file: String) -> String {
        let size = [file, "\(file)-wal"].compactMap(Files.size).reduce(0, +)
        let counts = store.counts.sorted { $0.key < $1.key }.map { bucket, count in
            let parts = bucket.split(separator: "/").map(String.init)
            return (resource: GroupResource(group: parts.count == 2 ? parts[0] : "", resource: parts.last ?? bucket), count: count)
        }
        return metricHead("apiserver_resource_objects", "gauge", "Objects stored.")
            + counts.map { "apiserver_resource_objects{group=\"\($0.group)\",resource=\"\($0.resource)\"} \($1)\n" }.joined()
            + metricHead("apiserver_storage_objects", "gauge", "Objects stored, under the name of upstream before 1.34.")
            + counts.map { "apiserver_storage_objects{resource=\"\($0)\"} \($1)\n" }.joined()
            + metricHead("apiserver_storage_size_bytes", "gauge", "Size of the files of the store.")
            + "apiserver_storage_size_bytes{storage_cluster_id=\"etcd-0\"} \(size)\n"
    }

    /// Keeps APIServices: those of custom resources, and of all of them whether they can be reached.
    private func followAggregation() async throws {
        let client = client("system:apiserver", groups: ["system:masters"])
        let availability = AvailabilityController(aggregator: aggregator, client: client, clock: clock, logger: logger)
        let registration = DefinitionRegistration(cluster: engine.cluster, client: client, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await availability.run() }
            group.addTask { try await registration.run() }
            try await group.waitForAll()
        }
    }

    /// Drains requests, then makes the last writes durable.
    func close() async {
        phase.set(.closing)
        await server.shutdown()
        await audit?.close()
        await store.close()
    }

    // MARK: Clients

    /// What managed fields call the server itself.
    private static let ownManager = "kube-apiserver"

    /// A client with an identity of its own, authorised like any other. `manager` is what managed fields call it: by default the
    /// last part of its name.
    func client(_ user: String, groups: [String] = [], manager: String? = nil) -> Client {
        let info = UserInfo(name: user, groups: groups + ["system:authenticated"])
        let last = user.split(separator: ":").last.map(String.init) ?? user
        return Client(
            transport: AggregatingTransport(engine: engine, aggregator: aggregator, user: info, audit: audit),
            fieldManager: manager ?? (user == "system:apiserver" ? Self.ownManager : last))
    }

    /// A client in the name of a service account of kube-system, or without one in that of the controller manager itself.
    func client(account: String) -> Client {
        let manager = UserInfo(name: "system:kube-controller-manager", groups: ["system:authenticated"])
        return Client(
            transport: AggregatingTransport(
                engine: engine, aggregator: aggregator, user: account.isEmpty ? manager : .serviceAccount(account), audit: audit),
            fieldManager: "kube-controller-manager")
    }

    /// What the controllers are told of this cluster.
    var controllerOptions: ControllerOptions {
        var options = ControllerOptions()
        options.rootCertificates = identity.authority.certificatePEM
        options.certificateAuthority = identity.authority
        options.tokenSigner = LegacyTokenSigner(signer: identity.tokenSigner)
        options.clusterCIDR = configuration.podCIDR
        if configuration.hasNode {
            options.localVolumes = LocalVolumeDirectories(root: paths.volumes, nodeName: NodeLayout(configuration, paths).nodeName)
        }
        let registry = engine.registry
        let aggregator = aggregator
        options.policyWarnings = { try await PolicyTypeCheck(registry).warnings(of: $0).map { ($0.field, $0.text) } }
        options.migratesStorage = serves(StorageVersionMigration.self)
        options.publishesTrustBundle = serves(ClusterTrustBundle.self)
        options.servedResources = {
            let own = registry.all.map { resource in
                let schema = resource.schema
                return ControllerOptions.ServedResource(
                    resource: schema.resource, kind: schema.kind.kind, isNamespaced: schema.isNamespaced, verbs: Set(schema.verbs))
            }
            let remote = aggregator.remoteResources.map {
                ControllerOptions.ServedResource(
                    resource: $0.resource, kind: $0.kind, isNamespaced: $0.isNamespaced, verbs: $0.verbs)
            }
            return ControllerOptions.ServedResource.preferred(own + remote)
        }
        return options
    }

    /// Whether an alpha or beta kind is served, which takes its gate and its version.
    private func serves<K: Kind>(_: K.Type) -> Bool { selection.serves(K.descriptor.gvr) }

    /// How the scheduler treats groups of pods: it can follow them only where they are served.
    var podGroups: SchedulerConfiguration.PodGroups {
        let asked = SchedulerConfiguration.PodGroups(selection.gates)
        guard asked != .ignored, !serves(PodGroup.self) else { return asked }
        logger.warning("the feature gate GenericWorkload has no effect without --runtime-config scheduling.k8s.io/v1alpha2=true")
        return .ignored
    }
}
