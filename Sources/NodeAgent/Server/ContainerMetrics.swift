import Core
import KubernetesAPI
import Linux
import Runtime

/// `/metrics/cadvisor`: what containers and pods use, under cAdvisor's names. Pure.
struct ContainerMetrics {
    /// One container, or a pod's group as a whole (then `container` is empty).
    struct Row {
        var container = ""
        var id: String
        var image = ""
        var namespace: String
        var pod: String
        var usage: Cgroups.Usage
        var start: Timestamp?

        fileprivate var labels: String {
            "container=\"\(container)\",id=\"\(id)\",image=\"\(image)\",name=\"\(container.isEmpty ? "" : id.split(separator: "/").last ?? "")\","
                + "namespace=\"\(namespace)\",pod=\"\(pod)\""
        }
    }

    static func text(_ rows: [Row], processors: Int, memory: Int, at time: Timestamp) -> String {
        let milliseconds = time.nanoseconds / 1_000_000
        var lines: [String] = []
        func family(_ name: String, _ type: String, _ help: String, _ value: (Row) -> String?) {
            lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"]
            for row in rows { if let value = value(row) { lines.append("\(name){\(row.labels)} \(value) \(milliseconds)") } }
        }
        func seconds(_ nanoseconds: Int) -> String { String(Double(nanoseconds) / 1e9) }
        lines += [
            "# HELP machine_cpu_cores Processors of the machine.", "# TYPE machine_cpu_cores gauge", "machine_cpu_cores \(processors)",
        ]
        lines += [
            "# HELP machine_memory_bytes Memory of the machine.", "# TYPE machine_memory_bytes gauge", "machine_memory_bytes \(memory)",
        ]
        family("container_cpu_usage_seconds_total", "counter", "Processor time used, in seconds.") { seconds($0.usage.cpuNanoseconds) }
        family("container_memory_usage_bytes", "gauge", "Memory in use, all caches included.") { String($0.usage.memoryBytes) }
        family("container_memory_working_set_bytes", "gauge", "Memory that cannot be reclaimed at once.") {
            String($0.usage.workingSetBytes)
        }
        family("container_memory_rss", "gauge", "Memory that no file stands behind.") { String($0.usage.rssBytes) }
        family("container_memory_failures_total", "counter", "Page faults.") { String($0.usage.pageFaults) }
        family("container_spec_memory_limit_bytes", "gauge", "The limit of memory; 0 for none.") { String($0.usage.memoryLimitBytes) }
        family("container_processes", "gauge", "Processes in the group.") { String($0.usage.processes) }
        family("container_start_time_seconds", "gauge", "When it started, in seconds since 1970.") {
            $0.start.map { String(Double($0.nanoseconds) / 1e9) }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension NodeStatistics {
    /// `/metrics/cadvisor`, in the text format of Prometheus.
    func containerMetrics() async throws -> String {
        let (node, pods) = try await collect()
        guard let machine = agent.nodeContext?.machine else { throw APIError.serviceUnavailable("the node agent is starting") }
        var rows = [ContainerMetrics.Row(id: "/", namespace: "", pod: "", usage: node)]
        for entry in pods {
            let metadata = entry.pod.metadata
            rows.append(.init(id: entry.group, namespace: metadata.namespace, pod: metadata.name, usage: entry.usage))
            let statuses = Array(entry.pod.status.initContainerStatuses) + Array(entry.pod.status.containerStatuses)
            for container in entry.containers {
                let status = statuses.first { $0.name == container.name }
                let id = status?.containerID.split(separator: "/").last.map(String.init) ?? ""
                rows.append(
                    .init(
                        container: container.name, id: "\(entry.group)/\(id)", image: status?.image ?? "", namespace: metadata.namespace,
                        pod: metadata.name, usage: container.usage, start: container.start))
            }
        }
        return ContainerMetrics.text(rows, processors: machine.processors, memory: machine.memoryBytes, at: SystemClock().now)
    }
}
