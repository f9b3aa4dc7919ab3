import Core
import Reconcile
import TestSupport
import Testing

@Suite struct WorkQueueMetricsTests {
    @Test func `a queue tells what was added, waits, is worked on and failed`() async {
        let clock = ManualClock()
        let metrics = WorkQueueMetrics(clock: clock)
        let queue = WorkQueue<String>(clock: clock, metrics: metrics.queue(named: "deployment"))
        queue.add(["a", "b", "a"])
        clock.advance(by: .seconds(2))
        let key = await queue.next()
        clock.advance(by: .seconds(5))
        let busy = metrics.text.split(separator: "\n").map(String.init)
        #expect(busy.contains("workqueue_adds_total{name=\"deployment\"} 2"))
        #expect(busy.contains("workqueue_depth{name=\"deployment\"} 1"))
        #expect(busy.contains("workqueue_unfinished_work_seconds{name=\"deployment\"} 5.0"))
        #expect(busy.contains("workqueue_longest_running_processor_seconds{name=\"deployment\"} 5.0"))
        #expect(busy.contains("workqueue_queue_duration_seconds_sum{name=\"deployment\"} 2.0"))
        queue.retry(key ?? "")
        queue.done(key ?? "")
        let idle = metrics.text.split(separator: "\n").map(String.init)
        #expect(idle.contains("workqueue_retries_total{name=\"deployment\"} 1"))
        #expect(idle.contains("workqueue_unfinished_work_seconds{name=\"deployment\"} 0.0"))
        #expect(idle.contains("workqueue_work_duration_seconds_bucket{name=\"deployment\",le=\"+Inf\"} 1"))
        #expect(idle.contains("workqueue_work_duration_seconds_sum{name=\"deployment\"} 5.0"))
    }
}
