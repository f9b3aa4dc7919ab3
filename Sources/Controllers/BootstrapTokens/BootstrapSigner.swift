import Client
import Core
import Identity
import KubernetesAPI
import Reconcile

/// Signs the config map `kube-public/cluster-info` with every bootstrap token that is meant to, so that a new node can believe it.
struct BootstrapSigner: Reconciler {
    private static let place = ObjectKey(namespace: "kube-public", name: "cluster-info")
    private static let signature = "jws-kubeconfig-"

    let context: ControllerContext
    let secrets: Informer<Secret>
    let maps: Informer<ConfigMap>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        secrets = context.informer()
        maps = context.informer()
        queue = context.queue()
        maps.onChange { [queue] changes in
            if changes.contains(where: { $0.key == Self.place && $0.new != nil }) { queue.add([Self.place]) }
        }
        secrets.onChange { [queue] changes in
            let isMeant = changes.contains { change in
                [change.new, change.old].contains { $0?.type == BootstrapToken.secretType }
                    && change.key.namespace == BootstrapToken.namespace
            }
            if isMeant { queue.add([Self.place]) }
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 1, informers: [secrets.base, maps.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let present = maps.get(key), !present.metadata.isBeingDeleted, let content = present.data["kubeconfig"] else { return nil }
        var data = present.data.filter { !$0.key.hasPrefix(Self.signature) }
        var next: Duration?
        for secret in secrets.list(namespace: BootstrapToken.namespace) where !secret.metadata.isBeingDeleted {
            guard secret.type == BootstrapToken.secretType, let token = BootstrapToken(secret.raw), token.signs else { continue }
            let left = token.timeLeft(at: context.clock.now)
            if left == .zero { continue }
            if let left { next = min(next ?? left, left) }
            data[Self.signature + token.id] = DetachedSignature.make(content: content, tokenID: token.id, secret: token.secret)
        }
        guard data != present.data else { return next }
        var changed = present
        changed.data = data
        do {
            try await maps.waitFor(try await context.client.update(changed))
        } catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
            // Changed under our hands, which we are told of.
        }
        return next
    }
}
