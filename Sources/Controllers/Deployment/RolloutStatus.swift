import Core
import KubernetesAPI

/// What a deployment says of itself: counts, and the conditions Available, Progressing and ReplicaFailure. Pure.
struct RolloutStatus {
    let rollout: Rollout
    let now: Timestamp

    /// Seconds a roll-out may stand still; nil when that is not watched.
    static func deadline(_ deployment: Deployment) -> Int? {
        guard let seconds = deployment.spec.progressDeadlineSeconds, seconds != Int(Int32.max) else { return nil }
        return seconds
    }

    /// Counts and availability, whatever the roll-out does.
    var counted: DeploymentStatus {
        let all = rollout.all
        let available = Rollout.available(all)
        var status = rollout.deployment.status
        status.observedGeneration = rollout.deployment.metadata.generation
        status.replicas = Self.count(all.reduce(0) { $0 + $1.status.replicas })
        status.updatedReplicas = Self.count(rollout.current?.status.replicas ?? 0)
        status.readyReplicas = Self.count(all.reduce(0) { $0 + ($1.status.readyReplicas ?? 0) })
        status.availableReplicas = Self.count(available)
        status.unavailableReplicas = Self.count(max(0, Rollout.size(all) - available))
        status.terminatingReplicas = terminating
        if available >= rollout.wanted - rollout.unavailable {
            set(&status, "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
        } else {
            set(&status, "Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
        }
        return status
    }

    /// The same, with how the roll-out gets on.
    var judged: DeploymentStatus {
        var status = counted
        judgeProgress(&status)
        let failing = ((rollout.current.map { [$0] } ?? []) + rollout.old).lazy.compactMap { set in
            set.status.conditions.first { $0.type == "ReplicaFailure" }
        }.first
        if let failing {
            set(&status, "ReplicaFailure", failing.status, failing.reason, failing.message)
        } else {
            status.conditions.removeAll { $0.type == "ReplicaFailure" }
        }
        return status
    }

    /// Whether all wanted pods are of the current template and available, and no others are left.
    func isComplete(_ status: DeploymentStatus) -> Bool {
        status.updatedReplicas ?? 0 == rollout.wanted && status.replicas ?? 0 == rollout.wanted
            && status.availableReplicas ?? 0 == rollout.wanted
            && status.observedGeneration ?? 0 >= rollout.deployment.metadata.generation ?? 0
    }

    /// When to look whether the roll-out has stood still for too long; nil when there is nothing to wait for.
    func nextCheck(_ status: DeploymentStatus) -> Duration? {
        guard let deadline = Self.deadline(rollout.deployment), let condition = Self.progressing(status), !isComplete(status),
            condition.reason != "ProgressDeadlineExceeded", condition.reason != "NewReplicaSetAvailable",
            let updated = Timestamp(rfc3339: condition.lastUpdateTime)
        else { return nil }
        return max(.zero, updated + .seconds(deadline) - now) + .seconds(1)
    }

    private func judgeProgress(_ status: inout DeploymentStatus) {
        let deployment = rollout.deployment
        guard let deadline = Self.deadline(deployment) else {
            status.conditions.removeAll { $0.type == "Progressing" }
            return
        }
        let before = deployment.status
        let present = Self.progressing(before)
        if status.replicas == status.updatedReplicas, present?.reason == "NewReplicaSetAvailable" { return }
        let subject = rollout.current.map { "ReplicaSet \"\($0.metadata.name)\"" } ?? "Deployment \"\(deployment.metadata.name)\""
        if isComplete(status) {
            set(&status, "Progressing", "True", "NewReplicaSetAvailable", "\(subject) has successfully progressed.")
        } else if hasProgressed(since: before, status) {
            // Said anew each time: the time of the update is what the deadline counts from.
            let since = present?.status == "True" ? present?.lastTransitionTime : nil
            status.conditions.removeAll { $0.type == "Progressing" }
            set(&status, "Progressing", "True", "ReplicaSetUpdated", "\(subject) is progressing.")
            if let since { status.conditions[status.conditions.count - 1].lastTransitionTime = since }
        } else if let present, present.reason != "NewReplicaSetAvailable" {
            let isLate = Timestamp(rfc3339: present.lastUpdateTime).map { $0 + .seconds(deadline) < now } ?? false
            if isLate || present.reason == "ProgressDeadlineExceeded" {
                set(&status, "Progressing", "False", "ProgressDeadlineExceeded", "\(subject) has timed out progressing.")
            }
        }
    }

    private func hasProgressed(since before: DeploymentStatus, _ status: DeploymentStatus) -> Bool {
        let oldBefore = (before.replicas ?? 0) - (before.updatedReplicas ?? 0)
        let oldNow = (status.replicas ?? 0) - (status.updatedReplicas ?? 0)
        return status.updatedReplicas ?? 0 > before.updatedReplicas ?? 0 || oldNow < oldBefore
            || status.readyReplicas ?? 0 > before.readyReplicas ?? 0 || status.availableReplicas ?? 0 > before.availableReplicas ?? 0
    }

    /// Nil while a set that has been looked at does not count them.
    private var terminating: Int? {
        var total = 0
        for set in rollout.all {
            if let count = set.status.terminatingReplicas {
                total += count
            } else if set.status.observedGeneration ?? 0 > 0 {
                return nil
            }
        }
        return total
    }

    static func progressing(_ status: DeploymentStatus) -> DeploymentCondition? {
        status.conditions.first { $0.type == "Progressing" }
    }

    /// Sets a condition unless it says the same already; its transition time changes with its status only.
    func set(_ status: inout DeploymentStatus, _ type: String, _ value: String, _ reason: String, _ message: String) {
        let present = status.conditions.first { $0.type == type }
        if let present, present.status == value, present.reason == reason { return }
        var condition = DeploymentCondition()
        condition.type = type
        condition.status = value
        condition.lastUpdateTime = now.rfc3339
        condition.lastTransitionTime = present?.status == value ? present!.lastTransitionTime : now.rfc3339
        condition.reason = reason
        condition.message = message
        status.conditions.removeAll { $0.type == type }
        status.conditions.append(condition)
    }

    private static func count(_ number: Int) -> Int? { number == 0 ? nil : number }
}
