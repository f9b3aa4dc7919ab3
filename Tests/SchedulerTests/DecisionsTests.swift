import Core
import KubernetesAPI
import Testing
import Values

import Scheduler

@Suite("The scheduling queue and what moves it")
struct DecisionsTests {
    private let start = Timestamp(seconds: 1_000_000)

    private func news(pods: [Pod] = [], nodes: [Node] = []) -> Inbox.Contents {
        var contents = Inbox.Contents()
        for pod in pods { contents.pods[ObjectKey(namespace: pod.metadata.namespace, name: pod.metadata.name)] = .some(pod) }
        for node in nodes { contents.nodes[node.metadata.name] = .some(node) }
        return contents
    }

    private func next(_ state: inout Decisions) throws -> (pod: PodState, attempts: Int) {
        let next = state.queue.next()
        return try #require(next)
    }

    private func hasNext(_ state: inout Decisions) -> Bool { state.queue.next() != nil }

    @Test("the highest priority comes first, then the oldest, and pods of other schedulers or with gates never")
    func order() {
        var state = Decisions(schedulerName: "default-scheduler")
        let old = pod("old") { $0.metadata.creationTimestamp = "2025-01-01T00:00:00Z" }
        let urgent = pod("urgent") { $0.spec.priority = 100 }
        let foreign = pod("foreign") { $0.spec.schedulerName = "other" }
        let gated = pod("gated") { $0.spec.schedulingGates = [PodSchedulingGate(["name": "g"])] }
        state.take(news(pods: [pod("new"), old, urgent, foreign, gated]), now: start)
        var names: [String] = []
        while let next = state.queue.next() { names.append(next.pod.key.name) }
        #expect(names == ["urgent", "old", "new"])
    }

    @Test("a pod that fits nowhere waits for a change, then for its back-off, which doubles")
    func backoff() throws {
        var state = Decisions(schedulerName: "default-scheduler")
        state.take(news(pods: [pod("p")]), now: start)
        let first = try next(&state)
        state.queue.failed(first.pod, now: start)
        state.queue.advance(to: start + .seconds(60))
        #expect(!hasNext(&state))
        #expect(state.queue.nextDeadline == start + .seconds(300))

        state.take(news(nodes: [node("n")]), now: start + .seconds(60))
        let second = try next(&state)
        #expect(second.attempts == 2)
        state.queue.failed(second.pod, now: start + .seconds(60))
        state.take(news(nodes: [node("m")]), now: start + .seconds(61))
        #expect(!hasNext(&state))
        #expect(state.queue.nextDeadline == start + .seconds(62))
        state.queue.advance(to: start + .seconds(62))
        #expect(hasNext(&state))
    }

    @Test("a heartbeat of a node wakes nobody")
    func heartbeat() throws {
        var state = Decisions(schedulerName: "default-scheduler")
        state.take(news(pods: [pod("p", cpu: "100")], nodes: [node("n")]), now: start)
        let tried = try next(&state)
        state.queue.failed(tried.pod, now: start)
        let beat = node("n") { $0.status.conditions = [NodeCondition(["type": "Ready", "status": "True", "lastHeartbeatTime": "x"])] }
        state.take(news(nodes: [beat]), now: start + .seconds(20))
        #expect(!hasNext(&state))
    }

    @Test("an assumed pod counts on its node, until its binding fails")
    func assuming() throws {
        var state = Decisions(schedulerName: "default-scheduler")
        state.take(news(pods: [pod("p", cpu: "3")], nodes: [node("n")]), now: start)
        let next = try next(&state)
        _ = state.assume(next.pod, on: "n")
        #expect(state.cluster.nodes[0].requested.milliCPU == 3000)
        #expect(state.bindingsUnderWay == 1)

        var failure = Inbox.Contents()
        failure.bindings = [(next.pod, APIError.serviceUnavailable("down"))]
        state.take(failure, now: start)
        #expect(state.cluster.nodes[0].requested.milliCPU == 0)
        #expect(state.bindingsUnderWay == 0)
        #expect(!hasNext(&state), "it must back off first")
        state.queue.advance(to: start + .seconds(1))
        #expect(hasNext(&state))
    }

    @Test("a pod that ends or is replaced by one of its name frees its place")
    func freeing() {
        var state = Decisions(schedulerName: "default-scheduler")
        state.take(news(pods: [pod("p", cpu: "3", on: "n")], nodes: [node("n")]), now: start)
        #expect(state.cluster.nodes[0].requested.milliCPU == 3000)
        let successor = pod("p", cpu: "1", on: "n") { $0.metadata.uid = "another" }
        state.take(news(pods: [successor]), now: start)
        #expect(state.cluster.nodes[0].requested.milliCPU == 1000)
        var finished = successor
        finished.status.phase = "Succeeded"
        state.take(news(pods: [finished]), now: start)
        #expect(state.cluster.nodes[0].requested.milliCPU == 0)
        #expect(state.cluster.nodes[0].pods.isEmpty)
    }

    @Test("pods that name a node before its object is seen are counted once it is")
    func unknownNode() {
        var state = Decisions(schedulerName: "default-scheduler")
        state.take(news(pods: [pod("p", cpu: "2", on: "late")]), now: start)
        #expect(state.cluster.nodes.isEmpty)
        state.take(news(nodes: [node("late")]), now: start)
        #expect(state.cluster.nodes[0].requested.milliCPU == 2000)
    }

    @Test("a pod that waits for room is not woken by a neighbour's arrival, but by one's leaving")
    func hints() throws {
        var state = Decisions(schedulerName: "default-scheduler")
        state.take(news(pods: [pod("p", cpu: "3"), pod("big", cpu: "3", on: "n")], nodes: [node("n")]), now: start)
        let tried = try next(&state)
        let outcome = Profile.standard.attempt(state.cluster.cycle(for: tried.pod), tieBreaker: { _ in 0 })
        #expect(outcome.diagnosis?.plugins == ["NodeResourcesFit"])
        state.queue.failed(tried.pod, hints: NodeResourcesFit.hints, now: start)
        let later = start + .seconds(20)
        state.take(news(pods: [pod("small", cpu: "500m", on: "n")]), now: later)
        #expect(!hasNext(&state))
        var gone = Inbox.Contents()
        gone.pods[ObjectKey(namespace: "default", name: "big")] = .some(nil)
        state.take(gone, now: later)
        #expect(hasNext(&state))
    }

    @Test("what the scheduler writes on a waiting pod does not make it try again, a change of what it asks for does")
    func ownWrites() throws {
        var state = Decisions(schedulerName: "default-scheduler")
        state.take(news(pods: [pod("p", cpu: "3")], nodes: [node("n", cpu: "1")]), now: start)
        let tried = try next(&state)
        state.queue.failed(tried.pod, hints: NodeResourcesFit.hints, now: start)
        let told = pod("p", cpu: "3") {
            $0.status.conditions = [PodCondition(["type": "PodScheduled", "status": "False", "message": "no"])]
        }
        state.take(news(pods: [told]), now: start + .seconds(20))
        #expect(!hasNext(&state))
        state.take(news(pods: [pod("p", cpu: "1")]), now: start + .seconds(20))
        #expect(hasNext(&state))
    }
}
