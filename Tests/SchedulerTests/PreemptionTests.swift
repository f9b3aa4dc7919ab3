import Core
import KubernetesAPI
import Scheduler
import Testing
import Values

@Suite struct PreemptionTests {
    private let profile = Profile.standard

    private func find(
        _ pod: Pod, nodes: [Node], running: [Pod], budgets: [PodDisruptionBudget] = [], nominated: NominatedPods = NominatedPods()
    ) -> Preemption.Outcome? {
        var cluster = SchedulerCache()
        for node in nodes { _ = cluster.put(node) }
        for other in running { cluster.place(PodState(other), on: other.spec.nodeName) }
        let cycle = cluster.cycle(for: PodState(pod))
        let outcome = profile.attempt(cycle, nominated: nominated, tieBreaker: { _ in 0 })
        guard let diagnosis = outcome.diagnosis else { return nil }
        return Preemption(profile: profile, nominated: nominated, budgets: budgets.map(Preemption.Budget.init))
            .find(cycle, diagnosis, random: { _ in 0 })
    }

    private func victims(_ outcome: Preemption.Outcome?) -> [String] {
        guard case .candidate(let candidate) = outcome else { return [] }
        return [candidate.node] + candidate.victims.map(\.key.name)
    }

    private func message(_ outcome: Preemption.Outcome?) -> String {
        guard case .nobody(let nobody) = outcome else { return "" }
        return nobody.message
    }

    private func important(_ name: String, cpu: String, priority: Int = 1000) -> Pod {
        pod(name, cpu: cpu) { $0.spec.priority = priority }
    }

    @Test func `only as many leave as must, the least important and youngest first`() {
        let running = [
            pod("old", cpu: "2", on: "n") { $0.status.startTime = "2026-01-01T00:00:00Z" },
            pod("young", cpu: "2", on: "n") { $0.status.startTime = "2026-01-02T00:00:00Z" },
        ]
        #expect(victims(find(important("p", cpu: "2"), nodes: [node("n")], running: running)) == ["n", "young"])
        #expect(victims(find(important("p", cpu: "3"), nodes: [node("n")], running: running)) == ["n", "old", "young"])
    }

    @Test func `nobody leaves for a pod that is no more important, or whose policy is Never`() {
        let running = [pod("r", cpu: "4", on: "n") { $0.spec.priority = 1000 }]
        #expect(
            message(find(important("p", cpu: "1"), nodes: [node("n")], running: running))
                == "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.")
        var meek = important("p", cpu: "1", priority: 2000)
        meek.spec.preemptionPolicy = "Never"
        #expect(message(find(meek, nodes: [node("n")], running: running)) == "preemption: not eligible due to preemptionPolicy=Never.")
    }

    @Test func `nodes that would not do even when empty are not robbed`() {
        let cordoned = node("c") { $0.spec.unschedulable = true }
        let running = [pod("a", cpu: "4", on: "c"), pod("b", cpu: "1", on: "small")]
        #expect(
            message(find(important("p", cpu: "3"), nodes: [cordoned, node("small", cpu: "2")], running: running))
                == "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.")
    }

    @Test func `the node whose victims matter least is robbed`() {
        let nodes = [node("a"), node("b"), node("c")]
        let running = [
            pod("a1", cpu: "4", on: "a") { $0.spec.priority = 500 },
            pod("b1", cpu: "2", on: "b") { $0.spec.priority = 100 }, pod("b2", cpu: "2", on: "b") { $0.spec.priority = 100 },
            pod("c1", cpu: "4", on: "c") { $0.spec.priority = 100 },
        ]
        #expect(victims(find(important("p", cpu: "4"), nodes: nodes, running: running)) == ["c", "c1"])
    }

    @Test func `a budget is broken only where nothing else helps`() {
        var budget = PodDisruptionBudget()
        budget.metadata.namespace = "default"
        budget.spec.selector = LabelSelector(["matchLabels": ["app": "kept"]])
        budget.status.disruptionsAllowed = 0
        let kept = pod("kept", cpu: "2", on: "a") { $0.metadata.labels = ["app": "kept"] }
        let free = pod("free", cpu: "2", on: "a") { $0.spec.priority = 50 }
        #expect(victims(find(important("p", cpu: "2"), nodes: [node("a")], running: [kept, free], budgets: [budget])) == ["a", "free"])
        let other = pod("other", cpu: "4", on: "b") { $0.spec.priority = 900 }
        #expect(
            victims(find(important("p", cpu: "4"), nodes: [node("a"), node("b")], running: [kept, free, other], budgets: [budget]))
                == ["b", "other"])
        let last = find(important("p", cpu: "4"), nodes: [node("a")], running: [kept, free], budgets: [budget])
        #expect(victims(last) == ["a", "free", "kept"])
    }

    @Test func `a place that was made for a pod is not taken by a lesser one`() {
        var nominated = NominatedPods()
        nominated.set(PodState(important("first", cpu: "4")), node: "n")
        var cluster = SchedulerCache()
        _ = cluster.put(node("n"))
        let lesser = cluster.cycle(for: PodState(pod("p", cpu: "1")))
        #expect(
            profile.attempt(lesser, nominated: nominated, tieBreaker: { _ in 0 }).placement
                == .none(message: "0/1 nodes are available: 1 Insufficient cpu."))
        let greater = cluster.cycle(for: PodState(important("q", cpu: "1", priority: 5000)))
        #expect(profile.attempt(greater, nominated: nominated, tieBreaker: { _ in 0 }).placement == .node("n"))
        let itself = cluster.cycle(for: PodState(important("first", cpu: "4")))
        #expect(profile.attempt(itself, nominated: nominated, tieBreaker: { _ in 0 }).placement == .node("n"))
    }

    @Test func `a pod whose victims are still leaving waits for them`() {
        var waiting = important("p", cpu: "4")
        waiting.status.nominatedNodeName = "n"
        let leaving = pod("v", cpu: "4", on: "n") {
            $0.metadata.deletionTimestamp = "2026-01-01T00:00:00Z"
            $0.status.conditions = [
                PodCondition(["type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler"])
            ]
        }
        #expect(
            message(find(waiting, nodes: [node("n")], running: [leaving]))
                == "preemption: not eligible due to a terminating pod on the nominated node.")
    }

    @Test func `pods that were not started yet leave before those that were`() {
        let running = [
            pod("started", cpu: "2", on: "n") { $0.status.startTime = "2026-01-03T00:00:00Z" }, pod("bound", cpu: "2", on: "n"),
        ]
        #expect(victims(find(important("p", cpu: "2"), nodes: [node("n")], running: running)) == ["n", "bound"])
    }

    @Test func `a budget with an empty selector protects nobody from preemption`() {
        var budget = PodDisruptionBudget()
        budget.metadata.namespace = "default"
        budget.raw["spec"] = ["selector": [:]]
        budget.status.disruptionsAllowed = 0
        let running = [pod("r", cpu: "4", on: "n") { $0.metadata.labels = ["app": "r"] }]
        guard case .candidate(let found) = find(important("p", cpu: "1"), nodes: [node("n")], running: running, budgets: [budget]) else {
            Issue.record("nobody leaves")
            return
        }
        #expect(found.violations == 0)
    }
}
