import Client
import Core
import KubernetesAPI
import Logging
import ResourceEngine
import Values

/// Creates the objects that every cluster has, and reconciles them with what is there. To be run at each start, once the API answers,
/// with a client that may do everything; running it again changes nothing.
package struct Bootstrap: Sendable {
    /// How many objects are written at the same time: they share the store's batches.
    private static let concurrency = 32

    private let client: Client
    /// As which flow schemas and priority levels are written.
    private let flowProducer: Client
    private let parameters: BootstrapParameters
    private let clock: any Clock
    private let logger: Logger

    package init(client: Client, parameters: BootstrapParameters, clock: any Clock, logger: Logger = Logger(label: "bootstrap")) {
        self.client = client
        flowProducer = Client(transport: client.transport, fieldManager: FlowConfiguration.producer)
        self.parameters = parameters
        self.clock = clock
        self.logger = logger
    }

    /// Throws the `APIError` of the first object that could not be created or reconciled.
    package func run() async throws {
        // Namespaces before what is in them, the rest in the order of need.
        try await reconcile(BootstrapFacts.namespaces)
        let common =
            BootstrapFacts.rolesAndBindings(parameters.gates) + BootstrapFacts.priorityClasses + BootstrapFacts.flowControlObjects
            + BootstrapFacts.apiServices + BootstrapFacts.apiServices(parameters.unstableVersions)
            + (parameters.servesMetrics ? BootstrapFacts.metricsObjects : [])
        try await reconcile(common)
        try await withdrawServices()
        for wanted in parameters.objects(now: clock.now) { try await reconcile([wanted]) }
    }

    /// Takes back the APIServices that an earlier start made of alpha and beta versions that are not served any more.
    private func withdrawServices() async throws {
        let kept = Set(parameters.unstableVersions)
        let candidates = BootstrapFacts.unstableVersions.filter { !kept.contains($0) }
        let existing = try await list(BootstrapFacts.resource("apiregistration.k8s.io", "apiservices"))
        for wanted in BootstrapFacts.apiServices(candidates) {
            guard let found = existing[wanted.key], BootstrapReconciliation.isOurs(found) else { continue }
            logger.info("withdrawing", metadata: ["resource": "\(wanted.resource)", "object": "\(wanted.key)"])
            do { try await client.delete(wanted.resource, wanted.key) } catch let error as APIError where error.reason == .notFound {
                continue  // Another server of the cluster was faster.
            }
        }
    }

    private func reconcile(_ objects: [BootstrapFacts.Wanted]) async throws {
        var existing: [GroupVersionResource: [ObjectKey: Value]] = [:]
        for resource in Set(objects.map(\.resource)) { existing[resource] = try await list(resource) }
        var rest = objects[...]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.concurrency {
                guard let wanted = rest.popFirst() else { break }
                let found = existing[wanted.resource]?[wanted.key]
                group.addTask { try await reconcile(wanted, found) }
            }
            while try await group.next() != nil {
                guard let wanted = rest.popFirst() else { continue }
                let found = existing[wanted.resource]?[wanted.key]
                group.addTask { try await reconcile(wanted, found) }
            }
        }
    }

    private func list(_ resource: GroupVersionResource) async throws -> [ObjectKey: Value] {
        let items = try await client.list(resource)["items"]?.array ?? []
        return Dictionary(items.map { (BootstrapFacts.Wanted(resource: resource, object: $0).key, $0) }) { $1 }
    }

    private func reconcile(_ wanted: BootstrapFacts.Wanted, _ existing: Value?) async throws {
        guard let existing else { return try await create(wanted) }
        switch BootstrapReconciliation.reconcile(existing, wanted) {
        case .keep: break
        case .update(let object):
            logger.info("reconciling", metadata: ["resource": "\(wanted.resource)", "object": "\(wanted.key)"])
            _ = try await writer(of: wanted).update(DynamicObject(object), wanted.resource)
        case .replace:
            logger.info("replacing", metadata: ["resource": "\(wanted.resource)", "object": "\(wanted.key)"])
            try await client.delete(wanted.resource, wanted.key)
            try await create(wanted)
        }
    }

    private func writer(of wanted: BootstrapFacts.Wanted) -> Client {
        wanted.resource.group == "flowcontrol.apiserver.k8s.io" ? flowProducer : client
    }

    private func create(_ wanted: BootstrapFacts.Wanted) async throws {
        do {
            _ = try await writer(of: wanted).create(subresource: "", of: wanted.resource, wanted.key, wanted.body)
        } catch let error as APIError where error.reason == .alreadyExists {
            // Another server of the cluster was faster; it wants the same.
        }
    }
}
