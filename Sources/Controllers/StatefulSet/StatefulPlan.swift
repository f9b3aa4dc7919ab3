import Core
import KubernetesAPI

/// A stateful set with its pods and its two revisions, and what it does about its pods next. Pure.
///
/// First every ordinal has its pod, in order; then pods beyond them go, the highest first; then pods of the old revision go, the
/// highest first, to come back new. An ordered set takes one step at a time and waits until every pod before is available.
package struct StatefulPlan: Sendable {
    /// One write.
    package enum Step: Equatable, Sendable {
        case create(Int)
        case delete(Pod)
        /// Create missing claims of a pod that waits to be placed.
        case provideClaims(Pod)
        /// Set the pod's labels and its claims' owners right.
        case repair(Pod)
    }

    let set: StatefulSet
    let current: ControllerRevision
    let update: ControllerRevision
    let now: Timestamp
    /// By ordinal.
    private let pods: [Int: Pod]
    private let condemned: [Pod]
    /// Whether the claims of an ordinal, or of a pod there was before, keep its pod from being created.
    var mustWait: @Sendable (Int) -> Bool = { _ in false }
    /// Whether a pod's claims are owned as they should be.
    var claimsAreRight: @Sendable (Pod) -> Bool = { _ in true }

    /// A set with the pods it controls.
    package init(_ set: StatefulSet, _ pods: [Pod], current: ControllerRevision, update: ControllerRevision, now: Timestamp) {
        self.set = set
        self.current = current
        self.update = update
        self.now = now
        let byOrdinal = Dictionary(pods.compactMap { pod in set.ordinal(of: pod).map { ($0, pod) } }, uniquingKeysWith: { $1 })
        self.pods = byOrdinal.filter { set.ordinals.contains($0.key) }
        condemned = byOrdinal.filter { !set.ordinals.contains($0.key) }.sorted { $0.key > $1.key }.map(\.value)
    }

    /// The writes to make now; an ordered set makes them one after the other.
    package var steps: [Step] {
        guard !set.metadata.isBeingDeleted else { return [] }
        var steps: [Step] = []
        if fill(&steps), shrink(&steps), set.isRolling { roll(&steps) }
        return steps
    }

    /// Pods of ordinals below the partition come back as they were.
    func revision(of ordinal: Int) -> ControllerRevision {
        guard set.isRolling else { return update }
        let kept = set.spec.updateStrategy?.rollingUpdate == nil ? set.status.currentReplicas ?? 0 : set.partition
        return ordinal < set.firstOrdinal + kept ? current : update
    }

    // MARK: The three phases; each answers whether the next may begin

    private func fill(_ steps: inout [Step]) -> Bool {
        for ordinal in set.ordinals {
            guard let pod = pods[ordinal] else {
                if mustWait(ordinal) {
                    if set.isOrdered { return false }
                    continue
                }
                steps.append(.create(ordinal))
                if set.isOrdered { return false }
                continue
            }
            if pod.isFinished {
                if !pod.metadata.isBeingDeleted { steps.append(.delete(pod)) }
                if set.isOrdered { return false }
                continue
            }
            if pod.status.phase == "Pending" { steps.append(.provideClaims(pod)) }
            if set.isOrdered, pod.metadata.isBeingDeleted || !isAvailable(pod) { return false }
            if !set.isIdentified(pod, ordinal) || !claimsAreRight(pod) { steps.append(.repair(pod)) }
        }
        return true
    }

    private func shrink(_ steps: inout [Step]) -> Bool {
        for pod in condemned where !claimsAreRight(pod) { steps.append(.repair(pod)) }
        let firstUnavailable = (set.ordinals.map { pods[$0] } + condemned.reversed()).first { pod in pod.map { !isWell($0) } ?? true }
        for pod in condemned {
            if pod.metadata.isBeingDeleted {
                if set.isOrdered { return false }
                continue
            }
            if set.isOrdered, !isAvailable(pod), firstUnavailable??.metadata.uid != pod.metadata.uid { return false }
            steps.append(.delete(pod))
            if set.isOrdered { return false }
        }
        return true
    }

    private func roll(_ steps: inout [Step]) {
        let targets = set.ordinals.dropFirst(set.partition).reversed()
        if let most = set.maxUnavailable {
            var room = most - set.ordinals.count { pods[$0].map { !isWell($0) } ?? true }
            for ordinal in targets where room > 0 {
                guard let pod = pods[ordinal], isOutdated(pod) else { continue }
                steps.append(.delete(pod))
                room -= 1
            }
            return
        }
        for ordinal in targets {
            // A pod that is still to be created is not available.
            guard let pod = pods[ordinal] else { return }
            if isOutdated(pod) {
                steps.append(.delete(pod))
                return
            }
            if !isWell(pod) { return }
        }
    }

    private func isOutdated(_ pod: Pod) -> Bool {
        pod.metadata.labels[RevisionLabel.pod] != update.metadata.name && !pod.metadata.isBeingDeleted
    }

    private func isAvailable(_ pod: Pod) -> Bool {
        pod.status.phase == "Running" && pod.untilAvailable(minReadySeconds: set.minReadySeconds, now: now) == .zero
    }

    private func isWell(_ pod: Pod) -> Bool { isAvailable(pod) && !pod.metadata.isBeingDeleted }

    // MARK: Status

    /// The status that follows; the update is complete when every pod is new and ready.
    func status(collisions: Int) -> StatefulSetStatus {
        let all = Array(pods.values) + condemned
        func count(_ condition: (Pod) -> Bool) -> Int? {
            let number = all.count(where: condition)
            return number == 0 ? nil : number
        }
        func isOf(_ revision: ControllerRevision, _ pod: Pod) -> Bool {
            !pod.metadata.isBeingDeleted && pod.metadata.labels[RevisionLabel.pod] == revision.metadata.name
        }
        var status = set.status
        status.observedGeneration = set.metadata.generation
        status.replicas = all.count
        status.readyReplicas = count { $0.status.phase == "Running" && $0.isReady }
        status.availableReplicas = all.count(where: isAvailable)
        status.currentReplicas = count { isOf(current, $0) }
        status.updatedReplicas = count { isOf(update, $0) }
        status.currentRevision = current.metadata.name
        status.updateRevision = update.metadata.name
        status.collisionCount = collisions
        if set.isRolling, status.updatedReplicas ?? 0 == set.wanted, status.readyReplicas ?? 0 == set.wanted, status.replicas == set.wanted
        {
            status.currentReplicas = status.updatedReplicas
            status.currentRevision = status.updateRevision
        }
        return status
    }

    /// How long until another pod has been ready for long enough.
    var untilAvailable: Duration? {
        (Array(pods.values) + condemned).compactMap { pod in
            pod.untilAvailable(minReadySeconds: set.minReadySeconds, now: now).flatMap { $0 > .zero ? $0 : nil }
        }.min()
    }
}
