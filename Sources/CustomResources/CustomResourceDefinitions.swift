import Core
import JSON
import Logging
import ResourceEngine
import Store
import Synchronization
import Values

/// Keeps what is served in step with the definitions that are stored: accepts their names, establishes them, takes resources into the
/// registry and out of it, and empties a resource before its definition goes.
///
/// Upstream has a controller for each of these; here they are one loop over one watch, so that a definition is served before anybody can
/// read that it is. Safe from any thread.
package final class CustomResourceDefinitions: Sendable {
    static let bucket = "apiextensions.k8s.io/customresourcedefinitions"
    private static let resource = GroupVersionResource(group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions")
    private static let finalizer = "customresourcecleanup.apiextensions.k8s.io"
    /// The loop is part of the server and writes in its name.
    private static let user = UserInfo(name: "system:apiserver", groups: ["system:masters", "system:authenticated"])
    /// How long a resource that could not be emptied waits for the next attempt.
    private static let retryInterval: Duration = .seconds(1)

    private struct State {
        /// What is registered, by the name of its definition, and what of the definition that was made of.
        var served: [String: (keys: [GroupVersionResource], source: Value)] = [:]
        /// Definitions that are being emptied.
        var terminating: Set<String> = []
    }

    private let engine: ResourceEngine
    private let caller: (any WebhookCaller)?
    private let logger: Logger
    private let state = Mutex(State())

    /// Without a caller conversion webhooks fail as if nobody answered.
    package init(engine: ResourceEngine, caller: (any WebhookCaller)? = nil, logger: Logger = Logger(label: "custom-resources")) {
        self.engine = engine
        self.caller = caller
        self.logger = logger
    }

    private var store: Store { engine.cluster.store }

    // MARK: Following

    /// Serves what is established by what the store has now: before the first request of a server that starts again.
    package func load() throws {
        for definition in try definitions() where definition.isTrue("Established") { serve(definition) }
    }

    /// Follows the definitions until cancelled.
    package func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                var revision = store.currentRevision
                let present = store.list(Self.bucket).objects
                for object in present { await take(object, &group) }
                // What went while nobody watched.
                let names = Set(present.map(\.key.name))
                for name in state.withLock({ Array($0.served.keys) }) where !names.contains(name) { stopServing(name) }
                do {
                    let watch = try store.watch(Self.bucket, from: revision)
                    for try await events in watch {
                        for event in events {
                            if event.kind == .delete { await forget(event.object, &group) } else { await take(event.object, &group) }
                            revision = event.revision
                        }
                    }
                } catch StoreError.compacted {
                    // Fell behind all retained history: start over from what is there now.
                    logger.info("definitions are read anew after revision \(revision)")
                }
                try Task.checkCancellation()
            }
        }
    }

    private func definitions() throws -> [Value] { try engine.cluster.list(Self.bucket) }

    private func take(_ object: StoredObject, _ group: inout ThrowingDiscardingTaskGroup<any Error>) async {
        do {
            // What is stored now counts; an older event is overtaken by a later one.
            guard let definition = try engine.cluster.get(Self.bucket, object.key) else { return }
            try await reconcile(definition)
            if definition.meta("deletionTimestamp") != nil { startEmptying(object.key.name, &group) }
        } catch is CancellationError {
            return
        } catch {
            logger.error("definition \(object.key.name): \(error)")
        }
    }

    private func forget(_ object: StoredObject, _ group: inout ThrowingDiscardingTaskGroup<any Error>) async {
        guard store.get(Self.bucket, object.key) == nil else { return }
        stopServing(object.key.name)
        // Its names are free for others of its group.
        for other in store.list(Self.bucket).objects { await take(other, &group) }
    }

    // MARK: Names and establishment

    private func reconcile(_ definition: Value) async throws {
        var next = definition
        let now = engine.cluster.clock.now
        let requested = definition[path: "spec", "names"] ?? .null
        let accepted = definition[path: "status", "acceptedNames"] ?? .null
        if !Self.same(requested, accepted) || definition.condition("NamesAccepted") == nil {
            var taken = DefinitionNames.Taken()
            for other in try definitions()
            where other.name != definition.name && other[path: "spec", "group"] == definition[path: "spec", "group"] {
                taken.insert(other[path: "status", "acceptedNames"] ?? .null)
            }
            let names = DefinitionNames(requested: requested, accepted: accepted, taken: taken)
            next["status"]?["acceptedNames"] = names.accepted
            if !Self.isSaid(definition.condition("NamesAccepted"), names.condition) {
                next.setCondition("NamesAccepted", names.condition.status, names.condition.reason, names.condition.message, now: now)
            }
            if next.condition("Established") == nil, names.condition.status != "True" {
                next.setCondition("Established", "False", "NotAccepted", "not all names are accepted", now: now)
            }
        }
        if next.isTrue("NamesAccepted"), !next.isTrue("Established"), next.meta("deletionTimestamp") == nil {
            next.setCondition("Established", "True", "InitialNamesAccepted", "the initial names have been accepted", now: now)
        }
        noteApproval(&next, now)
        if next.isTrue("Established") { serve(next) }
        if next != definition { try await write(next) }
    }

    private static func isSaid(_ condition: Value?, _ wanted: (status: String, reason: String, message: String)) -> Bool {
        condition?["status"]?.string == wanted.status && condition?["reason"]?.string == wanted.reason
            && condition?["message"]?.string == wanted.message
    }

    /// Whether two sets of names say the same; an empty list is none.
    private static func same(_ left: Value, _ right: Value) -> Bool {
        ["plural", "singular", "shortNames", "kind", "listKind", "categories"].allSatisfy { field in
            let (a, b) = (left[field] ?? .null, right[field] ?? .null)
            return a == b || (a.isEmpty && b.isEmpty)
        }
    }

    private func noteApproval(_ definition: inout Value, _ now: Timestamp) {
        guard APIApproval.isProtected(definition[path: "spec", "group"]?.string ?? "") else { return }
        let annotation = definition.metaStrings("annotations")[APIApproval.annotation] ?? ""
        let approval = APIApproval(annotation)
        let (status, reason): (String, String) =
            switch approval {
            case .missing: ("False", "MissingAnnotation")
            case .invalid: ("False", "InvalidAnnotation")
            case .bypassed: ("False", "UnapprovedAnnotation")
            case .approved: ("True", "ApprovedAnnotation")
            }
        let wanted = (status, reason, approval.reason(annotation))
        guard !Self.isSaid(definition.condition("KubernetesAPIApprovalPolicyConformant"), wanted) else { return }
        definition.setCondition("KubernetesAPIApprovalPolicyConformant", wanted.0, wanted.1, wanted.2, now: now)
    }

    /// Writes a definition's status and finalizers. Somebody who was faster brings the loop here again.
    private func write(_ definition: Value) async throws {
        var request = APIRequest(verb: .update, resource: Self.resource, user: Self.user)
        request.name = definition.name
        request.subresource = "status"
        request.body = .value(definition)
        request.options.fieldManager = "kube-apiserver"
        do {
            _ = try await engine.perform(request)
        } catch let error as APIError where error.reason == .conflict || error.reason == .notFound {
            logger.debug("definition \(definition.name) has changed meanwhile")
        }
    }

    // MARK: Serving

    private func serve(_ definition: Value) {
        // Only what changes the resource replaces it, for that ends its watches.
        let source: Value = [
            "uid": definition.meta("uid") ?? .null, "generation": definition.meta("generation") ?? .null,
            "spec": definition["spec"] ?? .null,
            "names": definition[path: "status", "acceptedNames"] ?? .null,
            "terminating": .bool(definition.meta("deletionTimestamp") != nil),
        ]
        guard state.withLock({ $0.served[definition.name]?.source != source }) else { return }
        let webhook = ConversionWebhook(definition, caller: caller, identifiers: engine.cluster.identifiers)
        let resources = CustomResource(definition, webhook: webhook).served
        let keys = resources.map(\.schema.resource)
        let gone = state.withLock { state in
            let gone = (state.served[definition.name]?.keys ?? []).filter { !keys.contains($0) }
            state.served[definition.name] = (keys, source)
            return gone
        }
        for resource in resources { engine.registry.register(resource) }
        for key in gone { engine.registry.unregister(key) }
    }

    private func stopServing(_ name: String) {
        for key in state.withLock({ $0.served.removeValue(forKey: name)?.keys }) ?? [] { engine.registry.unregister(key) }
    }

    // MARK: Emptying

    private func startEmptying(_ name: String, _ group: inout ThrowingDiscardingTaskGroup<any Error>) {
        guard state.withLock({ $0.terminating.insert(name).inserted }) else { return }
        group.addTask {
            defer { self.state.withLock { _ = $0.terminating.remove(name) } }
            while !Task.isCancelled {
                do {
                    // Not done without an error means that somebody else has changed the definition meanwhile.
                    if try await self.empty(name) { return }
                } catch is CancellationError {
                    return
                } catch {
                    self.logger.error("definition \(name) cannot be emptied: \(error)")
                    try await self.engine.cluster.clock.sleep(for: Self.retryInterval)
                }
            }
        }
    }

    /// Deletes the objects of a definition that is marked for deletion and lets it go; true when there is nothing left to do.
    private func empty(_ name: String) async throws -> Bool {
        guard var definition = try present(name), hasFinalizer(definition) else { return true }
        let clock = engine.cluster.clock
        if definition.isTrue("Established") {
            definition.setCondition(
                "Terminating", "True", "InstanceDeletionInProgress", "CustomResource deletion is in progress", now: clock.now)
            try await write(definition)
            do {
                try await deleteObjects(of: CustomResource(definition))
            } catch let error as APIError {
                try await conclude(name) {
                    $0.setCondition(
                        "Terminating", "True", "InstanceDeletionFailed", "could not issue all deletes: \(error.message)", now: clock.now)
                }
                throw error
            }
            try await conclude(name) {
                $0.setCondition("Terminating", "False", "InstanceDeletionCompleted", "removed all instances", now: clock.now)
                $0.removeFinalizer(Self.finalizer)
            }
        } else {
            try await conclude(name) {
                $0.setCondition("Terminating", "False", "NeverEstablished", "resource was never established", now: clock.now)
                $0.removeFinalizer(Self.finalizer)
            }
        }
        return try present(name).map { !hasFinalizer($0) } ?? true
    }

    private func present(_ name: String) throws -> Value? { try engine.cluster.get(Self.bucket, ObjectKey(name: name)) }

    private func hasFinalizer(_ definition: Value) -> Bool {
        definition.meta("deletionTimestamp") != nil && (definition.meta("finalizers")?.array ?? []).contains(.string(Self.finalizer))
    }

    private func conclude(_ name: String, _ change: (inout Value) -> Void) async throws {
        guard var definition = try present(name) else { return }
        change(&definition)
        try await write(definition)
    }

    /// Deletes every object the way a client would, then waits until the last finalizer of the last one is done.
    private func deleteObjects(of resource: CustomResource) async throws {
        let bucket = resource.bucket
        let all = resource.served.filter { $0.bucket == bucket }
        // In the version they are stored in nothing has to be converted, for which nobody may be left.
        guard let served = all.first(where: { $0.schema.kind == $0.storageSchema.kind }) ?? all.first else {
            throw APIError.internalError("no version of \(bucket) is served, so that its objects cannot be deleted")
        }
        for namespace in Set(store.list(bucket).objects.map(\.key.namespace)).sorted() {
            var request = APIRequest(verb: .deletecollection, resource: served.schema.resource, user: Self.user)
            request.namespace = namespace
            _ = try await engine.perform(request)
        }
        while true {
            let snapshot = store.snapshot(bucket)
            if snapshot.count() == 0 { return }
            var events = try store.watch(bucket, from: snapshot.revision).makeAsyncIterator()
            _ = try await events.next()
            try Task.checkCancellation()
        }
    }
}

extension Value {
    fileprivate mutating func removeFinalizer(_ name: String) {
        let rest = (meta("finalizers")?.array ?? []).filter { $0 != .string(name) }
        setMeta("finalizers", rest.isEmpty ? nil : .array(rest))
    }
}
