import Client
import Core
import Values

/// Says on a CustomResourceDefinition that its objects are being migrated and, afterwards, that one version alone is stored.
struct StoredVersions: Sendable {
    private static let definitions = GroupVersionResource(
        group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions")
    private static let type = "StorageMigrating"

    let client: Client
    let clock: any Clock

    func begin(_ resource: GroupResource, migration: String) async throws {
        guard let definition = try await definition(of: resource) else { return }
        try await write(definition, status: "True", "MigrationRunning", "Migration \(migration) is running", stored: nil)
    }

    func finish(_ resource: GroupResource, succeeded: Bool) async throws {
        guard let definition = try await definition(of: resource) else { return }
        guard succeeded else {
            return try await write(definition, status: "False", "MigrationFailed", "The migration has failed", stored: nil)
        }
        let condition = (definition[path: "status", "conditions"]?.array ?? []).first { $0["type"]?.string == Self.type }
        // A definition that changed meanwhile may store another version than what the objects were migrated to.
        let isSame = condition?["observedGeneration"]?.int == definition[path: "metadata", "generation"]?.int
        let version = (definition[path: "spec", "versions"]?.array ?? []).first { $0["storage"]?.bool == true }?["name"]
        try await write(
            definition, status: "False", "MigrationSucceeded",
            isSame
                ? "The migration has succeeded and the stored versions have been updated"
                : "The migration has succeeded but the stored versions have not been updated due to a generation mismatch",
            stored: isSame ? version : nil)
    }

    /// Nil for a resource that is built in.
    private func definition(of resource: GroupResource) async throws -> Value? {
        do {
            return try await client.get(Self.definitions, ObjectKey(name: "\(resource.resource).\(resource.group)")).raw
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
    }

    private func write(_ definition: Value, status: String, _ reason: String, _ message: String, stored: Value?) async throws {
        var conditions = (definition[path: "status", "conditions"]?.array ?? []).filter { $0["type"]?.string != Self.type }
        conditions.append([
            "type": .string(Self.type), "status": .string(status), "reason": .string(reason), "message": .string(message),
            "lastTransitionTime": .string(clock.now.rfc3339), "observedGeneration": definition[path: "metadata", "generation"] ?? 0,
        ])
        var state: Object = ["conditions": .array(conditions)]
        if let stored { state["storedVersions"] = [stored] }
        let metadata = definition["metadata"]
        let patch: Value = [
            // With the revision, so that a definition that has changed is looked at again.
            "metadata": ["resourceVersion": metadata?["resourceVersion"] ?? ""], "status": .object(state),
        ]
        _ = try await client.patch(
            Self.definitions, ObjectKey(name: metadata?["name"]?.string ?? ""), .merge, patch, subresource: "status")
    }
}
