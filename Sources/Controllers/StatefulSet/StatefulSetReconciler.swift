import Client
import Core
import KubernetesAPI
import Reconcile

/// Gives each ordinal of a stateful set its pod and its claims. `StatefulPlan` says what to do next.
struct StatefulSetReconciler: Reconciler {
    let context: ControllerContext
    let sets: Informer<StatefulSet>
    let pods: Informer<Pod>
    let claims: Informer<PersistentVolumeClaim>
    let history: RevisionHistory<StatefulSet>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        sets = context.informer()
        pods = context.informer()
        claims = context.informer()
        history = RevisionHistory(context: context, hashLabel: RevisionLabel.statefulHash)
        queue = context.queue()
        pods.add(.controller)
        sets.onChange { [queue] changes in queue.add(changes.map(\.key)) }
        pods.onChange { [queue, sets] changes in
            for change in changes { sets.forEachOwner(of: change, selector: { $0.spec.selector.matcher }) { queue.add($0) } }
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 5,
            informers: [sets.base, pods.base, claims.base, history.revisions.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let set = sets.get(key) else { return nil }
        let selector = set.spec.selector.matcher
        let claim = Claim<StatefulSet, Pod>(client: context.client, informer: pods)
        let orphans = pods.byIndex(.controller, "\(key.namespace)/").filter {
            selector.matches($0.metadata.labels) && set.ordinal(of: $0) != nil
        }
        _ = try await claim.claim(pods.byIndex(.controller, set.metadata.controlledIndex) + orphans, for: set, selector: selector)

        let known = try await history.all(of: set, selector: selector)
        var collisions = set.status.collisionCount ?? 0
        let update =
            set.metadata.isBeingDeleted && known.last != nil
            ? known.last! : try await history.provide(set.spec.template, of: set, known: known, collisions: &collisions)
        let current = known.first { $0.metadata.name == set.status.currentRevision } ?? update
        let run = StatefulRun(
            context: context, sets: sets, pods: pods, claims: claims, set: set, current: current, update: update, collisions: collisions)
        let pause = try await run.advance {
            pods.byIndex(.controller, set.metadata.controlledIndex).filter { selector.matches($0.metadata.labels) }
        }
        let used = Set(pods.byIndex(.controller, set.metadata.controlledIndex).compactMap { $0.metadata.labels[RevisionLabel.pod] })
        let idle = known.filter { revision in
            let name = revision.metadata.name
            return name != current.metadata.name && name != update.metadata.name && !used.contains(name)
        }
        try await history.forget(idle, idle.count - (set.spec.revisionHistoryLimit ?? 10))
        return pause
    }
}
