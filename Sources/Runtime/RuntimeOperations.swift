import Synchronization

/// Counts the calls made to a container runtime and their durations, as Prometheus text under the kubelet's names
/// (`kubelet_runtime_operations_*`). Any thread.
package final class RuntimeOperations: Sendable {
    private struct Series {
        var count = 0
        var errors = 0
        var seconds = 0.0
        var buckets = [Int](repeating: 0, count: RuntimeOperations.bounds.count)
    }

    /// Upstream's buckets: fourteen from 5 ms, each two and a half times the one before.
    private static let bounds = (0..<14).reduce(into: [Double]()) { bounds, _ in bounds.append((bounds.last ?? 0.002) * 2.5) }
    private let series = Mutex<[String: Series]>([:])

    package init() {}

    /// One call: `operation` in the kubelet's words, "run_podsandbox".
    package func record(_ operation: String, _ duration: Duration, failed: Bool) {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        series.withLock { all in
            all[operation, default: Series()].count += 1
            all[operation]?.seconds += seconds
            if failed { all[operation]?.errors += 1 }
            if let bucket = Self.bounds.firstIndex(where: { seconds <= $0 }) { all[operation]?.buckets[bucket] += 1 }
        }
    }

    /// The Prometheus text form.
    package func text() -> String {
        let all = series.withLock { $0 }.sorted { $0.key < $1.key }
        let name = "kubelet_runtime_operations"
        var lines = ["# HELP \(name)_total [ALPHA] Calls to the container runtime", "# TYPE \(name)_total counter"]
        for (operation, series) in all { lines.append("\(name)_total{operation_type=\"\(operation)\"} \(series.count)") }
        lines += ["# HELP \(name)_errors_total [ALPHA] Calls to the container runtime that failed", "# TYPE \(name)_errors_total counter"]
        for (operation, series) in all where series.errors > 0 {
            lines.append("\(name)_errors_total{operation_type=\"\(operation)\"} \(series.errors)")
        }
        lines += [
            "# HELP \(name)_duration_seconds [ALPHA] How long calls to the container runtime took",
            "# TYPE \(name)_duration_seconds histogram",
        ]
        for (operation, series) in all {
            let label = "operation_type=\"\(operation)\""
            var sum = 0
            for (bound, count) in zip(Self.bounds, series.buckets) {
                sum += count
                lines.append("\(name)_duration_seconds_bucket{\(label),le=\"\(bound)\"} \(sum)")
            }
            lines.append("\(name)_duration_seconds_bucket{\(label),le=\"+Inf\"} \(series.count)")
            lines.append("\(name)_duration_seconds_sum{\(label)} \(series.seconds)")
            lines.append("\(name)_duration_seconds_count{\(label)} \(series.count)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
