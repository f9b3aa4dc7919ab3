/// Enough CPU, memory, storage, extended resources and pod slots; among those, the least allocated node scores best.
package struct NodeResourcesFit: FilterPlugin, ScorePlugin {
    package static let name = "NodeResourcesFit"

    package func filter(_ cycle: SchedulingCycle, _ feasibility: inout Feasibility) {
        let wanted = cycle.pod.requests
        feasibility.filterNaming { position in
            let node = cycle.nodes[position]
            var reasons: [String] = []
            if node.pods.count + 1 > node.allowedPods { reasons.append("Too many pods") }
            let (all, taken) = (node.allocatable, node.requested)
            func need(_ amount: Int64, of capacity: Int64, less used: Int64, _ resource: String) {
                if amount > 0, amount > capacity - used { reasons.append("Insufficient \(resource)") }
            }
            need(wanted.milliCPU, of: all.milliCPU, less: taken.milliCPU, "cpu")
            need(wanted.memory, of: all.memory, less: taken.memory, "memory")
            need(wanted.ephemeralStorage, of: all.ephemeralStorage, less: taken.ephemeralStorage, "ephemeral-storage")
            for (name, amount) in wanted.scalars { need(amount, of: all.scalars[name] ?? 0, less: taken.scalars[name] ?? 0, name) }
            return reasons
        }
    }

    /// LeastAllocated over CPU and memory with equal weights.
    package func score(_ cycle: SchedulingCycle, _ candidates: [Int]) -> [Int64]? {
        candidates.map { position in
            let node = cycle.nodes[position]
            var sum: Int64 = 0
            var weights: Int64 = 0
            func add(_ capacity: Int64, _ used: Int64) {
                guard capacity > 0 else { return }
                weights += 1
                sum += used > capacity ? 0 : (capacity - used) * maximumScore / capacity
            }
            add(node.allocatable.milliCPU, node.scoringRequested.milliCPU + cycle.pod.scoringRequests.milliCPU)
            add(node.allocatable.memory, node.scoringRequested.memory + cycle.pod.scoringRequests.memory)
            return weights == 0 ? 0 : sum / weights
        }
    }
}

/// Prefers nodes whose CPU and memory the pod brings closer to being used in the same measure.
package struct NodeResourcesBalancedAllocation: ScorePlugin {
    package static let name = "NodeResourcesBalancedAllocation"

    package func score(_ cycle: SchedulingCycle, _ candidates: [Int]) -> [Int64]? {
        let wanted = cycle.pod.requests
        guard wanted.milliCPU > 0 || wanted.memory > 0 else { return nil }
        return candidates.map { position in
            let node = cycle.nodes[position]
            var with = node.requested
            with += wanted
            let gain = balance(with, of: node.allocatable) - balance(node.requested, of: node.allocatable)
            return maximumScore / 2 + (maximumScore / 2 + gain) / 2
        }
    }

    /// 100 when all resources are used in the same measure, less by their standard deviation. Of two numbers that is half
    /// their distance.
    private func balance(_ used: ResourceAmounts, of capacity: ResourceAmounts) -> Int64 {
        guard capacity.milliCPU > 0, capacity.memory > 0 else { return maximumScore }
        let cpu = min(1, Double(used.milliCPU) / Double(capacity.milliCPU))
        let memory = min(1, Double(used.memory) / Double(capacity.memory))
        return Int64((1 - abs(cpu - memory) / 2) * Double(maximumScore))
    }
}
