import Core
import KubernetesAPI

/// Whether the node takes a pod that was bound to it, beside those it has: who binds may not know of them all. Pure.
///
/// Reasons and messages are those of upstream's kubelet (https://kubernetes.io/docs/reference/node/kubelet-admission-controllers/).
package enum PodAdmission {
    /// Why the pod is refused, or nil. `others` are the pods that the node runs now, without those that have ended.
    package static func rejection(
        of pod: Pod, beside others: [Pod], allocatable: [String: String], enforcesAppArmor: Bool = true
    ) -> (reason: String, message: String)? {
        if let refusal = inability(pod, enforcesAppArmor: enforcesAppArmor) {
            return (refusal.reason, "Pod was rejected: " + refusal.message)
        }
        if let shortage = shortage(of: pod, beside: others, allocatable: allocatable) {
            return (shortage.reason, "Pod was rejected: " + shortage.message)
        }
        let taken = others.flatMap(ports)
        if ports(pod).contains(where: { port in taken.contains { $0.conflicts(with: port) } }) {
            return (
                "NodePorts", "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"
            )
        }
        return nil
    }

    /// What the node has too little of for the pod, or nil. `others` are without the pod itself.
    package static func shortage(of pod: Pod, beside others: [Pod], allocatable: [String: String]) -> (reason: String, message: String)? {
        if let limit = allocatable["pods"].flatMap(Int.init), others.count + 1 > limit {
            return insufficient("pods", requested: 1, used: Int64(others.count), capacity: Int64(limit))
        }
        let wanted = requests(pod)
        for (resource, amount) in wanted.sorted(by: { $0.key < $1.key }) where amount > 0 {
            guard let capacity = allocatable[resource].flatMap({ Quantity($0) }).map({ self.amount($0, resource) }) else { continue }
            let used = others.reduce(Int64(0)) { $0.adding(clamped: requests($1)[resource] ?? 0) }
            if used.adding(clamped: amount) > capacity { return insufficient(resource, requested: amount, used: used, capacity: capacity) }
        }
        return nil
    }

    private static func insufficient(_ resource: String, requested: Int64, used: Int64, capacity: Int64) -> (String, String) {
        (
            "OutOf\(resource)",
            "Node didn't have enough resource: \(resource), requested: \(requested), used: \(used), capacity: \(capacity)"
        )
    }

    // MARK: Ports

    private struct HostPort {
        let address: String
        let networkProtocol: String
        let number: Int32

        func conflicts(with other: HostPort) -> Bool {
            let wildcards = ["", "0.0.0.0", "::"]
            return number == other.number && networkProtocol == other.networkProtocol
                && (address == other.address || wildcards.contains(address) || wildcards.contains(other.address))
        }
    }

    private static func ports(_ pod: Pod) -> [HostPort] {
        let containers = Array(pod.spec.containers) + pod.spec.initContainers.filter { $0.restartPolicy == "Always" }
        return containers.flatMap { container in
            container.ports.compactMap { port in
                guard let number = port.hostPort, number > 0 else { return nil }
                return HostPort(
                    address: port.hostIP, networkProtocol: port.`protocol`.isEmpty ? "TCP" : port.`protocol`, number: Int32(number))
            }
        }
    }

    // MARK: Resources

    /// What the pod reserves, its overhead included; what it asks for as a whole counts instead of its containers' (KEP-2837).
    package static func requests(_ pod: Pod) -> [String: Int64] { total(pod, \.requests) }

    /// What the pod may use at most, of what has limits.
    package static func limits(_ pod: Pod) -> [String: Int64] { total(pod, \.limits) }

    private static func total(_ pod: Pod, _ kind: KeyPath<ResourceRequirements, [String: String]>) -> [String: Int64] {
        var total = sum(pod, kind)
        for (resource, text) in pod.spec.resources?[keyPath: kind] ?? [:]
        where resource == "cpu" || resource == "memory" || resource.hasPrefix("hugepages-") {
            if let quantity = Quantity(text) { total[resource] = amount(quantity, resource) }
        }
        for (resource, text) in pod.spec.overhead where kind == \.requests || total[resource] ?? 0 > 0 {
            if let quantity = Quantity(text) { total[resource] = (total[resource] ?? 0).adding(clamped: amount(quantity, resource)) }
        }
        return total
    }

    /// Of its containers together, or its largest initial one with the sidecars that run by then.
    static func sum(_ pod: Pod, _ kind: KeyPath<ResourceRequirements, [String: String]>) -> [String: Int64] {
        func of(_ container: Container) -> [String: Int64] {
            var result: [String: Int64] = [:]
            for (resource, text) in container.resources?[keyPath: kind] ?? [:] {
                if let quantity = Quantity(text) { result[resource] = amount(quantity, resource) }
            }
            return result
        }
        var total: [String: Int64] = [:]
        for container in pod.spec.containers { total.merge(of(container), uniquingKeysWith: { $0.adding(clamped: $1) }) }
        var sidecars: [String: Int64] = [:]
        var initial: [String: Int64] = [:]
        for container in pod.spec.initContainers {
            if container.restartPolicy == "Always" {
                sidecars.merge(of(container), uniquingKeysWith: { $0.adding(clamped: $1) })
                initial.merge(sidecars, uniquingKeysWith: max)
            } else {
                initial.merge(of(container).merging(sidecars, uniquingKeysWith: { $0.adding(clamped: $1) }), uniquingKeysWith: max)
            }
        }
        total.merge(sidecars, uniquingKeysWith: { $0.adding(clamped: $1) })
        total.merge(initial, uniquingKeysWith: max)
        return total
    }

    /// Processors are counted in thousandths, everything else whole.
    private static func amount(_ quantity: Quantity, _ resource: String) -> Int64 {
        resource == "cpu" ? Int64(quantity.milliValue) : Int64(quantity.value)
    }
}
