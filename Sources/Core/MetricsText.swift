import Synchronization

/// Counts observations by upper bounds, as Prometheus' histograms do.
package struct MetricHistogram: Sendable {
    private let bounds: [Double]
    private var counts: [Int]
    private var sum = 0.0
    package private(set) var total = 0

    /// `bounds` rise; an observation above all of them is counted, too.
    package init(_ bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count)
    }

    /// Bounds that begin at `first` and grow by a factor.
    package static func exponential(from first: Double, by factor: Double, count: Int) -> [Double] {
        var bound = first
        return (0..<count).map { _ in
            defer { bound *= factor }
            return bound
        }
    }

    package mutating func observe(_ value: Double) {
        sum += value
        total += 1
        if let position = bounds.firstIndex(where: { value <= $0 }) { counts[position] += 1 }
    }

    package mutating func observe(_ duration: Duration) { observe(duration.seconds) }

    /// The lines of one series; `labels` are as in `name="value",other="value"`.
    package func text(_ name: String, labels: String = "") -> String {
        let prefix = labels.isEmpty ? "" : "\(labels),"
        var below = 0
        var lines = zip(bounds, counts).map { bound, count in
            below += count
            return "\(name)_bucket{\(prefix)le=\"\(bound)\"} \(below)"
        }
        lines.append("\(name)_bucket{\(prefix)le=\"+Inf\"} \(total)")
        let own = labels.isEmpty ? "" : "{\(labels)}"
        return (lines + ["\(name)_sum\(own) \(sum)", "\(name)_count\(own) \(total)"]).joined(separator: "\n") + "\n"
    }
}

/// What stands before the series of one figure in Prometheus' text format. `type` is "counter", "gauge" or "histogram".
package func metricHead(_ name: String, _ type: String, _ help: String) -> String { "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" }

/// The figures of several parts on one page. Parts may be added at any time, from any task.
package final class MetricsPage: Sendable {
    private let parts = Mutex<[@Sendable () -> String]>([])

    package init() {}

    /// Adds a part that answers its figures in Prometheus' text format; asked whenever the page is.
    package func add(_ part: @escaping @Sendable () -> String) { parts.withLock { $0.append(part) } }

    package var text: String { parts.withLock { $0 }.map { $0() }.joined() }
}
