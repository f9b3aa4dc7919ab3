import Client
import Core
import KubernetesAPI
import Logging
import ResourceEngine
import Store
import Values

/// Keeps an APIService for every served version of every group of custom resources (upstream's crd-autoregister and autoregister controllers).
package struct DefinitionRegistration: Sendable {
    private static let definitions = "apiextensions.k8s.io/customresourcedefinitions"
    private static let label = "kube-aggregator.kubernetes.io/automanaged"

    private let cluster: ClusterState
    private let client: Client
    private let pending = PendingNames()
    private let logger: Logger

    package init(cluster: ClusterState, client: Client, logger: Logger) {
        self.cluster = cluster
        self.client = client
        self.logger = logger
    }

    /// Follows definitions and APIServices until cancelled.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await cluster.store.follow(Self.definitions) { object, _ in
                    guard let group = try? object.parsed()[path: "spec", "group"]?.string else { return }
                    pending.add(group)
                }
            }
            group.addTask {
                try await cluster.store.follow(Aggregator.bucket) { object, _ in
                    guard object.summary.labels[Self.label] == "true", let dot = object.key.name.firstIndex(of: ".") else { return }
                    pending.add(String(object.key.name[object.key.name.index(after: dot)...]))
                }
            }
            group.addTask { await pending.work { await register($0) } }
            try await group.waitForAll()
        }
    }

    private func register(_ group: String) async {
        do {
            var wanted: Set<String> = []
            for definition in try cluster.list(Self.definitions) where definition[path: "spec", "group"]?.string == group {
                for version in definition[path: "spec", "versions"]?.array ?? [] where version["served"]?.bool == true {
                    wanted.insert(version["name"]?.string ?? "")
                }
            }
            for version in wanted.sorted() { try await keep(group, version) }
            for object in try cluster.list(Aggregator.bucket) where object[path: "spec", "group"]?.string == group {
                let service = APIService(object)
                guard service.metadata.labels[Self.label] == "true", !wanted.contains(service.spec.version) else { continue }
                try await client.delete(APIService.self, service.key)
            }
        } catch is CancellationError {} catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
            // Changed under our hands, which we are told of.
        } catch {
            logger.error("a custom API group cannot be registered", metadata: ["group": "\(group)", "error": "\(error)"])
        }
    }

    private func keep(_ group: String, _ version: String) async throws {
        var service = APIService()
        service.metadata.name = "\(version).\(group)"
        if let present = try cluster.get(Aggregator.bucket, ObjectKey(name: service.metadata.name)) {
            service = APIService(present)
            // One that somebody else made stays as they made it.
            guard service.metadata.labels[Self.label] == "true" else { return }
        }
        service.metadata.labels[Self.label] = "true"
        service.spec = APIServiceSpec(.object(Object()))
        service.spec.group = group
        service.spec.version = version
        service.spec.groupPriorityMinimum = 1000
        service.spec.versionPriority = 100
        if service.metadata.resourceVersion.isEmpty {
            do { _ = try await client.create(service) } catch let error as APIError where error.reason == .alreadyExists {}
        } else if let present = try cluster.get(Aggregator.bucket, service.key), APIService(present).spec != service.spec {
            _ = try await client.update(service)
        }
    }
}
