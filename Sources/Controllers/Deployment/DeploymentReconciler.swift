import Client
import Core
import KubernetesAPI
import Reconcile

/// Brings a deployment's replica sets to what its template, size and strategy ask for. `Rollout` says what to do next.
struct DeploymentReconciler: Reconciler {
    let context: ControllerContext
    let deployments: Informer<Deployment>
    let replicaSets: Informer<ReplicaSet>
    let pods: Informer<Pod>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        deployments = context.informer()
        replicaSets = context.informer()
        pods = context.informer()
        queue = context.queue()
        replicaSets.add(.controller)
        pods.add(.controller)
        deployments.onChange { [queue] changes in queue.add(changes.map(\.key)) }
        replicaSets.onChange { [self] changes in for change in changes { enqueueOwners(of: change) } }
        pods.onChange { [self] changes in for change in changes where change.new == nil { podIsGone(change.latest) } }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 5, informers: [deployments.base, replicaSets.base, pods.base],
            logger: context.logger)
    }

    private func enqueueOwners(of change: Change<ReplicaSet>) {
        for set in [change.old, change.new] {
            guard let metadata = set?.metadata else { continue }
            if let reference = metadata.controllerReference {
                if reference.refersTo(Deployment.self) { queue.add(ObjectKey(namespace: metadata.namespace, name: reference.name)) }
            } else if change.new != nil, !metadata.labels.isEmpty {
                for deployment in deployments.list(namespace: metadata.namespace)
                where deployment.spec.selector.matcher.matches(metadata.labels) {
                    queue.add(deployment.key)
                }
            }
        }
    }

    /// A deployment that recreates goes on when the last old pod is gone.
    private func podIsGone(_ pod: Pod) {
        guard let reference = pod.metadata.controllerReference, reference.refersTo(ReplicaSet.self),
            let set = replicaSets.get(ObjectKey(namespace: pod.metadata.namespace, name: reference.name)),
            let owner = set.metadata.controllerReference, owner.refersTo(Deployment.self)
        else { return }
        let key = ObjectKey(namespace: pod.metadata.namespace, name: owner.name)
        if deployments.get(key)?.spec.strategy?.type == "Recreate" { queue.add(key) }
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let deployment = deployments.get(key) else { return nil }
        if deployment.spec.selector.isEmpty {
            context.recorder.record(
                deployment, .warning, "SelectingAll", "This deployment is selecting all pods. A non-empty selector is required.")
            return nil
        }
        let selector = deployment.spec.selector.matcher
        let orphans = replicaSets.byIndex(.controller, "\(key.namespace)/").filter { selector.matches($0.metadata.labels) }
        let candidates = replicaSets.byIndex(.controller, deployment.metadata.controlledIndex) + orphans
        let claim = Claim<Deployment, ReplicaSet>(client: context.client, informer: replicaSets)
        let claimed = try await claim.claim(candidates, for: deployment, selector: selector)

        var run = DeploymentRun(context: context, deployments: deployments, replicaSets: replicaSets, deployment, claimed)
        return try await run.advance { set in
            pods.byIndex(.controller, set.metadata.controlledIndex).contains { !$0.isFinished }
        }
    }
}
