import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// What is written: bindings, why a pod waits, victims that must leave, claims that must have their volumes first.
extension Scheduler {
    /// Binds a pod to its node once its volumes and devices are there, and tells the scheduler's task how that went.
    func bind(
        _ pod: PodState, to node: String, _ volumes: [VolumeFacts.Decision], _ devices: [DynamicResources.Decision], _ profile: Profile,
        by extender: Extender?, attempts: Int, since begin: Timestamp
    ) async {
        let body: Value = [
            "apiVersion": "v1", "kind": "Binding",
            "metadata": ["name": .string(pod.key.name), "namespace": .string(pod.key.namespace), "uid": .string(pod.uid)],
            "target": ["apiVersion": "v1", "kind": "Node", "name": .string(node)],
        ]
        metrics.binding(1)
        defer { metrics.binding(-1) }
        let start = ContinuousClock.now
        var (point, moment) = (AttemptTimes.Point.preBind, start)
        do {
            if !devices.isEmpty { try await reserve(devices, for: pod, on: node, timeout: profile.deviceTimeout) }
            if !volumes.isEmpty { try await provide(volumes, on: node, timeout: profile.volumeTimeout) }
            if !devices.isEmpty || !volumes.isEmpty { metrics.add(.preBind, .success, .now - start, profile.schedulerName) }
            (point, moment) = (.bind, .now)
            if let extender {
                try await extender.bind(pod, to: node)
            } else {
                _ = try await client.create(subresource: "binding", of: Pod.descriptor.gvr, pod.key, body)
            }
            events.record(.init(pod), .normal, "Scheduled", "Successfully assigned \(pod.key) to \(node)")
            metrics.add(.bind, .success, .now - moment, profile.schedulerName)
            metrics.bound(attempts: attempts, after: tick - begin)
            inbox.add { $0.bindings.append((pod, nil)) }
        } catch {
            metrics.add(point, .error, .now - moment, profile.schedulerName)
            if !devices.isEmpty { await release(devices, of: pod) }
            inbox.add { $0.bindings.append((pod, error)) }
            if (error as? APIError)?.reason != .notFound, !Task.isCancelled {
                logger.warning("binding pod \(pod.key) to node \(node) failed: \(error)")
            }
        }
    }

    /// Says on the pod why it waits, and where it is promised a place (nil: nothing new, "": nowhere any more).
    func report(_ pod: PodState, _ message: String, nominated: String?) async {
        events.record(.init(pod), .warning, "FailedScheduling", message)
        let seen = pods.get(pod.key)
        let current = seen?.status.conditions.first { $0.type == "PodScheduled" }
        let isPromiseNew = nominated != nil && nominated != seen?.status.nominatedNodeName
        guard isPromiseNew || current?.message != message || current?.status != "False" else { return }
        let transition = current?.status == "False" ? current?.lastTransitionTime ?? clock.now.rfc3339 : clock.now.rfc3339
        var status: Object = [
            "conditions": [
                [
                    "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": .string(message),
                    "lastTransitionTime": .string(transition), "lastProbeTime": .null,
                    "observedGeneration": .int(Int64(seen?.metadata.generation ?? 0)),
                ]
            ]
        ]
        if isPromiseNew, let nominated { status["nominatedNodeName"] = nominated.isEmpty ? .null : .string(nominated) }
        let patch: Value = ["metadata": ["uid": .string(pod.uid)], "status": .object(status)]
        do {
            _ = try await client.patch(Pod.self, pod.key, .strategicMerge, patch, subresource: "status")
        } catch {
            guard (error as? APIError)?.reason != .notFound, !Task.isCancelled else { return }
            logger.warning("cannot write why pod \(pod.key) waits: \(error)")
        }
    }

    /// Makes the victims leave, the most important last to be told, and takes back promises that are worth less.
    package func preempt(_ pod: PodState, _ candidate: Preemption.Candidate, _ displaced: [PodState], schedulerName: String) async {
        let begin = ContinuousClock.now
        metrics.preempted(candidate.victims.count)
        metrics.evicting()
        let hasWorked = await withTaskGroup(of: Bool.self) { group in
            for victim in candidate.victims where !victim.isTerminating {
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
