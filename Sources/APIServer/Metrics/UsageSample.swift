import Core

/// What a node's agent told at one moment: counters and gauges of the node and of every container on it.
package struct UsageSample: Sendable, Equatable {
    /// One thing's figures.
    package struct Point: Sendable, Equatable {
        /// When they were taken.
        package var time: Timestamp
        /// Since when the counter counts, where the agent says so.
        package var start: Timestamp?
        /// Seconds of processor time since the start.
        package var cpuSeconds: Double
        /// The working set.
        package var memoryBytes: Int64
    }

    package var node: Point
    /// By pod, then by the container's name.
    package var pods: [ObjectKey: [String: Point]] = [:]
}

extension UsageSample {
    /// A point whose figures have not all come yet.
    private struct Draft {
        var time: Timestamp?
        var start: Timestamp?
        var cpuSeconds: Double?
        var memoryBytes: Double?

        func point(at received: Timestamp) -> Point? {
            guard let cpuSeconds, let memoryBytes, memoryBytes >= 0, memoryBytes < 0x1p62 else { return nil }
            return Point(time: time ?? received, start: start, cpuSeconds: cpuSeconds, memoryBytes: Int64(memoryBytes))
        }
    }

    /// Reads `/metrics/resource` of an agent (Prometheus' text format). What it does not know, and containers without both figures, are left
    /// out; nil when the node's own figures are missing. `received` stands in for times that the agent does not tell.
    package init?(exposition text: String, received: Timestamp) {
        var node = Draft()
        var containers: [ObjectKey: [String: Draft]] = [:]
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
            guard let series = ExpositionLine(Substring(line)), series.value.isFinite else { continue }
            func fill(_ draft: inout Draft) {
                switch series.name {
                case "node_cpu_usage_seconds_total", "container_cpu_usage_seconds_total":
                    draft.cpuSeconds = series.value
                    // The rate is that of the processor time, so its time is the one that counts.
                    draft.time = series.time ?? draft.time
                case "node_memory_working_set_bytes", "container_memory_working_set_bytes": draft.memoryBytes = series.value
                case "container_start_time_seconds" where series.value > 0 && series.value < 1e10:
                    draft.start = Timestamp(nanoseconds: Int64(nearest: (series.value * 1e9).rounded()))
                default: break
                }
            }
            if series.name.hasPrefix("node_") {
                fill(&node)
            } else if series.name.hasPrefix("container_"), let pod = series.labels["pod"], let container = series.labels["container"] {
                let key = ObjectKey(namespace: series.labels["namespace"] ?? "", name: pod)
                fill(&containers[key, default: [:]][container, default: Draft()])
            }
        }
        guard let point = node.point(at: received) else { return nil }
        self.node = point
        pods = containers.compactMapValues { drafts in
            let points = drafts.compactMapValues { $0.point(at: received) }
            return points.isEmpty ? nil : points
        }
    }
}

/// One line of Prometheus' text format: `name{label="value",…} value [milliseconds]`.
package struct ExpositionLine: Equatable {
    package var name: String
    package var labels: [String: String] = [:]
    package var value: Double
    package var time: Timestamp?

    /// Nil for what is no such line.
    package init?(_ line: Substring) {
        var rest = line[...]
        let name = rest.prefix { $0 != "{" && $0 != " " }
        guard !name.isEmpty else { return nil }
        self.name = String(name)
        rest = rest.dropFirst(name.count)
        if rest.first == "{" {
            rest = rest.dropFirst()
            while let next = rest.first, next != "}" {
                let label = rest.prefix { $0 != "=" && $0 != "}" }
                rest = rest.dropFirst(label.count)
                guard rest.hasPrefix("=\"") else { return nil }
                rest = rest.dropFirst(2)
                var text = ""
                while let character = rest.popFirst(), character != "\"" {
                    guard character == "\\" else {
                        text.append(character)
                        continue
                    }
                    switch rest.popFirst() {
                    case "n": text.append("\n")
                    case let other?: text.append(other)
                    case nil: return nil
                    }
                }
                labels[String(label)] = text
                if rest.first == "," { rest = rest.dropFirst() }
            }
            guard rest.popFirst() == "}" else { return nil }
        }
        let words = rest.split(separator: " ")
        guard let first = words.first, let value = Double(first) else { return nil }
        self.value = value
        if words.count > 1, let milliseconds = Int64(words[1]), milliseconds.magnitude < 9_000_000_000_000 {
            time = Timestamp(nanoseconds: milliseconds * 1_000_000)
        }
    }
}
