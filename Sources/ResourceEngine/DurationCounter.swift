import Synchronization

/// A histogram of durations that is counted without a lock, by two atomic additions. Safe from any thread.
final class DurationCounter: Sendable {
    private final class Cell: Sendable {
        let value = Atomic(0)
    }

    /// In seconds, and in nanoseconds.
    private let bounds: [Double]
    private let limits: [Int]
    /// One for each bound, one for what lies above all of them, and the sum in nanoseconds.
    private let cells: [Cell]

    /// `bounds` rise, in seconds.
    init(_ bounds: [Double]) {
        self.bounds = bounds
        limits = bounds.map { Int(($0 * 1e9).rounded()) }
        cells = (0..<bounds.count + 2).map { _ in Cell() }
    }

    func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        observe(nanoseconds: Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
    }

    func observe(nanoseconds: Int) {
        var bucket = 0
        while bucket < limits.count, nanoseconds > limits[bucket] { bucket += 1 }
        cells[bucket].value.add(1, ordering: .relaxed)
        cells[cells.count - 1].value.add(nanoseconds, ordering: .relaxed)
    }

    /// In Prometheus' text form, without a head; `labels` as in `name="value"`.
    func text(_ name: String, labels: String = "") -> String {
        let counts = cells.map { $0.value.load(ordering: .relaxed) }
        let total = counts.dropLast().reduce(0, +)
        let prefix = labels.isEmpty ? "" : "\(labels),"
        let own = labels.isEmpty ? "" : "{\(labels)}"
        var lines = ""
        var below = 0
        for (count, bound) in zip(counts, bounds) {
            below += count
            lines += "\(name)_bucket{\(prefix)le=\"\(bound)\"} \(below)\n"
        }
        lines += "\(name)_bucket{\(prefix)le=\"+Inf\"} \(total)\n"
        return lines + "\(name)_sum\(own) \(Double(counts[cells.count - 1]) / 1e9)\n\(name)_count\(own) \(total)\n"
    }

    var isEmpty: Bool { cells.dropLast().allSatisfy { $0.value.load(ordering: .relaxed) == 0 } }
}
