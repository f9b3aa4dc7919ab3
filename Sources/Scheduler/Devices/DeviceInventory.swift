import Core
import KubernetesAPI
import ResourceEngine
import Values

/// What the scheduler knows of devices, of the claims for them and of what is taken. Owned by one task.
package final class DeviceInventory {
    /// An allocation that was decided and is not in the claim's status yet.
    struct Pending {
        let pod: String
        let allocation: AllocationResult
    }

    package private(set) var claims: [ObjectKey: ClaimFacts] = [:]
    private(set) var pending: [ObjectKey: Pending] = [:]
    private(set) var classes: [String: DeviceClassFacts] = [:]
    private(set) var ledger = DeviceLedger()
    /// The claims that stand for extended resources, by the uid of their pod.
    private var extendedClaims: [String: ObjectKey] = [:]
    private var slices: [String: SliceFacts] = [:]
    private var slicesOfNode: [String: [String: SliceFacts]] = [:]
    /// Those that are not about one node.
    private var commonSlices: [String: SliceFacts] = [:]
    private var slicesOfPool: [PoolID: [String: SliceFacts]] = [:]
    private let expressions = CompiledSelectors()

    package init() {}

    // MARK: News

    /// Takes in a claim; answers whether that may make room for others, or nil when it is older than what is known.
    package func put(_ claim: ResourceResourceClaim) -> Bool? {
        let facts = ClaimFacts(claim)
        if let known = claims[facts.key], known.uid == facts.uid, known.revision > facts.revision { return nil }
        return replace(facts.key, by: facts)
    }

    package func removeClaim(_ key: ObjectKey) -> Bool {
        // Its pod waits for it to go.
        let isExtended = claims[key]?.isExtended == true
        return replace(key, by: nil) || isExtended
    }

    private func replace(_ key: ObjectKey, by facts: ClaimFacts?) -> Bool {
        if let old = claims[key], old.isExtended, extendedClaims[old.ownerUID] == key { extendedClaims[old.ownerUID] = nil }
        if let facts, facts.isExtended {
            extendedClaims[facts.ownerUID] = key
            if facts.allocation != nil {
                // What was decided before there was a claim is in it now.
                let decided = ExtendedResources.key(namespace: key.namespace, pod: facts.ownerName)
                let before = held(decided)
                pending[decided] = nil
                _ = settle(decided, before)
            }
        }
        let before = held(key)
        // What the status says is the truth; what was only decided for a claim that is gone is void.
        if facts == nil || facts?.allocation != nil || facts?.uid != claims[key]?.uid { pending[key] = nil }
        claims[key] = facts
        return settle(key, before)
    }

    package func put(_ slice: ResourceSlice) {
        removeSlice(slice.metadata.name)
        let facts = SliceFacts(slice)
        slices[facts.name] = facts
        slicesOfPool[facts.poolID, default: [:]][facts.name] = facts
        if facts.nodeName.isEmpty || !facts.counterSets.isEmpty {
            commonSlices[facts.name] = facts
        } else {
            slicesOfNode[facts.nodeName, default: [:]][facts.name] = facts
        }
    }

    package func removeSlice(_ name: String) {
        guard let facts = slices.removeValue(forKey: name) else { return }
        slicesOfPool[facts.poolID]?[name] = nil
        if slicesOfPool[facts.poolID]?.isEmpty == true { slicesOfPool[facts.poolID] = nil }
        commonSlices[name] = nil
        slicesOfNode[facts.nodeName]?[name] = nil
        if slicesOfNode[facts.nodeName]?.isEmpty == true { slicesOfNode[facts.nodeName] = nil }
    }

    package func put(_ item: DeviceClass) { classes[item.metadata.name] = DeviceClassFacts(item) }
    package func removeClass(_ name: String) { classes[name] = nil }

    // MARK: Decisions under way

    /// Counts an allocation that is about to be written.
    func promise(_ allocation: AllocationResult, to claim: ObjectKey, for pod: String) {
        let before = held(claim)
        pending[claim] = Pending(pod: pod, allocation: allocation)
        _ = settle(claim, before)
    }

    /// Takes back what was promised for a pod that was not bound.
    func takeBack(for pod: String) {
        for (key, promise) in pending where promise.pod == pod {
            let before = held(key)
            pending[key] = nil
            _ = settle(key, before)
        }
    }

    private func held(_ key: ObjectKey) -> AllocationResult? { claims[key]?.allocation ?? pending[key]?.allocation }

    /// Brings the ledger up to date; answers whether devices became free.
    private func settle(_ key: ObjectKey, _ before: AllocationResult?) -> Bool {
        let now = held(key)
        guard before != now else { return false }
        if let before { ledger.remove(before) }
        if let now { ledger.add(now) }
        return before != nil
    }

    // MARK: Questions

    /// The claim that stands for the extended resources of a pod, as it was made in an earlier attempt.
    func extendedClaim(ofPod uid: String) -> ObjectKey? { extendedClaims[uid] }

    /// The device class behind a resource that pods ask for: the one of its own name, else the newest that says so.
    func deviceClass(behind resource: String) -> String? {
        guard !classes.isEmpty, resource.contains("/") else { return nil }
        if resource.hasPrefix(ExtendedResources.classPrefix) {
            let name = String(resource.dropFirst(ExtendedResources.classPrefix.count))
            return classes[name]?.name
        }
        return classes.values.filter { $0.extendedResource == resource }.max { ($0.creation, $1.name) < ($1.creation, $0.name) }?.name
    }

    func compiled(_ text: String) throws -> DeviceSelectorExpression { try expressions.get(text) }

    /// The pools that a node can use something of, in the order in which they are tried.
    func pools(for node: NodeState) -> [DevicePool] {
        var relevant: [PoolID: [SliceFacts]] = [:]
        for slice in slicesOfNode[node.name, default: [:]].values { relevant[slice.poolID, default: []].append(slice) }
        for slice in commonSlices.values where slice.concerns(node) { relevant[slice.poolID, default: []].append(slice) }
        let pools = relevant.compactMap { id, found -> DevicePool? in
            let all = Array((slicesOfPool[id] ?? [:]).values)
            let newest = all.map(\.generation).max() ?? 0
            let current = found.filter { $0.generation == newest }
            guard !current.isEmpty else { return nil }
            return DevicePool(id, current, all: all.filter { $0.generation == newest })
        }
        // Devices that take time to get ready come last.
        return pools.sorted { ($0.needsBinding ? 1 : 0, $0.id) < ($1.needsBinding ? 1 : 0, $1.id) }
    }
}

/// Compiled expressions, the latest some hundred. Owned by the scheduler's task.
private final class CompiledSelectors {
    private static let memory = 200
    private var known: [String: Result<DeviceSelectorExpression, any Error>] = [:]

    func get(_ text: String) throws -> DeviceSelectorExpression {
        if let result = known[text] { return try result.get() }
        if known.count >= Self.memory { known = [:] }
        let result = Result<DeviceSelectorExpression, any Error> { try DeviceSelectorExpression(text) }
        known[text] = result
        return try result.get()
    }
}

/// The devices of a pool that one node can use.
struct DevicePool {
    let id: PoolID
    /// Not all of its slices are there: nothing is taken from it yet.
    private(set) var isIncomplete = false
    /// Its slices contradict each other: nothing is taken from it.
    private(set) var isInvalid = false
    private(set) var devices: [DeviceFacts] = []
    /// Every device of the pool: they share its counters.
    private(set) var all: [DeviceFacts] = []
    private(set) var counters: [String: [String: Quantity]] = [:]
    private(set) var needsBinding = false

    init(_ id: PoolID, _ slices: [SliceFacts], all: [SliceFacts]) {
        self.id = id
        isIncomplete = all.count != all.first?.sliceCount
        guard !isIncomplete else { return }
        devices = slices.filter { $0.counterSets.isEmpty }.sorted { $0.name < $1.name }.flatMap(\.devices)
        self.all = all.flatMap(\.devices)
        isInvalid = Set(devices.map(\.id)).count != devices.count
        for set in all.flatMap(\.counterSets) {
            if counters.updateValue(set.amounts, forKey: set.name) != nil { isInvalid = true }
        }
        for device in self.all {
            for use in device.counters where use.amounts.keys.contains(where: { counters[use.set]?[$0] == nil }) { isInvalid = true }
        }
        needsBinding = devices.contains { !$0.device.bindingConditions.isEmpty }
    }

    var isUsable: Bool { !isIncomplete && !isInvalid }
}
