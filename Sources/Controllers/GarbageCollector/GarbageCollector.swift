import Client
import Core
import KubernetesAPI
import Reconcile
import Synchronization
import Values

/// Deletes objects whose owners are all gone, and carries out foreground and orphaning deletions.
///
/// Follows the metadata of every resource that can be listed, watched and deleted, events apart. The graph is only a hint of
/// whom to look at: before anything is deleted the object and its missing owners are read from the server.
final class GarbageCollector: ControlLoop, Reconciler {
    private enum Owner {
        case solid
        /// Waits for its dependents to be deleted.
        case waiting
        case absent
    }

    private struct Resources {
        var known: Set<GroupVersionResource> = []
        var byKind: [GroupVersionKind: ControllerOptions.ServedResource] = [:]
        var informers: [ResourceInformer] = []
    }

    private let context: ControllerContext
    private let servedResources: @Sendable () async throws -> [ControllerOptions.ServedResource]
    private let queue: WorkQueue<String>
    private let graph = Mutex(OwnershipGraph())
    private let resources = Mutex(Resources())
    private let resourcesChanged = Signal()

    init(context: ControllerContext, servedResources: @escaping @Sendable () async throws -> [ControllerOptions.ServedResource]) {
        self.context = context
        self.servedResources = servedResources
        queue = context.queue(of: String.self)
    }

    func run() async {
        let definitions = context.informer(CustomResourceDefinition.self)
        definitions.raise(resourcesChanged)
        // Until every resource is known an owner may look absent; asking the server each time would be slow.
        guard await discover() else { return }
        let informers = resources.withLock { $0.informers } + [definitions.base]
        await withDiscardingTaskGroup { group in
            group.addTask { await self.followResources() }
            group.addTask {
                await Controller(
                    name: self.context.name, reconciler: self, queue: self.queue, workers: 20, informers: informers,
                    logger: self.context.logger
                ).run()
            }
        }
    }

    // MARK: Resources

    /// Keeps an informer for every resource there is; custom resource definitions say when to look again.
    private func followResources() async {
        while !Task.isCancelled {
            do { try await resourcesChanged.wait() } catch { return }
            guard await discover() else { return }
        }
    }

    /// Adds informers for new resources, trying until that works. False when cancelled.
    private func discover() async -> Bool {
        var failures = 0
        while !Task.isCancelled {
            do {
                try await addResources()
                return true
            } catch {
                if Task.isCancelled { return false }
                failures += 1
                context.logger.warning("\(context.name): resources not known: \(error)")
                do { try await context.clock.sleep(for: Backoff.informer.delay(failures: failures)) } catch { return false }
            }
        }
        return false
    }

    private func addResources() async throws {
        let served = try await servedResources().filter { $0.verbs.isSuperset(of: ["list", "watch", "delete"]) }
        let fresh = resources.withLock { resources in
            resources.byKind = [:]
            for one in served {
                let kind = GroupVersionKind(group: one.resource.group, version: one.resource.version, kind: one.kind)
                resources.byKind[kind] = one
            }
            return served.map(\.resource).filter { $0.resource != "events" && resources.known.insert($0).inserted }
        }
        let informers = fresh.map { context.informers.metadataInformer($0) }
        for (resource, informer) in zip(fresh, informers) {
            informer.onChange { [weak self] changes in self?.take(changes, resource) }
        }
        resources.withLock { $0.informers += informers }
    }

    private func take(_ changes: [Change<Value>], _ resource: GroupVersionResource) {
        let concerned = graph.withLock { graph in
            var concerned: Set<String> = []
            for change in changes {
                if let old = change.old {
                    if let new = change.new, OwnershipGraph.Node.isSame(old, new) { continue }
                    let uid = old[path: "metadata", "uid"]?.string ?? ""
                    if change.new?[path: "metadata", "uid"]?.string != uid { concerned.formUnion(graph.remove(uid)) }
                }
                if let new = change.new { concerned.formUnion(graph.put(OwnershipGraph.Node(new, resource: resource))) }
            }
            return concerned
        }
        if !concerned.isEmpty { queue.add(concerned) }
    }

    // MARK: One object

    func reconcile(_ uid: String) async throws -> Duration? {
        guard let node = graph.withLock({ $0.nodes[uid] }) else { return nil }
        if node.isOrphaning { return try await orphanDependents(of: node) }
        if node.isForeground { return try await finishForeground(node) }
        guard !node.isBeingDeleted, !node.owners.isEmpty, let live = try await fetch(node) else { return nil }
        let references = Array(live.metadata.ownerReferences)
        var solid: [OwnerReference] = []
        var waiting: [OwnerReference] = []
        var absent: [OwnerReference] = []
        for reference in references {
            switch try await state(of: reference, for: node) {
            case .solid: solid.append(reference)
            case .waiting: waiting.append(reference)
            case .absent: absent.append(reference)
            }
        }
        if references.isEmpty { return nil }
        if !solid.isEmpty {
            if !waiting.isEmpty || !absent.isEmpty { try await setOwners(solid, of: live, node) }
            return nil
        }
        let dependents = graph.withLock { $0.dependents(of: uid) }
        if !waiting.isEmpty, !dependents.isEmpty {
            if dependents.contains(where: \.isForeground) {
                // A circle of owners that all wait for each other would never be deleted.
                let unblocking = references.map { reference in
                    var reference = reference
                    reference.blockOwnerDeletion = false
                    return reference
                }
                try await setOwners(unblocking, of: live, node)
                try await delete(node, live: nil, "Foreground")
            } else {
                try await delete(node, live: live, "Foreground")
            }
            return nil
        }
        let finalizers = live.metadata.finalizers
        let policy = finalizers.contains("orphan") ? "Orphan" : finalizers.contains("foregroundDeletion") ? "Foreground" : "Background"
        try await delete(node, live: live, policy)
        return nil
    }

    /// Whether an owner is there. Owners of a namespaced object live in its namespace or in none.
    private func state(of reference: OwnerReference, for node: OwnershipGraph.Node) async throws -> Owner {
        if let owner = graph.withLock({ $0.nodes[reference.uid] }) {
            if owner.key.namespace.isEmpty || owner.key.namespace == node.key.namespace {
                return owner.isForeground ? .waiting : .solid
            }
        }
        let kind = GroupVersionKind(apiVersion: reference.apiVersion, kind: reference.kind)
        let served = resources.withLock { resources in
            resources.byKind[kind] ?? resources.byKind.first { $0.key.group == kind.group && $0.key.kind == kind.kind }?.value
        }
        guard let served else {
            resourcesChanged.raise()
            throw APIError.internalError("no matches for kind \"\(kind.kind)\" in version \"\(kind.apiVersion)\", owner of \(node.key)")
        }
        if served.isNamespaced, node.key.namespace.isEmpty {
            // Nobody can say whether that owner exists: it has no namespace to be looked for in.
            context.recorder.record(
                EventRecorder.Regarding(
                    apiVersion: node.kind.apiVersion, kind: node.kind.kind, namespace: "", name: node.key.name, uid: node.uid),
                .warning, "OwnerRefInvalidNamespace",
                "ownerRef [\(reference.apiVersion)/\(reference.kind), namespace: , name: \(reference.name), uid: \(reference.uid)] "
                    + "does not exist in namespace \"\"")
            return .solid
        }
        let key = ObjectKey(namespace: served.isNamespaced ? node.key.namespace : "", name: reference.name)
        do {
            let owner = try await context.client.get(served.resource, key).metadata
            guard owner.uid == reference.uid else { return .absent }
            return owner.isBeingDeleted && owner.finalizers.contains("foregroundDeletion") ? .waiting : .solid
        } catch let error as APIError where error.reason == .notFound {
            return .absent
        }
    }

    private func finishForeground(_ node: OwnershipGraph.Node) async throws -> Duration? {
        let blocking = graph.withLock { $0.dependents(of: node.uid) }.filter { $0.isOwned(by: node.uid, blocking: true) }
        guard blocking.isEmpty else {
            queue.add(blocking.filter { !$0.isForeground }.map(\.uid))
            return nil
        }
        try await removeFinalizer("foregroundDeletion", of: node)
        return nil
    }

    private func orphanDependents(of node: OwnershipGraph.Node) async throws -> Duration? {
        let dependents = graph.withLock { $0.dependents(of: node.uid) }
        let (_, failure) = await inParallel(dependents) { [self] dependent in
            guard let live = try await fetch(dependent) else { return }
            let kept = Array(live.metadata.ownerReferences).filter { $0.uid != node.uid }
            if kept.count != live.metadata.ownerReferences.count { try await setOwners(kept, of: live, dependent) }
        }
        if let failure { throw failure }
        try await removeFinalizer("orphan", of: node)
        return nil
    }

    // MARK: The server

    /// The object as it is now; nil when it is gone or another has its name.
    private func fetch(_ node: OwnershipGraph.Node) async throws -> DynamicObject? {
        do {
            let live = try await context.client.get(node.resource, node.key)
            return live.metadata.uid == node.uid ? live : nil
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
    }

    private func setOwners(_ owners: [OwnerReference], of live: DynamicObject, _ node: OwnershipGraph.Node) async throws {
        try await patch(node, live, ["ownerReferences": owners.isEmpty ? .null : .array(owners.map(\.raw))])
    }

    private func removeFinalizer(_ name: String, of node: OwnershipGraph.Node) async throws {
        guard let live = try await fetch(node), live.metadata.finalizers.contains(name) else { return }
        let kept = live.metadata.finalizers.filter { $0 != name }
        try await patch(node, live, ["finalizers": kept.isEmpty ? .null : .array(kept.map { .string($0) })])
    }

    private func patch(_ node: OwnershipGraph.Node, _ live: DynamicObject, _ change: Object) async throws {
        var metadata = change
        metadata["uid"] = .string(node.uid)
        metadata["resourceVersion"] = .string(live.metadata.resourceVersion)
        do {
            _ = try await context.client.patch(node.resource, node.key, .merge, ["metadata": .object(metadata)])
        } catch let error as APIError where error.reason == .notFound {
            return
        }
    }

    private func delete(_ node: OwnershipGraph.Node, live: DynamicObject?, _ policy: String) async throws {
        var options = Client.Options()
        options.propagationPolicy = policy
        options.preconditionUID = node.uid
        options.preconditionResourceVersion = live?.metadata.resourceVersion
        do {
            try await context.client.delete(node.resource, node.key, options: options)
        } catch let error as APIError where error.reason == .notFound {
            return
        }
    }
}
