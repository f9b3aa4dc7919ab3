import Core
import KubernetesAPI
import Values

/// Resource claims: allocated ones must be usable from the node, others must find their devices there.
package struct DynamicResources: FilterPlugin, ScorePlugin {
    package static let name = "DynamicResources"
    package static let hints: ClusterChange = [.nodes, .devices]
    /// How many alternatives a request may have: what the first of them counts for.
    private static let mostAlternatives = 8

    /// How long the search on one node may take; zero: as long as it takes (`filterTimeout`).
    package var filterTimeout = Duration.seconds(10)

    package init() {}

    package func prepare(_ cycle: SchedulingCycle) -> FilterWork {
        let inventory = cycle.devices
        let extended = ExtendedResources(cycle.pod, inventory)
        guard !cycle.pod.resourceClaims.isEmpty || extended != nil else { return .none }
        if let obstacle = Self.obstacle(cycle.pod, inventory) { return .reject(.final(obstacle)) }
        let claims = Self.claims(of: cycle.pod, inventory)
        guard !claims.isEmpty || extended != nil else { return .none }
        if extended != nil, inventory.extendedClaim(ofPod: cycle.pod.uid) != nil {
            // Of an attempt that came to nothing; it goes, and is made anew.
            return .check { _ in .resolvable("cannot schedule extended resource claim") }
        }
        let open = claims.filter { $0.allocation == nil }
        for claim in open {
            guard inventory.pending[claim.key] == nil else {
                return .reject(.final("resource claim \(claim.key) is in the process of being allocated"))
            }
            for request in claim.requests {
                for alternative in request.alternatives where inventory.classes[alternative.className] == nil {
                    return .reject(.final("request \(alternative.name): device class \(alternative.className) does not exist"))
                }
            }
        }
        let allocated = claims.filter { $0.allocation != nil }
        let timeout = filterTimeout
        var made: [[String]: ClaimFacts] = [:]
        return .check { node in
            var open = open
            if let extended {
                // Many nodes lack the same resources.
                let wanted = extended.wanted(from: node)
                let facts = made[wanted] ?? extended.claim(for: wanted)?.facts
                made[wanted] = facts
                if let facts { open.append(facts) }
            }
            if !open.isEmpty {
                do {
                    var allocator = try DeviceAllocator(open, inventory, on: node, timeout: timeout)
                    guard try allocator.solve() else { return .final("cannot allocate all claims") }
                } catch {
                    return .final("\(error)")
                }
            }
            return allocated.allSatisfy { $0.isAvailable(on: node) } ? nil : .final("resourceclaim not available on the node")
        }
    }

    package func score(_ cycle: SchedulingCycle, _ candidates: [Int]) -> [Int64]? {
        guard !cycle.pod.resourceClaims.isEmpty else { return nil }
        let claims = Self.claims(of: cycle.pod, cycle.devices)
        // Where nothing is to be chosen any more upstream ranks nothing.
        guard claims.contains(where: { $0.allocation == nil }), claims.contains(where: { $0.requests.contains(where: \.hasAlternatives) })
        else { return nil }
        return candidates.map { Self.score(claims, on: cycle.nodes[$0], cycle.devices) }.normalized()
    }

    /// More the earlier the alternatives are that a node can satisfy.
    private static func score(_ claims: [ClaimFacts], on node: NodeState, _ inventory: DeviceInventory) -> Int64 {
        let open = claims.filter { $0.allocation == nil }
        var allocator = try? DeviceAllocator(open, inventory, on: node)
        // It found a solution a moment ago, or the node would be no candidate.
        guard (try? allocator?.solve()) == true, let chosen = allocator?.chosen else { return 0 }
        var score = 0
        for (claim, positions) in zip(open, chosen) {
            for (request, position) in zip(claim.requests, positions) where request.hasAlternatives { score += mostAlternatives - position }
        }
        for claim in claims {
            let names = Set((claim.allocation?.devices?.results ?? []).map(\.request))
            for request in claim.requests where request.hasAlternatives {
                for (position, alternative) in request.alternatives.enumerated() where names.contains(alternative.name) {
                    score += mostAlternatives - position
                }
            }
        }
        return Int64(score)
    }

    // MARK: Claims

    private static func claims(of pod: PodState, _ inventory: DeviceInventory) -> [ClaimFacts] {
        pod.resourceClaims.compactMap { $0.key.flatMap { inventory.claims[$0] } }
    }

    /// Why there is no use in trying the pod until one of its claims changes; nil: there is.
    package static func obstacle(_ pod: PodState, _ inventory: DeviceInventory) -> String? {
        for entry in pod.resourceClaims where !entry.isNotNeeded {
            guard let key = entry.key else { return "pod \"\(pod.key)\": ResourceClaim not created yet" }
            guard let claim = inventory.claims[key] else { return "resourceclaim \"\(key.name)\" not found" }
            if claim.isDeleting { return "resourceclaim \"\(key.name)\" is being deleted" }
            if entry.isGenerated, claim.ownerUID != pod.uid {
                return "ResourceClaim \(key) was not created for Pod \(pod.key) (Pod is not owner)"
            }
        }
        return nil
    }

    /// Why giving devices back would not help a pod, in upstream's words.
    static func excuse(_ pod: PodState) -> String {
        pod.resourceClaims.allSatisfy(\.isNotNeeded) ? "no new claims to deallocate" : "still not schedulable"
    }

    /// What must be written of a claim before its pod goes to the node.
    package struct Decision: Sendable {
        package let claim: ObjectKey
        package let uid: String
        /// The devices it gets; nil: it has them already and is only reserved.
        package let allocation: AllocationResult?
        /// The claim is to be made first: it stands for extended resources.
        var extended: ExtendedResources.Claim?

        /// What that claim asks for, and which container gets what of it; nil: it is there already.
        package var requests: Value? { extended?.requests }
        package var mappings: Value? { extended?.mappings }
    }

    /// What must be written before a pod goes to a node that `prepare` found to do; counts the devices as taken.
    static func decisions(
        for pod: PodState, on node: NodeState, _ inventory: DeviceInventory, shareID: () -> String
    ) -> [Decision] {
        let claims = claims(of: pod, inventory)
        let extended = ExtendedResources(pod, inventory).flatMap { $0.claim(for: $0.wanted(from: node)) }
        let open = claims.filter { $0.allocation == nil } + (extended.map { [$0.facts] } ?? [])
        var decisions = claims.filter { $0.allocation != nil && !$0.reservedFor.contains(pod.uid) }.map {
            Decision(claim: $0.key, uid: $0.uid, allocation: nil)
        }
        guard !open.isEmpty, var allocator = try? DeviceAllocator(open, inventory, on: node), (try? allocator.solve()) == true else {
            return decisions
        }
        for (claim, allocation) in zip(open, allocator.results(shareID: shareID)) {
            inventory.promise(allocation, to: claim.key, for: pod.uid)
            decisions.append(
                Decision(
                    claim: claim.key, uid: claim.uid, allocation: allocation, extended: claim.key == extended?.key ? extended : nil))
        }
        return decisions
    }

    /// The claims whose devices keep the pod from some node and that nobody else uses: without them it may find others. First the one that stands
    /// for its extended resources.
    package static func idle(_ cycle: SchedulingCycle) -> [ObjectKey] {
        if let stale = cycle.devices.extendedClaim(ofPod: cycle.pod.uid) { return [stale] }
        return claims(of: cycle.pod, cycle.devices).filter { claim in
            claim.allocation != nil && claim.reservedFor.isSubset(of: [cycle.pod.uid])
                && cycle.nodes.contains { !claim.isAvailable(on: $0) }
        }.map(\.key)
    }
}
