import Core
import Hollow
import KubernetesAPI
import Testing
import Values
import YAML

private func pod(_ name: String, uid: String = "", _ change: (inout Pod) -> Void = { _ in }) -> HollowPod {
    var pod = Pod()
    pod.metadata.namespace = "default"
    pod.metadata.name = name
    pod.metadata.uid = uid.isEmpty ? "uid-\(name)" : uid
    pod.spec.nodeName = "hollow-00000"
    var container = Container()
    container.name = "c"
    container.image = "app:1"
    pod.spec.containers = [container]
    pod.status.phase = "Pending"
    change(&pod)
    return HollowPod(pod)
}

@Suite struct HollowPodsTests {
    private let start = Timestamp(seconds: 1000)

    private static func run(_ pod: inout Pod, isReady: Bool = true) {
        pod.status.phase = "Running"
        pod.status.raw["conditions"] = [["type": "Ready", "status": isReady ? "True" : "False"]]
    }

    @Test func `a pod that somebody else has marked unready is told to be ready again`() {
        var pods = HollowPods(stages: HollowStage.standard, random: { 0 })
        let ready = pod("a") { Self.run(&$0) }
        pods.take(ready.key, ready, now: start)
        #expect(pods.due(now: start).isEmpty)
        pods.take(ready.key, pod("a") { Self.run(&$0, isReady: false) }, now: start)
        #expect(pods.due(now: start).map(\.stage.action) == [.run])
    }

    @Test func `a write that happened though its answer was lost is not made again`() {
        var pods = HollowPods(stages: HollowStage.standard, random: { 0 })
        let key = ObjectKey(namespace: "default", name: "a")
        pods.take(key, pod("a"), now: start)
        let due = pods.due(now: start)
        pods.take(key, pod("a") { Self.run(&$0) }, now: start)
        pods.finished(due[0], succeeded: false, now: start)
        #expect(pods.due(now: start + .seconds(5)).allSatisfy { $0.stage.action != .run })
    }

    @Test func `a new pod runs at once, one that is deleted goes within its grace period`() {
        var stages = HollowStage.standard
        stages[stages.count - 1].delay = .seconds(60)
        var pods = HollowPods(stages: stages, random: { 0 })
        pods.take(ObjectKey(namespace: "default", name: "a"), pod("a"), now: start)
        let due = pods.due(now: start)
        #expect(due.map(\.stage.action) == [.run])
        #expect(pods.due(now: start + .seconds(10)).isEmpty, "it is handed out once")
        pods.finished(due[0], succeeded: true, now: start)

        let deleted = pod("a") {
            $0.status.phase = "Running"
            $0.metadata.deletionTimestamp = "2026-01-01T00:00:00Z"
            $0.metadata.deletionGracePeriodSeconds = 30
        }
        pods.take(deleted.key, deleted, now: start)
        #expect(pods.nextDeadline == start + .seconds(30))
        #expect(pods.due(now: start + .seconds(30)).map(\.stage.action) == [.delete])
    }

    @Test func `news that comes while a write is under way count once it is over`() {
        var pods = HollowPods(stages: HollowStage.standard, random: { 0 })
        let pending = pod("j") { $0.metadata.ownerReferences = [OwnerReference(["kind": "Job", "controller": true])] }
        pods.take(pending.key, pending, now: start)
        let due = pods.due(now: start)
        let running = pod("j") {
            $0.metadata.ownerReferences = [OwnerReference(["kind": "Job", "controller": true])]
            $0.status.phase = "Running"
        }
        pods.take(running.key, running, now: start)
        #expect(pods.due(now: start).isEmpty)
        pods.finished(due[0], succeeded: true, now: start)
        #expect(pods.due(now: start).map(\.stage.action) == [.succeed])
    }

    @Test func `a failed write is tried again after a pause, one of a pod that is gone never`() {
        var pods = HollowPods(stages: HollowStage.standard, random: { 0 })
        let one = pod("a")
        pods.take(one.key, one, now: start)
        var due = pods.due(now: start)
        pods.finished(due[0], succeeded: false, now: start)
        #expect(pods.due(now: start).isEmpty)
        due = pods.due(now: start + .seconds(1))
        #expect(due.count == 1)
        pods.take(one.key, nil, now: start)
        pods.finished(due[0], succeeded: false, now: start + .seconds(1))
        #expect(pods.nextDeadline == nil && pods.count == 0)
    }

    @Test func `stages are data, and chance decides by weight among those that fit`() throws {
        let stages = try HollowStage.stages(
            try YAMLParser.parse(
                """
                stages:
                - {name: run, phase: Pending, action: Run, delay: 500ms, jitter: 1s}
                - {name: crash, phase: Running, labels: "app in (bad)", restartsBelow: 3, action: Restart, delay: 2m, weight: 3}
                - {name: die, phase: [Running], labels: app=bad, action: Fail, exitCode: 137, reason: OOMKilled}
                """))
        #expect(stages.map(\.action) == [.run, .restart, .fail])
        var pods = HollowPods(stages: stages, random: { 0.5 })
        let pending = pod("a") { $0.metadata.labels = ["app": "bad"] }
        pods.take(pending.key, pending, now: start)
        #expect(pods.nextDeadline == start + .seconds(1))
        let running = pod("b") {
            $0.metadata.labels = ["app": "bad"]
            $0.status.phase = "Running"
        }
        pods.take(pending.key, nil, now: start)
        pods.take(running.key, running, now: start)
        #expect(pods.due(now: start + .seconds(120)).map(\.stage.name) == ["crash"])
        var unlucky = HollowPods(stages: stages, random: { 0.9 })
        unlucky.take(running.key, running, now: start)
        #expect(unlucky.due(now: start).map(\.stage.exitCode) == [137])
    }

    @Test func `a stages file that says what is not known is refused by name`() throws {
        let document = try YAMLParser.parse("stages:\n- {action: Run, dealy: 5s}")
        #expect(throws: HollowStageError(description: "stages[0].dealy: is not known")) { try HollowStage.stages(document) }
        let other = try YAMLParser.parse("stages:\n- {action: Fly}")
        #expect(throws: HollowStageError.self) { try HollowStage.stages(other) }
    }

    @Test func `addresses are given back and taken again`() {
        var pool = AddressPool()
        #expect(pool.address(of: "a") == "100.64.0.1")
        #expect(pool.address(of: "b") == "100.64.0.2")
        #expect(pool.address(of: "a") == "100.64.0.1")
        pool.giveBack("a")
        #expect(pool.address(of: "c") == "100.64.0.1")
    }
}
