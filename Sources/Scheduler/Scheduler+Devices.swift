import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// What is written of resource claims: allocations and reservations before a binding, and their end where it came to nothing.
extension Scheduler {
    /// Keeps a claim from going while devices are allocated to it.
    private static let finalizer = "resource.kubernetes.io/delete-protection"
    private static let attempts = 5

    /// Allocates and reserves the claims, and returns once their devices are ready.
    func reserve(_ decisions: [DynamicResources.Decision], for pod: PodState, on node: String, timeout: Duration) async throws {
        var slow: [ObjectKey] = []
        for decision in decisions {
            let claim = try await write(decision, for: pod)
            written(claim)
            if claim.status.allocation?.devices?.results.contains(where: { !$0.bindingConditions.isEmpty }) == true {
                slow.append(claim.key)
            }
        }
        guard !slow.isEmpty else { return }
        events.record(
            .init(pod), .normal, "BindingConditionsPending", "waiting for binding conditions for device on node \(node)")
        for key in slow {
            do {
                try await waitUntilReady(key, timeout)
            } catch {
                // With other devices it may work.
                await deallocate(key, for: pod)
                throw error
            }
        }
    }

    private func write(_ decision: DynamicResources.Decision, for pod: PodState) async throws -> ResourceResourceClaim {
        var (key, uid) = (decision.claim, decision.uid)
        var known: ResourceResourceClaim?
        if let extended = decision.extended {
            let made = try await create(extended, for: pod)
            (key, uid, known) = (made.key, made.metadata.uid, made)
        } else {
            known = resourceClaims.get(key)
        }
        for _ in 0..<Self.attempts {
            var claim: ResourceResourceClaim
            if let cached = known { claim = cached } else { claim = try await client.get(ResourceResourceClaim.self, key) }
            known = nil
            guard claim.metadata.uid == uid, claim.metadata.deletionTimestamp.isEmpty else {
                throw Self.lost("claim \(key) got deleted in the meantime")
            }
            if claim.status.reservedFor.contains(where: { $0.uid == pod.uid }) { return claim }
            do {
                if var allocation = decision.allocation {
                    guard claim.status.allocation == nil else { throw Self.lost("claim \(key) got allocated elsewhere in the meantime") }
                    if !claim.metadata.finalizers.contains(Self.finalizer) {
                        claim.metadata.finalizers.append(Self.finalizer)
                        claim = try await client.update(claim)
                    }
                    allocation.allocationTimestamp = clock.now.rfc3339
                    claim.status.allocation = allocation
                }
                guard claim.status.allocation != nil else { throw Self.lost("claim \(key) got deallocated elsewhere in the meantime") }
                var reference = ResourceClaimConsumerReference()
                reference.resource = "pods"
                reference.name = pod.key.name
                reference.uid = pod.uid
                claim.status.reservedFor.append(reference)
                claim = try await client.updateStatus(claim)
                if let extended = decision.extended { try await tell(pod, of: claim, extended.mappings) }
                return claim
            } catch let error as APIError where error.reason == .conflict && !Self.isLost(error) {
                continue
            }
        }
        throw Self.lost("claim \(key) changes too fast to be reserved")
    }

    /// Makes the claim that stands for extended resources of a pod.
    private func create(_ extended: ExtendedResources.Claim, for pod: PodState) async throws -> ResourceResourceClaim {
        try await client.create(
            ResourceResourceClaim([
                "metadata": [
                    "namespace": .string(pod.key.namespace), "generateName": .string("\(pod.key.name)-extended-resources-"),
                    "annotations": [ExtendedResources.annotation: "true"],
                    "ownerReferences": [
                        [
                            "apiVersion": "v1", "kind": "Pod", "name": .string(pod.key.name), "uid": .string(pod.uid), "controller": true,
                        ]
                    ],
                ], "spec": ["devices": ["requests": extended.requests]],
            ]))
    }

    /// Says on a pod which claim has the devices for its extended resources, and which of them for which container.
    private func tell(_ pod: PodState, of claim: ResourceResourceClaim, _ mappings: Value) async throws {
        let status: Value = [
            "extendedResourceClaimStatus": ["requestMappings": mappings, "resourceClaimName": .string(claim.metadata.name)]
        ]
        _ = try await client.patch(
            Pod.self, pod.key, .strategicMerge, ["metadata": ["uid": .string(pod.uid)], "status": status], subresource: "status")
    }

    /// Deletes the claim that stands for extended resources of a pod.
    private func delete(extended claim: ResourceResourceClaim) async throws {
        var claim = claim
        if claim.metadata.finalizers.contains(Self.finalizer) {
            claim.metadata.finalizers.removeAll { $0 == Self.finalizer }
            claim = try await client.update(claim)
        }
        var options = Client.Options()
        options.preconditionUID = claim.metadata.uid
        try await client.delete(ResourceResourceClaim.self, claim.key, options: options)
    }

    private static func lost(_ text: String) -> APIError { APIError(code: 409, reason: .conflict, message: text) }
    private static func isLost(_ error: APIError) -> Bool { error.message.hasPrefix("claim ") }

    private func waitUntilReady(_ key: ObjectKey, _ timeout: Duration) async throws {
        let isReady = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await self.resourceClaims.base.waitFor(key) { value in
                    guard let value else { return true }
                    let claim = ResourceResourceClaim(value)
                    return Self.readiness(claim) != .waiting
                }
                return true
            }
            group.addTask {
                try await self.clock.sleep(for: timeout)
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() == true
        }
        guard isReady else { throw APIError(code: 504, reason: .timeout, message: "device binding timeout: claim=\(key.name)") }
        guard let claim = resourceClaims.get(key) else { throw Self.lost("claim \(key) got deleted in the meantime") }
        if case .failed(let why) = Self.readiness(claim) { throw Self.lost("device binding failed: claim=\(key.name), \(why)") }
    }

    private enum Readiness: Equatable {
        case ready, waiting
        case failed(String)
    }

    private static func readiness(_ claim: ResourceResourceClaim) -> Readiness {
        guard let results = claim.status.allocation?.devices?.results else { return .failed("it was deallocated") }
        for result in results where !result.bindingConditions.isEmpty {
            let status = claim.status.devices.first {
                $0.driver == result.driver && $0.pool == result.pool && $0.device == result.device && $0.shareID == result.shareID
            }
            let isTrue = { (name: String) in status?.conditions.first { $0.type == name && $0.status == "True" } }
            for name in result.bindingFailureConditions {
                if let condition = isTrue(name) { return .failed("reason=\(condition.reason), message=\"\(condition.message)\"") }
            }
            if result.bindingConditions.contains(where: { isTrue($0) == nil }) { return .waiting }
        }
        return .ready
    }

    /// Takes back the reservations for a pod that was not bound.
    func release(_ decisions: [DynamicResources.Decision], of pod: PodState) async {
        for decision in decisions {
            if decision.extended != nil {
                // One that is not seen yet goes when the pod is tried again.
                let made = resourceClaims.list(namespace: pod.key.namespace).first {
                    let facts = ClaimFacts($0)
                    return facts.isExtended && facts.ownerUID == pod.uid
                }
                if let made { await deallocate(made.key, for: pod) }
                continue
            }
            let patch: Value = [
                "metadata": ["uid": .string(decision.uid)],
                "status": ["reservedFor": [["$patch": "delete", "uid": .string(pod.uid)]]],
            ]
            guard resourceClaims.get(decision.claim)?.status.reservedFor.contains(where: { $0.uid == pod.uid }) == true else { continue }
            do {
                written(
                    try await client.patch(ResourceResourceClaim.self, decision.claim, .strategicMerge, patch, subresource: "status"))
            } catch {
                guard (error as? APIError)?.reason != .notFound, !Task.isCancelled else { continue }
                logger.warning("cannot take back the reservation of claim \(decision.claim): \(error)")
            }
        }
    }

    /// Gives back the devices of a claim that nobody but the pod uses; one that stands for its extended resources is deleted.
    func deallocate(_ key: ObjectKey, for pod: PodState) async {
        do {
            var claim = try await client.get(ResourceResourceClaim.self, key)
            if ClaimFacts(claim).isExtended {
                guard claim.status.reservedFor.allSatisfy({ $0.uid == pod.uid }) else { return }
                return try await delete(extended: claim)
            }
            guard claim.status.allocation != nil, claim.status.reservedFor.allSatisfy({ $0.uid == pod.uid }) else { return }
            claim.status = ResourceClaimStatus()
            written(try await client.updateStatus(claim))
        } catch {
            guard (error as? APIError)?.reason != .notFound, !Task.isCancelled else { return }
            logger.warning("cannot deallocate claim \(key): \(error)")
        }
    }
}
