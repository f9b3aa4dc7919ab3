import Client
import Core
import HTTPTransport
import JSON
import KubernetesAPI
import Logging
import Reconcile
import Scheduler
import Synchronization
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct ExtenderTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// An extender: answers by path, and remembers what it was asked.
    private final class Answers: HTTPHandler {
        private let answers: [String: @Sendable (Value) -> Value]
        private let asked = Mutex<[(path: String, body: Value)]>([])

        init(_ answers: [String: @Sendable (Value) -> Value]) { self.answers = answers }

        func questions(_ path: String) -> [Value] { asked.withLock { $0 }.filter { $0.path == path }.map(\.body) }

        func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async {
            let path = String(request.path)
            guard let answer = answers[path], case .bytes(let bytes) = request.body, let body = try? JSONParser.parse(bytes) else {
                responder.respond(.text(500, "no"))
                return
            }
            asked.withLock { $0.append((path, body)) }
            responder.respond(
                HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: JSONWriter.encode(answer(body))))
        }
    }

    /// Runs a scheduler with one extender on an API server in this process.
    private func run(
        _ answers: Answers, _ settings: Object, nodes: [String] = ["n1", "n2", "n3"], _ body: (Client, Informer<Pod>) async throws -> Void
    ) async throws {
        let server = try HTTPServer(handler: answers, tls: nil, logger: Self.quiet)
        let port = try await server.listen(host: "127.0.0.1", port: 0)
        var extender = settings
        extender["urlPrefix"] = .string("http://127.0.0.1:\(port)/ask/")
        let configuration = try SchedulerConfiguration([
            "apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration", "extenders": [.object(extender)],
        ])
        let cluster = try await TestCluster()
        let client = cluster.client()
        let informers = InformerSet(client: client, clock: cluster.clock, logger: Self.quiet)
        let events = EventRecorder(client: client, component: "default-scheduler", clock: cluster.clock, logger: Self.quiet)
        let pods: Informer<Pod> = informers.informer()
        let scheduler = Scheduler(
            client: client, informers: informers, events: events, clock: cluster.clock, logger: Self.quiet, configuration: configuration)
        for name in nodes {
            // New nodes are tainted until somebody has seen them ready.
            var made = try await client.create(node(name))
            made.spec.taints = []
            _ = try await client.update(made)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await informers.run() }
            group.addTask { await events.run() }
            group.addTask { await scheduler.run() }
            try await body(client, pods)
            group.cancelAll()
        }
        await cluster.close()
        await server.shutdown(grace: .milliseconds(10))
    }

    private func placed(_ name: String, _ pods: Informer<Pod>) async throws -> Pod? {
        let key = ObjectKey(namespace: "default", name: name)
        try await pods.base.waitFor(key) { $0?[path: "spec", "nodeName"]?.string?.isEmpty == false }
        return pods.get(key)
    }

    @Test func `an extender rules nodes out and ranks those that are left`() async throws {
        let answers = Answers([
            "/ask/filter": { _ in ["NodeNames": ["n1", "n2"], "FailedNodes": ["n3": "too far"]] },
            "/ask/rank": { _ in [["Host": "n1", "Score": 1], ["Host": "n2", "Score": 10]] },
        ])
        try await run(
            answers,
            ["filterVerb": "filter", "prioritizeVerb": "rank", "weight": 5, "nodeCacheCapable": true]
        ) { client, pods in
            _ = try await client.create(pod("p"))
            #expect(try await placed("p", pods)?.spec.nodeName == "n2")
            let asked = answers.questions("/ask/filter")
            #expect(asked.first?[path: "Pod", "metadata", "name"]?.string == "p")
            #expect(Set((asked.first?["NodeNames"]?.array ?? []).compactMap(\.string)) == ["n1", "n2", "n3"])
            #expect(answers.questions("/ask/rank").first?["NodeNames"]?.array?.count == 2)
        }
    }

    @Test func `an extender that knows no nodes is sent them, and answers in the case it likes`() async throws {
        let answers = Answers([
            "/ask/filter": { body in
                let third = (body["Nodes"]?["items"]?.array ?? []).filter { $0[path: "metadata", "name"]?.string == "n3" }
                return ["nodes": ["items": .array(third)]]
            }
        ])
        try await run(answers, ["filterVerb": "filter"]) { client, pods in
            _ = try await client.create(pod("p"))
            #expect(try await placed("p", pods)?.spec.nodeName == "n3")
        }
    }

    @Test func `what an extender says against all nodes is told to the pod`() async throws {
        let answers = Answers(["/ask/filter": { _ in ["NodeNames": [], "FailedNodes": ["n1": "full", "n2": "full", "n3": "far"]] }])
        try await run(answers, ["filterVerb": "filter", "nodeCacheCapable": true]) { client, pods in
            _ = try await client.create(pod("p"))
            let key = ObjectKey(namespace: "default", name: "p")
            try await pods.base.waitFor(key) { value in
                let conditions = value?[path: "status", "conditions"]?.array ?? []
                return conditions.contains { $0["message"]?.string?.hasPrefix("0/3 nodes are available: 1 far, 2 full.") == true }
            }
        }
    }

    @Test func `an extender binds what it manages, and is not asked about anything else`() async throws {
        let bound = Mutex<[String]>([])
        let signal = Signal()
        let answers = Answers([
            "/ask/bind": { body in
                bound.withLock { $0.append("\(body["PodName"]?.string ?? "") to \(body["Node"]?.string ?? "")") }
                signal.raise()
                return ["Error": "not today"]
            }
        ])
        let managed: Value = [["name": "example.com/gpu", "ignoredByScheduler": true]]
        try await run(answers, ["bindVerb": "bind", "managedResources": managed], nodes: ["n1"]) { client, pods in
            _ = try await client.create(pod("plain"))
            #expect(try await placed("plain", pods)?.spec.nodeName == "n1")
            _ = try await client.create(
                pod("managed") {
                    $0.spec.containers[0].resources = ResourceRequirements([
                        "requests": ["example.com/gpu": "1"], "limits": ["example.com/gpu": "1"],
                    ])
                })
            // It refuses, and the pod stays where it is; the plain one was bound without it.
            try await signal.wait()
            #expect(bound.withLock { $0 }.allSatisfy { $0 == "managed to n1" })
            #expect(try await client.get(Pod.self, ObjectKey(namespace: "default", name: "managed")).spec.nodeName.isEmpty)
        }
    }

    @Test func `one that may be ignored does not hold pods up when it is away`() async throws {
        try await run(Answers([:]), ["filterVerb": "filter", "ignorable": true], nodes: ["n1"]) { client, pods in
            _ = try await client.create(pod("p"))
            #expect(try await placed("p", pods)?.spec.nodeName == "n1")
        }
    }

    @Test func `an extender chooses among those who would have to leave`() async throws {
        let answers = Answers([
            "/ask/preempt": { body in
                // The pod on n2 must leave, whatever the scheduler would have chosen.
                let proposed = body["NodeNameToMetaVictims"]
                return ["NodeNameToMetaVictims": ["n2": proposed?["n2"] ?? [:]]]
            }
        ])
        try await run(answers, ["preemptVerb": "preempt", "nodeCacheCapable": true], nodes: ["n1", "n2"]) { client, pods in
            for name in ["n1", "n2"] {
                _ = try await client.create(pod("low-\(name)", cpu: "3", on: name) { $0.spec.priority = nil })
            }
            for name in ["n1", "n2"] { _ = try await placed("low-\(name)", pods) }
            var high = PriorityClass()
            high.metadata.name = "high"
            high.value = 1000
            _ = try await client.create(high)
            _ = try await client.create(pod("high", cpu: "3") { $0.spec.priorityClassName = "high" })
            let key = ObjectKey(namespace: "default", name: "high")
            try await pods.base.waitFor(key) { $0?[path: "status", "nominatedNodeName"]?.string == "n2" }
            #expect(answers.questions("/ask/preempt").first?["NodeNameToMetaVictims"]?.object?.count == 2)
        }
    }
}
