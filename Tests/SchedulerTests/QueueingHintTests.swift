import Core
import KubernetesAPI
import Scheduler
import Testing
import Values

/// Which news wakes a pod that found no node: what its plugins would not object to any more, and nothing else.
@Suite struct QueueingHintTests {
    private let start = Timestamp(seconds: 1_000_000)
    /// Beyond every back-off, before pods are tried again in any case.
    private var later: Timestamp { start + .seconds(20) }

    private func news(pods: [Pod] = [], nodes: [Node] = [], gone: [String] = []) -> Inbox.Contents {
        var news = Inbox.Contents()
        for pod in pods { news.pods[ObjectKey(namespace: "default", name: pod.metadata.name)] = .some(pod) }
        for name in gone { news.pods[ObjectKey(namespace: "default", name: name)] = .some(nil) }
        for node in nodes { news.nodes[node.metadata.name] = .some(node) }
        return news
    }

    /// A cluster in which a pod was tried and found no node.
    private struct Scene {
        let pod: Pod
        var running: [Pod] = []
        let nodes: [Node]
    }

    private func wakes(_ scene: Scene, _ change: Inbox.Contents) throws -> Bool {
        var state = Decisions(schedulerName: "default-scheduler")
        state.take(news(pods: scene.running, nodes: scene.nodes), now: start)
        state.take(news(pods: [scene.pod]), now: start)
        let tried = state.queue.next()
        let pod = try #require(tried).pod
        let diagnosis = Profile.standard.attempt(state.cluster.cycle(for: pod), tieBreaker: { _ in 0 }).diagnosis
        let plugins = try #require(diagnosis).plugins
        #expect(!plugins.isEmpty)
        state.queue.failed(pod, hints: Profile.standard.hints(of: plugins), plugins: plugins, isAlone: true, now: start)
        state.take(change, now: later)
        return state.queue.next() != nil
    }

    @Test func `a pod that wants room is woken where there is enough of it, and nowhere else`() throws {
        let state = Scene(
            pod: pod("p", cpu: "3"),
            running: [pod("big", cpu: "3", on: "a"), pod("small", cpu: "500m", on: "a"), pod("other", cpu: "1500m", on: "b")],
            nodes: [node("a"), node("b", cpu: "2")])
        #expect(try !wakes(state, news(gone: ["small"])))
        #expect(try !wakes(state, news(gone: ["other"])))
        #expect(try !wakes(state, news(nodes: [node("b", cpu: "2500m")])))
        #expect(try wakes(state, news(gone: ["big"])))
        #expect(try wakes(state, news(nodes: [node("b", cpu: "8")])))
        #expect(try wakes(state, news(nodes: [node("c")])))
        #expect(try !wakes(state, news(nodes: [node("c", cpu: "2")])))
    }

    @Test func `a pod that may make others leave is woken where that would help now`() throws {
        let important = pod("p", cpu: "3") { $0.spec.priority = 100 }
        let running = [
            pod("equal", cpu: "2", on: "a") { $0.spec.priority = 100 }, pod("low", cpu: "2", on: "a"),
        ]
        let state = Scene(pod: important, running: running, nodes: [node("a")])
        #expect(try wakes(state, news(gone: ["equal"])))
        var patient = important
        patient.spec.preemptionPolicy = "Never"
        #expect(try !wakes(Scene(pod: patient, running: running, nodes: [node("a")]), news(gone: ["equal"])))
    }

    @Test func `a pod that nodes did not suit is woken by one that would`() throws {
        let choosy = pod("p") { $0.spec.nodeSelector = ["disk": "ssd"] }
        let state = Scene(pod: choosy, nodes: [node("a")])
        #expect(try !wakes(state, news(nodes: [node("b")])))
        #expect(try wakes(state, news(nodes: [node("b") { $0.metadata.labels["disk"] = "ssd" }])))
        var taint = Taint()
        taint.key = "k"
        taint.effect = "NoSchedule"
        let tainted = { (name: String) in node(name) { $0.spec.taints = [taint] } }
        let repelled = Scene(pod: pod("p"), nodes: [tainted("a")])
        #expect(try !wakes(repelled, news(nodes: [tainted("b")])))
        #expect(try wakes(repelled, news(nodes: [node("a")])))
    }

    @Test func `a pod that wants company is woken by its like, one that avoids it by its leaving`() throws {
        func affine(_ kind: String) -> Pod {
            pod("p") { pod in
                pod.metadata.labels = ["app": "p"]
                pod.raw["spec"]?["affinity"] = [
                    .init(kind): [
                        "requiredDuringSchedulingIgnoredDuringExecution": [
                            ["labelSelector": ["matchLabels": ["app": "web"]], "topologyKey": "kubernetes.io/hostname"]
                        ]
                    ]
                ]
            }
        }
        func other(_ name: String, _ app: String) -> Pod { pod(name, on: "a") { $0.metadata.labels = ["app": app] } }
        let lonely = Scene(pod: affine("podAffinity"), nodes: [node("a")])
        #expect(try !wakes(lonely, news(pods: [other("x", "db")])))
        #expect(try wakes(lonely, news(pods: [other("x", "web")])))
        let shy = Scene(pod: affine("podAntiAffinity"), running: [other("w", "web"), other("d", "db")], nodes: [node("a")])
        #expect(try !wakes(shy, news(gone: ["d"])))
        #expect(try wakes(shy, news(gone: ["w"])))
        #expect(try wakes(shy, news(pods: [other("w", "db")])))
    }

    @Test func `a pod that must be spread is woken by pods that count`() throws {
        let spread = pod("p") { pod in
            pod.metadata.labels = ["app": "web"]
            pod.raw["spec"]?["topologySpreadConstraints"] = [
                [
                    "maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "DoNotSchedule",
                    "labelSelector": ["matchLabels": ["app": "web"]],
                ]
            ]
        }
        func web(_ name: String, _ app: String) -> Pod { pod(name, on: "a") { $0.metadata.labels = ["app": app] } }
        var taint = Taint()
        taint.key = "k"
        taint.effect = "NoSchedule"
        let empty = node("b") { $0.spec.taints = [taint] }
        let state = Scene(pod: spread, running: [web("w", "web"), web("d", "db")], nodes: [node("a"), empty])
        #expect(try !wakes(state, news(gone: ["d"])))
        #expect(try wakes(state, news(gone: ["w"])))
    }

    @Test func `room that was promised to a pod is others' once that is gone`() throws {
        var state = Decisions(schedulerName: "default-scheduler")
        let promised = pod("first", cpu: "3") {
            $0.spec.priority = 100
            $0.status.nominatedNodeName = "a"
        }
        state.take(news(pods: [promised], nodes: [node("a")]), now: start)
        _ = state.queue.next()
        state.take(news(pods: [pod("second", cpu: "3")]), now: start)
        let tried = state.queue.next()
        let second = try #require(tried).pod
        let outcome = Profile.standard.attempt(state.cluster.cycle(for: second), nominated: state.nominated, tieBreaker: { _ in 0 })
        let plugins = try #require(outcome.diagnosis).plugins
        state.queue.failed(second, hints: Profile.standard.hints(of: plugins), plugins: plugins, isAlone: true, now: start)
        state.take(news(gone: ["first"]), now: later)
        let woken = state.queue.next()
        #expect(woken?.pod.key.name == "second")
    }
}
