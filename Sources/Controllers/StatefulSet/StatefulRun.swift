import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// One look at one stateful set: takes the steps of its `StatefulPlan` and writes the status.
struct StatefulRun {
    let context: ControllerContext
    let sets: Informer<StatefulSet>
    let pods: Informer<Pod>
    let claims: Informer<PersistentVolumeClaim>
    let set: StatefulSet
    let current: ControllerRevision
    let update: ControllerRevision
    let collisions: Int

    /// `owned` reads the set's pods as they are at each moment. Answers when to look again.
    func advance(_ owned: () -> [Pod]) async throws -> Duration? {
        let before = plan(owned())
        var failure: (any Error)?
        do { try await take(before.steps, before) } catch { failure = error }
        let after = plan(owned())
        try await write(after.status(collisions: collisions))
        if let failure { throw failure }
        return after.untilAvailable
    }

    private func plan(_ owned: [Pod]) -> StatefulPlan {
        var plan = StatefulPlan(set, owned, current: current, update: update, now: context.clock.now)
        plan.mustWait = { ordinal in
            var pod = Pod()
            pod.metadata.name = "\(set.metadata.name)-\(ordinal)"
            let retention = ClaimRetention(set: set, pod: pod, isScaledDown: false)
            return set.claims(ordinal).contains { claims.get($0.key).map(retention.mustWait) ?? false }
        }
        plan.claimsAreRight = { pod in
            present(of: pod).allSatisfy { claim in
                if case .change = retention(of: pod).verdict(claim) { false } else { true }
            }
        }
        return plan
    }

    private func retention(of pod: Pod) -> ClaimRetention {
        let isScaledDown = set.ordinal(of: pod).map { !set.ordinals.contains($0) } ?? true
        return ClaimRetention(set: set, pod: pod, isScaledDown: isScaledDown)
    }

    private func present(of pod: Pod) -> [PersistentVolumeClaim] {
        set.ordinal(of: pod).map { set.claims($0).compactMap { claims.get($0.key) } } ?? []
    }

    // MARK: Steps

    private func take(_ steps: [StatefulPlan.Step], _ plan: StatefulPlan) async throws {
        if set.isOrdered {
            for step in steps { try await take(step, plan) }
            return
        }
        let (_, failure) = await slowStart(steps) { [self] step in
            switch step {
            case .create(let ordinal): try await create(set.pod(ordinal, plan.revision(of: ordinal)), ordinal)
            default: try await take(step, plan)
            }
        }
        if let failure { throw failure }
    }

    private func take(_ step: StatefulPlan.Step, _ plan: StatefulPlan) async throws {
        switch step {
        case .create(let ordinal): try await create(set.pod(ordinal, plan.revision(of: ordinal)), ordinal)
        case .delete(let pod): try await delete(pod)
        case .provideClaims(let pod):
            guard let ordinal = set.ordinal(of: pod) else { return }
            try await provideClaims(pod, ordinal)
            try await own(pod)
        case .repair(let pod): try await repair(pod)
        }
    }

    private func create(_ pod: Pod, _ ordinal: Int) async throws {
        do {
            try await provideClaims(pod, ordinal)
            let created: Pod
            do {
                created = try await context.client.create(pod)
            } catch let error as APIError where error.reason == .alreadyExists {
                // Not ours, or not seen yet: no event, and another look later.
                return try await own(pod, elseThrow: error)
            }
            try await pods.waitFor(created)
            try await own(created)
        } catch let error as APIError where error.reason == .alreadyExists || error.isNamespaceTerminating {
            throw error
        } catch {
            tell("create", pod, error)
            throw error
        }
        tell("create", pod, nil)
    }

    private func own(_ pod: Pod, elseThrow error: APIError) async throws {
        guard let present = pods.get(pod.key), present.metadata.controllerReference?.uid == set.metadata.uid else { throw error }
        try await own(present)
    }

    private func delete(_ pod: Pod) async throws {
        var options = Client.Options()
        options.preconditionUID = pod.metadata.uid
        do {
            try await context.client.delete(Pod.self, pod.key, options: options)
        } catch let error as APIError where error.reason == .notFound {
            return
        } catch {
            tell("delete", pod, error)
            throw error
        }
        tell("delete", pod, nil)
        try await pods.waitForDeletion(pod.key, uid: pod.metadata.uid)
    }

    private func repair(_ pod: Pod) async throws {
        do {
            if let ordinal = set.ordinal(of: pod), set.ordinals.contains(ordinal), !set.isIdentified(pod, ordinal) {
                var changed = pod
                set.identify(&changed, ordinal)
                try await provideClaims(changed, ordinal)
                try await pods.waitFor(try await context.client.update(changed))
            }
            try await own(pod)
        } catch {
            tell("update", pod, error)
            throw error
        }
        tell("update", pod, nil)
    }

    // MARK: Claims

    private func provideClaims(_ pod: Pod, _ ordinal: Int) async throws {
        for claim in set.claims(ordinal) {
            if let present = claims.get(claim.key) {
                guard present.metadata.isBeingDeleted else { continue }
                throw APIError(code: 409, reason: .conflict, message: "pvc \(claim.metadata.name) is being deleted")
            }
            do {
                try await claims.waitFor(try await context.client.create(claim))
                record(
                    .normal, "SuccessfulCreate",
                    "Create Claim \(claim.metadata.name) Pod \(pod.metadata.name) in StatefulSet \(set.metadata.name) success")
            } catch let error as APIError where error.reason == .alreadyExists {
                continue
            } catch {
                record(
                    .warning, "FailedCreate",
                    "Create Claim \(claim.metadata.name) for Pod \(pod.metadata.name) in StatefulSet \(set.metadata.name) failed error: \(error)"
                )
                throw error
            }
        }
    }

    /// Sets the owners of a pod's claims right.
    private func own(_ pod: Pod) async throws {
        let retention = retention(of: pod)
        for claim in present(of: pod) {
            guard case .change(let references) = retention.verdict(claim) else { continue }
            if retention.isControlledByOthers(claim) {
                record(
                    .warning, "ConflictingController",
                    "PersistentVolumeClaim \(claim.metadata.name) has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim"
                )
            }
            var changed = claim
            changed.metadata.ownerReferences = references
            try await claims.waitFor(try await context.client.update(changed))
        }
    }

    // MARK: Telling

    private func tell(_ verb: String, _ pod: Pod, _ error: (any Error)?) {
        let word = verb.prefix(1).uppercased() + verb.dropFirst()
        let subject = "\(word) Pod \(pod.metadata.name) in StatefulSet \(set.metadata.name)"
        if let error {
            record(.warning, "Failed\(word)", "\(subject) failed error: \(error)")
        } else {
            record(.normal, "Successful\(word)", "\(subject) successful")
        }
    }

    private func record(_ type: EventRecorder.EventType, _ reason: String, _ message: String) {
        context.recorder.record(set, type, reason, message)
    }

    private func write(_ status: StatefulSetStatus) async throws {
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
