import Core
import Synchronization

/// The scheduler's figures, under the names of kube-scheduler's metrics.
package final class SchedulerMetrics: Sendable {
    private struct State {
        /// By result and profile.
        var attempts: [String: MetricHistogram] = [:]
        var algorithm = MetricHistogram(SchedulerMetrics.seconds)
        /// From when a pod was first seen to its binding, by how many attempts it took.
        var latency: [Int: MetricHistogram] = [:]
        var podAttempts = MetricHistogram([1, 2, 4, 8, 16])
        var victims = MetricHistogram([1, 2, 4, 8, 16, 32, 64])
        var preemptions = 0
        var queue = Queue()
        var cache = (nodes: 0, pods: 0, assumed: 0)
        /// What attempts took, and what writing their outcomes took.
        var parts = AttemptTimes.Figures()
        var news = NewsTimes.Figures()
        var writing = AttemptTimes.Figures()
        /// By what they do: tasks that run.
        var tasks = ["binding": 0, "preemption": 0]
        /// How long making pods leave took, by whether it worked.
        var evictions: [String: MetricHistogram] = [:]
    }

    /// What the scheduler's task tells of its queue and cache.
    package struct Queue: Sendable {
        package var waiting = (active: 0, backoff: 0, unschedulable: 0)
        package var gated = 0
        /// Pods that are being tried or bound.
        package var inFlight = 0
        package var boundAfterFlush = 0
        /// By profile and plugin.
        package var unschedulable: [String: [String: Int]] = [:]
        package var arrivals: [SchedulingQueue.Arrival: (active: Int, backoff: Int, unschedulable: Int)] = [:]

        package init() {}
    }

    private static let seconds = MetricHistogram.exponential(from: 0.001, by: 2, count: 15)
    /// How many attempts are told apart; more are "16+".
    private static let longestRow = 16
    private let state = Mutex(State())

    package init() {}

    package func attempt(_ result: String, _ profile: String, _ duration: Duration) {
        state.withLock { state in
            let labels = "profile=\"\(profile)\",result=\"\(result)\""
            state.attempts[labels, default: MetricHistogram(Self.seconds)].observe(duration)
            state.algorithm.observe(duration)
        }
    }

    /// A pod was bound, so long after it was first seen.
    package func bound(attempts: Int, after duration: Duration) {
        let latencyBounds = { MetricHistogram(MetricHistogram.exponential(from: 0.01, by: 2, count: 20)) }
        state.withLock { state in
            state.podAttempts.observe(Double(attempts))
            state.latency[min(attempts, Self.longestRow), default: latencyBounds()].observe(duration)
        }
    }

    /// It was looked for pods that could leave.
    package func preemptionTried() { state.withLock { $0.preemptions += 1 } }

    package func preempted(_ victims: Int) { state.withLock { $0.victims.observe(Double(victims)) } }

    /// Making pods leave begins.
    package func evicting() { state.withLock { $0.tasks["preemption", default: 0] += 1 } }

    /// Making pods leave has ended.
    package func evicted(_ duration: Duration, failed: Bool) {
        state.withLock { state in
            state.tasks["preemption", default: 0] -= 1
            let bounds = MetricHistogram.exponential(from: 0.01, by: 2, count: 20)
            state.evictions[failed ? "error" : "success", default: MetricHistogram(bounds)].observe(duration)
        }
    }

    /// A binding begins (1) or has ended (-1).
    package func binding(_ step: Int) { state.withLock { $0.tasks["binding", default: 0] += step } }

    /// What the attempts so far took.
    package func attempts(_ figures: AttemptTimes.Figures) { state.withLock { $0.parts = figures } }

    /// What news took so far.
    package func news(_ figures: NewsTimes.Figures) { state.withLock { $0.news = figures } }

    /// What a part of writing an outcome took.
    package func add(_ point: AttemptTimes.Point, _ status: AttemptTimes.Status, _ duration: Duration, _ profile: String) {
        state.withLock { $0.writing.add(point, status, duration, profile) }
    }

    package func waiting(_ queue: Queue, nodes: Int, pods: Int, assumed: Int) {
        state.withLock { state in
            state.queue = queue
            state.cache = (nodes, pods, assumed)
        }
    }

    /// The figures in Prometheus' text format.
    package var text: String {
        let state = state.withLock { $0 }
        let attempts = state.attempts.sorted { $0.key < $1.key }
        var text = metricHead("scheduler_schedule_attempts_total", "counter", "Attempts to schedule pods, by result.")
        for (labels, histogram) in attempts { text += "scheduler_schedule_attempts_total{\(labels)} \(histogram.total)\n" }
        text += metricHead("scheduler_scheduling_attempt_duration_seconds", "histogram", "How long attempts took, without the binding.")
        for (labels, histogram) in attempts { text += histogram.text("scheduler_scheduling_attempt_duration_seconds", labels: labels) }
        text += metricHead("scheduler_scheduling_algorithm_duration_seconds", "histogram", "How long the choice of a node took.")
        text += state.algorithm.text("scheduler_scheduling_algorithm_duration_seconds")
        text += metricHead("scheduler_pod_scheduling_sli_duration_seconds", "histogram", "From a pod's arrival to its binding.")
        for (count, histogram) in state.latency.sorted(by: { $0.key < $1.key }) {
            let label = count < Self.longestRow ? "\(count)" : "\(Self.longestRow)+"
            text += histogram.text("scheduler_pod_scheduling_sli_duration_seconds", labels: "attempts=\"\(label)\"")
        }
        text += metricHead("scheduler_pod_scheduling_attempts", "histogram", "How many attempts a pod took.")
        text += state.podAttempts.text("scheduler_pod_scheduling_attempts")
        text += metricHead("scheduler_preemption_attempts_total", "counter", "How often pods were made to leave.")
        text += "scheduler_preemption_attempts_total \(state.preemptions)\n"
        text += metricHead("scheduler_preemption_victims", "histogram", "How many pods had to leave at a time.")
        text += state.victims.text("scheduler_preemption_victims")
        text += metricHead("scheduler_preemption_goroutines_duration_seconds", "histogram", "How long making pods leave took.")
        let evictions = state.evictions.sorted { $0.key < $1.key }
        for (result, histogram) in evictions {
            text += histogram.text("scheduler_preemption_goroutines_duration_seconds", labels: "result=\"\(result)\"")
        }
        text += metricHead("scheduler_preemption_goroutines_execution_total", "counter", "How often pods were made to leave, by result.")
        for (result, histogram) in evictions {
            text += "scheduler_preemption_goroutines_execution_total{result=\"\(result)\"} \(histogram.total)\n"
        }
        text += metricHead("scheduler_goroutines", "gauge", "Tasks that run, by what they do.")
        for (operation, count) in state.tasks.sorted(by: { $0.key < $1.key }) {
            text += "scheduler_goroutines{operation=\"\(operation)\"} \(count)\n"
        }
        var parts = state.parts
        parts.points.merge(state.writing.points) { one, _ in one }  // These are other points.
        text += parts.text + state.news.text
        return text + Self.text(of: state.queue) + Self.text(of: state.cache)
    }

    private static func text(of queue: Queue) -> String {
        var text = metricHead("scheduler_pending_pods", "gauge", "Pods that wait, by queue.")
        let waiting = queue.waiting
        for (name, count) in [
            ("active", waiting.active), ("backoff", waiting.backoff), ("gated", queue.gated), ("unschedulable", waiting.unschedulable),
        ] {
            text += "scheduler_pending_pods{queue=\"\(name)\"} \(count)\n"
        }
        text += metricHead("scheduler_unschedulable_pods", "gauge", "Pods that no node suits, by the plugins that ruled nodes out.")
        for (profile, plugins) in queue.unschedulable.sorted(by: { $0.key < $1.key }) {
            for (name, count) in plugins.sorted(by: { $0.key < $1.key }) {
                text += "scheduler_unschedulable_pods{plugin=\"\(name)\",profile=\"\(profile)\"} \(count)\n"
            }
        }
        text += metricHead("scheduler_inflight_events", "gauge", "Pods being tried or bound; what happens meanwhile is noted with each.")
        text += "scheduler_inflight_events{event=\"PodPopped\"} \(queue.inFlight)\n"
        text += metricHead("scheduler_pod_scheduled_after_flush_total", "counter", "Pods that found a node when only time had passed.")
        text += "scheduler_pod_scheduled_after_flush_total \(queue.boundAfterFlush)\n"
        text += metricHead("scheduler_queue_incoming_pods_total", "counter", "Pods that came into a queue, by why.")
        for (event, counts) in queue.arrivals.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for (name, count) in [("active", counts.active), ("backoff", counts.backoff), ("unschedulable", counts.unschedulable)]
            where count > 0 {
                text += "scheduler_queue_incoming_pods_total{event=\"\(event.rawValue)\",queue=\"\(name)\"} \(count)\n"
            }
        }
        return text
    }

    private static func text(of cache: (nodes: Int, pods: Int, assumed: Int)) -> String {
        metricHead("scheduler_cache_size", "gauge", "What the scheduler knows of.")
            + "scheduler_cache_size{type=\"assumed_pods\"} \(cache.assumed)\nscheduler_cache_size{type=\"nodes\"} \(cache.nodes)\n"
            + "scheduler_cache_size{type=\"pods\"} \(cache.pods)\n"
    }
}
