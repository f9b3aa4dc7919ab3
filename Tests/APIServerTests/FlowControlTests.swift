import APIServer
import Client
import Core
import HTTPTransport
import JSON
import KubernetesAPI
import Logging
import ResourceEngine
import SchemaEngine
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct FlowControlTests {
    private func controller(_ cluster: TestCluster, total: Int = 600) -> FlowController {
        FlowController(cluster: cluster.engine.cluster, total: total)
    }

    private func flow(_ admission: FlowController.Admission) -> Flow? {
        switch admission {
        case .unsorted: nil
        case .passes(let flow), .runs(let flow, _), .waits(let flow, _), .isRefused(let flow): flow
        }
    }

    private func create(_ object: Value, _ kind: String, _ plural: String, in cluster: TestCluster) async throws {
        var object = object
        object["kind"] = .string(kind)
        object["apiVersion"] = "flowcontrol.apiserver.k8s.io/v1"
        if var metadata = object["metadata"]?.object {
            metadata.removeAll { $0.key == "uid" }
            object["metadata"] = .object(metadata)
        }
        _ = try await cluster.client().create(
            DynamicObject(object), GroupVersionResource(group: "flowcontrol.apiserver.k8s.io", version: "v1", resource: plural))
    }

    @Test func `upstream's schemas sort requests as upstream does`() async throws {
        let cluster = try await TestCluster()
        for wanted in BootstrapFacts.flowControlObjects {
            let isSchema = wanted.resource.resource == "flowschemas"
            try await create(
                wanted.object, isSchema ? "FlowSchema" : "PriorityLevelConfiguration", wanted.resource.resource, in: cluster)
        }
        let controller = controller(cluster)
        try controller.load()
        func schema(_ request: RequestAttributes) -> String? { flow(controller.admit(request, isLong: true))?.schema }
        func resource(_ group: String, _ name: String) -> GroupVersionResource {
            GroupVersionResource(group: group, version: "v1", resource: name)
        }
        let ada = UserInfo(name: "ada", groups: ["system:authenticated"])
        let node = UserInfo(name: "system:node:n", groups: ["system:nodes", "system:authenticated"])
        #expect(
            schema(RequestAttributes(user: UserInfo(name: "root", groups: ["system:masters"]), verb: "get", resource: resource("", "pods")))
                == "exempt")
        #expect(schema(RequestAttributes(user: ada, verb: "get", resource: resource("", "pods"), namespace: "a")) == "global-default")
        #expect(schema(RequestAttributes(user: node, verb: "update", resource: resource("", "nodes"))) == "system-node-high")
        #expect(schema(RequestAttributes(user: node, verb: "list", resource: resource("", "pods"))) == "system-nodes")
        #expect(
            schema(
                RequestAttributes(
                    user: .serviceAccount("x"), verb: "update", resource: resource("coordination.k8s.io", "leases"), namespace: "a"))
                == "system-leader-election")
        #expect(
            schema(RequestAttributes(user: .serviceAccount("x"), verb: "get", resource: resource("", "pods"), namespace: "a"))
                == "kube-system-service-accounts")
        #expect(
            schema(
                RequestAttributes(
                    user: .serviceAccount("x", namespace: "shop"), verb: "get", resource: resource("", "pods"), namespace: "a"))
                == "service-accounts")
        #expect(flow(controller.admit(RequestAttributes(user: ada, verb: "get", path: "/healthz"), isLong: true))?.level == "exempt")
        await cluster.close()
    }

    private struct Unexpected: Error {}

    private static let everyone: Value = [
        "metadata": ["name": "all"],
        "spec": [
            "priorityLevelConfiguration": ["name": "tiny"], "matchingPrecedence": 10, "distinguisherMethod": ["type": "ByUser"],
            "rules": [
                [
                    "subjects": [["kind": "Group", "group": ["name": "*"]]],
                    "resourceRules": [
                        ["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "clusterScope": true, "namespaces": ["*"]]
                    ],
                ]
            ],
        ],
    ]

    @Test func `who finds all seats taken waits, and is sent away when too many wait`() async throws {
        let cluster = try await TestCluster()
        try await create(
            priorityLevel("tiny", shares: 1, queues: 1, hand: 1, limit: 1), "PriorityLevelConfiguration", "prioritylevelconfigurations",
            in: cluster
        )
        try await create(Self.everyone, "FlowSchema", "flowschemas", in: cluster)
        let controller = controller(cluster, total: 1)
        try controller.load()
        let request = RequestAttributes(
            user: UserInfo(name: "ada", groups: ["a"]), verb: "get",
            resource: GroupVersionResource(group: "", version: "v1", resource: "pods"))
        guard case .runs(_, let first) = controller.admit(request) else { throw Unexpected() }
        guard case .waits(_, let wait) = controller.admit(request) else { throw Unexpected() }
        let second = Task { try await controller.turn(wait) }
        #expect(controller.metricsText().contains("current_inqueue_requests{flow_schema=\"all\",priority_level=\"tiny\"} 1"))
        guard case .isRefused = controller.admit(request) else { throw Unexpected() }
        // A watch keeps no seat.
        guard case .passes = controller.admit(request, isLong: true) else { throw Unexpected() }
        controller.finish(first)
        controller.finish(try await second.value)
        guard case .runs(_, let third) = controller.admit(request), case .waits(_, let fourth) = controller.admit(request) else {
            throw Unexpected()
        }
        // Whose client goes away waits no longer, and keeps nobody else from running.
        let cancelled = Task { try await controller.turn(fourth) }
        cancelled.cancel()
        await #expect(throws: APIError.self) { _ = try await cancelled.value }
        controller.finish(third)
        guard case .runs = controller.admit(request) else { throw Unexpected() }
        let text = controller.metricsText()
        #expect(text.contains("dispatched_requests_total{flow_schema=\"all\",priority_level=\"tiny\"} 4"))
        #expect(text.contains("rejected_requests_total{flow_schema=\"all\",priority_level=\"tiny\",reason=\"queue-full\"} 1"))
        await cluster.close()
    }

    @Test func `seats come back when watchers have been told`() async throws {
        let cluster = try await TestCluster()
        try await create(
            priorityLevel("tiny", shares: 1, queues: 1, hand: 1, limit: 5), "PriorityLevelConfiguration", "prioritylevelconfigurations",
            in: cluster
        )
        try await create(Self.everyone, "FlowSchema", "flowschemas", in: cluster)
        let controller = controller(cluster, total: 20)
        try controller.load()
        let request = RequestAttributes(
            user: UserInfo(name: "ada", groups: ["a"]), verb: "create",
            resource: GroupVersionResource(group: "", version: "v1", resource: "pods"))
        // A level of twenty seats lets one request have three of them.
        var seats: [FlowController.Seat] = []
        for _ in 0..<6 {
            guard case .runs(_, let seat) = controller.admit(request, work: .write(watchers: 1000)) else { throw Unexpected() }
            seats.append(seat)
        }
        #expect(controller.metricsText().contains("current_executing_seats{flow_schema=\"all\",priority_level=\"tiny\"} 18"))
        for seat in seats { controller.finish(seat) }
        #expect(controller.metricsText().contains("current_executing_seats{flow_schema=\"all\",priority_level=\"tiny\"} 0"))
        guard case .waits(_, let wait) = controller.admit(request, work: .write(watchers: 30)) else { throw Unexpected() }
        let next = Task { try await controller.turn(wait) }
        // Its patience, and the seats that are still owed.
        await cluster.clock.waitForSleepers(2)
        cluster.clock.advance(by: .milliseconds(200))
        controller.finish(try await next.value)
        await cluster.close()
    }

    @Test func `debugging endpoints tell who runs and waits`() async throws {
        let cluster = try await TestCluster()
        try await create(
            priorityLevel("tiny", shares: 1, queues: 2, hand: 1, limit: 5), "PriorityLevelConfiguration", "prioritylevelconfigurations",
            in: cluster
        )
        try await create(Self.everyone, "FlowSchema", "flowschemas", in: cluster)
        let controller = controller(cluster, total: 1)
        try controller.load()
        let request = RequestAttributes(
            user: UserInfo(name: "ada", groups: ["a"]), verb: "list",
            resource: GroupVersionResource(group: "", version: "v1", resource: "pods"), namespace: "shop")
        guard case .runs(_, let seat) = controller.admit(request), case .waits = controller.admit(request) else { throw Unexpected() }
        let api = APIServer(
            engine: cluster.engine, authenticator: Everyone(),
            documents: SchemaDocuments(schema: BuiltInSchema.shared, registry: cluster.engine.registry, serverVersion: "v1.36.2"),
            nodes: nil, flowControl: controller)
        let server = try HTTPServer(handler: api, tls: nil, logger: Logger(label: "test"))
        let port = try await server.listen(host: "127.0.0.1", port: 0)
        let client = try HTTPClient()
        func lines(_ name: String) async throws -> [[String]] {
            let path = "/debug/api_priority_and_fairness/\(name)"
            let answer = try await client.fetch(.init("GET", .tcp(host: "127.0.0.1", port: port), path))
            guard answer.status == 200 else { return [] }
            return String(decoding: answer.body, as: UTF8.self).split(separator: "\n").map { line in
                line.split(separator: ",", omittingEmptySubsequences: false).map { trimmed($0) }
            }
        }
        let levels = try await lines("dump_priority_levels")
        #expect(levels.first?.prefix(3) == ["PriorityLevelName", "ActiveQueues", "IsIdle"])
        #expect(levels.last == ["tiny", "1", "false", "false", "1", "1", "1", "0", "0", "0"])
        #expect(try await lines("dump_queues").count == 3)
        let requests = try await lines("dump_requests?includeRequestDetails=1")
        #expect(requests.count == 3)
        #expect(requests[1][...4] == ["tiny", "all", "-1", "-1", "ada"])
        #expect(requests[1].suffix(8) == ["ada", "list", "", "shop", "", "v1", "pods", ""])
        #expect(requests[2][3] == "0" && requests[2][9] == "0001-01-01T00:00:00Z")
        #expect(try await lines("dump_nothing").isEmpty)
        controller.finish(seat)
        await server.shutdown(grace: .milliseconds(50))
        await cluster.close()
    }

    @Test func `answers say where their requests were sorted to`() async throws {
        let cluster = try await TestCluster()
        try await create(priorityLevel("tiny", shares: 1), "PriorityLevelConfiguration", "prioritylevelconfigurations", in: cluster)
        try await create(Self.everyone, "FlowSchema", "flowschemas", in: cluster)
        let controller = controller(cluster)
        try controller.load()
        let api = APIServer(
            engine: cluster.engine, authenticator: Everyone(),
            documents: SchemaDocuments(schema: BuiltInSchema.shared, registry: cluster.engine.registry, serverVersion: "v1.36.2"),
            nodes: nil,
            flowControl: controller)
        let server = try HTTPServer(handler: api, tls: nil, logger: Logger(label: "test"))
        let port = try await server.listen(host: "127.0.0.1", port: 0)
        let served = Served(client: try HTTPClient(), target: .tcp(host: "127.0.0.1", port: port))
        let schemas = "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/all"
        let found = try await served.send("GET", schemas)
        let uid = try JSONParser.parse(found.body)[path: "metadata", "uid"]?.string
        #expect(found.headers["x-kubernetes-pf-flowschema-uid"] == uid)
        #expect(found.headers["x-kubernetes-pf-prioritylevel-uid"] != nil)
        let missing = try await served.send("GET", "/api/v1/namespaces/default/pods/none")
        #expect(missing.status == 404)
        #expect(missing.headers["x-kubernetes-pf-flowschema-uid"] == uid)
        await server.shutdown(grace: .milliseconds(50))
        await cluster.close()
    }

    @Test func `the objects of every cluster come back, and keep what an administrator took over`() async throws {
        let cluster = try await TestCluster()
        let configuration = FlowConfiguration(
            controller: controller(cluster), client: cluster.client(), logger: Logger(label: "test"))
        try await configuration.keep()
        let levels = GroupVersionResource(group: "flowcontrol.apiserver.k8s.io", version: "v1", resource: "prioritylevelconfigurations")
        let bucket = "flowcontrol.apiserver.k8s.io/prioritylevelconfigurations"
        func shares(_ name: String) throws -> Int64? {
            try cluster.engine.cluster.get(bucket, ObjectKey(name: name))?[path: "spec", "limited", "nominalConcurrencyShares"]?.int
        }
        func change(_ name: String, _ value: Int64, isOwn: Bool) async throws {
            var object = try #require(try cluster.engine.cluster.get(bucket, ObjectKey(name: name)))
            object["spec"]?["limited"]?["nominalConcurrencyShares"] = .int(value)
            object["metadata"]?["annotations"]?["apf.kubernetes.io/autoupdate-spec"] = isOwn ? "false" : "true"
            _ = try await cluster.client().update(DynamicObject(object), levels)
        }
        #expect(try shares("catch-all") == 5)
        try await cluster.client().delete(levels, ObjectKey(name: "catch-all"))
        try await change("system", 7, isOwn: false)
        try await change("workload-low", 8, isOwn: true)
        try await configuration.keep()
        #expect(try shares("catch-all") == 5)
        #expect(try shares("system") == 30)
        #expect(try shares("workload-low") == 8)
        await #expect(throws: APIError.self) { try await change("catch-all", 9, isOwn: true) }
        await cluster.close()
    }

    @Test func `what no cluster is without cannot be changed, and conditions have types`() async throws {
        let cluster = try await TestCluster()
        let configuration = FlowConfiguration(
            controller: controller(cluster), client: cluster.client(), logger: Logger(label: "test"))
        try await configuration.keep()
        func causes(_ plural: String, _ name: String, _ patch: Value, _ subresource: String = "") async throws -> [String] {
            let resource = GroupVersionResource(group: "flowcontrol.apiserver.k8s.io", version: "v1", resource: plural)
            do {
                _ = try await cluster.client().patch(resource, ObjectKey(name: name), .merge, patch, subresource: subresource)
                return []
            } catch let error as APIError {
                return error.causes.map { "\($0.field): \($0.message.split(separator: ": ").last ?? "")" }
            }
        }
        let levels = "prioritylevelconfigurations"
        #expect(
            try await causes(levels, "catch-all", ["spec": ["limited": ["nominalConcurrencyShares": 9]]])
                == ["spec: spec of 'catch-all' must equal the fixed value"])
        #expect(try await causes(levels, "exempt", ["spec": ["exempt": ["nominalConcurrencyShares": 5]]]).isEmpty)
        #expect(
            try await causes(levels, "exempt", ["spec": ["limited": [:]]]).last
                == "spec: spec of 'exempt' except the 'spec.exempt' field must equal the fixed value")
        #expect(
            try await causes("flowschemas", "exempt", ["spec": ["matchingPrecedence": 2]])
                == ["spec: spec of 'exempt' must equal the fixed value"])
        for (plural, name) in [(levels, "catch-all"), ("flowschemas", "exempt")] {
            #expect(
                try await causes(plural, name, ["status": ["conditions": [["type": ""]]]], "status")
                    == ["status.conditions[0].type: Required value"])
            #expect(try await causes(plural, name, ["metadata": ["labels": ["a": "b"]]]).isEmpty)
        }
        await cluster.close()
    }
}
