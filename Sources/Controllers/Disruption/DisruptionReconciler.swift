import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Says in every disruption budget how many pods may be evicted now; the eviction subresource takes from that number.
struct DisruptionReconciler: Reconciler {
    enum Key: Hashable, Sendable {
        case budget(ObjectKey)
        /// A pod that was marked to be disrupted.
        case marked(ObjectKey)
    }

    /// A pod whose controller is not there, or has no size.
    struct NoController: Error, CustomStringConvertible {
        let description: String
    }

    let context: ControllerContext
    let servedResources: @Sendable () async throws -> [ControllerOptions.ServedResource]
    let budgets: Informer<PodDisruptionBudget>
    let pods: Informer<Pod>
    let replicaSets: Informer<ReplicaSet>
    let deployments: Informer<Deployment>
    let statefulSets: Informer<StatefulSet>
    let replicationControllers: Informer<ReplicationController>
    let queue: WorkQueue<Key>

    init(context: ControllerContext, servedResources: @escaping @Sendable () async throws -> [ControllerOptions.ServedResource]) {
        self.context = context
        self.servedResources = servedResources
        budgets = context.informer()
        pods = context.informer()
        replicaSets = context.informer()
        deployments = context.informer()
        statefulSets = context.informer()
        replicationControllers = context.informer()
        queue = context.queue(of: Key.self)
        budgets.onChange { [queue] changes in queue.add(changes.map { .budget($0.key) }) }
        pods.onChange { [self] changes in for change in changes { podChanged(change) } }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 2,
            informers: [
                budgets.base, pods.base, replicaSets.base, deployments.base, statefulSets.base, replicationControllers.base,
            ], logger: context.logger)
    }

    private func podChanged(_ change: Change<Pod>) {
        for budget in budgets.list(namespace: change.key.namespace) {
            let matcher = budget.spec.selector?.matcher ?? .nothing
            if [change.old, change.new].contains(where: { $0.map { matcher.matches($0.metadata.labels) } ?? false }) {
                queue.add(.budget(budget.key))
            }
        }
        if let pod = change.new, isMarked(pod) { queue.add(.marked(pod.key)) }
    }

    func reconcile(_ key: Key) async throws -> Duration? {
        switch key {
        case .budget(let key): return try await reconcile(budget: key)
        case .marked(let key): return try await reconcile(marked: key)
        }
    }

    // MARK: Budgets

    private func reconcile(budget key: ObjectKey) async throws -> Duration? {
        guard let budget = budgets.get(key) else { return nil }
        let matcher = budget.spec.selector?.matcher ?? .nothing
        let selected = pods.list(namespace: key.namespace).filter { matcher.matches($0.metadata.labels) }
        if selected.isEmpty { context.recorder.record(budget, .normal, "NoPods", "No matching pods found") }
        let plan = DisruptionBudget(budget, selected, now: context.clock.now)
        do {
            let scale = plan.needsScale ? try await scale(of: selected, for: budget) : nil
            for pod in plan.overdue {
                context.recorder.record(
                    pod, .warning, "NotDeleted", "Pod was expected by PDB \(key.namespace)/\(key.name) to be deleted but it wasn't")
            }
            try await write(plan.status(scale: scale), budget)
            return plan.untilOverdue
        } catch let error as APIError where error.reason == .conflict {
            throw error
        } catch {
            context.recorder.record(
                budget, .warning, "CalculateExpectedPodCountFailed", "Failed to calculate the number of expected pods: \(error)")
            try await write(plan.failed(error), budget)
            return nil
        }
    }

    private func write(_ status: PodDisruptionBudgetStatus, _ budget: PodDisruptionBudget) async throws {
        guard status != budget.status else { return }
        var changed = budget
        changed.status = status
        do {
            try await budgets.waitFor(try await context.client.updateStatus(changed))
        } catch let error as APIError where error.reason == .notFound {
            return
        }
    }

    // MARK: Sizes of controllers

    /// The sum of the sizes of all controllers of the pods.
    private func scale(of pods: [Pod], for budget: PodDisruptionBudget) async throws -> Int {
        var sizes: [String: Int] = [:]
        var known: Set<String> = []
        var hasUnmanaged = false
        for pod in pods {
            guard let reference = pod.metadata.controllerReference else {
                hasUnmanaged = true
                continue
            }
            guard known.insert(reference.uid).inserted else { continue }
            guard let (uid, size) = try await size(reference, pod.metadata.namespace) else {
                throw NoController(description: "found no controllers for pod \"\(pod.metadata.name)\"")
            }
            sizes[uid] = size
        }
        if hasUnmanaged {
            context.recorder.record(
                budget, .warning, "UnmanagedPods",
                "Pods selected by this PodDisruptionBudget (selector: \(budget.spec.selector?.matcher.description ?? "")) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set \".spec.minAvailable\" field of the PDB to an integer value."
            )
        }
        return sizes.values.reduce(0, +)
    }

    private func size(_ reference: OwnerReference, _ namespace: String) async throws -> (uid: String, size: Int)? {
        let key = ObjectKey(namespace: namespace, name: reference.name)
        func found<K: Kind>(_ object: K?, _ size: (K) -> Int) -> (String, Int)? {
            object.flatMap { $0.metadata.uid == reference.uid ? (reference.uid, size($0)) : nil }
        }
        if reference.refersTo(ReplicaSet.self) {
            guard let set = replicaSets.get(key), set.metadata.uid == reference.uid else { return nil }
            guard let owner = set.metadata.controllerReference, owner.refersTo(Deployment.self) else { return (reference.uid, set.size) }
            guard let deployment = deployments.get(ObjectKey(namespace: namespace, name: owner.name)),
                deployment.metadata.uid == owner.uid
            else { return nil }
            return (owner.uid, deployment.spec.replicas ?? 1)
        }
        if reference.refersTo(StatefulSet.self) { return found(statefulSets.get(key)) { $0.wanted } }
        if reference.refersTo(ReplicationController.self) { return found(replicationControllers.get(key)) { $0.wantedReplicas } }
        let kind = GroupVersionKind(apiVersion: reference.apiVersion, kind: reference.kind)
        let resource = try await servedResources().first { $0.kind == kind.kind && $0.resource.group == kind.group }?.resource
        guard let resource else {
            throw NoController(description: "no matches for kind \"\(reference.kind)\" in version \"\(reference.apiVersion)\"")
        }
        do {
            let scale = try await context.client.get(subresource: "scale", of: resource, key)
            guard scale[path: "metadata", "uid"]?.string == reference.uid else { return nil }
            return (reference.uid, Int(scale[path: "spec", "replicas"]?.int ?? 0))
        } catch let error as APIError where error.reason == .notFound {
            throw NoController(description: "\(resource.resource).\(resource.group) does not implement the scale subresource")
        }
    }

    // MARK: Marks

    /// Whether a pod says that it is being disrupted while nobody deletes it.
    private func isMarked(_ pod: Pod) -> Bool {
        guard let mark = pod.condition("DisruptionTarget"), !pod.metadata.isBeingDeleted, !pod.isFinished else { return false }
        return mark.status == "True" && mark.reason != "TerminationByKubelet"
    }

    /// Takes the mark off a pod that is still there two minutes later.
    private func reconcile(marked key: ObjectKey) async throws -> Duration? {
        guard var pod = pods.get(key), isMarked(pod),
            let position = pod.status.conditions.firstIndex(where: { $0.type == "DisruptionTarget" })
        else { return nil }
        let since = Timestamp(rfc3339: pod.status.conditions[position].lastTransitionTime) ?? context.clock.now
        let left = since + DisruptionBudget.patience - context.clock.now
        if left > .zero { return left }
        pod.status.conditions[position].status = "False"
        pod.status.conditions[position].reason = ""
        pod.status.conditions[position].message = ""
        pod.status.conditions[position].lastTransitionTime = context.clock.now.rfc3339
        do {
            try await pods.waitFor(try await context.client.updateStatus(pod))
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
        return nil
    }
}
