import Client
import Core
import KubernetesAPI
import Reconcile
import Synchronization
import Values

/// What several tasks may find at once.
private final class Uncertainty: Sendable {
    let value = Atomic(false)
}

/// Creates and deletes the pods of an owner, tells of it in events, and returns once the cache shows what was written.
struct PodControl: Sendable {
    let context: ControllerContext
    let pods: Informer<Pod>

    /// Creates pods in batches that grow while all goes well; answers what failed. A namespace that goes away is no failure.
    func create<Owner: Kind>(_ wanted: [Pod], for owner: Owner) async throws -> (any Error)? {
        // Whether it is unknown of any of them if it is there: others of its batch may have failed for another reason.
        let isUncertain = Uncertainty()
        let (created, failure) = await slowStart(wanted) { [context] pod in
            do {
                let created = try await context.client.create(pod)
                context.recorder.record(owner, .normal, "SuccessfulCreate", "Created pod: \(created.metadata.name)")
                return created
            } catch {
                if (error as? APIError)?.isNamespaceTerminating != true {
                    context.recorder.record(owner, .warning, "FailedCreate", "Error creating: \(error)")
                }
                if error.leavesOpenWhatHappened { isUncertain.value.store(true, ordering: .relaxed) }
                throw error
            }
        }
        if isUncertain.value.load(ordering: .relaxed) { try await catchUp(with: owner, wanted) }
        // Revisions only grow: the newest write is seen after all others.
        if let newest = created.max(by: { Int64($0.metadata.resourceVersion) ?? 0 < Int64($1.metadata.resourceVersion) ?? 0 }) {
            try await pods.waitFor(newest)
        }
        return (failure as? APIError)?.isNamespaceTerminating == true ? nil : failure
    }

    /// Deletes pods all at once; answers what failed. A pod that is gone already is no failure.
    func delete<Owner: Kind>(_ doomed: [Pod], for owner: Owner) async throws -> (any Error)? {
        let (deleted, failure) = await inParallel(doomed) { [context] pod in
            var options = Client.Options()
            options.preconditionUID = pod.metadata.uid
            do {
                try await untilAnswered { try await context.client.delete(Pod.self, pod.key, options: options) }
                context.recorder.record(owner, .normal, "SuccessfulDelete", "Deleted pod: \(pod.metadata.name)")
            } catch let error as APIError where error.reason == .notFound {
                return pod
            } catch {
                context.recorder.record(owner, .warning, "FailedDelete", "Error deleting: \(error)")
                throw error
            }
            return pod
        }
        for pod in deleted { try await pods.waitForDeletion(pod.key, uid: pod.metadata.uid) }
        return failure
    }

    /// Returns once the cache shows every pod of the owner that there is in truth. A pod may have been created though the answer said
    /// otherwise, or never came: who does not look would create another in its place.
    private func catchUp<Owner: Kind>(with owner: Owner, _ wanted: [Pod]) async throws {
        // Some labels are each pod's own, such as the index of a job's.
        var shared = wanted.first?.metadata.labels ?? [:]
        for pod in wanted { shared = shared.filter { pod.metadata.labels[$0.key] == $0.value } }
        var options = Client.Options()
        options.labelSelector = LabelMatcher(labels: shared).description
        let namespace = owner.metadata.namespace
        let present = try await untilAnswered { try await context.client.list(Pod.self, namespace: namespace, options: options).items }
        let own = present.filter { $0.metadata.controllerReference?.uid == owner.metadata.uid }
        if let newest = own.max(by: { Int64($0.metadata.resourceVersion) ?? 0 < Int64($1.metadata.resourceVersion) ?? 0 }) {
            try await pods.waitFor(newest)
        }
    }

    /// Does what may be done more than once until the server says what became of it.
    private func untilAnswered<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        var failures = 0
        while true {
            do {
                return try await body()
            } catch  where (error.leavesOpenWhatHappened || (error as? APIError)?.reason == .tooManyRequests) && !Task.isCancelled {
                failures += 1
                context.logger.debug("\(context.name): asking again: \(error)")
                try await context.clock.sleep(for: Backoff(base: .milliseconds(50), limit: .seconds(10)).delay(failures: failures))
            }
        }
    }

    /// Takes a finalizer off pods and deletes them, unless they have ended: then they have it still, so that their end is counted. What ends
    /// later, because it is being stopped, is not. Answers what failed.
    func stop<Owner: Kind>(_ doomed: [Pod], heldBy finalizer: String, for owner: Owner) async throws -> (any Error)? {
        let (looked, failure) = await inParallel(doomed) { pod in
            do {
                guard let ended = try await untilAnswered({ try await stop(pod, heldBy: finalizer) }) else {
                    context.recorder.record(owner, .normal, "SuccessfulDelete", "Deleted pod: \(pod.metadata.name)")
                    return (pod, nil as Pod?)
                }
                return (pod, ended)
            } catch {
                context.recorder.record(owner, .warning, "FailedDelete", "Error deleting: \(error)")
                throw error
            }
        }
        for (pod, ended) in looked {
            if let ended { try await pods.waitFor(ended) } else { try await pods.waitForDeletion(pod.key, uid: pod.metadata.uid) }
        }
        return failure
    }

    /// The pod if it has ended and is held, else nil: it is being deleted, or gone. Each write is of the pod as it was looked at, so that none
    /// ends unseen.
    private func stop(_ doomed: Pod, heldBy finalizer: String) async throws -> Pod? {
        var pod = doomed
        while true {
            let (isHeld, isBeingDeleted) = (pod.metadata.finalizers.contains(finalizer), pod.metadata.isBeingDeleted)
            do {
                if pod.isFinished {
                    if isHeld { return pod }
                    return isBeingDeleted ? nil : try await patch(pod, ["finalizers": [.string(finalizer)]])
                }
                if isHeld {
                    pod = try await patch(pod, ["$deleteFromPrimitiveList/finalizers": [.string(finalizer)]])
                    continue
                }
                if isBeingDeleted { return nil }
                var options = Client.Options()
                options.preconditionUID = pod.metadata.uid
                options.preconditionResourceVersion = pod.metadata.resourceVersion
                try await context.client.delete(Pod.self, pod.key, options: options)
                return nil
            } catch let error as APIError where error.reason == .conflict {
                try Task.checkCancellation()
                guard let fresh = try await present(pod.key), fresh.metadata.uid == doomed.metadata.uid else { return nil }
                pod = fresh
            } catch let error as APIError where error.reason == .notFound {
                return nil
            }
        }
    }

    /// Changes a pod's metadata if it still is as it was read.
    private func patch(_ pod: Pod, _ metadata: Object) async throws -> Pod {
        var guarded = metadata
        guarded["uid"] = .string(pod.metadata.uid)
        guarded["resourceVersion"] = .string(pod.metadata.resourceVersion)
        return try await context.client.patch(Pod.self, pod.key, .strategicMerge, ["metadata": .object(guarded)])
    }

    /// The pod as it is now. (Controllers may list pods, and not all may get one.)
    private func present(_ key: ObjectKey) async throws -> Pod? {
        var options = Client.Options()
        options.fieldSelector = "metadata.name=\(key.name)"
        return try await context.client.list(Pod.self, namespace: key.namespace, options: options).items.first
    }

    /// Takes a finalizer off pods; answers the uids of those that have it no longer, and what failed.
    func release(_ held: [Pod], from finalizer: String) async throws -> (released: Set<String>, failure: (any Error)?) {
        let patch: Value = ["metadata": ["$deleteFromPrimitiveList/finalizers": [.string(finalizer)]]]
        let (released, failure) = await inParallel(held) { [context] pod in
            do {
                var guarded = patch
                guarded["metadata"]?["uid"] = .string(pod.metadata.uid)
                _ = try await context.client.patch(Pod.self, pod.key, .strategicMerge, guarded)
            } catch let error as APIError where error.reason == .notFound {
                return pod
            }
            return pod
        }
        for pod in released {
            let uid = pod.metadata.uid
            try await pods.base.waitFor(pod.key) { value in
                guard let metadata = value?["metadata"], metadata["uid"]?.string == uid else { return true }
                return metadata["finalizers"]?.array?.contains(.string(finalizer)) != true
            }
        }
        return (Set(released.map(\.metadata.uid)), failure)
    }
}
