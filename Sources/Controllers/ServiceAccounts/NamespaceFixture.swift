import Client
import Core
import KubernetesAPI
import Reconcile

/// Keeps one object in every namespace that is not going away: its default service account, its root certificates.
struct NamespaceFixture<K: Kind>: Reconciler {
    let context: ControllerContext
    let name: String
    /// The object as it should be, from the one that is there (nil when none is).
    let shape: @Sendable (K?) -> K
    let namespaces: Informer<Namespace>
    let objects: Informer<K>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext, name: String, shape: @escaping @Sendable (K?) -> K) {
        self.context = context
        self.name = name
        self.shape = shape
        namespaces = context.informer()
        objects = context.informer()
        queue = context.queue()
        namespaces.onChange { [queue] changes in queue.add(changes.map { ObjectKey(name: $0.key.name) }) }
        objects.onChange { [queue] changes in
            queue.add(changes.filter { $0.key.name == name }.map { ObjectKey(name: $0.key.namespace) })
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 2, informers: [namespaces.base, objects.base],
            logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let namespace = namespaces.get(key), namespace.status.phase != "Terminating", !namespace.metadata.isBeingDeleted else {
            return nil
        }
        let present = objects.get(ObjectKey(namespace: key.name, name: name))
        var wanted = shape(present)
        wanted.metadata.namespace = key.name
        wanted.metadata.name = name
        guard wanted != present else { return nil }
        do {
            let written = try await present == nil ? context.client.create(wanted) : context.client.update(wanted)
            try await objects.waitFor(written)
        } catch let error as APIError where error.reason == .alreadyExists || error.isNamespaceTerminating || error.reason == .notFound {
            return nil
        }
        return nil
    }
}

extension NamespaceFixture<ServiceAccount> {
    /// Every namespace has a service account "default".
    static func defaultAccount(_ context: ControllerContext) -> Self {
        Self(context: context, name: "default") { $0 ?? ServiceAccount() }
    }
}

extension NamespaceFixture<ConfigMap> {
    /// Every namespace has the certificates by which its pods know the API server.
    static func rootCertificates(_ context: ControllerContext, pem: String) -> Self {
        Self(context: context, name: "kube-root-ca.crt") { present in
            var map = present ?? ConfigMap()
            if map.data != ["ca.crt": pem] { map.data = ["ca.crt": pem] }
            let key = "kubernetes.io/description"
            // Tools compare this text with upstream's; it must be the same.
            let text =
                "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
                + "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters."
            if map.metadata.annotations[key] != text { map.metadata.annotations[key] = text }
            return map
        }
    }
}
