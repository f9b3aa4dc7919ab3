import Core
import KubernetesAPI
import Linux
import Runtime

/// What a pod asks for, in the kernel's terms. Pure.
enum PodResources {
    enum Quality: String {
        case guaranteed = "Guaranteed"
        case burstable = "Burstable"
        case bestEffort = "BestEffort"
    }

    /// Thousandths of a processor, bytes of memory, whole units of anything else; nil when nothing is said.
    static func amount(_ map: [String: String], _ resource: String) -> Int? {
        map[resource].flatMap { Quantity($0) }.map { Int(resource == "cpu" ? $0.milliValue : $0.value) }
    }

    /// Amounts as statuses show them.
    static func shown(_ amounts: [String: Int64]) -> [String: String] {
        var result: [String: String] = [:]
        for (resource, amount) in amounts {
            let quantity =
                resource == "cpu" ? Quantity(milli: amount) : Quantity(amount, format: resource == "memory" ? .binary : .decimal)
            result[resource] = quantity.description
        }
        return result
    }

    /// A container's own limit or, without one, that of its pod as a whole (KEP-2837); 0 for none.
    static func limit(_ resource: String, _ own: ResourceRequirements?, _ whole: ResourceRequirements?) -> Int {
        let limit = amount(own?.limits ?? [:], resource) ?? 0
        return limit > 0 ? limit : amount(whole?.limits ?? [:], resource) ?? 0
    }

    /// https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
    static func quality(_ pod: Pod) -> Quality {
        if let known = Quality(rawValue: pod.status.qosClass) { return known }
        var anything = false
        var guaranteed = true
        let whole = pod.spec.resources.flatMap { $0.requests.isEmpty && $0.limits.isEmpty ? nil : $0 }
        for resources in whole.map({ [$0] }) ?? (Array(pod.spec.containers) + Array(pod.spec.initContainers)).map(\.resources) {
            let requests = resources?.requests ?? [:]
            let limits = resources?.limits ?? [:]
            for resource in ["cpu", "memory"] {
                let request = requests[resource].flatMap { Quantity($0) } ?? .zero
                let limit = limits[resource].flatMap { Quantity($0) } ?? .zero
                if !request.isZero || !limit.isZero { anything = true }
                if limit.isZero || !(request.isZero || request == limit) { guaranteed = false }
            }
        }
        return !anything ? .bestEffort : guaranteed ? .guaranteed : .burstable
    }

    /// The smallest share the kernel takes is 2; 1024 make one processor.
    static func shares(milliCPU: Int) -> Int { milliCPU == 0 ? 2 : max(2, min(262_144, milliCPU.multiplied(clamped: 1024) / 1000)) }

    /// Microseconds a period; the kernel takes no less than 1000.
    static func quota(milliCPU: Int) -> Int { milliCPU == 0 ? 0 : max(1000, milliCPU.multiplied(clamped: Cgroups.cpuPeriod) / 1000) }

    /// The order in which the kernel's OOM killer goes: best effort first, guaranteed and node-critical last
    /// (https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#node-out-of-memory-behavior).
    static func oomScore(_ container: Container, _ pod: Pod, capacity: Int) -> Int {
        if (pod.spec.priority ?? 0) >= 2_000_000_000 { return -997 }
        switch quality(pod) {
        case .guaranteed: return -997
        case .bestEffort: return 1000
        case .burstable:
            guard capacity > 0 else { return 999 }
            func request(_ container: Container) -> Int { amount(container.resources?.requests ?? [:], "memory") ?? 0 }
            var share = 0
            if let whole = amount(pod.spec.resources?.requests ?? [:], "memory"), whole > 0 {
                // What the pod asks for beyond its containers is theirs in equal parts.
                share =
                    (whole - Int(PodAdmission.sum(pod, \.requests)["memory"] ?? 0))
                    / (pod.spec.containers.count + pod.spec.initContainers.count)
            }
            /// How much of a thousand of the machine's memory so much more than the share is.
            func portion(_ amount: Int) -> Int { max(-1000, min(1000, amount.adding(clamped: share).multiplied(clamped: 1000) / capacity)) }
            var score = 1000 - portion(request(container))
            if container.restartPolicy == "Always", pod.spec.initContainers[named: container.name] != nil {
                // A sidecar is not killed before the containers it serves.
                let least = pod.spec.containers.map(request).min() ?? 0
                score = min(score, 1000 - portion(least))
            }
            return max(3, min(999, score))
        }
    }

    /// What a container may use of the machine's swap (KEP-2400): a share as large as that of the memory it asks for, when its pod is
    /// burstable; nothing otherwise.
    static func swap(
        _ container: Container, _ pod: Pod, behavior: NodeAgentConfiguration.SwapBehavior, memoryCapacity: Int, swapCapacity: Int
    ) -> Int {
        guard behavior == .limited, memoryCapacity > 0, quality(pod) == .burstable, (pod.spec.priority ?? 0) < 2_000_000_000,
            let request = amount(container.resources?.requests ?? [:], "memory"), request > 0,
            request != amount(container.resources?.limits ?? [:], "memory")
        else { return 0 }
        return Int(nearest: (Double(request) / Double(memoryCapacity) * Double(swapCapacity)).rounded(.down)) / 4096 * 4096
    }

    static func container(_ container: Container, _ pod: Pod, capacity: Int) -> CRILinuxContainerResources {
        let cpuLimit = limit("cpu", container.resources, pod.spec.resources)
        return .with {
            $0.cpuPeriod = Int64(Cgroups.cpuPeriod)
            $0.cpuShares = Int64(shares(milliCPU: amount(container.resources?.requests ?? [:], "cpu") ?? cpuLimit))
            $0.cpuQuota = Int64(quota(milliCPU: cpuLimit))
            $0.memoryLimitInBytes = Int64(limit("memory", container.resources, pod.spec.resources))
            $0.oomScoreAdj = Int64(oomScore(container, pod, capacity: capacity))
        }
    }

    /// The pod's own group: "/ROOT/kubepods[/burstable|/besteffort]/podUID".
    static func cgroup(_ pod: Pod, root: String) -> String {
        let uid = "pod\(pod.metadata.uid)"
        switch quality(pod) {
        case .guaranteed: return "\(root)/kubepods/\(uid)"
        case .burstable: return "\(root)/kubepods/burstable/\(uid)"
        case .bestEffort: return "\(root)/kubepods/besteffort/\(uid)"
        }
    }

    /// What all containers of a pod may use together. Limits hold only when every container has one, or the pod as a whole.
    static func podLimits(_ pod: Pod) -> Cgroups.Limits {
        let totals = PodAdmission.limits(pod)
        let all = Array(pod.spec.containers) + Array(pod.spec.initContainers)
        func limit(_ resource: String) -> Int? {
            let whole = amount(pod.spec.resources?.limits ?? [:], resource) ?? 0
            guard whole > 0 || all.allSatisfy({ (amount($0.resources?.limits ?? [:], resource) ?? 0) > 0 }) else { return nil }
            return totals[resource].map { Int($0) }
        }
        var limits = Cgroups.Limits(cpuShares: shares(milliCPU: Int(PodAdmission.requests(pod)["cpu"] ?? 0)))
        limits.cpuQuota = limit("cpu").map { quota(milliCPU: $0) } ?? -1
        limits.memory = limit("memory") ?? -1
        return limits
    }
}
