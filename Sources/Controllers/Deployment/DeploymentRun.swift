import Client
import Core
import KubernetesAPI
import Reconcile

/// One look at one deployment: takes the next step of its roll-out, waits until the caches show it, and writes the status.
struct DeploymentRun {
    let context: ControllerContext
    let deployments: Informer<Deployment>
    let replicaSets: Informer<ReplicaSet>
    private var deployment: Deployment
    private var sets: [ReplicaSet]

    init(
        context: ControllerContext, deployments: Informer<Deployment>, replicaSets: Informer<ReplicaSet>, _ deployment: Deployment,
        _ sets: [ReplicaSet]
    ) {
        self.context = context
        self.deployments = deployments
        self.replicaSets = replicaSets
        self.deployment = deployment
        self.sets = sets
    }

    private var rollout: Rollout { Rollout(deployment, sets) }
    private var status: RolloutStatus { RolloutStatus(rollout: rollout, now: context.clock.now) }

    /// Answers when to look again. `hasPods` tells whether a set has pods that may still run.
    mutating func advance(hasPods: (ReplicaSet) -> Bool) async throws -> Duration? {
        if deployment.metadata.isBeingDeleted {
            try await write(status.counted)
            return nil
        }
        try await notePause()
        if deployment.spec.paused == true || rollout.isBeingScaled {
            try await updateCurrent()
            try await resize(rollout.scaling)
            if deployment.spec.paused == true { try await forgetOld() }
            try await write(status.counted)
            return nil
        }
        let isDone = rollout.isRolling ? try await roll() : try await recreate(hasPods)
        if isDone, status.isComplete(deployment.status) { try await forgetOld() }
        let status = self.status
        let judged = status.judged
        try await write(judged)
        return status.nextCheck(judged)
    }

    // MARK: Strategies

    /// Answers whether there was nothing left to resize.
    private mutating func roll() async throws -> Bool {
        try await provideCurrent()
        if let current = rollout.current, current.size != rollout.currentTarget {
            try await resize([Rollout.Resize(replicaSet: current, replicas: rollout.currentTarget)])
            return false
        }
        let shrinking = rollout.shrinking
        try await resize(shrinking)
        return shrinking.isEmpty
    }

    private mutating func recreate(_ hasPods: (ReplicaSet) -> Bool) async throws -> Bool {
        try await updateCurrent()
        let emptying = rollout.emptying
        guard emptying.isEmpty else {
            try await resize(emptying)
            return false
        }
        if rollout.old.contains(where: { $0.status.replicas > 0 || hasPods($0) }) { return false }
        try await provideCurrent()
        if let current = rollout.current, current.size != rollout.wanted {
            try await resize([Rollout.Resize(replicaSet: current, replicas: rollout.wanted)])
        }
        return true
    }

    // MARK: The current set

    private mutating func provideCurrent() async throws {
        if rollout.current == nil { try await createCurrent() } else { try await updateCurrent() }
    }

    /// Gives the set of the deployment's template its revision and what it inherits, if there is one.
    private mutating func updateCurrent() async throws {
        let rollout = self.rollout
        guard let current = rollout.current else { return }
        let revision = (rollout.old.map(\.revision).max() ?? 0) + 1
        var changed = current
        changed.metadata.annotations = DeploymentAnnotation.ofSet(
            current.metadata.annotations, deployment: deployment, revision: revision)
        if changed.spec.minReadySeconds ?? 0 != deployment.spec.minReadySeconds ?? 0 {
            changed.spec.minReadySeconds = deployment.spec.minReadySeconds
        }
        if changed != current { try await update(changed) }
        try await noteRevision(
            self.rollout.current?.revision ?? revision,
            progress: RolloutStatus.progressing(deployment.status) == nil
                ? ("FoundNewReplicaSet", "Found new replica set \"\(current.metadata.name)\"") : nil)
    }

    private mutating func createCurrent() async throws {
        let rollout = self.rollout
        let revision = (rollout.old.map(\.revision).max() ?? 0) + 1
        let set = newSet(revision: revision, rollout)
        let name = set.metadata.name
        do {
            let created = try await context.client.create(set)
            sets.append(created)
            try await replicaSets.waitFor(created)
            if set.size > 0 { recordScaling(created, from: 0) }
        } catch let error as APIError where error.reason == .alreadyExists {
            let present = try await context.client.get(ReplicaSet.self, set.key)
            if present.metadata.controllerReference?.uid == deployment.metadata.uid,
                Rollout.bare(present.spec.template) == Rollout.bare(deployment.spec.template)
            {
                sets.append(present)
            } else {
                var status = deployment.status
                status.collisionCount = (status.collisionCount ?? 0) + 1
                try await write(status)
                throw error
            }
        } catch let error as APIError where !error.isNamespaceTerminating {
            let message = "Failed to create new replica set \"\(name)\": \(error)"
            context.recorder.record(deployment, .warning, "ReplicaSetCreateError", message)
            if RolloutStatus.deadline(deployment) != nil {
                var status = deployment.status
                self.status.set(&status, "Progressing", "False", "ReplicaSetCreateError", message)
                try await write(status)
            }
            throw error
        }
        try await noteRevision(revision, progress: ("NewReplicaSetCreated", "Created new replica set \"\(name)\""))
    }

    private func newSet(revision: Int, _ rollout: Rollout) -> ReplicaSet {
        let hash = NameHash.of(Rollout.bare(deployment.spec.template), collisions: deployment.status.collisionCount)
        var set = ReplicaSet()
        set.metadata.namespace = deployment.metadata.namespace
        // A name may have 253 characters.
        set.metadata.name = "\(deployment.metadata.name.prefix(252 - hash.utf8.count))-\(hash)"
        set.metadata.ownerReferences = [OwnerReference(controller: deployment)]
        set.spec.template = deployment.spec.template
        set.spec.template.metadata.labels[DeploymentAnnotation.hashLabel] = hash
        set.metadata.labels = set.spec.template.metadata.labels
        set.spec.selector = deployment.spec.selector
        set.spec.selector.matchLabels[DeploymentAnnotation.hashLabel] = hash
        if let seconds = deployment.spec.minReadySeconds, seconds > 0 { set.spec.minReadySeconds = seconds }
        set.spec.replicas = rollout.currentTarget
        set.metadata.annotations = DeploymentAnnotation.ofSet([:], deployment: deployment, revision: revision)
            .merging(DeploymentAnnotation.sizes(desired: rollout.wanted, maximum: rollout.wanted + rollout.surge)) { $1 }
        return set
    }

    // MARK: Writing

    private mutating func resize(_ resizes: [Rollout.Resize]) async throws {
        let rollout = self.rollout
        let sizes = DeploymentAnnotation.sizes(desired: rollout.wanted, maximum: rollout.wanted + rollout.surge)
        for resize in resizes {
            var set = resize.replicaSet
            set.spec.replicas = resize.replicas
            set.metadata.annotations.merge(sizes) { $1 }
            guard set != resize.replicaSet else { continue }
            let written = try await update(set)
            if resize.replicas != resize.replicaSet.size { recordScaling(written, from: resize.replicaSet.size) }
        }
    }

    @discardableResult
    private mutating func update(_ set: ReplicaSet) async throws -> ReplicaSet {
        let written = try await context.client.update(set)
        sets = sets.map { $0.metadata.uid == written.metadata.uid ? written : $0 }
        try await replicaSets.waitFor(written)
        return written
    }

    private func recordScaling(_ set: ReplicaSet, from size: Int) {
        context.recorder.record(
            deployment, .normal, "ScalingReplicaSet",
            "Scaled \(size < set.size ? "up" : "down") replica set \(set.metadata.name) from \(size) to \(set.size)")
    }

    private func forgetOld() async throws {
        for set in rollout.forgotten {
            var options = Client.Options()
            options.preconditionUID = set.metadata.uid
            do {
                try await context.client.delete(ReplicaSet.self, set.key, options: options)
            } catch let error as APIError where error.reason == .notFound {
                continue
            }
        }
    }

    /// Copies the revision to the deployment and says how its set came about, both with the status.
    private mutating func noteRevision(_ revision: Int, progress: (reason: String, message: String)?) async throws {
        var status = deployment.status
        if let progress, RolloutStatus.deadline(deployment) != nil {
            self.status.set(&status, "Progressing", "True", progress.reason, progress.message)
        }
        var changed = deployment
        changed.metadata.annotations[DeploymentAnnotation.revision] = String(revision)
        changed.status = status
        guard changed != deployment else { return }
        try await writeStatus(changed)
    }

    private mutating func notePause() async throws {
        let reason = RolloutStatus.progressing(deployment.status)?.reason
        guard RolloutStatus.deadline(deployment) != nil, reason != "ProgressDeadlineExceeded" else { return }
        let isPaused = deployment.spec.paused == true
        guard isPaused != (reason == "DeploymentPaused") else { return }
        var status = deployment.status
        let said = isPaused ? ("DeploymentPaused", "Deployment is paused") : ("DeploymentResumed", "Deployment is resumed")
        self.status.set(&status, "Progressing", "Unknown", said.0, said.1)
        try await write(status)
    }

    private mutating func write(_ status: DeploymentStatus) async throws {
        guard status != deployment.status else { return }
        var changed = deployment
        changed.status = status
        try await writeStatus(changed)
    }

    private mutating func writeStatus(_ changed: Deployment) async throws {
        do {
            deployment = try await context.client.updateStatus(changed)
        } catch let error as APIError where error.reason == .notFound {
            return
        }
        try await deployments.waitFor(deployment)
    }
}
