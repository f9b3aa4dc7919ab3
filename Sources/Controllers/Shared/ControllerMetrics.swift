import Core
import Synchronization

/// What the loops did, under the names of kube-controller-manager's metrics. Safe from any thread.
final class ControllerMetrics: Sendable {
    /// What a look at a job led to.
    enum JobAction: String {
        case reconciling
        case tracking
        case podsCreated = "pods_created"
        case podsDeleted = "pods_deleted"
    }

    private struct State {
        /// By completion mode, result and action.
        var syncs: [String: MetricHistogram] = [:]
        /// By completion mode, reason and result.
        var finished: [String: Int] = [:]
        /// By completion mode and result.
        var pods: [String: Int] = [:]
        var skew = MetricHistogram(MetricHistogram.exponential(from: 1, by: 2, count: 10))
        var evictions: [String: Int] = [:]
    }

    private static let syncBounds = MetricHistogram.exponential(from: 0.004, by: 2, count: 15)
    private let state = Mutex(State())

    /// `mode` is "Indexed" or "NonIndexed".
    func jobSynced(_ mode: String, _ action: JobAction, failed: Bool, _ duration: Duration) {
        let labels = "action=\"\(action.rawValue)\",completion_mode=\"\(mode)\",result=\"\(failed ? "error" : "success")\""
        state.withLock { $0.syncs[labels, default: MetricHistogram(Self.syncBounds)].observe(duration) }
    }

    func jobFinished(_ mode: String, _ reason: String, succeeded: Bool) {
        let labels = "completion_mode=\"\(mode)\",reason=\"\(reason)\",result=\"\(succeeded ? "succeeded" : "failed")\""
        state.withLock { $0.finished[labels, default: 0] += 1 }
    }

    /// Pods of a job have been counted in its status.
    func podsFinished(_ mode: String, succeeded: Int, failed: Int) {
        state.withLock { state in
            for (result, count) in [("failed", failed), ("succeeded", succeeded)] where count > 0 {
                state.pods["completion_mode=\"\(mode)\",result=\"\(result)\"", default: 0] += count
            }
        }
    }

    /// A cron job's job was made so long after its time.
    func cronJobStarted(late: Duration) { state.withLock { $0.skew.observe(late) } }

    /// The pods of a node were told to leave it.
    func evicted(zone: String) { state.withLock { $0.evictions[zone, default: 0] += 1 } }

    /// In Prometheus' text format; `names` are those of the loops that run.
    func text(running names: [String]) -> String {
        let state = state.withLock { $0 }
        func counter(_ name: String, _ help: String, _ values: [String: Int]) -> String {
            metricHead(name, "counter", help) + values.sorted { $0.key < $1.key }.map { "\(name){\($0.key)} \($0.value)\n" }.joined()
        }
        let syncs = state.syncs.sorted { $0.key < $1.key }
        let (duration, skew) = ("job_controller_job_sync_duration_seconds", "cronjob_controller_job_creation_skew_duration_seconds")
        return counter("job_controller_job_syncs_total", "Looks at jobs.", state.syncs.mapValues(\.total))
            + metricHead(duration, "histogram", "How long looks at jobs take.") + syncs.map { $1.text(duration, labels: $0) }.joined()
            + counter("job_controller_jobs_finished_total", "Jobs that ended.", state.finished)
            + counter("job_controller_job_pods_finished_total", "Pods of jobs that ended and were counted.", state.pods)
            + metricHead(skew, "histogram", "From the time of a cron job to the creation of its job.") + state.skew.text(skew)
            + counter(
                "node_collector_evictions_total", "Nodes whose pods were told to leave.",
                Dictionary(uniqueKeysWithValues: state.evictions.map { ("zone=\"\($0.key)\"", $0.value) }))
            + metricHead("running_managed_controllers", "gauge", "Loops that run.")
            + names.sorted().map { "running_managed_controllers{manager=\"kube-controller-manager\",name=\"\($0)\"} 1\n" }.joined()
    }
}
