import Core

/// Enough CPU, memory, storage, extended resources and pod slots; among those, the least allocated node scores best.
package struct NodeResourcesFit: FilterPlugin, ScorePlugin {
    package static let name = "NodeResourcesFit"
    package static let hints: ClusterChange = [.nodes, .podGone, .devices]

    /// How much of what a node has makes it attractive.
    package enum Strategy: Sendable, Equatable {
        case leastAllocated
        case mostAllocated
        /// Scores by utilisation in percent, between points of rising utilisation.
        case requestedToCapacityRatio([(utilization: Int64, score: Int64)])

        package static func == (left: Strategy, right: Strategy) -> Bool {
            switch (left, right) {
            case (.leastAllocated, .leastAllocated), (.mostAllocated, .mostAllocated): true
            case (.requestedToCapacityRatio(let one), .requestedToCapacityRatio(let two)): one.elementsEqual(two, by: ==)
            default: false
            }
        }
    }

    package var strategy: Strategy
    /// The weight of each resource in the score.
    package var weights: [String: Int64]
    /// Resources that are not looked at: by name, and all with a prefix such as "example.com".
    package var ignored: Set<String> = []
    package var ignoredGroups: Set<String> = []

    private func isIgnored(_ resource: String) -> Bool {
        ignored.contains(resource) || ignoredGroups.contains { resource.hasPrefix("\($0)/") }
    }

    package init(strategy: Strategy = .leastAllocated, weights: [String: Int64] = ["cpu": 1, "memory": 1]) {
        self.strategy = strategy
        self.weights = weights
    }

    package func mayHelp(_ pod: PodState, _ news: ClusterNews) -> Bool {
        // A device class may stand behind a resource that no node has.
        if news.changes.contains(.devices), pod.requests.scalars.contains(where: { $0.value > 0 && $0.key.contains("/") }) { return true }
        return news.nodes.contains { hasRoom(for: pod, on: $0) }
    }

    /// Whether a pod would fit, with those gone that matter less.
    private func hasRoom(for pod: PodState, on node: NodeState) -> Bool {
        func fits(_ used: ResourceAmounts, _ count: Int) -> Bool {
            let (wanted, all) = (pod.requests, node.allocatable)
            guard count < node.allowedPods else { return false }
            func fits(_ wanted: Int64, _ all: Int64, _ used: Int64) -> Bool { wanted <= 0 || wanted <= all &- used }
            return fits(wanted.milliCPU, all.milliCPU, used.milliCPU) && fits(wanted.memory, all.memory, used.memory)
                && fits(wanted.ephemeralStorage, all.ephemeralStorage, used.ephemeralStorage)
                && wanted.scalars.allSatisfy {
                    // What the node does not have it may have as devices.
                    let amount = all.scalars[$0.key] ?? 0
                    return isIgnored($0.key) || (amount == 0 && $0.key.contains("/")) || fits($0.value, amount, used.scalars[$0.key] ?? 0)
                }
        }
        guard fits(ResourceAmounts(), 0) else { return false }
        if fits(node.requested, node.pods.count) { return true }
        guard pod.mayPreempt else { return false }
        var (used, count) = (ResourceAmounts(), 0)
        for other in node.pods.values where other.priority >= pod.priority {
            used += other.requests
            count += 1
        }
        return fits(used, count)
    }

    package func prepare(_ cycle: SchedulingCycle) -> FilterWork {
        let wanted = cycle.pod.requests
        let scalars = Array(wanted.scalars).filter { $0.value > 0 && !((!ignored.isEmpty || !ignoredGroups.isEmpty) && isIgnored($0.key)) }
        let devices = Set(scalars.map(\.key).filter { cycle.devices.deviceClass(behind: $0) != nil })
        return .check { node in
            let isFull = node.pods.count + 1 > node.allowedPods
            // The common case first: it fits.
            if !isFull, scalars.isEmpty, wanted.milliCPU == 0 || wanted.milliCPU <= node.allocatable.milliCPU &- node.requested.milliCPU,
                wanted.memory == 0 || wanted.memory <= node.allocatable.memory &- node.requested.memory,
                wanted.ephemeralStorage == 0
                    || wanted.ephemeralStorage <= node.allocatable.ephemeralStorage &- node.requested.ephemeralStorage
            {
                return nil
            }
            let (all, taken) = (node.allocatable, node.requested)
            var reasons: [String] = []
            var isHopeless = false
            if isFull { reasons.append("Too many pods") }
            func need(_ amount: Int64, of capacity: Int64, less used: Int64, _ resource: String) {
                guard amount > 0, amount > capacity &- used else { return }
                reasons.append("Insufficient \(resource)")
                if amount > capacity { isHopeless = true }
            }
            need(wanted.milliCPU, of: all.milliCPU, less: taken.milliCPU, "cpu")
            need(wanted.memory, of: all.memory, less: taken.memory, "memory")
            need(wanted.ephemeralStorage, of: all.ephemeralStorage, less: taken.ephemeralStorage, "ephemeral-storage")
            for (name, amount) in scalars {
                let present = all.scalars[name] ?? 0
                // DynamicResources finds devices for it.
                if present == 0, devices.contains(name) { continue }
                need(amount, of: present, less: taken.scalars[name] ?? 0, name)
            }
            return reasons.isEmpty ? nil : Rejection(reasons, isUnresolvable: isHopeless)
        }
    }

    package func score(_ cycle: SchedulingCycle, _ candidates: [Int]) -> [Int64]? {
        let wanted = cycle.pod.containerRequests
        let (cpu, memory) = (weights["cpu"] ?? 0, weights["memory"] ?? 0)
        let others = Array(weights.filter { $0.key != "cpu" && $0.key != "memory" && cycle.pod.requests.amount(of: $0.key) > 0 })
        let isShaped = isShaped
        return candidates.map { position in
            let node = cycle.nodes[position]
            var sum: Int64 = 0
            var total: Int64 = 0
            func add(_ capacity: Int64, _ used: Int64, _ weight: Int64) {
                guard weight > 0, capacity > 0 else { return }
                let rate = rate(used, of: capacity)
                // By a shape of one's own, resources that are worth nothing do not count.
                guard !isShaped || rate > 0 else { return }
                total += weight
                sum += weight * rate
            }
            add(node.allocatable.milliCPU, node.scoringRequested.milliCPU.adding(clamped: wanted.milliCPU), cpu)
            add(node.allocatable.memory, node.scoringRequested.memory.adding(clamped: wanted.memory), memory)
            for (name, weight) in others {
                add(
                    node.allocatable.amount(of: name), node.requested.amount(of: name).adding(clamped: cycle.pod.requests.amount(of: name)),
                    weight)
            }
            guard total > 0 else { return 0 }
            return isShaped ? Int64((Double(sum) / Double(total)).rounded()) : sum / total
        }
    }

    private var isShaped: Bool {
        if case .requestedToCapacityRatio = strategy { return true }
        return false
    }

    private func rate(_ taken: Int64, of whole: Int64) -> Int64 {
        // A hundred times as much must still be a number.
        let shift: Int64 = whole >> 56 == 0 ? 0 : 8
        let (used, capacity) = (max(0, taken) >> shift, whole >> shift)
        switch strategy {
        case .leastAllocated: return used > capacity ? 0 : (capacity - used) * maximumScore / capacity
        case .mostAllocated: return min(used, capacity) * maximumScore / capacity
        case .requestedToCapacityRatio(let points):
            let utilization = used > capacity ? 100 : used * 100 / capacity
            guard let first = points.first, let last = points.last else { return 0 }
            if utilization <= first.utilization { return first.score }
            for (left, right) in zip(points, points.dropFirst()) where utilization <= right.utilization {
                return left.score + (right.score - left.score) * (utilization - left.utilization) / (right.utilization - left.utilization)
            }
            return last.score
        }
    }
}

/// Prefers nodes whose CPU and memory the pod brings closer to being used in the same measure.
package struct NodeResourcesBalancedAllocation: ScorePlugin {
    package static let name = "NodeResourcesBalancedAllocation"

    /// What is to be used in the same measure.
    package var resources = ["cpu", "memory"]

    package init() {}

    package func score(_ cycle: SchedulingCycle, _ candidates: [Int]) -> [Int64]? {
        let wanted = cycle.pod.requests
        // Extended resources count for pods that want them.
        let resources = resources.filter { !$0.contains("/") || wanted.amount(of: $0) > 0 }
        let asked = resources.map { wanted.amount(of: $0) }
        guard asked.contains(where: { $0 > 0 }) else { return nil }
        if resources == ["cpu", "memory"] {
            return candidates.map { position in
                let node = cycle.nodes[position]
                let (cpu, memory) = (node.allocatable.milliCPU, node.allocatable.memory)
                guard cpu > 0, memory > 0 else { return maximumScore / 2 + maximumScore / 4 }
                func share(_ used: Int64, _ whole: Int64) -> Double { min(1, Double(used) / Double(whole)) }
                let (usedCPU, usedMemory) = (node.requested.milliCPU, node.requested.memory)
                let before = Self.balance(share(usedCPU, cpu), share(usedMemory, memory))
                let after = Self.balance(share(usedCPU &+ asked[0], cpu), share(usedMemory &+ asked[1], memory))
                return maximumScore / 2 + (maximumScore / 2 + after - before) / 2
            }
        }
        // How far each resource is used without the pod and with it; filled anew for each node.
        var (before, after) = ([Double](), [Double]())
        return candidates.map { position in
            let node = cycle.nodes[position]
            before.removeAll(keepingCapacity: true)
            after.removeAll(keepingCapacity: true)
            for (index, name) in resources.enumerated() {
                let (whole, used) = (node.allocatable.amount(of: name), node.requested.amount(of: name))
                guard whole > 0 else { continue }
                before.append(min(1, Double(used) / Double(whole)))
                after.append(min(1, Double(used &+ asked[index]) / Double(whole)))
            }
            let gain = balance(after) - balance(before)
            return maximumScore / 2 + (maximumScore / 2 + gain) / 2
        }
    }

    /// 100 when all resources are used in the same measure, less by their standard deviation. Of two numbers that is half
    /// their distance.
    private func balance(_ shares: [Double]) -> Int64 {
        guard shares.count > 1 else { return maximumScore }
        if shares.count == 2 { return Self.balance(shares[0], shares[1]) }
        let mean = shares.reduce(0, +) / Double(shares.count)
        let deviation = (shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(shares.count)).squareRoot()
        return Int64((1 - deviation) * Double(maximumScore))
    }

    private static func balance(_ one: Double, _ other: Double) -> Int64 {
        Int64((1 - abs(one - other) / 2) * Double(maximumScore))
    }
}
