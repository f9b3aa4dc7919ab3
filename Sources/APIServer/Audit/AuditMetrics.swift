import Core
import Synchronization
import Values

/// What is counted of audit events, under upstream's names. Safe from any thread.
package final class AuditMetrics: Sendable {
    private struct Counts {
        var events = 0
        var levels: [String: Int] = [:]
        /// Events that were lost, by what should have written them.
        var lost: [String: Int] = [:]
        var rejected = 0
    }

    private let counts = Mutex(Counts())

    package init() {}

    func count(level: String) {
        counts.withLock { counts in
            counts.events += 1
            counts.levels[level, default: 0] += 1
        }
    }

    func lose(_ number: Int, by plugin: String) { counts.withLock { $0.lost[plugin, default: 0] += number } }

    func reject() { counts.withLock { $0.rejected += 1 } }

    /// In Prometheus' text format.
    package var text: String {
        let counts = counts.withLock { $0 }
        var text = metricHead("apiserver_audit_event_total", "counter", "Audit events that were made.")
        text += "apiserver_audit_event_total \(counts.events)\n"
        text += metricHead("apiserver_audit_level_total", "counter", "Audit events by their level.")
        for (level, number) in counts.levels.sorted(by: { $0.key < $1.key }) {
            text += "apiserver_audit_level_total{level=\"\(level)\"} \(number)\n"
        }
        text += metricHead("apiserver_audit_error_total", "counter", "Audit events that were lost, by the plugin that lost them.")
        for (plugin, number) in counts.lost.sorted(by: { $0.key < $1.key }) {
            text += "apiserver_audit_error_total{plugin=\"\(plugin)\"} \(number)\n"
        }
        text += metricHead(
            "apiserver_audit_requests_rejected_total", "counter", "Requests that were refused because they could not be audited.")
        return text + "apiserver_audit_requests_rejected_total \(counts.rejected)\n"
    }
}
