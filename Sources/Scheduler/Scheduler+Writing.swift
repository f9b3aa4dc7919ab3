import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// What is written besides bindings: victims that must leave, claims that must have their volumes first.
extension Scheduler {
    /// Makes the victims leave, the most important last to be told, and takes back promises that are worth less.
    package func preempt(_ pod: PodState, _ candidate: Preemption.Candidate, _ displaced: [PodState], schedulerName: String) async {
        let begin = ContinuousClock.now
        metrics.evicting()
        let hasWorked = await withTaskGroup(of: Bool.self) { group in
            for victim in candidate.victims where !victim.isPreempted {
                group.addTask {
                    do {
                        try await self.evict(victim, schedulerName: schedulerName)
                        self.events.record(
                            .init(victim), .normal, "Preempted", "Preempted by pod \(pod.uid) on node \(candidate.node)")
                        return true
                    } catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
                        return true  // It has left already.
                    } catch {
                        if !Task.isCancelled { self.logger.warning("preempting pod \(victim.key) failed: \(error)") }
                        return false
                    }
                }
            }
            for other in displaced {
                group.addTask {
                    let patch: Value = ["metadata": ["uid": .string(other.uid)], "status": ["nominatedNodeName": .null]]
                    do {
                        _ = try await self.client.patch(Pod.self, other.key, .strategicMerge, patch, subresource: "status")
                    } catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
                        return true  // It is gone.
                    } catch {
                        if !Task.isCancelled { self.logger.warning("cannot take back the nomination of pod \(other.key): \(error)") }
                    }
                    return true
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        metrics.evicted(.now - begin, failed: !hasWorked)
    }

    private func evict(_ victim: PodState, schedulerName: String) async throws {
        let now = clock.now.rfc3339
        let patch: Value = [
            "metadata": ["uid": .string(victim.uid)],
            "status": [
                "conditions": [
                    [
                        "type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler",
                        "message": .string("\(schedulerName): preempting to accommodate a higher priority pod"),
                        "lastTransitionTime": .string(now), "lastProbeTime": .null,
                    ]
                ]
            ],
        ]
        _ = try await client.patch(Pod.self, victim.key, .strategicMerge, patch, subresource: "status")
        var options = Client.Options()
        options.preconditionUID = victim.uid
        try await client.delete(Pod.self, victim.key, options: options)
    }

    /// Promises volumes to claims, asks for those that must be made, and returns once every claim is bound.
    package func provide(_ decisions: [VolumeFacts.Decision], on node: String, timeout: Duration) async throws {
        var waiting: [ObjectKey] = []
        for decision in decisions {
            switch decision {
            case .bind(let claim, let volume):
                waiting.append(claim)
                let uid = claims.get(claim)?.metadata.uid ?? ""
                _ = try await client.patch(
                    PersistentVolume.self, ObjectKey(name: volume), .merge,
                    [
                        "metadata": ["annotations": ["pv.kubernetes.io/bound-by-controller": "yes"]],
                        "spec": [
                            "claimRef": [
                                "apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": .string(claim.namespace),
                                "name": .string(claim.name), "uid": .string(uid),
                            ]
                        ],
                    ])
            case .provision(let claim):
                waiting.append(claim)
                _ = try await client.patch(
                    PersistentVolumeClaim.self, claim, .merge,
                    ["metadata": ["annotations": ["volume.kubernetes.io/selected-node": .string(node)]]])
            }
        }
        let keys = waiting
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for key in keys {
                    try await self.claims.base.waitFor(key) { value in
                        guard let value else { return true }
                        return VolumeFacts.Claim(PersistentVolumeClaim(value)).isBound
                    }
                }
                return true
            }
            group.addTask {
                try await self.clock.sleep(for: timeout)
                return false
            }
            defer { group.cancelAll() }
            guard try await group.next() == true else {
                throw APIError(code: 504, reason: .timeout, message: "timed out waiting for the volumes of the pod's claims to be bound")
            }
        }
        for key in keys where claims.get(key) == nil {
            throw APIError.notFound(PersistentVolumeClaim.descriptor.gvr.groupResource, key.name)
        }
    }
}
