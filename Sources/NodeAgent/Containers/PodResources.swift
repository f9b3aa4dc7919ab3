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

    /// Thousandths of a processor.
    static func milliCPU(_ map: [String: String]) -> Int? { map["cpu"].flatMap { Quantity($0) }.map { Int($0.milliValue) } }
    static func bytes(_ map: [String: String], _ resource: String = "memory") -> Int? {
        map[resource].flatMap { Quantity($0) }.map { Int($0.value) }
    }

    /// https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
    static func quality(_ pod: Pod) -> Quality {
        if let known = Quality(rawValue: pod.status.qosClass) { return known }
        var anything = false
        var guaranteed = true
        for container in Array(pod.spec.containers) + Array(pod.spec.initContainers) {
            let requests = container.resources?.requests ?? [:]
            let limits = container.resources?.limits ?? [:]
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
    static func shares(milliCPU: Int) -> Int { milliCPU == 0 ? 2 : max(2, min(262_144, milliCPU * 1024 / 1000)) }

    /// Microseconds a period; the kernel takes no less than 1000.
    static func quota(milliCPU: Int) -> Int { milliCPU == 0 ? 0 : max(1000, milliCPU * Cgroups.cpuPeriod / 1000) }

    /// The order in which the kernel's OOM killer goes: best effort first, guaranteed and node-critical last
    /// (https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#node-out-of-memory-behavior).
    static func oomScore(_ pod: Pod, memoryRequest: Int, capacity: Int) -> Int {
        if (pod.spec.priority ?? 0) >= 2_000_000_000 { return -997 }
        switch quality(pod) {
        case .guaranteed: return -997
        case .bestEffort: return 1000
        case .burstable:
            guard capacity > 0 else { return 999 }
            return max(3, min(999, 1000 - 1000 * memoryRequest / capacity))
        }
    }

    static func container(_ container: Container, _ pod: Pod, capacity: Int) -> CRILinuxContainerResources {
        let requests = container.resources?.requests ?? [:]
        let limits = container.resources?.limits ?? [:]
        let request = milliCPU(requests) ?? milliCPU(limits) ?? 0
        return .with {
            $0.cpuPeriod = Int64(Cgroups.cpuPeriod)
            $0.cpuShares = Int64(shares(milliCPU: request))
            $0.cpuQuota = Int64(quota(milliCPU: milliCPU(limits) ?? 0))
            $0.memoryLimitInBytes = Int64(bytes(limits) ?? 0)
            $0.oomScoreAdj = Int64(oomScore(pod, memoryRequest: bytes(requests) ?? bytes(limits) ?? 0, capacity: capacity))
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

    /// What all containers of a pod may use together. Limits hold only when every container has one.
    static func podLimits(_ pod: Pod) -> Cgroups.Limits {
        let sidecars = pod.spec.initContainers.filter { $0.restartPolicy == "Always" }
        let lasting = Array(pod.spec.containers) + sidecars
        let passing = pod.spec.initContainers.filter { $0.restartPolicy != "Always" }
        func total(_ read: (ResourceRequirements) -> Int?) -> Int? {
            var sum = 0
            for container in lasting {
                guard let value = container.resources.flatMap(read) else { return nil }
                sum += value
            }
            return passing.reduce(sum) { max($0, $1.resources.flatMap(read) ?? 0) }
        }
        let requests = lasting.reduce(0) { $0 + ($1.resources.flatMap { milliCPU($0.requests) ?? milliCPU($0.limits) } ?? 0) }
        var limits = Cgroups.Limits(cpuShares: shares(milliCPU: requests))
        limits.cpuQuota = total { milliCPU($0.limits) }.map { quota(milliCPU: $0) } ?? -1
        limits.memory = total { bytes($0.limits) } ?? -1
        return limits
    }
}
