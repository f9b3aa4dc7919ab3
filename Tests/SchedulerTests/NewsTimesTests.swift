import Core
import KubernetesAPI
import Scheduler
import Testing
import Values

/// What the metrics tell of news, and of pods that waited for none.
@Suite struct NewsTimesTests {
    private let start = Timestamp(seconds: 1_000_000)

    private func take(_ state: inout Decisions, pods: [String: Pod?] = [:], nodes: [String: Node?] = [:], at now: Timestamp) {
        var news = Inbox.Contents()
        for (name, pod) in pods { news.pods[ObjectKey(namespace: "default", name: name)] = .some(pod) }
        for (name, node) in nodes { news.nodes[name] = .some(node) }
        state.take(news, now: now)
    }

    private func lines(_ state: Decisions) -> [Substring] {
        let metrics = SchedulerMetrics()
        metrics.news(state.newsTimes.figures)
        metrics.waiting(state.figures, nodes: 0, pods: 0, assumed: 0)
        return metrics.text.split(separator: "\n")
    }

    @Test func `news is counted by what it is`() {
        var state = Decisions(schedulerName: "default-scheduler")
        take(&state, nodes: ["a": node("a"), "b": node("b")], at: start)
        take(&state, nodes: ["a": node("a", cpu: "9"), "b": nil], at: start)
        take(&state, pods: ["p": pod("p"), "q": pod("q", on: "a")], at: start)
        take(&state, pods: ["p": pod("p") { $0.spec.priority = 3 }, "q": pod("q", cpu: "2", on: "a")], at: start)
        take(&state, pods: ["p": nil, "q": nil], at: start)
        take(&state, pods: ["foreign": pod("foreign") { $0.spec.schedulerName = "other" }], at: start)
        let lines = lines(state)
        for (event, count) in [
            ("NodeAdd", 2), ("NodeUpdate", 1), ("NodeDelete", 1), ("UnschedulablePodAdd", 1), ("UnschedulablePodUpdate", 1),
            ("UnschedulablePodDelete", 1), ("AssignedPodAdd", 1), ("AssignedPodUpdate", 1), ("AssignedPodDelete", 1),
        ] {
            let line = "scheduler_event_handling_duration_seconds_count{event=\"\(event)\"} \(count)"
            #expect(lines.contains(line[...]), "\(line)")
        }
    }

    @Test func `one question in ten to a plugin is timed`() throws {
        var state = Decisions(schedulerName: "default-scheduler")
        take(&state, nodes: ["a": node("a", cpu: "1")], at: start)
        take(&state, pods: ["p": pod("p", cpu: "4")], at: start)
        let tried = state.queue.next()
        let waiting = try #require(tried).pod
        state.queue.failed(
            waiting, hints: Profile.standard.hints(of: ["NodeResourcesFit"]), plugins: ["NodeResourcesFit"], isAlone: true, now: start)
        for round in 1...20 {
            let cpu = round.isMultiple(of: 2) ? "1" : "2"
            take(&state, nodes: ["a": node("a", cpu: cpu)], at: start + .seconds(round))
        }
        let line =
            #"scheduler_queueing_hint_execution_duration_seconds_count{event="NodeUpdate",hint="QueueSkip",plugin="NodeResourcesFit"} 2"#
        #expect(lines(state).contains(line[...]))
    }

    @Test func `pods that find a node only because time has passed are counted`() throws {
        var state = Decisions(schedulerName: "default-scheduler")
        take(&state, pods: ["p": pod("p")], at: start)
        var next = state.queue.next()
        let first = try #require(next).pod
        #expect(lines(state).contains("scheduler_inflight_events{event=\"PodPopped\"} 1"))
        state.queue.failed(first, now: start)
        state.queue.advance(to: start + .seconds(300))
        next = state.queue.next()
        let second = try #require(next).pod
        state.queue.bound(uid: second.uid)
        #expect(lines(state).contains("scheduler_pod_scheduled_after_flush_total 1"))
        #expect(lines(state).contains("scheduler_inflight_events{event=\"PodPopped\"} 0"))

        take(&state, pods: ["q": pod("q")], at: start)
        next = state.queue.next()
        let other = try #require(next).pod
        state.queue.bound(uid: other.uid)
        #expect(state.queue.boundAfterFlush == 1)
    }
}
