import Core
import Synchronization

/// The scheduler's figures, under the names of kube-scheduler's metrics.
package final class SchedulerMetrics: Sendable {
    private struct Histogram {
        let bounds: [Double]
        var counts: [Int]
        var sum = 0.0
        var total = 0

        init(_ bounds: [Double]) {
            self.bounds = bounds
            counts = Array(repeating: 0, count: bounds.count)
        }

        mutating func observe(_ value: Double) {
            sum += value
            total += 1
            for index in bounds.indices where value <= bounds[index] { counts[index] += 1 }
        }

        func text(_ name: String, labels: String = "") -> String {
            let prefix = labels.isEmpty ? "" : "\(labels),"
            var lines = zip(bounds, counts).map { "\(name)_bucket{\(prefix)le=\"\($0)\"} \($1)" }
            lines.append("\(name)_bucket{\(prefix)le=\"+Inf\"} \(total)")
            let own = labels.isEmpty ? "" : "{\(labels)}"
            return (lines + ["\(name)_sum\(own) \(sum)", "\(name)_count\(own) \(total)"]).joined(separator: "\n") + "\n"
        }
    }

    private struct State {
        /// By result and profile.
        var attempts: [String: Histogram] = [:]
        var binding = Histogram(SchedulerMetrics.seconds)
        var podAttempts = Histogram([1, 2, 4, 8, 16])
        var victims = Histogram([1, 2, 4, 8, 16, 32, 64])
        var preemptions = 0
        var waiting = (active: 0, backoff: 0, unschedulable: 0)
    }

    private static let seconds = (0..<15).map { 0.001 * Double(1 << $0) }
    private let state = Mutex(State())

    package init() {}

    package func attempt(_ result: String, _ profile: String, _ duration: Duration) {
        state.withLock { state in
            let labels = "profile=\"\(profile)\",result=\"\(result)\""
            state.attempts[labels, default: Histogram(Self.seconds)].observe(duration.seconds)
        }
    }

    package func bound(attempts: Int, after duration: Duration) {
        state.withLock { state in
            state.podAttempts.observe(Double(attempts))
            state.binding.observe(duration.seconds)
        }
    }

    package func preempted(_ victims: Int) {
        state.withLock { state in
            state.preemptions += 1
            state.victims.observe(Double(victims))
        }
    }

    package func waiting(_ counts: (active: Int, backoff: Int, unschedulable: Int)) { state.withLock { $0.waiting = counts } }

    /// The figures in Prometheus' text format.
    package var text: String {
        state.withLock { state in
            func head(_ name: String, _ type: String, _ help: String) -> String { "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" }
            var text = head("scheduler_schedule_attempts_total", "counter", "Attempts to schedule pods, by result.")
            for (labels, histogram) in state.attempts.sorted(by: { $0.key < $1.key }) {
                text += "scheduler_schedule_attempts_total{\(labels)} \(histogram.total)\n"
            }
            text += head("scheduler_scheduling_attempt_duration_seconds", "histogram", "How long attempts took, without the binding.")
            for (labels, histogram) in state.attempts.sorted(by: { $0.key < $1.key }) {
                text += histogram.text("scheduler_scheduling_attempt_duration_seconds", labels: labels)
            }
            text += head("scheduler_pod_scheduling_sli_duration_seconds", "histogram", "From the attempt that found a node to the binding.")
            text += state.binding.text("scheduler_pod_scheduling_sli_duration_seconds")
            text += head("scheduler_pod_scheduling_attempts", "histogram", "How many attempts a pod took.")
            text += state.podAttempts.text("scheduler_pod_scheduling_attempts")
            text += head("scheduler_preemption_attempts_total", "counter", "How often pods were made to leave.")
            text += "scheduler_preemption_attempts_total \(state.preemptions)\n"
            text += head("scheduler_preemption_victims", "histogram", "How many pods had to leave at a time.")
            text += state.victims.text("scheduler_preemption_victims")
            text += head("scheduler_pending_pods", "gauge", "Pods that wait, by queue.")
            text += "scheduler_pending_pods{queue=\"active\"} \(state.waiting.active)\n"
            text += "scheduler_pending_pods{queue=\"backoff\"} \(state.waiting.backoff)\n"
            text += "scheduler_pending_pods{queue=\"unschedulable\"} \(state.waiting.unschedulable)\n"
            return text
        }
    }
}
