import Core
import KubernetesAPI
import Values

/// A deployment with its replica sets, and what its strategy wants of them next. Pure.
package struct Rollout {
    /// A replica set and the size it should have.
    package struct Resize: Equatable {
        /// The set as it is.
        package let replicaSet: ReplicaSet
        /// How many pods it should have.
        package let replicas: Int
    }

    let deployment: Deployment
    /// The set of the deployment's template; nil until it is created.
    package let current: ReplicaSet?
    /// All others, oldest first.
    package let old: [ReplicaSet]

    /// A deployment with the sets it controls, in any order.
    package init(_ deployment: Deployment, _ replicaSets: [ReplicaSet]) {
        self.deployment = deployment
        let sorted = replicaSets.sorted(by: Self.isOlder)
        let template = Self.bare(deployment.spec.template)
        // Of several sets of one template, which should not be, the oldest counts.
        let current = sorted.first { Self.bare($0.spec.template) == template }
        self.current = current
        old = sorted.filter { $0.metadata.uid != current?.metadata.uid }
    }

    var all: [ReplicaSet] { old + (current.map { [$0] } ?? []) }

    // MARK: Facts

    var wanted: Int { deployment.spec.replicas ?? 1 }
    var isRolling: Bool { deployment.spec.strategy?.type != "Recreate" }

    /// How many pods there may be beyond those wanted.
    package var surge: Int { isRolling ? fenceposts.surge : 0 }
    /// How many of the wanted pods may be missing.
    package var unavailable: Int { isRolling && wanted > 0 ? min(fenceposts.unavailable, wanted) : 0 }

    private var fenceposts: (surge: Int, unavailable: Int) {
        let rolling = deployment.spec.strategy?.rollingUpdate
        let surge = IntOrPercent.resolve(rolling?.maxSurge, of: wanted, roundUp: true) ?? 0
        let unavailable = IntOrPercent.resolve(rolling?.maxUnavailable, of: wanted, roundUp: false) ?? 0
        // With neither, a roll-out could not begin (25% of three pods rounds down to none).
        return surge == 0 && unavailable == 0 ? (0, 1) : (surge, unavailable)
    }

    static func size(_ sets: [ReplicaSet]) -> Int { sets.reduce(0) { $0 + $1.size } }
    static func available(_ sets: [ReplicaSet]) -> Int { sets.reduce(0) { $0 + ($1.status.availableReplicas ?? 0) } }

    /// Whether somebody changed the deployment's size since its sets were sized.
    package var isBeingScaled: Bool {
        all.contains { set in
            guard set.size > 0, let desired = set.annotation(DeploymentAnnotation.desiredReplicas) else { return false }
            return desired != wanted
        }
    }

    // MARK: Next steps

    /// The size with which a set for the deployment's template should begin, or that the present one should have now.
    package var currentTarget: Int {
        let present = current?.size ?? 0
        guard isRolling else { return wanted }
        guard present < wanted else { return wanted }
        let room = wanted + surge - Self.size(all)
        return room <= 0 ? present : present + min(room, wanted - present)
    }

    /// The old sets to make smaller now, without going below the pods that must be available: first by their pods that are
    /// not available anyway, then, oldest first, by pods that the new set has replaced.
    package var shrinking: [Resize] {
        guard let current, old.contains(where: { $0.size > 0 }) else { return [] }
        let floor = wanted - unavailable
        let missing = current.size - (current.status.availableReplicas ?? 0)
        var removable = Self.size(all) - floor - missing
        guard removable > 0 else { return [] }
        var sizes = old.map(\.size)
        for (position, set) in old.enumerated() where removable > 0 {
            let unhealthy = min(removable, max(0, set.size - (set.status.availableReplicas ?? 0)))
            sizes[position] -= unhealthy
            removable -= unhealthy
        }
        var spare = max(0, Self.available(all) - floor)
        for position in old.indices where spare > 0 {
            let count = min(sizes[position], spare)
            sizes[position] -= count
            spare -= count
        }
        return zip(old, sizes).compactMap { $0.size == $1 ? nil : Resize(replicaSet: $0, replicas: $1) }
    }

    /// The old sets to empty: all, for a strategy that recreates.
    var emptying: [Resize] { old.filter { $0.size > 0 }.map { Resize(replicaSet: $0, replicas: 0) } }

    /// The sizes after the deployment was scaled, in the middle of a roll-out or not: every set with pods gets its share.
    /// Sets that keep their size are in it too, for their annotations.
    package var scaling: [Resize] {
        let active = all.filter { $0.size > 0 }
        if active.count <= 1 {
            guard let only = active.first ?? current ?? old.last, only.size != wanted else { return [] }
            return [Resize(replicaSet: only, replicas: wanted)]
        }
        if let current, current.size == wanted, current.annotation(DeploymentAnnotation.desiredReplicas) == wanted,
            current.status.availableReplicas ?? 0 == wanted
        {
            return emptying
        }
        guard isRolling else { return [] }
        let allowed = wanted > 0 ? wanted + surge : 0
        let change = allowed - Self.size(active)
        // The largest first; of equals the newest gets more and the oldest gives more.
        let ordered = active.sorted { left, right in
            if left.size != right.size { return left.size > right.size }
            return change > 0 ? Self.isOlder(right, left) : Self.isOlder(left, right)
        }
        var sizes = ordered.map(\.size)
        var given = 0
        for (position, set) in ordered.enumerated() where change != given {
            let share = share(of: set)
            let part = change > 0 ? min(share, change - given) : max(share, change - given)
            sizes[position] += part
            given += part
        }
        sizes[0] = max(0, sizes[0] + change - given)
        return zip(ordered, sizes).map { Resize(replicaSet: $0, replicas: $1) }
    }

    /// By how much a set changes if all keep their proportions.
    private func share(of set: ReplicaSet) -> Int {
        guard wanted > 0 else { return -set.size }
        let annotated = set.annotation(DeploymentAnnotation.maxReplicas) ?? 0
        let before = annotated > 0 ? annotated : deployment.status.replicas ?? 0
        guard before > 0 else { return 0 }
        let fair = Double(set.size * (wanted + surge)) / Double(before)
        return Int(fair.rounded(.toNearestOrAwayFromZero)) - set.size
    }

    /// The old sets beyond the history that is kept, oldest revision first; sets that still have pods stay.
    var forgotten: [ReplicaSet] {
        guard let limit = deployment.spec.revisionHistoryLimit, limit != Int(Int32.max) else { return [] }
        let present = old.filter { !$0.metadata.isBeingDeleted }
        guard present.count > limit else { return [] }
        let ordered = present.sorted { left, right in
            left.revision != right.revision ? left.revision < right.revision : Self.isOlder(left, right)
        }
        return ordered.prefix(present.count - limit).filter { set in
            set.status.replicas == 0 && set.size == 0 && set.metadata.generation ?? 0 <= set.status.observedGeneration ?? 0
        }
    }

    // MARK: Order and equality

    /// By creation, then name.
    package static func isOlder(_ left: ReplicaSet, _ right: ReplicaSet) -> Bool {
        let (a, b) = (left.metadata, right.metadata)
        return (a.creationTimestamp, a.name) < (b.creationTimestamp, b.name)
    }

    /// A template without the label that tells the pods of its sets apart.
    static func bare(_ template: PodTemplateSpec) -> Value {
        var template = template
        template.metadata.labels[DeploymentAnnotation.hashLabel] = nil
        var metadata = template.metadata.raw
        metadata["creationTimestamp"] = nil
        template.metadata.raw = metadata
        return template.raw
    }
}

extension ReplicaSet {
    /// How many pods it should have.
    package var size: Int { spec.replicas ?? 1 }
    /// The number in an annotation.
    func annotation(_ key: String) -> Int? { metadata.annotations[key].flatMap { Int($0) } }
    /// The deployment's revision it stands for last, 0 for none.
    package var revision: Int { annotation(DeploymentAnnotation.revision) ?? 0 }
}
