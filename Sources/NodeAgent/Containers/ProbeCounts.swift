import Synchronization

/// Counts the outcomes of probes, as Prometheus text under the kubelet's name (`prober_probe_total`). Any thread.
final class ProbeCounts: Sendable {
    struct Series: Hashable, Sendable {
        var namespace: String
        var pod: String
        var uid: String
        var container: String
        var kind: String
        var isSuccess: Bool
    }

    private let counts = Mutex<[Series: Int]>([:])

    func add(_ series: Series) { counts.withLock { $0[series, default: 0] += 1 } }

    /// Forgets a pod that is gone.
    func forget(_ uid: String) { counts.withLock { counts in counts = counts.filter { $0.key.uid != uid } } }

    func text() -> String {
        var lines = ["# HELP prober_probe_total [BETA] Outcomes of the probes of containers", "# TYPE prober_probe_total counter"]
        let rows = counts.withLock { $0 }.map { entry in
            let series = entry.key
            return "prober_probe_total{container=\"\(series.container)\",namespace=\"\(series.namespace)\",pod=\"\(series.pod)\","
                + "pod_uid=\"\(series.uid)\",probe_type=\"\(series.kind)\",result=\"\(series.isSuccess ? "successful" : "failed")\"} "
                + "\(entry.value)"
        }
        lines += rows.sorted()
        return lines.joined(separator: "\n") + "\n"
    }
}
