import Core
import Synchronization

/// The figures of the work queues of a process, under the names of client-go's metrics.
package final class WorkQueueMetrics: Sendable {
    /// The figures of the queues of one name.
    package final class Queue: Sendable {
        fileprivate struct Figures {
            var depth = 0
            var adds = 0
            var retries = 0
            var waited = MetricHistogram(WorkQueueMetrics.bounds)
            var worked = MetricHistogram(WorkQueueMetrics.bounds)
            var running: [Int: Timestamp] = [:]
            var turns = 0
        }

        fileprivate let figures = Mutex(Figures())

        func added() { figures.withLock { $0.adds += 1 } }
        func retried() { figures.withLock { $0.retries += 1 } }
        func becameReady() { figures.withLock { $0.depth += 1 } }

        /// A worker took a key that had waited; answers what `finished` is to be told.
        func taken(waited: Duration, at now: Timestamp) -> Int {
            figures.withLock { figures in
                figures.depth -= 1
                figures.waited.observe(waited)
                figures.turns += 1
                figures.running[figures.turns] = now
                return figures.turns
            }
        }

        func finished(_ turn: Int, at now: Timestamp) {
            figures.withLock { figures in
                if let start = figures.running.removeValue(forKey: turn) { figures.worked.observe(now - start) }
            }
        }
    }

    private static let bounds = MetricHistogram.exponential(from: 1e-8, by: 10, count: 10)

    private let clock: any Clock
    private let queues = Mutex<[String: Queue]>([:])

    package init(clock: any Clock) { self.clock = clock }

    /// The figures of a queue; queues of one name share theirs.
    package func queue(named name: String) -> Queue {
        queues.withLock { queues in
            if let known = queues[name] { return known }
            let made = Queue()
            queues[name] = made
            return made
        }
    }

    /// The figures in Prometheus' text format.
    package var text: String {
        let now = clock.now
        let all = queues.withLock { $0 }.sorted { $0.key < $1.key }.map { (name: $0.key, figures: $0.value.figures.withLock { $0 }) }
        func lines(_ name: String, _ type: String, _ help: String, _ value: (Queue.Figures) -> String) -> String {
            let head = metricHead("workqueue_\(name)", type, help)
            return head + all.map { "workqueue_\(name){name=\"\($0.name)\"} \(value($0.figures))\n" }.joined()
        }
        func histograms(_ name: String, _ help: String, _ value: (Queue.Figures) -> MetricHistogram) -> String {
            let head = metricHead("workqueue_\(name)", "histogram", help)
            return head + all.map { value($0.figures).text("workqueue_\(name)", labels: "name=\"\($0.name)\"") }.joined()
        }
        func ages(_ figures: Queue.Figures) -> [Double] { figures.running.values.map { (now - $0).seconds } }
        return lines("adds_total", "counter", "Keys added.") { "\($0.adds)" }
            + lines("depth", "gauge", "Keys that wait for a worker.") { "\($0.depth)" }
            + lines("longest_running_processor_seconds", "gauge", "How long the longest at work has been at its key.") {
                "\(ages($0).max() ?? 0)"
            }
            + histograms("queue_duration_seconds", "How long keys waited.", \.waited)
            + lines("retries_total", "counter", "Keys that failed and were added again.") { "\($0.retries)" }
            + lines("unfinished_work_seconds", "gauge", "How long those at work have been at their keys, together.") {
                "\(ages($0).reduce(0, +))"
            }
            + histograms("work_duration_seconds", "How long keys were worked on.", \.worked)
    }
}
