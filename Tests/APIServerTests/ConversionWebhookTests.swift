import APIServer
import Core
import JSON
import ResourceEngine
import TestSupport
import Testing
import Values

@Suite struct ConversionWebhookTests {
    private static let user = UserInfo(name: "admin", groups: ["system:masters", "system:authenticated"])

    /// Turns `hostPort: a:1` of v1 into `host: a, port: 1` of v2, and back.
    @Sendable private static func convert(_ request: Value) async -> Value {
        let version = request["desiredAPIVersion"] ?? ""
        let objects = (request["objects"]?.array ?? []).map { object -> Value in
            var result = object
            result["apiVersion"] = version
            if version.string?.hasSuffix("/v2") == true {
                let parts = (object["hostPort"]?.string ?? "").split(separator: ":").map(String.init)
                result["hostPort"] = nil
                result["host"] = .string(parts.first ?? "")
                result["port"] = .string(parts.last ?? "")
            } else {
                result["hostPort"] = .string("\(object["host"]?.string ?? ""):\(object["port"]?.string ?? "")")
                result["host"] = nil
                result["port"] = nil
            }
            return result
        }
        return ["convertedObjects": .array(objects), "result": ["status": "Success"]]
    }

    private func definition(_ hooks: WebhookServer, stored: String, path: String) -> Value {
        func version(_ name: String, _ fields: [String]) -> Value {
            [
                "name": .string(name), "served": true, "storage": .bool(name == stored),
                "schema": [
                    "openAPIV3Schema": [
                        "type": "object", "properties": .object(Object(fields.map { ($0, ["type": "string"]) })),
                    ]
                ],
            ]
        }
        return [
            "metadata": ["name": "hosts.example.com"],
            "spec": [
                "group": "example.com", "scope": "Namespaced", "names": ["plural": "hosts", "kind": "Host"],
                "versions": [version("v1", ["hostPort"]), version("v2", ["host", "port"])],
                "conversion": [
                    "strategy": "Webhook",
                    "webhook": [
                        "conversionReviewVersions": ["v1"],
                        "clientConfig": [
                            "url": .string("https://127.0.0.1:\(hooks.port)\(path)"), "caBundle": .string(hooks.caBundle),
                        ],
                    ],
                ],
            ],
        ]
    }

    private static let definitions = GroupVersionResource(
        group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions")

    @discardableResult
    private func perform(
        _ cluster: TestCluster, _ verb: Verb, _ version: String, name: String = "", body: Value? = nil
    ) async throws -> Value {
        var request = APIRequest(
            verb: verb, resource: GroupVersionResource(group: "example.com", version: version, resource: "hosts"), user: Self.user)
        request.namespace = "default"
        request.name = name
        if let body { request.body = .value(body) }
        return try cluster.engine.value(of: try await cluster.engine.perform(request))
    }

    private func cluster(_ hooks: WebhookServer) async throws -> TestCluster {
        let cluster = try await TestCluster(webhooks: { WebhookClient(services: ServiceResolver($0)) })
        try cluster.followDefinitions()
        return cluster
    }

    /// Writes the definition and waits for the change to be established.
    private func define(_ cluster: TestCluster, _ definition: Value) async throws {
        var request = APIRequest(verb: .create, resource: Self.definitions, user: Self.user)
        request.body = .value(definition)
        _ = try await cluster.engine.perform(request)
        var watched = APIRequest(verb: .watch, resource: Self.definitions, user: Self.user)
        watched.options.fieldSelector = "metadata.name=hosts.example.com"
        let watch = try await cluster.engine.watch(watched)
        defer { watch.cancel() }
        for try await events in watch {
            for event in events {
                let conditions = try event.object.value()[path: "status", "conditions"]?.array ?? []
                if conditions.contains(where: { $0["type"] == "Established" && $0["status"] == "True" }) { return }
            }
        }
    }

    @Test func objectsAreReadAndWrittenInEveryVersion() async throws {
        let hooks = try await WebhookServer(["/convert": Self.convert])
        let cluster = try await cluster(hooks)
        try await define(cluster, definition(hooks, stored: "v1", path: "/convert"))
        try await perform(cluster, .create, "v1", body: ["metadata": ["name": "one"], "hostPort": "a:1"])
        let asV2 = try await perform(cluster, .get, "v2", name: "one")
        #expect(asV2["host"] == "a" && asV2["port"] == "1" && asV2["hostPort"] == nil)
        #expect(asV2["apiVersion"] == "example.com/v2")

        let made = try await perform(cluster, .create, "v2", body: ["metadata": ["name": "two"], "host": "b", "port": "2"])
        #expect(made["host"] == "b")
        #expect(try await perform(cluster, .get, "v1", name: "two")["hostPort"] == "b:2")

        let before = hooks.requests("/convert").count
        let list = try await perform(cluster, .list, "v2")["items"]?.array ?? []
        #expect(list.compactMap { $0["host"]?.string } == ["a", "b"])
        #expect(hooks.requests("/convert").count == before + 1)

        var changed = asV2
        changed["port"] = "9"
        try await perform(cluster, .update, "v2", name: "one", body: changed)
        #expect(try await perform(cluster, .get, "v1", name: "one")["hostPort"] == "a:9")

        var watched = APIRequest(
            verb: .watch, resource: GroupVersionResource(group: "example.com", version: "v2", resource: "hosts"), user: Self.user)
        watched.namespace = "default"
        let watch = try await cluster.engine.watch(watched)
        let first = try await watch.next()?.first
        #expect(try first?.object.value()["port"] == "9")
        watch.cancel()
        await cluster.close()
        await hooks.shutdown()
    }

    @Test func whatCannotBeConvertedIsToldInUpstreamsWords() async throws {
        let hooks = try await WebhookServer([
            "/fail": { _ in ["result": ["status": "Failure", "message": "cannot"]] }
        ])
        let cluster = try await cluster(hooks)
        try await define(cluster, definition(hooks, stored: "v1", path: "/fail"))
        try await perform(cluster, .create, "v1", body: ["metadata": ["name": "one"], "hostPort": "a:1"])
        do {
            try await perform(cluster, .get, "v2", name: "one")
            Issue.record("a conversion that failed was answered")
        } catch let error as APIError {
            #expect(error.code == 500)
            #expect(error.message == "conversion webhook for example.com/v1, Kind=Host failed: cannot")
        }
        await cluster.close()
        await hooks.shutdown()
    }
}
