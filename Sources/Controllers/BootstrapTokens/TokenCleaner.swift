import Client
import Core
import Identity
import KubernetesAPI
import Reconcile

/// Deletes bootstrap tokens that have ended.
struct TokenCleaner: Reconciler {
    let context: ControllerContext
    let secrets: Informer<Secret>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        secrets = context.informer()
        queue = context.queue()
        secrets.onChange { [queue] changes in
            queue.add(
                changes.filter { $0.new?.type == BootstrapToken.secretType && $0.key.namespace == BootstrapToken.namespace }.map(\.key))
        }
    }

    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 1, informers: [secrets.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let secret = secrets.get(key), !secret.metadata.isBeingDeleted, secret.type == BootstrapToken.secretType else { return nil }
        // Whatever else is wrong with it, its end is its end.
        guard let encoded = secret.data["expiration"], let bytes = try? Base64.decode(encoded), !bytes.isEmpty else { return nil }
        if let end = Timestamp(rfc3339: String(decoding: bytes, as: UTF8.self)), end > context.clock.now { return end - context.clock.now }
        var options = Client.Options()
        options.preconditionUID = secret.metadata.uid
        do {
            try await context.client.delete(Secret.self, key, options: options)
        } catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
            return nil
        }
        return nil
    }
}
