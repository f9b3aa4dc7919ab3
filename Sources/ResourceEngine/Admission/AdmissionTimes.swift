import Core
import Synchronization

/// How long one part of admission takes, by operation and by whether it refused: a histogram. Counting takes two atomic additions. Safe from any
/// thread.
final class AdmissionTimes: Sendable {
    private final class Counter: Sendable {
        let value = Atomic(0)
    }

    /// The bounds of buckets, as upstream's, in nanoseconds and as they are written.
    private static let bounds = [
        (5_000_000, "0.005"), (25_000_000, "0.025"), (100_000_000, "0.1"), (500_000_000, "0.5"), (1_000_000_000, "1.0"),
        (2_500_000_000, "2.5"),
    ]
    private static let operations: [AdmissionOperation] = [.create, .update, .delete, .connect]
    /// The buckets, what lies above all of them, and the sum in nanoseconds.
    private static let width = bounds.count + 2

    private let counters = (0..<operations.count * 2 * width).map { _ in Counter() }

    /// Counts what began at a moment and ends now; answers with the moment.
    @discardableResult
    func observe(_ operation: AdmissionOperation, isRejected: Bool, since start: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let now = ContinuousClock.now
        let (seconds, attoseconds) = (now - start).components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        let position =
            switch operation {
            case .create: 0
            case .update: 1
            case .delete: 2
            case .connect: 3
            }
        let base = (position * 2 + (isRejected ? 1 : 0)) * Self.width
        var bucket = 0
        while bucket < Self.bounds.count, nanoseconds > Self.bounds[bucket].0 { bucket += 1 }
        counters[base + bucket].value.add(1, ordering: .relaxed)
        counters[base + Self.width - 1].value.add(nanoseconds, ordering: .relaxed)
        return now
    }

    /// In Prometheus' text form, without a head; `labels` as in `name="value"`.
    func text(_ name: String, labels: String) -> String {
        var lines = ""
        for (position, operation) in Self.operations.enumerated() {
            for isRejected in [false, true] {
                let base = (position * 2 + (isRejected ? 1 : 0)) * Self.width
                let counts = (0..<Self.width).map { counters[base + $0].value.load(ordering: .relaxed) }
                let total = counts.dropLast().reduce(0, +)
                guard total > 0 else { continue }
                let own = "operation=\"\(operation.rawValue)\",rejected=\"\(isRejected)\",\(labels)"
                var below = 0
                for (count, bound) in zip(counts, Self.bounds) {
                    below += count
                    lines += "\(name)_bucket{\(own),le=\"\(bound.1)\"} \(below)\n"
                }
                lines += "\(name)_bucket{\(own),le=\"+Inf\"} \(total)\n"
                lines += "\(name)_sum{\(own)} \(Double(counts[Self.width - 1]) / 1e9)\n\(name)_count{\(own)} \(total)\n"
            }
        }
        return lines
    }
}

/// The plugins by what they do, each with its times.
package struct AdmissionChain: Sendable {
    struct Link<Plugin: Sendable>: Sendable {
        let plugin: Plugin
        let name: String
        let times = AdmissionTimes()
    }

    let mutating: [Link<any MutatingPlugin>]
    let validating: [Link<any ValidatingPlugin>]
    let charging: [Link<any ChargingPlugin>]
    let mutation = AdmissionTimes()
    let validation = AdmissionTimes()

    init(_ plugins: [any AdmissionPlugin]) {
        mutating = plugins.compactMap { plugin in (plugin as? any MutatingPlugin).map { Link(plugin: $0, name: plugin.name) } }
        validating = plugins.compactMap { plugin in (plugin as? any ValidatingPlugin).map { Link(plugin: $0, name: plugin.name) } }
        charging = plugins.compactMap { plugin in (plugin as? any ChargingPlugin).map { Link(plugin: $0, name: plugin.name) } }
    }

    /// How long admission takes, under upstream's names. What plugins charge is a part of their validation, as upstream has it.
    package var metricsText: String {
        let step = "apiserver_admission_step_admission_duration_seconds"
        let controller = "apiserver_admission_controller_admission_duration_seconds"
        func lines(_ name: String, _ times: AdmissionTimes, _ type: String) -> String {
            times.text(controller, labels: "name=\"\(name)\",type=\"\(type)\"")
        }
        return metricHead(step, "histogram", "How long each step of admission takes.")
            + mutation.text(step, labels: "type=\"admit\"") + validation.text(step, labels: "type=\"validate\"")
            + metricHead(controller, "histogram", "How long each admission plugin takes.")
            + mutating.map { lines($0.name, $0.times, "admit") }.joined()
            + validating.map { lines($0.name, $0.times, "validate") }.joined()
            + charging.map { lines($0.name, $0.times, "validate") }.joined()
    }
}
