import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Empties namespaces that are being deleted, pods first, and lets them go when nothing is left in them.
struct NamespaceReconciler: Reconciler {
    private static let finalizer = "kubernetes"

    let context: ControllerContext
    let servedResources: @Sendable () async throws -> [ControllerOptions.ServedResource]
    let namespaces: Informer<Namespace>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext, servedResources: @escaping @Sendable () async throws -> [ControllerOptions.ServedResource]) {
        self.context = context
        self.servedResources = servedResources
        namespaces = context.informer()
        queue = context.queue()
        namespaces.onChange { [queue] changes in
            queue.add(changes.filter { $0.new?.metadata.isBeingDeleted == true }.map(\.key))
        }
    }

    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 10, informers: [namespaces.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let namespace = namespaces.get(key), namespace.metadata.isBeingDeleted, !namespace.spec.finalizers.isEmpty else { return nil }
        var content = NamespaceContent()
        do {
            let all = try await servedResources().filter { $0.isNamespaced && $0.verbs.contains("delete") && $0.verbs.contains("list") }
            let pods = all.filter { $0.resource == Pod.descriptor.gvr }
            await empty(namespace, of: pods, &content)
            // What serves the pods (their configuration, their accounts) stays until they are gone.
            if content.isEmpty { await empty(namespace, of: all.filter { $0.resource != Pod.descriptor.gvr }, &content) }
        } catch {
            content.discoveryFailure = "\(error)"
        }
        let updated = try await report(content, on: namespace)
        if content.isEmpty {
            try await finalize(updated)
            return nil
        }
        if let failure = content.failures.first { context.logger.warning("\(context.name): \(key): \(failure.value)") }
        // Nobody tells when the last object of any kind is gone. The longer it has taken, the more rarely it is asked.
        guard let since = Timestamp(rfc3339: namespace.metadata.deletionTimestamp) else { return .seconds(1) }
        return min(max((context.clock.now - since) / 4, .milliseconds(100)), .seconds(15))
    }

    private func empty(_ namespace: Namespace, of resources: [ControllerOptions.ServedResource], _ content: inout NamespaceContent) async {
        let name = namespace.metadata.name
        let (found, _) = await inParallel(resources) { [context] served in
            // Not a tuple made around the await: Swift 6.3.1, optimising, loses its first element.
            var objects: [DynamicObject] = []
            var failure: String?
            do { objects = try await Self.empty(name, of: served, context.client) } catch { failure = "\(error)" }
            return (served.resource, objects, failure)
        }
        for (resource, objects, failure) in found {
            if let failure { content.failures[resource.description] = failure }
            content.add(objects, of: resource.groupResource)
        }
    }

    /// Deletes every object of a resource in a namespace; answers those that are still there, with finalizers or a grace period.
    private static func empty(
        _ namespace: String, of served: ControllerOptions.ServedResource, _ client: Client
    ) async throws -> [DynamicObject] {
        var options = Client.Options()
        options.propagationPolicy = "Background"
        func remaining() async throws -> [DynamicObject] {
            do {
                return (try await client.list(served.resource, namespace: namespace)["items"]?.array ?? []).map(DynamicObject.init)
            } catch let error as APIError where error.reason == .notFound || error.reason == .methodNotAllowed {
                return []
            }
        }
        let before = try await remaining()
        let doomed = before.filter { !$0.metadata.isBeingDeleted }
        if before.isEmpty || doomed.isEmpty { return before }
        if served.verbs.contains("deletecollection") {
            try await client.deleteCollection(served.resource, namespace: namespace, options: options)
        } else {
            for object in doomed {
                do {
                    try await client.delete(served.resource, object.metadata.key, options: options)
                } catch let error as APIError where error.reason == .notFound {
                    continue
                }
            }
        }
        return try await remaining()
    }

    private func report(_ content: NamespaceContent, on namespace: Namespace) async throws -> Namespace {
        var changed = namespace
        content.write(to: &changed.status, now: context.clock.now)
        guard changed != namespace else { return namespace }
        let updated = try await context.client.updateStatus(changed)
        try await namespaces.waitFor(updated)
        return updated
    }

    private func finalize(_ namespace: Namespace) async throws {
        var changed = namespace
        changed.spec.finalizers.removeAll { $0 == Self.finalizer }
        guard changed != namespace else { return }
        do {
            _ = try await context.client.update(changed, subresource: "finalize")
        } catch let error as APIError where error.reason == .notFound {
            return
        }
    }
}
