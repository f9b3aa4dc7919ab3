import HTTPTransport
import Synchronization

/// Where a request was sorted to: one FlowSchema and its priority level, with what is counted of them. Safe from any thread.
package final class Flow: Sendable {
    /// Seconds, as upstream's histogram of waits has them.
    static let bounds: [Double] = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30]

    /// What is counted, across changes of the configuration.
    final class Counts: Sendable {
        let dispatched = Atomic<Int>(0)
        let executing = Atomic<Int>(0)
        let executingSeats = Atomic<Int>(0)
        let waiting = Atomic<Int>(0)
        let waitingSeats = Atomic<Int>(0)
        let queueFull = Atomic<Int>(0)
        let timedOut = Atomic<Int>(0)
        /// Requests whose clients went while they waited.
        let cancelled = Atomic<Int>(0)
        /// How many of those that had to wait and then ran waited no longer than each bound, and the sum of their seconds.
        let waits = Mutex<(buckets: [Int], sum: Double, count: Int)>(([Int](repeating: 0, count: Flow.bounds.count), 0, 0))

        func waited(_ seconds: Double) {
            waits.withLock { waits in
                for (index, bound) in Flow.bounds.enumerated() where seconds <= bound { waits.buckets[index] += 1 }
                waits.sum += seconds
                waits.count += 1
            }
        }
    }

    package let schema: String
    package let level: String
    /// What clients are told of it.
    package let headers: HTTPFields
    let counts: Counts

    init(schema: String, schemaUID: String, level: String, levelUID: String, counts: Counts) {
        self.schema = schema
        self.level = level
        self.counts = counts
        headers = ["X-Kubernetes-PF-FlowSchema-UID": schemaUID, "X-Kubernetes-PF-PriorityLevel-UID": levelUID]
    }

    /// Its lines of a family of metrics.
    var labels: String { "flow_schema=\"\(schema)\",priority_level=\"\(level)\"" }
}
