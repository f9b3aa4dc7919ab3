import Core
import KubernetesAPI
import Linux
import Runtime
import Values

/// What the node and its pods use, from their control groups.
struct NodeStatistics {
    private let agent: NodeAgent

    init(_ agent: NodeAgent) { self.agent = agent }

    private struct Entry: Sendable {
        let pod: Pod
        let group: String
        let usage: Cgroups.Usage
        let containers: [(name: String, usage: Cgroups.Usage)]
    }

    private func collect() async throws -> (node: Cgroups.Usage, pods: [Entry]) {
        guard let context = agent.nodeContext, let cgroups = context.cgroups else {
            throw APIError.serviceUnavailable("no control groups on this node")
        }
        let root = context.agent.cgroupRoot
        let pods = agent.currentPods()
        return try await BlockingPool.files.run {
            let entries = pods.compactMap { pod -> Entry? in
                let group = PodResources.cgroup(pod, root: root)
                guard let usage = cgroups.usage(group) else { return nil }
                let containers = pod.status.containerStatuses.compactMap { status -> (String, Cgroups.Usage)? in
                    guard let id = status.containerID.split(separator: "/").last, let usage = cgroups.usage("\(group)/\(id)") else {
                        return nil
                    }
                    return (status.name, usage)
                }
                return Entry(pod: pod, group: group, usage: usage, containers: containers)
            }
            return (cgroups.usage("/") ?? Cgroups.Usage(), entries)
        }
    }

    /// `/stats/summary`: a Summary of stats/v1alpha1.
    func summary() async throws -> Value {
        let (node, pods) = try await collect()
        let now = SystemClock().now.rfc3339
        func cpu(_ usage: Cgroups.Usage) -> Value { ["time": .string(now), "usageCoreNanoSeconds": .int(Int64(usage.cpuNanoseconds))] }
        func memory(_ usage: Cgroups.Usage) -> Value {
            [
                "time": .string(now), "usageBytes": .int(Int64(usage.memoryBytes)), "workingSetBytes": .int(Int64(usage.workingSetBytes)),
                "rssBytes": .int(Int64(usage.rssBytes)), "pageFaults": .int(Int64(usage.pageFaults)),
                "majorPageFaults": .int(Int64(usage.majorPageFaults)),
            ]
        }
        return [
            "node": ["nodeName": .string(agent.configuration.nodeName), "cpu": cpu(node), "memory": memory(node)],
            "pods": .array(
                pods.map { entry in
                    [
                        "podRef": [
                            "name": .string(entry.pod.metadata.name), "namespace": .string(entry.pod.metadata.namespace),
                            "uid": .string(entry.pod.metadata.uid),
                        ],
                        "startTime": .string(entry.pod.status.startTime), "cpu": cpu(entry.usage), "memory": memory(entry.usage),
                        "containers": .array(
                            entry.containers.map { ["name": .string($0.name), "cpu": cpu($0.usage), "memory": memory($0.usage)] }),
                    ]
                }),
        ]
    }

    /// `/metrics/resource`, in the text format of Prometheus.
    func metrics() async throws -> String {
        let (node, pods) = try await collect()
        var lines = ["# TYPE node_cpu_usage_seconds_total counter", "node_cpu_usage_seconds_total \(Double(node.cpuNanoseconds) / 1e9)"]
        lines += ["# TYPE node_memory_working_set_bytes gauge", "node_memory_working_set_bytes \(node.workingSetBytes)"]
        func family(_ name: String, _ type: String, _ value: (Cgroups.Usage) -> String, ofContainers: Bool) {
            lines.append("# TYPE \(name) \(type)")
            for entry in pods {
                let pod = "namespace=\"\(entry.pod.metadata.namespace)\",pod=\"\(entry.pod.metadata.name)\""
                if ofContainers {
                    for container in entry.containers {
                        lines.append("\(name){container=\"\(container.name)\",\(pod)} \(value(container.usage))")
                    }
                } else {
                    lines.append("\(name){\(pod)} \(value(entry.usage))")
                }
            }
        }
        let cpu = { (usage: Cgroups.Usage) in String(Double(usage.cpuNanoseconds) / 1e9) }
        let memory = { (usage: Cgroups.Usage) in String(usage.workingSetBytes) }
        family("container_cpu_usage_seconds_total", "counter", cpu, ofContainers: true)
        family("container_memory_working_set_bytes", "gauge", memory, ofContainers: true)
        family("pod_cpu_usage_seconds_total", "counter", cpu, ofContainers: false)
        family("pod_memory_working_set_bytes", "gauge", memory, ofContainers: false)
        return lines.joined(separator: "\n") + "\nresource_scrape_error 0\n"
    }
}
