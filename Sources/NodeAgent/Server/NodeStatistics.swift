import Core
import KubernetesAPI
import Linux
import Reconcile
import Runtime
import Values

/// What the node and its pods use, from their control groups.
struct NodeStatistics {
    let agent: NodeAgent

    init(_ agent: NodeAgent) { self.agent = agent }

    struct Entry: Sendable {
        let pod: Pod
        let group: String
        let usage: Cgroups.Usage
        let containers: [(name: String, usage: Cgroups.Usage, start: Timestamp?)]
    }

    func collect() async throws -> (node: Cgroups.Usage, pods: [Entry]) {
        guard let context = agent.nodeContext, let cgroups = context.cgroups else {
            throw APIError.serviceUnavailable("no control groups on this node")
        }
        let root = context.agent.cgroupRoot
        let pods = agent.currentPods()
        return try await BlockingPool.files.run {
            let entries = pods.compactMap { pod -> Entry? in
                let group = PodResources.cgroup(pod, root: root)
                guard let usage = cgroups.usage(group) else { return nil }
                let statuses = Array(pod.status.initContainerStatuses) + Array(pod.status.containerStatuses)
                let containers = statuses.compactMap { status -> (String, Cgroups.Usage, Timestamp?)? in
                    guard let running = status.state?.running, let id = status.containerID.split(separator: "/").last,
                        let usage = cgroups.usage("\(group)/\(id)")
                    else { return nil }
                    return (status.name, usage, Timestamp(rfc3339: running.startedAt))
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

    /// `/metrics`: the agent's own figures, under the kubelet's names.
    func agentMetrics() -> String {
        let pods = agent.currentPods()
        let statuses = pods.flatMap { Array($0.status.initContainerStatuses) + Array($0.status.containerStatuses) }
        let running = statuses.count { $0.state?.running != nil }
        let gauges = [
            ("kubelet_node_name", "{node=\"\(agent.configuration.nodeName)\"}", "The node's name; always 1", 1),
            ("kubelet_running_pods", "", "Pods that run", pods.count { $0.status.phase == "Running" }),
            ("kubelet_running_containers", "{container_state=\"running\"}", "Containers that run", running),
        ]
        var text = ""
        for (name, labels, help, value) in gauges {
            text += "# HELP \(name) [ALPHA] \(help)\n# TYPE \(name) gauge\n\(name)\(labels) \(value)\n"
        }
        return text + (agent.nodeContext?.counts.text ?? "") + agent.containerRuntime.operations.text() + EventRecorder.metricsText
            + ProcessUsage.now().metricsText
    }

    /// `/metrics/resource`, in the text format of Prometheus, under the kubelet's names.
    func metrics() async throws -> String {
        let (node, pods) = try await collect()
        return Self.exposition(
            node: node,
            pods: pods.map { entry in
                let labels = "namespace=\"\(entry.pod.metadata.namespace)\",pod=\"\(entry.pod.metadata.name)\""
                return (
                    labels, entry.usage,
                    entry.containers.map { ("container=\"\($0.name)\",\(labels)", $0.usage, $0.start) }
                )
            }, at: SystemClock().now)
    }

    /// The text; figures carry the time they were taken at, for a rate is only as good as its times.
    static func exposition(
        node: Cgroups.Usage,
        pods: [(labels: String, usage: Cgroups.Usage, containers: [(labels: String, usage: Cgroups.Usage, start: Timestamp?)])],
        at time: Timestamp
    ) -> String {
        let milliseconds = time.nanoseconds / 1_000_000
        var lines: [String] = []
        func family(_ name: String, _ type: String, _ help: String, _ series: [(labels: String, value: String)]) {
            guard !series.isEmpty else { return }
            lines += ["# HELP \(name) [STABLE] \(help)", "# TYPE \(name) \(type)"]
            for (labels, value) in series { lines.append("\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(value) \(milliseconds)") }
        }
        func cpu(_ usage: Cgroups.Usage) -> String { String(Double(usage.cpuNanoseconds) / 1e9) }
        func memory(_ usage: Cgroups.Usage) -> String { String(usage.workingSetBytes) }
        let containers = pods.flatMap(\.containers)
        let cpuHelp = "Processor time used since the start, in core-seconds"
        let memoryHelp = "Memory that cannot be reclaimed at once, in bytes"
        family("node_cpu_usage_seconds_total", "counter", cpuHelp, [("", cpu(node))])
        family("node_memory_working_set_bytes", "gauge", memoryHelp, [("", memory(node))])
        family("container_cpu_usage_seconds_total", "counter", cpuHelp, containers.map { ($0.labels, cpu($0.usage)) })
        family("container_memory_working_set_bytes", "gauge", memoryHelp, containers.map { ($0.labels, memory($0.usage)) })
        family(
            "container_start_time_seconds", "gauge", "When it started, in seconds since 1970",
            containers.compactMap { container in
                container.start.map { (container.labels, String(Double($0.nanoseconds) / 1e9)) }
            })
        family("pod_cpu_usage_seconds_total", "counter", cpuHelp, pods.map { ($0.labels, cpu($0.usage)) })
        family("pod_memory_working_set_bytes", "gauge", memoryHelp, pods.map { ($0.labels, memory($0.usage)) })
        return lines.joined(separator: "\n") + "\n# TYPE resource_scrape_error gauge\nresource_scrape_error 0\n"
    }
}
