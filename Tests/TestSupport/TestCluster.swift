import Client
import Core
import CustomResources
import KubernetesAPI
import Logging
import ResourceEngine
import SchemaEngine
import Store
import Synchronization
import Values

/// A whole control plane's registry in memory: store, engine and clients, on a clock that stands still until told otherwise.
package final class TestCluster: Sendable {
    package let clock: ManualClock
    package let store: Store
    package let engine: ResourceEngine
    /// What the plugins were made with.
    package let admissionServices: AdmissionServices
    private let webhooks: (any WebhookCaller)?
    private let tasks = Mutex<[Task<Void, any Error>]>([])

    /// A cluster with the namespaces `default` and `kube-system` and their service account `default`.
    /// One that goes on from what another left in `backend` needs its clock and identifiers too. See `Store.init` for `startsThreads`.
    package init(
        backend: any Backend = MemoryBackend(), clock: ManualClock = ManualClock(),
        identifiers: CountingIdentifiers = CountingIdentifiers(), startsThreads: Bool = true,
        authorizer: any Authorizer = AllowAll(), admission: [any AdmissionPlugin]? = nil,
        validator: any ObjectValidator = BuiltInValidator(),
        services: BuiltInServices = BuiltInServices(), webhooks: ((ClusterState) -> any WebhookCaller)? = nil,
        plugins: (inout AdmissionServices) throws -> [any AdmissionPlugin] = { try BuiltInAdmission.plugins($0) }
    ) async throws {
        self.clock = clock
        let summarizer = Summarizer(BuiltInResources.storedSchemas)
        store = try await Store(backend: backend, clock: clock, startsThreads: startsThreads, summarize: summarizer.summarize)
        let registry = ResourceRegistry()
        let cluster = ClusterState(store: store, clock: clock, identifiers: identifiers)
        BuiltInResources.register(in: registry, services)
        let caller = webhooks?(cluster)
        self.webhooks = caller
        var shared = AdmissionServices(
            registry: registry, defaulter: BuiltInDefaults.defaulter, authorizer: authorizer, caller: caller)
        let made = try admission ?? plugins(&shared)
        admissionServices = shared
        engine = ResourceEngine(
            cluster: cluster, registry: registry, authorizer: authorizer, defaulter: BuiltInDefaults.defaulter, validator: validator,
            admission: made)
        let client = client()
        for name in ["default", "kube-system"] where store.get("namespaces", ObjectKey(name: name)) == nil {
            var namespace = Namespace()
            namespace.metadata.name = name
            _ = try await client.create(namespace)
            var account = ServiceAccount()
            account.metadata.name = "default"
            account.metadata.namespace = name
            _ = try await client.create(account)
        }
    }

    /// Serves custom resources from here on.
    package func followDefinitions() throws {
        let definitions = CustomResourceDefinitions(engine: engine, caller: webhooks)
        try definitions.load()
        let task = Task { try await definitions.run() }
        tasks.withLock { $0.append(task) }
    }

    package func close() async {
        for task in tasks.withLock({ $0 }) { task.cancel() }
        await store.close()
    }
}
