import Client
import Core
import KubernetesAPI
import Logging
import ResourceEngine
import Store
import Values

/// Keeps the objects of priority and fairness: makes those that every cluster has, again when somebody deletes or changes them, tells the
/// `FlowController` of every change, and says of each FlowSchema whether its level is there.
package struct FlowConfiguration: Sendable {
    /// What keeps its `spec` whatever anybody says; of the rest an administrator may switch that off.
    private static let mandatory: Set<String> = ["exempt", "catch-all"]
    /// What managed fields call who makes the objects, and who tells of FlowSchemas (upstream's names).
    static let producer = "api-priority-and-fairness-config-producer-v1"
    private static let consumer = "api-priority-and-fairness-config-consumer-v1"

    private let controller: FlowController
    private let client: Client
    private let logger: Logger
    private var cluster: ClusterState { controller.cluster }

    /// `client` may do everything.
    package init(controller: FlowController, client: Client, logger: Logger) {
        self.controller = controller
        self.client = Client(transport: client.transport, fieldManager: Self.producer)
        self.logger = logger
    }

    /// Until cancelled.
    package func run() async throws {
        let pending = PendingNames()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for bucket in [FlowController.schemas, FlowController.levels] {
                group.addTask { try await cluster.store.follow(bucket) { _, _ in pending.add("all") } }
            }
            group.addTask {
                await pending.work { _ in
                    do {
                        try controller.load()
                        try await keep()
                        try await tell()
                    } catch is CancellationError {} catch {
                        logger.error("flow control cannot be kept", metadata: ["error": "\(error)"])
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Makes and corrects the objects of every cluster. Throws the `APIError` of the first that cannot be.
    package func keep() async throws {
        for wanted in BootstrapFacts.flowControlObjects {
            let bucket = "flowcontrol.apiserver.k8s.io/\(wanted.resource.resource)"
            do {
                guard let existing = try cluster.get(bucket, wanted.key) else {
                    _ = try await client.create(subresource: "", of: wanted.resource, wanted.key, wanted.body)
                    continue
                }
                let isMandatory = Self.mandatory.contains(wanted.key.name)
                guard case .update(let object) = BootstrapReconciliation.flowControl(existing, wanted.object, isMandatory: isMandatory)
                else {
                    continue
                }
                _ = try await client.update(DynamicObject(object), wanted.resource)
            } catch let error as APIError where [.conflict, .notFound, .alreadyExists].contains(error.reason) {
                // Changed under our hands, which we are told of.
            }
        }
    }

    /// Keeps the condition `Dangling` of every schema.
    private func tell() async throws {
        for object in try cluster.list(FlowController.schemas) {
            let schema = FlowSchema(object)
            let level = schema.spec.priorityLevelConfiguration.name
            let isThere = try cluster.get(FlowController.levels, ObjectKey(name: level)) != nil
            let present = schema.status.conditions.first { $0.type == "Dangling" }
            var condition = FlowSchemaCondition()
            condition.type = "Dangling"
            condition.status = isThere ? "False" : "True"
            condition.reason = isThere ? "Found" : "NotFound"
            condition.message =
                "This FlowSchema references the PriorityLevelConfiguration object named \"\(level)\" "
                + (isThere ? "and it exists" : "but there is no such object")
            condition.lastTransitionTime =
                present?.status == condition.status ? present?.lastTransitionTime ?? "" : cluster.clock.now.rfc3339
            if present == condition { continue }
            let applied: Value = [
                "apiVersion": .string(FlowSchema.descriptor.gvk.apiVersion), "kind": "FlowSchema",
                "metadata": ["name": .string(schema.metadata.name)], "status": ["conditions": [condition.raw]],
            ]
            var options = Client.Options()
            options.fieldManager = Self.consumer
            options.force = true
            do {
                _ = try await client.patch(FlowSchema.self, schema.key, .apply, applied, subresource: "status", options: options)
            } catch let error as APIError where error.reason == .notFound {
                // Deleted under our hands, which we are told of.
            }
        }
    }
}
