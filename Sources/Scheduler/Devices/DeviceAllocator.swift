import Core
import KubernetesAPI
import ResourceEngine
import Values

/// Finds devices for claims on one node: the first combination, in the order of pools, slices and devices, that satisfies every request
/// and constraint (structured parameters). Pure.
///
/// Source: `k8s.io/dynamic-resource-allocation/structured`.
struct DeviceAllocator {
    /// How many devices one claim can be given.
    static let largestResult = 32
    /// How many devices are tried on one node: more would hold up every other pod.
    static let patience = 200_000

    /// A device given to a request.
    struct Grant {
        let device: DeviceFacts
        let alternative: ClaimFacts.Alternative
        let consumed: [String: Quantity]?
    }

    private enum Outcome {
        case found, none
        /// The claim would be given too much: fewer devices for what came before do not help.
        case tooMany
    }

    private let claims: [ClaimFacts]
    private let inventory: DeviceInventory
    private let node: NodeState
    private let pools: [DevicePool]
    private let devices: [(device: DeviceFacts, pool: Int)]
    /// What requests for all devices get: by claim, request, alternative.
    private var wholes: [[[[(device: DeviceFacts, pool: Int)]]]] = []
    private var constraints: [[DeviceConstraintState]]
    private var taken: [DeviceID: Set<Int>] = [:]
    private var consumed: [DeviceID: (count: Int, amounts: [String: Quantity])] = [:]
    private var counters: [PoolID: CounterUse] = [:]
    private var tries = 0
    /// When the search on this node is to end; nil: never.
    private let deadline: ContinuousClock.Instant?

    private(set) var grants: [[Grant]]
    /// Which alternative each request got.
    private(set) var chosen: [[Int]]

    /// Throws `DeviceProblem` for claims that cannot be satisfied by any devices.
    init(_ claims: [ClaimFacts], _ inventory: DeviceInventory, on node: NodeState, timeout: Duration = .zero) throws {
        deadline = timeout > .zero ? .now + timeout : nil
        self.claims = claims
        self.inventory = inventory
        self.node = node
        pools = inventory.pools(for: node)
        devices = pools.enumerated().flatMap { position, pool in pool.isUsable ? pool.devices.map { ($0, position) } : [] }
        constraints = claims.map { $0.spec.constraints.map(DeviceConstraintState.init) }
        grants = claims.map { _ in [] }
        chosen = claims.map { $0.requests.map { _ in 0 } }
        for claim in claims {
            var least = 0
            var ofClaim: [[[(device: DeviceFacts, pool: Int)]]] = []
            for request in claim.requests {
                var ofRequest: [[(device: DeviceFacts, pool: Int)]] = []
                var fewest = Int.max
                for alternative in request.alternatives {
                    let whole = alternative.wantsAll ? try everything(alternative, claim) : []
                    fewest = min(fewest, alternative.wantsAll ? whole.count : alternative.count)
                    ofRequest.append(whole)
                }
                least += request.alternatives.isEmpty ? 0 : fewest
                ofClaim.append(ofRequest)
            }
            guard least <= Self.largestResult else {
                throw DeviceProblem(
                    "claim \(claim.key): number of requested devices \(least) exceeds the claim limit of \(Self.largestResult)")
            }
            wholes.append(ofClaim)
        }
    }

    var solvedClaims: [ClaimFacts] { claims }
    var nodeName: String { node.name }
    func configurations(ofClass name: String) -> [DeviceClassConfiguration] { inventory.classes[name]?.configurations ?? [] }

    /// Whether there is a solution; it is then in `grants`. Throws `DeviceProblem`.
    mutating func solve() throws -> Bool {
        if try place(claim: 0, request: 0) == .found { return true }
        guard !pools.contains(where: \.isInvalid) else { throw DeviceProblem("invalid resource pools were encountered") }
        return false
    }

    // MARK: Search

    private mutating func place(claim: Int, request: Int) throws -> Outcome {
        guard claim < claims.count else { return .found }
        guard request < claims[claim].requests.count else {
            // Another claim's limit is its own affair.
            return try place(claim: claim + 1, request: 0) == .found ? .found : .none
        }
        var outcome = Outcome.tooMany
        for alternative in claims[claim].requests[request].alternatives.indices {
            switch try fill(claim, request, alternative, given: 0, from: 0) {
            case .found:
                chosen[claim][request] = alternative
                return .found
            case .none: outcome = .none
            case .tooMany: continue
            }
        }
        return outcome
    }

    private mutating func fill(_ claim: Int, _ request: Int, _ position: Int, given: Int, from start: Int) throws -> Outcome {
        let alternative = claims[claim].requests[request].alternatives[position]
        let whole = wholes[claim][request][position]
        if alternative.wantsAll, whole.isEmpty { return .none }
        let count = alternative.wantsAll ? whole.count : alternative.count
        guard given < count else { return try place(claim: claim, request: request + 1) }
        guard grants[claim].count + count - given <= Self.largestResult else { return .tooMany }
        if alternative.wantsAll {
            guard try take(whole[given], alternative, claim, request, isRequired: true) else { return .none }
            let outcome = try fill(claim, request, position, given: given + 1, from: 0)
            if outcome != .found { giveBack(claim, request) }
            return outcome
        }
        for index in start..<max(start, devices.count) {
            let candidate = devices[index]
            guard !isBusy(candidate.device, alternative, claim), try isSelectable(candidate.device, alternative, claims[claim]),
                try take(candidate, alternative, claim, request, isRequired: false)
            else { continue }
            let outcome = try fill(claim, request, position, given: given + 1, from: index + 1)
            if outcome == .found { return .found }
            giveBack(claim, request)
            if outcome == .tooMany { return .tooMany }
        }
        return .none
    }

    // MARK: Devices

    /// What a request for all devices means on this node.
    private func everything(_ alternative: ClaimFacts.Alternative, _ claim: ClaimFacts) throws -> [(device: DeviceFacts, pool: Int)] {
        var result: [(device: DeviceFacts, pool: Int)] = []
        for (position, pool) in pools.enumerated() {
            guard pool.isUsable else {
                throw DeviceProblem(
                    "claim \(claim.key), request \(Self.ownName(alternative)): asks for all devices, but resource pool \(pool.id) is currently "
                        + (pool.isIncomplete ? "being updated" : "invalid"))
            }
            for device in pool.devices where try isSelectable(device, alternative, claim) && hasCapacity(device, alternative) {
                result.append((device, position))
            }
        }
        return result
    }

    private static func ownName(_ alternative: ClaimFacts.Alternative) -> Substring {
        alternative.name.split(separator: "/").last ?? ""
    }

    private func isSelectable(_ device: DeviceFacts, _ alternative: ClaimFacts.Alternative, _ claim: ClaimFacts) throws -> Bool {
        guard let item = inventory.classes[alternative.className] else {
            throw DeviceProblem("request \(alternative.name): device class \(alternative.className) does not exist")
        }
        func areMet(_ selectors: [String], _ whose: String) throws -> Bool {
            for (position, text) in selectors.enumerated() {
                do {
                    guard try device.isChosen(by: text, inventory.compiled) else { return false }
                } catch {
                    throw DeviceProblem("\(whose): selector #\(position): \(error)")
                }
            }
            return true
        }
        guard try areMet(item.selectors, "class \(item.name)"), try areMet(alternative.selectors, "claim \(claim.key)") else {
            return false
        }
        return device.reach?.includes(node) ?? true
    }

    private func isBusy(_ device: DeviceFacts, _ alternative: ClaimFacts.Alternative, _ claim: Int) -> Bool {
        if alternative.isAdmin { return taken[device.id]?.contains(claim) == true }
        return inventory.ledger.isTaken(device.id) || taken[device.id]?.isEmpty == false
    }

    /// Whether enough is left of everything that the device has and the request names.
    private func hasCapacity(_ device: DeviceFacts, _ alternative: ClaimFacts.Alternative) -> Bool {
        guard alternative.capacity.keys.allSatisfy({ device.capacity[$0] != nil }) else { return false }
        let (held, here) = (inventory.ledger.consumed(device.id), consumed[device.id]?.amounts ?? [:])
        for (name, capacity) in device.capacity {
            let amount = capacity.consumed(by: alternative.capacity[name])
            guard capacity.permits(amount) else { return false }
            if amount + (held[name] ?? .zero) + (here[name] ?? .zero) > capacity.value { return false }
        }
        return true
    }

    private mutating func take(
        _ candidate: (device: DeviceFacts, pool: Int), _ alternative: ClaimFacts.Alternative, _ claim: Int, _ request: Int,
        isRequired: Bool
    ) throws -> Bool {
        tries += 1
        guard tries <= Self.patience else {
            throw DeviceProblem("node \(node.name): gave up after \(Self.patience) tries to allocate devices")
        }
        if let deadline, tries % 256 == 0, .now > deadline {
            throw DeviceProblem("node \(node.name): timed out trying to allocate devices")
        }
        let device = candidate.device
        guard !isBusy(device, alternative, claim), hasCapacity(device, alternative) else { return false }
        let isTolerated = device.taints.allSatisfy { taint in alternative.tolerations.contains { $0.tolerates(taint) } }
        guard isTolerated else { return false }
        // A device that others share already has its counters.
        let isCounted = device.isShareable && (inventory.ledger.isShared(device.id) || consumed[device.id] != nil)
        if !isCounted, !hasCounters(for: device, in: pools[candidate.pool]) { return false }
        let names = names(of: alternative, claim, request)
        for position in constraints[claim].indices where !constraints[claim][position].add(device, names) {
            for earlier in 0..<position { constraints[claim][earlier].remove(names) }
            guard !isRequired else {
                throw DeviceProblem(
                    "claim \(claims[claim].key), request \(Self.ownName(alternative)): cannot add device \(device.id) because a claim constraint would not be satisfied"
                )
            }
            return false
        }
        var amounts: [String: Quantity]?
        if device.isShareable {
            let taking = Dictionary(
                uniqueKeysWithValues: device.capacity.map { ($0.key, $0.value.consumed(by: alternative.capacity[$0.key])) })
            consumed[device.id, default: (0, [:])].count += 1
            for (name, amount) in taking { consumed[device.id]?.amounts[name, default: .zero] += amount }
            amounts = taking
        } else {
            taken[device.id, default: []].insert(claim)
        }
        if !isCounted { counters[device.id.poolID, default: CounterUse()].add(device) }
        grants[claim].append(Grant(device: device, alternative: alternative, consumed: amounts))
        return true
    }

    private mutating func giveBack(_ claim: Int, _ request: Int) {
        let grant = grants[claim].removeLast()
        let device = grant.device
        let names = names(of: grant.alternative, claim, request)
        for position in constraints[claim].indices { constraints[claim][position].remove(names) }
        if let amounts = grant.consumed {
            for (name, amount) in amounts { consumed[device.id]?.amounts[name, default: .zero] -= amount }
            consumed[device.id]?.count -= 1
            if consumed[device.id]?.count == 0 {
                consumed[device.id] = nil
                if !inventory.ledger.isShared(device.id) { counters[device.id.poolID]?.remove(device) }
            }
        } else {
            taken[device.id]?.remove(claim)
            counters[device.id.poolID]?.remove(device)
        }
    }

    private func names(of alternative: ClaimFacts.Alternative, _ claim: Int, _ request: Int) -> DeviceConstraintState.Names {
        let request = claims[claim].requests[request]
        return DeviceConstraintState.Names(request: request.name, alternative: request.hasAlternatives ? alternative.name : nil)
    }

    // MARK: Counters

    private mutating func hasCounters(for device: DeviceFacts, in pool: DevicePool) -> Bool {
        guard !device.counters.isEmpty else { return true }
        var use = counters[pool.id] ?? CounterUse()
        if !use.isComplete {
            for other in pool.all where inventory.ledger.isAllocated(other.id) { use.add(other) }
            use.isComplete = true
            counters[pool.id] = use
        }
        use.add(device)
        return device.counters.allSatisfy { entry in
            entry.amounts.keys.allSatisfy { name in
                (use.used[entry.set]?[name] ?? .zero) <= (pool.counters[entry.set]?[name] ?? .zero)
            }
        }
    }

    /// What is used of a pool's counters.
    private struct CounterUse {
        var used: [String: [String: Quantity]] = [:]
        /// Whether what was allocated before is in.
        var isComplete = false

        mutating func add(_ device: DeviceFacts) {
            for entry in device.counters {
                for (name, amount) in entry.amounts { used[entry.set, default: [:]][name, default: .zero] += amount }
            }
        }

        mutating func remove(_ device: DeviceFacts) {
            for entry in device.counters {
                for (name, amount) in entry.amounts { used[entry.set, default: [:]][name, default: .zero] -= amount }
            }
        }
    }
}

extension DeviceToleration {
    /// Whether a pod that says so may have a device with the taint.
    func tolerates(_ taint: DeviceTaint) -> Bool {
        guard effect.isEmpty || effect == taint.effect, key.isEmpty || key == taint.key else { return false }
        return self.operator == "Exists" || ((self.operator.isEmpty || self.operator == "Equal") && value == taint.value)
    }
}
