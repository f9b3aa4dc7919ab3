import Core
import KubernetesAPI
import Values

/// A disruption budget with its pods, and how many of them may be disrupted now. Pure.
package struct DisruptionBudget {
    /// How long an eviction may take from its approval until the pod is being deleted; then it did not happen.
    package static let patience = Duration.seconds(120)

    let budget: PodDisruptionBudget
    let pods: [Pod]
    let now: Timestamp

    /// A budget with the pods that it selects.
    package init(_ budget: PodDisruptionBudget, _ pods: [Pod], now: Timestamp) {
        self.budget = budget
        self.pods = pods
        self.now = now
    }

    /// Whether the budget counts from the size of the pods' controllers rather than from the pods there are.
    package var needsScale: Bool { budget.spec.maxUnavailable != nil || budget.spec.minAvailable?.string != nil }

    /// Evictions that were approved and whose pods are not being deleted yet.
    package var pending: [String: String] {
        budget.status.disruptedPods.filter { name, since in
            guard let since = Timestamp(rfc3339: since), now <= since + Self.patience else { return false }
            return pods.contains { $0.metadata.name == name && !$0.metadata.isBeingDeleted }
        }
    }

    /// Pods that were to be evicted long ago and are still there.
    package var overdue: [Pod] {
        pods.filter { pod in
            guard let since = budget.status.disruptedPods[pod.metadata.name] else { return false }
            return !pod.metadata.isBeingDeleted && pending[pod.metadata.name] == nil && Timestamp(rfc3339: since) != nil
        }
    }

    /// When the first pending eviction turns out not to have happened.
    package var untilOverdue: Duration? {
        pending.values.compactMap { Timestamp(rfc3339: $0) }.min().map { $0 + Self.patience - now + .milliseconds(1) }
    }

    /// The status; `scale` is the size that the pods' controllers should have, for budgets that need it.
    package func status(scale: Int?) -> PodDisruptionBudgetStatus {
        let expected = needsScale ? scale ?? 0 : pods.count
        let desired: Int
        if let field = budget.spec.maxUnavailable {
            desired = max(0, expected - (IntOrPercent.resolve(field, of: expected, roundUp: true) ?? 0))
        } else {
            desired = IntOrPercent.resolve(budget.spec.minAvailable, of: expected, roundUp: true) ?? 0
        }
        let pending = pending
        let healthy = pods.count { !$0.metadata.isBeingDeleted && pending[$0.metadata.name] == nil && $0.isReady }
        let allowed = expected > 0 ? max(0, healthy - desired) : 0
        var status = budget.status
        status.currentHealthy = healthy
        status.desiredHealthy = desired
        status.expectedPods = expected
        status.disruptionsAllowed = allowed
        status.raw["disruptedPods"] = nil
        if !pending.isEmpty { status.disruptedPods = pending }
        status.observedGeneration = budget.metadata.generation
        set(&status, allowed > 0, allowed > 0 ? "SufficientPods" : "InsufficientPods", "")
        return status
    }

    /// The status when nothing can be said: no disruption.
    func failed(_ error: any Error) -> PodDisruptionBudgetStatus {
        var status = budget.status
        status.disruptionsAllowed = 0
        set(&status, false, "SyncFailed", "\(error)")
        return status
    }

    private func set(_ status: inout PodDisruptionBudgetStatus, _ isAllowed: Bool, _ reason: String, _ message: String) {
        var condition = Condition()
        condition.type = "DisruptionAllowed"
        condition.status = isAllowed ? "True" : "False"
        condition.observedGeneration = status.observedGeneration
        condition.reason = reason
        condition.message = message
        let position = status.conditions.firstIndex { $0.type == condition.type }
        let present = position.map { status.conditions[$0] }
        condition.lastTransitionTime = present?.status == condition.status ? present!.lastTransitionTime : now.rfc3339
        if let position { status.conditions[position] = condition } else { status.conditions.append(condition) }
    }
}
