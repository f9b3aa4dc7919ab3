import Synchronization

/// Counts requests and their durations under upstream's names, as Prometheus text.
package final class RequestMetrics: Sendable {
    private struct Labels: Hashable {
        var verb: String
        var group: String
        var version: String
        var resource: String
        var subresource: String
        var scope: String
        var code: Int
    }
    private struct Series {
        var count = 0
        var seconds = 0.0
        var buckets = [Int](repeating: 0, count: RequestMetrics.bounds.count)

        mutating func add(_ duration: Double?) {
            count += 1
            guard let duration else { return }
            seconds += duration
            if let bucket = RequestMetrics.bounds.firstIndex(where: { duration <= $0 }) { buckets[bucket] += 1 }
        }
    }

    /// Upstream's buckets, thinned out.
    private static let bounds = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 5, 10, 30, 60]
    private let series = Mutex<[Labels: Series]>([:])
    private let inFlight = Mutex((readOnly: 0, mutating: 0))

    package init() {}

    /// Counts a request in, unless `limit` of its sort are in progress.
    func began(isMutating: Bool, limit: Int) -> Bool {
        inFlight.withLock { counts in
            guard (isMutating ? counts.mutating : counts.readOnly) < limit else { return false }
            if isMutating { counts.mutating += 1 } else { counts.readOnly += 1 }
            return true
        }
    }

    func ended(isMutating: Bool) { inFlight.withLock { if isMutating { $0.mutating -= 1 } else { $0.readOnly -= 1 } } }
    var inFlightCounts: (readOnly: Int, mutating: Int) { inFlight.withLock { $0 } }

    /// Counts a request; watches and streams have no duration.
    func record(verb: String, _ route: ResourceRoute?, code: Int, seconds: Double?) {
        let labels = Labels(
            verb: verb, group: route?.resource.group ?? "", version: route?.resource.version ?? "",
            resource: route?.resource.resource ?? "",
            subresource: route?.subresource ?? "",
            scope: route.map { $0.name.isEmpty ? ($0.namespace.isEmpty ? "cluster" : "namespace") : "resource" } ?? "", code: code)
        series.withLock { series in
            series[labels, default: Series()].add(seconds)
        }
    }

    /// The Prometheus text form.
    package func text() -> String {
        let all = series.withLock { $0 }
        var total = "# TYPE apiserver_request_total counter\n"
        var durations = "# TYPE apiserver_request_duration_seconds histogram\n"
        for (labels, series) in all {
            let common =
                "component=\"apiserver\",group=\"\(labels.group)\",resource=\"\(labels.resource)\",scope=\"\(labels.scope)\","
                + "subresource=\"\(labels.subresource)\",verb=\"\(labels.verb)\",version=\"\(labels.version)\""
            total += "apiserver_request_total{code=\"\(labels.code)\",dry_run=\"\",\(common)} \(series.count)\n"
        }
        // Durations are not told apart by code.
        var merged: [String: Series] = [:]
        for (labels, series) in all where labels.verb != "WATCH" && labels.verb != "CONNECT" {
            let key =
                "component=\"apiserver\",dry_run=\"\",group=\"\(labels.group)\",resource=\"\(labels.resource)\",scope=\"\(labels.scope)\","
                + "subresource=\"\(labels.subresource)\",verb=\"\(labels.verb)\",version=\"\(labels.version)\""
            merged[key, default: Series()].count += series.count
            merged[key]?.seconds += series.seconds
            for (index, count) in series.buckets.enumerated() { merged[key]?.buckets[index] += count }
        }
        for (key, series) in merged {
            var sum = 0
            for (bound, count) in zip(Self.bounds, series.buckets) {
                sum += count
                durations += "apiserver_request_duration_seconds_bucket{\(key),le=\"\(bound)\"} \(sum)\n"
            }
            durations += "apiserver_request_duration_seconds_bucket{\(key),le=\"+Inf\"} \(series.count)\n"
            durations += "apiserver_request_duration_seconds_sum{\(key)} \(series.seconds)\n"
            durations += "apiserver_request_duration_seconds_count{\(key)} \(series.count)\n"
        }
        let (readOnly, mutating) = inFlightCounts
        return total + durations + """
            # TYPE apiserver_current_inflight_requests gauge
            apiserver_current_inflight_requests{request_kind="readOnly"} \(readOnly)
            apiserver_current_inflight_requests{request_kind="mutating"} \(mutating)

            """
    }
}
