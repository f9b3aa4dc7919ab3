import Client
import Core
import KubernetesAPI
import Reconcile

/// Keeps a pod of a daemon set on every node that fits. `DaemonPlan` says what to do next.
struct DaemonSetReconciler: Reconciler {
    /// The most pods created or deleted at a time.
    static let burst = 250

    let context: ControllerContext
    let sets: Informer<DaemonSet>
    let pods: Informer<Pod>
    let nodes: Informer<Node>
    let history: RevisionHistory<DaemonSet>
    let queue: WorkQueue<ObjectKey>
    private let failures = FailedDaemons()

    init(context: ControllerContext) {
        self.context = context
        sets = context.informer()
        pods = context.informer()
        nodes = context.informer()
        history = RevisionHistory(context: context, hashLabel: RevisionLabel.pod)
        queue = context.queue()
        pods.add(.controller)
        sets.onChange { [queue] changes in queue.add(changes.map(\.key)) }
        pods.onChange { [queue, sets] changes in
            for change in changes { sets.forEachOwner(of: change, selector: { $0.spec.selector.matcher }) { queue.add($0) } }
        }
        nodes.onChange { [self] changes in for change in changes { nodeChanged(change) } }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 2,
            informers: [sets.base, pods.base, nodes.base, history.revisions.base], logger: context.logger)
    }

    /// A heartbeat changes nothing for daemons; labels and taints may.
    private func nodeChanged(_ change: Change<Node>) {
        if let old = change.old, let new = change.new, old.metadata.labels == new.metadata.labels, old.spec.taints == new.spec.taints {
            return
        }
        for set in sets.list() {
            let fit = set.fit
            func verdict(_ node: Node?) -> [Bool] { node.map { [fit.mayStart(on: $0), fit.mayStay(on: $0)] } ?? [false, false] }
            if verdict(change.old) != verdict(change.new) { queue.add(set.key) }
        }
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let set = sets.get(key) else { return nil }
        if set.spec.selector.isEmpty {
            context.recorder.record(
                set, .warning, "SelectingAll", "This daemon set is selecting all pods. A non-empty selector is required.")
            return nil
        }
        guard !set.metadata.isBeingDeleted else { return nil }
        let selector = set.spec.selector.matcher
        let orphans = pods.byIndex(.controller, "\(key.namespace)/").filter { selector.matches($0.metadata.labels) }
        let claim = Claim<DaemonSet, Pod>(client: context.client, informer: pods)
        _ = try await claim.claim(pods.byIndex(.controller, set.metadata.controlledIndex) + orphans, for: set, selector: selector)

        let known = try await history.all(of: set, selector: selector)
        var collisions = set.status.collisionCount ?? 0
        let current = try await history.provide(set.spec.template, of: set, known: known, collisions: &collisions)
        let hash = current.metadata.labels[RevisionLabel.pod] ?? ""

        var failure: (any Error)?
        var plan = plan(set, hash, selector)
        let placement = plan.placement
        note(placement, of: set)
        failure = try await perform(placement, set, hash)
        if placement.isEmpty { failure = try await perform(plan.update, set, hash) }

        let old = known.filter { $0.metadata.uid != current.metadata.uid }
        let used = Set(pods.byIndex(.controller, set.metadata.controlledIndex).compactMap { $0.metadata.labels[RevisionLabel.pod] })
        let idle = old.filter { !used.contains($0.metadata.labels[RevisionLabel.pod] ?? "") }
        try await history.forget(idle, old.count - (set.spec.revisionHistoryLimit ?? 10))

        plan = self.plan(set, hash, selector)
        var status = plan.status
        if collisions > 0 { status.collisionCount = collisions }
        try await write(status, set)
        if let failure { throw failure }
        if placement.create.count > Self.burst || placement.delete.count > Self.burst { queue.add(key) }
        let backedOff = nodes.list().map { failures.pause(place(set, $0.metadata.name), now: context.clock.now) }.filter { $0 > .zero }
        return (backedOff + [plan.untilAvailable].compactMap { $0 }).min()
    }

    private func place(_ set: DaemonSet, _ node: String) -> FailedDaemons.Place { FailedDaemons.Place(set: set.metadata.uid, node: node) }

    private func plan(_ set: DaemonSet, _ hash: String, _ selector: LabelMatcher) -> DaemonPlan {
        let now = context.clock.now
        let owned = pods.byIndex(.controller, set.metadata.controlledIndex).filter { selector.matches($0.metadata.labels) }
        var plan = DaemonPlan(set, hash: hash, nodes: nodes.list(), pods: owned, now: now)
        plan.isBackedOff = { failures.pause(place(set, $0), now: now) > .zero }
        return plan
    }

    private func note(_ work: DaemonPlan.Work, of set: DaemonSet) {
        for pod in work.ended {
            let node = pod.targetNode ?? ""
            let subject = "daemon pod \(pod.metadata.namespace)/\(pod.metadata.name) on node \(node)"
            if pod.status.phase == "Failed" {
                failures.replaced(place(set, node), now: context.clock.now)
                context.recorder.record(set, .warning, "FailedDaemonPod", "Found failed \(subject), will try to kill it")
            } else {
                context.recorder.record(set, .normal, "SucceededDaemonPod", "Found succeeded \(subject), will try to delete it")
            }
        }
    }

    private func perform(_ work: DaemonPlan.Work, _ set: DaemonSet, _ hash: String) async throws -> (any Error)? {
        let control = PodControl(context: context, pods: pods)
        let created = try await control.create(work.create.prefix(Self.burst).map { set.pod(on: $0, hash: hash) }, for: set)
        let deleted = try await control.delete(Array(work.delete.prefix(Self.burst)), for: set)
        return created ?? deleted
    }

    private func write(_ status: DaemonSetStatus, _ set: DaemonSet) async throws {
        guard status != set.status else { return }
        var changed = set
        changed.status = status
        do {
            try await sets.waitFor(try await context.client.updateStatus(changed))
        } catch let error as APIError where error.reason == .notFound {
            return
        }
    }
}
