import Core
import KubernetesAPI
import Values

/// Amounts of node resources: CPU in thousandths of a core, memory and storage in bytes, everything else in units.
package struct ResourceAmounts: Hashable, Sendable {
    package var milliCPU: Int64 = 0
    package var memory: Int64 = 0
    package var ephemeralStorage: Int64 = 0
    /// Extended resources and huge pages.
    package var scalars = [String: Int64]()  // A literal would be a call of code for any type, for each of many amounts.

    package init() {}

    package init(_ list: [String: String]) { for (name, text) in list { set(name, text) } }

    /// The amounts of a resource list as it is in an object; of one that is not there none.
    package init(_ list: Value?) {
        guard case .object(let list) = list else { return }
        for member in list.members { if case .string(let text) = member.value { set(member.key, text) } }
    }

    private mutating func set(_ name: String, _ text: String) {
        guard let quantity = Quantity(text) else { return }  // Validation let no other text in.
        switch name {
        case "cpu": milliCPU = quantity.milliValue
        case "memory": memory = quantity.value
        case "ephemeral-storage": ephemeralStorage = quantity.value
        case "pods": return
        default: scalars[name] = quantity.value
        }
    }

    /// The amount of a resource by its Kubernetes name.
    package func amount(of resource: String) -> Int64 {
        switch resource {
        case "cpu": milliCPU
        case "memory": memory
        case "ephemeral-storage": ephemeralStorage
        default: scalars[resource] ?? 0
        }
    }

    /// Wraps around past the end, as upstream's sums do: what is added to a node's account can be taken off again.
    package static func += (left: inout ResourceAmounts, right: ResourceAmounts) {
        left.milliCPU &+= right.milliCPU
        left.memory &+= right.memory
        left.ephemeralStorage &+= right.ephemeralStorage
        for (name, amount) in right.scalars { left.scalars[name, default: 0] &+= amount }
    }

    package static func -= (left: inout ResourceAmounts, right: ResourceAmounts) {
        left.milliCPU &-= right.milliCPU
        left.memory &-= right.memory
        left.ephemeralStorage &-= right.ephemeralStorage
        for (name, amount) in right.scalars { left.scalars[name, default: 0] &-= amount }
    }

    /// Adds up what one pod asks for: more than there can be stays more than there can be.
    private mutating func add(clamped other: ResourceAmounts) {
        milliCPU = milliCPU.adding(clamped: other.milliCPU)
        memory = memory.adding(clamped: other.memory)
        ephemeralStorage = ephemeralStorage.adding(clamped: other.ephemeralStorage)
        for (name, amount) in other.scalars { scalars[name] = (scalars[name] ?? 0).adding(clamped: amount) }
    }

    /// The larger of both, resource by resource.
    package mutating func formMaximum(_ other: ResourceAmounts) {
        milliCPU = max(milliCPU, other.milliCPU)
        memory = max(memory, other.memory)
        ephemeralStorage = max(ephemeralStorage, other.ephemeralStorage)
        for (name, amount) in other.scalars { scalars[name] = max(scalars[name] ?? 0, amount) }
    }

    /// What a pod asks of its node: the containers' sum, or the largest init container if that is more, sidecars
    /// (init containers that restart) counted with both, plus overhead. Pod-level requests, where given, take precedence
    /// (KEP-753, KEP-2837).
    /// - Parameters:
    ///   - floor: what a container that asks for no CPU or memory is counted as.
    ///   - wholePod: whether requests of the pod as a whole count.
    package static func requested(
        by spec: PodSpec, floor: ResourceAmounts = ResourceAmounts(), wholePod: Bool = true
    ) -> ResourceAmounts {
        func requests(of part: Value) -> Value? { part["resources"]?["requests"] }
        func amounts(_ container: Value) -> ResourceAmounts {
            let requests = requests(of: container)
            var result = ResourceAmounts(requests)
            if requests?["cpu"] == nil { result.milliCPU = floor.milliCPU }
            if requests?["memory"] == nil { result.memory = floor.memory }
            return result
        }
        var total = ResourceAmounts()
        for container in spec.containers.values { total.add(clamped: amounts(container)) }
        var sidecars = ResourceAmounts()
        var largestInit = ResourceAmounts()
        for container in spec.initContainers.values {
            var now = amounts(container)
            if container["restartPolicy"]?.string == "Always" {
                total.add(clamped: now)
                sidecars.add(clamped: now)
                now = sidecars
            } else {
                now.add(clamped: sidecars)
            }
            largestInit.formMaximum(now)
        }
        total.formMaximum(largestInit)
        if wholePod, let requests = requests(of: spec.raw) {
            let whole = ResourceAmounts(requests)
            if requests["cpu"] != nil { total.milliCPU = whole.milliCPU }
            if requests["memory"] != nil { total.memory = whole.memory }
            for (name, amount) in whole.scalars where name.hasPrefix("hugepages-") { total.scalars[name] = amount }
        }
        if let overhead = spec.raw["overhead"] { total.add(clamped: ResourceAmounts(overhead)) }
        return total
    }
}
