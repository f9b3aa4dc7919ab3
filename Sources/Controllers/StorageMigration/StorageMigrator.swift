import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Writes every object of a resource anew, so that all are stored in the version that is stored now
/// (`storage-version-migrator-controller`, KEP 4192).
///
/// A StorageVersionMigration runs while no other of its resource does: it notes the revision that all objects are older than, applies
/// nothing to each of these, and says how that ended. What somebody writes meanwhile is stored in the right version anyway.
struct StorageMigrator: Reconciler {
    typealias Migration = StorageVersionMigration

    /// How long a resource that is not served yet is waited for.
    private static let patience = Duration.seconds(60)
    private static let verbs: Set = ["list", "patch", "update"]
    private static let page = 500

    let context: ControllerContext
    let servedResources: @Sendable () async throws -> [ControllerOptions.ServedResource]
    let migrations: Informer<Migration>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext, servedResources: @escaping @Sendable () async throws -> [ControllerOptions.ServedResource]) {
        self.context = context
        self.servedResources = servedResources
        migrations = context.informer()
        queue = context.queue()
        migrations.onChange { [queue, migrations] changes in
            queue.add(changes.filter { $0.new != nil }.map(\.key))
            // Whoever waits for one of its resource to end looks again.
            let resources = Set(changes.compactMap { ($0.new ?? $0.old).map(Self.resource) })
            queue.add(migrations.list().filter { resources.contains(Self.resource($0)) && !Self.isOver($0) }.map(\.key))
        }
    }

    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 5, informers: [migrations.base], logger: context.logger)
    }

    private static func resource(_ migration: Migration) -> GroupResource {
        GroupResource(group: migration.spec.resource.group, resource: migration.spec.resource.resource)
    }
    private static func `is`(_ type: String, _ migration: Migration) -> Bool {
        migration.status.conditions.contains { $0.type == type && $0.status == "True" }
    }
    private static func isOver(_ migration: Migration) -> Bool { `is`("Succeeded", migration) || `is`("Failed", migration) }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let migration = migrations.get(key) else { return nil }
        let definition = StoredVersions(client: context.client, clock: context.clock)
        if Self.isOver(migration) {
            guard Self.is("Running", migration) else { return nil }
            try await definition.finish(Self.resource(migration), succeeded: Self.is("Succeeded", migration))
            try await set("Running", "False", "MigrationCompleted", "Migration completed", on: migration)
            return nil
        }
        guard Self.is("Running", migration) else {
            guard isNext(migration) else { return nil }
            try await definition.begin(Self.resource(migration), migration: key.name)
            try await set("Running", "True", "MigrationRunning", "The migration is running", on: migration)
            return nil
        }
        let target = Self.resource(migration)
        let served = try await servedResources().filter { $0.resource.groupResource == target }
        // Any version does; the most preferred one converts least.
        guard let resource = served.max(by: { VersionPriority($0.resource.version) < VersionPriority($1.resource.version) }) else {
            let made = Timestamp(rfc3339: migration.metadata.creationTimestamp) ?? context.clock.now
            if made + Self.patience > context.clock.now { return .seconds(5) }
            try await fail(migration, "resource does not exist in discovery")
            return nil
        }
        guard resource.verbs.isSuperset(of: Self.verbs) else {
            try await fail(
                migration, "resource \"\(resource.resource)\" does not support discovery operations: [update patch list]")
            return nil
        }
        guard let limit = Int64(migration.status.resourceVersion) else {
            var options = Client.Options()
            options.limit = 1
            var noted = migration
            noted.status.resourceVersion =
                try await context.client.list(resource.resource, options: options)[path: "metadata", "resourceVersion"]?.string ?? ""
            try await migrations.waitFor(try await context.client.updateStatus(noted))
            return nil
        }
        do {
            try await migrate(resource, upTo: limit)
        } catch let error as APIError where !Self.mayPass(error) {
            try await fail(migration, error.message)
            return nil
        }
        try await set("Succeeded", "True", "StorageVersionMigrationSucceeded", "", on: migration)
        return nil
    }

    /// Whether no other migration of the resource runs or was there before.
    private func isNext(_ migration: Migration) -> Bool {
        let resource = Self.resource(migration)
        return !migrations.list().contains { other in
            guard other.key != migration.key, Self.resource(other) == resource, !Self.isOver(other) else { return false }
            if Self.is("Running", other) { return true }
            let (theirs, ours) = (other.metadata.creationTimestamp, migration.metadata.creationTimestamp)
            return theirs == ours ? other.key.name < migration.key.name : theirs < ours
        }
    }

    private func migrate(_ resource: ControllerOptions.ServedResource, upTo limit: Int64) async throws {
        var options = Client.Options()
        options.limit = Self.page
        var write = Client.Options()
        write.fieldManager = context.name
        repeat {
            let list = try await context.client.list(resource.resource, options: options)
            for item in list["items"]?.array ?? [] {
                let metadata = ObjectMeta(item["metadata"] ?? [:])
                guard let revision = Int64(metadata.resourceVersion), revision <= limit else { continue }
                // With the uid and the revision, what was deleted or changed meanwhile is a conflict, and needs nothing.
                let nothing: Value = [
                    "apiVersion": .string(resource.resource.apiVersion), "kind": .string(resource.kind),
                    "metadata": [
                        "name": .string(metadata.name), "uid": .string(metadata.uid),
                        "resourceVersion": .string(metadata.resourceVersion),
                    ],
                ]
                let key = ObjectKey(namespace: metadata.namespace, name: metadata.name)
                do {
                    _ = try await context.client.patch(resource.resource, key, .apply, nothing, options: write)
                } catch let error as APIError where error.reason == .conflict {
                    continue
                }
            }
            options.continueToken = list[path: "metadata", "continue"]?.string ?? ""
        } while !options.continueToken.isEmpty
    }

    /// Whether trying again may help.
    private static func mayPass(_ error: APIError) -> Bool { error.code == 429 || error.code >= 500 || error.code == 410 }

    private func fail(_ migration: Migration, _ text: String) async throws {
        try await set("Failed", "True", "StorageVersionMigrationFailed", "migration encountered unhandled error: \(text)", on: migration)
    }

    private func set(_ type: String, _ status: String, _ reason: String, _ message: String, on migration: Migration) async throws {
        var changed = migration
        var conditions = changed.status.conditions.values.filter { $0["type"]?.string != type }
        conditions.append([
            "type": .string(type), "status": .string(status), "reason": .string(reason), "message": .string(message),
            "lastTransitionTime": .string(context.clock.now.rfc3339),
        ])
        changed.status.raw["conditions"] = .array(conditions)
        do {
            try await migrations.waitFor(try await context.client.updateStatus(changed))
        } catch let error as APIError where error.reason == .notFound {
            return
        }
    }
}
