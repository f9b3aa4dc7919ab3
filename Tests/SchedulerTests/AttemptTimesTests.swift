import KubernetesAPI
import Scheduler
import Testing

@Suite struct AttemptTimesTests {
    private func text(of pod: Pod, timesPlugins: Bool) -> String {
        var cluster = SchedulerCache()
        for node in [node("a"), node("b", cpu: "1"), node("c") { $0.spec.unschedulable = true }] { _ = cluster.put(node) }
        let times = AttemptTimes()
        times.begin("default-scheduler") { _ in timesPlugins ? 0 : 1 }
        var cycle = cluster.cycle(for: PodState(pod))
        cycle.times = times
        _ = Profile.standard.attempt(cycle, tieBreaker: { _ in 0 })
        let metrics = SchedulerMetrics()
        metrics.attempts(times.figures)
        return metrics.text
    }

    @Test func `plugins are counted as often as they were asked about a node`() {
        let lines = text(of: pod("p", cpu: "2"), timesPlugins: false).split(separator: "\n")
        func count(_ plugin: String) -> Substring? {
            let name = "scheduler_plugin_evaluation_total{extension_point=\"Filter\",plugin=\"\(plugin)\",profile=\"default-scheduler\"} "
            return lines.first { $0.hasPrefix(name) }?.dropFirst(name.count)
        }
        #expect(count("NodeUnschedulable") == "3")
        // The cordoned node was ruled out before.
        #expect(count("NodeResourcesFit") == "2")
        #expect(count("InterPodAffinity") == nil)
        #expect(!lines.contains { $0.hasPrefix("scheduler_plugin_execution_duration_seconds_count") })
    }

    @Test func `points of extension are told by outcome, plugins of some attempts only`() {
        let good = text(of: pod("p", cpu: "500m"), timesPlugins: true)
        for line in [
            "scheduler_framework_extension_point_duration_seconds_count{extension_point=\"Filter\",profile=\"default-scheduler\",status=\"Success\"} 1",
            "scheduler_framework_extension_point_duration_seconds_count{extension_point=\"Score\",profile=\"default-scheduler\",status=\"Success\"} 1",
            "scheduler_plugin_execution_duration_seconds_count{extension_point=\"Filter\",plugin=\"NodeUnschedulable\",status=\"UnschedulableAndUnresolvable\"} 1",
            "scheduler_plugin_execution_duration_seconds_count{extension_point=\"PreFilter\",plugin=\"InterPodAffinity\",status=\"Skip\"} 1",
        ] {
            #expect(good.contains("\(line)\n"), "\(line) is missing")
        }
        let bad = text(of: pod("p", cpu: "50"), timesPlugins: false)
        #expect(bad.contains("extension_point=\"Filter\",profile=\"default-scheduler\",status=\"Unschedulable\"} 1\n"))
    }
}
