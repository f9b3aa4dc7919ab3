import Core
import Synchronization

/// Counts the events sent to watchers, and their bytes.
final class WatchMetrics: Sendable {
    private static let bounds = MetricHistogram.exponential(from: 1024, by: 2, count: 8)
    private let sizes = Mutex<[GroupVersionResource: MetricHistogram]>([:])

    /// Counts what is sent in one piece; `bytes` has the size of each event.
    func sent(_ resource: GroupVersionResource, bytes: [Int]) {
        sizes.withLock { sizes in
            for size in bytes { sizes[resource, default: MetricHistogram(Self.bounds)].observe(Double(size)) }
        }
    }

    /// The Prometheus text form.
    var text: String {
        let all = sizes.withLock { $0 }.map { resource, histogram in
            ("group=\"\(resource.group)\",resource=\"\(resource.resource)\",version=\"\(resource.version)\"", histogram)
        }.sorted { $0.0 < $1.0 }
        return metricHead("apiserver_watch_events_total", "counter", "Events sent to watchers.")
            + all.map { "apiserver_watch_events_total{\($0)} \($1.total)\n" }.joined()
            + metricHead("apiserver_watch_events_sizes", "histogram", "Bytes of events sent to watchers.")
            + all.map { $1.text("apiserver_watch_events_sizes", labels: $0) }.joined()
    }
}
