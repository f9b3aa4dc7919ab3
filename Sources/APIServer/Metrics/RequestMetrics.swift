import Core
import ResourceEngine
import Synchronization

/// Counts requests, how long they take and how large their answers are, under upstream's names, as Prometheus text.
package final class RequestMetrics: Sendable {
    /// What requests are told apart by.
    struct Labels: Hashable {
        private enum Scope: String {
            case none = ""
            case cluster, namespace, resource
        }

        private let verb: String
        private let resource: GroupVersionResource?
        private let subresource: String
        private let scope: Scope
        private let isDryRun: Bool

        /// `verb` is "GET", "LIST", "WATCH", "APPLY" and so on.
        init(_ verb: String, _ route: ResourceRoute?, isDryRun: Bool = false) {
            self.verb = verb
            resource = route?.resource
            subresource = route?.subresource ?? ""
            scope = route.map { !$0.name.isEmpty ? .resource : $0.namespace.isEmpty ? .cluster : .namespace } ?? .none
            self.isDryRun = isDryRun
        }

        /// All but whether it was a dry run.
        fileprivate var text: String {
            "component=\"apiserver\",group=\"\(resource?.group ?? "")\",resource=\"\(resource?.resource ?? "")\",scope=\"\(scope.rawValue)\","
                + "subresource=\"\(subresource)\",verb=\"\(verb)\",version=\"\(resource?.version ?? "")\""
        }
        fileprivate func deprecationText(_ removedRelease: String) -> String {
            "group=\"\(resource?.group ?? "")\",removed_release=\"\(removedRelease)\",resource=\"\(resource?.resource ?? "")\","
                + "subresource=\"\(subresource)\",version=\"\(resource?.version ?? "")\""
        }
        fileprivate var fullText: String { "dry_run=\"\(isDryRun ? "All" : "")\",\(text)" }
    }

    fileprivate struct Series {
        var codes: [Int: Int] = [:]
        var durations = MetricHistogram(RequestMetrics.bounds)
        /// Without the time in the queue.
        var served = MetricHistogram(RequestMetrics.objectiveBounds)
        var sizes = MetricHistogram(MetricHistogram.exponential(from: 1000, by: 10, count: 7))
        /// Of a deprecated version, the release that has it no longer.
        var removedRelease: String?
    }

    private struct State {
        var series: [Labels: Series] = [:]
        var longRunning: [Labels: Int] = [:]
        /// By labels and code.
        var terminations: [Labels: [Int: Int]] = [:]
        var readsInFlight = 0
        var writesInFlight = 0
    }

    /// What became of a request.
    struct Outcome {
        var code: Int
        /// Nil for watches and streams.
        var duration: Duration?
        /// Of it, in the queue of flow control.
        var waited = Duration.zero
        /// Of the answer to a read.
        var bytes: Int?
        /// Turned away for the load, or given up for the time it took.
        var isTerminated = false
        /// Of a deprecated version, the release that has it no longer: empty while none is named.
        var removedRelease: String?
    }

    fileprivate static let bounds = [
        0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
    ]
    fileprivate static let objectiveBounds = Array(bounds.dropFirst(2))

    private let state = Mutex(State())

    package init() {}

    /// Counts a request in, unless `limit` of its sort are in progress.
    func began(isMutating: Bool, limit: Int) -> Bool {
        state.withLock { state in
            guard (isMutating ? state.writesInFlight : state.readsInFlight) < limit else { return false }
            if isMutating { state.writesInFlight += 1 } else { state.readsInFlight += 1 }
            return true
        }
    }

    func ended(isMutating: Bool) { state.withLock { if isMutating { $0.writesInFlight -= 1 } else { $0.readsInFlight -= 1 } } }

    /// Counts a watch or stream while it lasts.
    func beganLongRunning(_ labels: Labels) { state.withLock { $0.longRunning[labels, default: 0] += 1 } }
    func endedLongRunning(_ labels: Labels) { state.withLock { $0.longRunning[labels, default: 1] -= 1 } }

    func record(_ labels: Labels, _ outcome: Outcome) {
        state.withLock { state in
            state.series[labels, default: Series()].add(outcome)
            if outcome.isTerminated { state.terminations[labels, default: [:]][outcome.code, default: 0] += 1 }
        }
    }

    /// The Prometheus text form.
    package func text() -> String {
        let state = state.withLock { $0 }
        let all = state.series.map { (labels: $0.key, series: $0.value) }.sorted { $0.labels.fullText < $1.labels.fullText }
        func histograms(_ name: String, _ help: String, _ values: (Series) -> MetricHistogram, _ labels: (Labels) -> String) -> String {
            let present = all.filter { values($0.series).total > 0 }
            return metricHead(name, "histogram", help) + present.map { values($0.series).text(name, labels: labels($0.labels)) }.joined()
        }
        func lines(_ name: String, _ type: String, _ help: String, _ values: [(labels: String, value: Int)]) -> String {
            metricHead(name, type, help) + values.sorted { $0.labels < $1.labels }.map { "\(name){\($0.labels)} \($0.value)\n" }.joined()
        }
        let requests = all.flatMap { labels, series in series.codes.map { ("code=\"\($0.key)\",\(labels.fullText)", $0.value) } }
        let terminations = state.terminations.flatMap { labels, codes in codes.map { ("code=\"\($0.key)\",\(labels.text)", $0.value) } }
        let deprecated = Set(all.compactMap { labels, series in series.removedRelease.map { labels.deprecationText($0) } })
        return lines("apiserver_request_total", "counter", "Requests.", requests)
            + histograms("apiserver_request_duration_seconds", "How long requests take.", \.durations, \.fullText)
            + histograms("apiserver_request_sli_duration_seconds", "How long requests take once it is their turn.", \.served, \.text)
            + histograms("apiserver_response_sizes", "Bytes of answers to reads.", \.sizes, \.text)
            + lines(
                "apiserver_longrunning_requests", "gauge", "Watches and streams in progress.",
                state.longRunning.map { ($0.key.text, $0.value) })
            + lines(
                "apiserver_requested_deprecated_apis", "gauge", "Deprecated versions that were asked for.",
                deprecated.map { ($0, 1) })
            + lines("apiserver_request_terminations_total", "counter", "Requests given up to protect the server.", terminations)
            + lines(
                "apiserver_current_inflight_requests", "gauge", "Requests in progress, watches and streams aside.",
                [("request_kind=\"mutating\"", state.writesInFlight), ("request_kind=\"readOnly\"", state.readsInFlight)])
    }
}

extension RequestMetrics.Series {
    fileprivate mutating func add(_ outcome: RequestMetrics.Outcome) {
        codes[outcome.code, default: 0] += 1
        removedRelease = outcome.removedRelease ?? removedRelease
        guard let duration = outcome.duration else { return }
        durations.observe(duration)
        served.observe(duration - outcome.waited)
        if let bytes = outcome.bytes { sizes.observe(Double(bytes)) }
    }
}
