import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Keeps as many pods alive as a ReplicaSet or ReplicationController asks for, and says in its status how many there are.
struct ReplicaReconciler<Owner: ReplicaOwner>: Reconciler {
    /// The most pods created or deleted at a time.
    static var burst: Int { 500 }

    let context: ControllerContext
    let owners: Informer<Owner>
    let pods: Informer<Pod>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        owners = context.informer()
        pods = context.informer()
        queue = context.queue()
        pods.add(.controller)
        owners.add(.controller)
        owners.onChange { [queue] changes in queue.add(changes.map(\.key)) }
        pods.onChange { [queue, owners] changes in
            for change in changes { owners.forEachOwner(of: change, selector: { $0.podSelector }) { queue.add($0) } }
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 5, informers: [owners.base, pods.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let owner = owners.get(key) else { return nil }
        let claim = Claim<Owner, Pod>(client: context.client, informer: pods)
        let candidates = candidates(of: owner)
        var active = try await claim.claim(candidates.filter(\.isActive), for: owner, selector: owner.podSelector)
        var failure: (any Error)?
        let difference = abs(owner.wantedReplicas - active.count)
        if !owner.metadata.isBeingDeleted, active.count != owner.wantedReplicas {
            failure = try await scale(owner, active)
            let controlled = pods.byIndex(.controller, owner.metadata.controlledIndex)
            active = controlled.filter { $0.isActive && owner.podSelector.matches($0.metadata.labels) }
        }
        try await writeStatus(of: owner, active, terminating: terminating(of: owner), failure)
        if let failure { throw failure }
        if difference > Self.burst { queue.add(key) }
        return active.compactMap { pod in
            pod.untilAvailable(minReadySeconds: owner.minReadySeconds, now: context.clock.now).flatMap { $0 > .zero ? $0 : nil }
        }.min()
    }

    private func candidates(of owner: Owner) -> [Pod] {
        let orphans = pods.byIndex(.controller, "\(owner.metadata.namespace)/")
        return pods.byIndex(.controller, owner.metadata.controlledIndex) + orphans.filter { owner.podSelector.matches($0.metadata.labels) }
    }

    private func terminating(of owner: Owner) -> Int {
        pods.byIndex(.controller, owner.metadata.controlledIndex).count {
            $0.isTerminating && owner.podSelector.matches($0.metadata.labels)
        }
    }

    // MARK: Scaling

    /// Creates or deletes pods, waits until the cache shows it, and answers what failed.
    private func scale(_ owner: Owner, _ active: [Pod]) async throws -> (any Error)? {
        let difference = owner.wantedReplicas - active.count
        let control = PodControl(context: context, pods: pods)
        if difference > 0 {
            let pod = Pod.from(owner.podTemplate, controlledBy: owner)
            return try await control.create(Array(repeating: pod, count: min(difference, Self.burst)), for: owner)
        }
        let doomed = PodRanking.firstToGo(active, related: related(to: owner), count: min(-difference, Self.burst))
        return try await control.delete(doomed, for: owner)
    }

    /// The pods of all sets with the same controller as this one: those on one node with many of them go first.
    private func related(to owner: Owner) -> [Pod] {
        guard let reference = owner.metadata.controllerReference else { return [] }
        let siblings = owners.byIndex(.controller, "\(owner.metadata.namespace)/\(reference.uid)")
        return siblings.flatMap { pods.byIndex(.controller, $0.metadata.controlledIndex) }
    }

    // MARK: Status

    private func writeStatus(of owner: Owner, _ active: [Pod], terminating: Int, _ failure: (any Error)?) async throws {
        var updated = owner
        var status = owner.replicaStatus
        let now = context.clock.now
        let template = LabelMatcher(labels: owner.podTemplate.metadata.labels)
        status.replicas = active.count
        status.fullyLabeledReplicas = Self.count(active.count { template.matches($0.metadata.labels) })
        status.readyReplicas = Self.count(active.count(where: \.isReady))
        let minimum = owner.minReadySeconds
        status.availableReplicas = Self.count(active.count { $0.untilAvailable(minReadySeconds: minimum, now: now) == .zero })
        if Owner.self == ReplicaSet.self { status.terminatingReplicas = terminating }
        status.observedGeneration = owner.metadata.generation
        let known = status.conditions.firstIndex { $0.type == "ReplicaFailure" }
        if let failure, known == nil {
            var condition = ReplicaSetCondition()
            condition.type = "ReplicaFailure"
            condition.status = "True"
            condition.reason = active.count < owner.wantedReplicas ? "FailedCreate" : "FailedDelete"
            condition.message = "\(failure)"
            condition.lastTransitionTime = now.rfc3339
            status.conditions.append(condition)
        } else if failure == nil, let known {
            status.conditions.remove(at: known)
        }
        guard status != owner.replicaStatus else { return }
        updated.replicaStatus = status
        do {
            try await owners.waitFor(try await context.client.updateStatus(updated))
        } catch let error as APIError where error.reason == .notFound {
            return
        }
    }

    /// Counts of zero are left out, as upstream's `omitempty` has it.
    private static func count(_ number: Int) -> Int? { number == 0 ? nil : number }
}
