import APIServer
import Core
import JSON
import ResourceEngine
import TestSupport
import Testing
import Values

/// A cluster in memory whose webhooks are asked over real HTTPS.
private struct HookedCluster {
    let cluster: TestCluster
    let hooks: WebhookServer

    init(_ answers: [String: WebhookServer.Answer]) async throws {
        hooks = try await WebhookServer(answers)
        cluster = try await TestCluster(webhooks: { WebhookClient(services: ServiceResolver($0)) })
    }

    func close() async {
        await cluster.close()
        await hooks.shutdown()
    }

    @discardableResult
    func perform(
        _ verb: Verb, _ path: String, name: String = "", namespace: String = "default", body: Value? = nil, patch: PatchType? = nil,
        _ change: (inout APIRequest) -> Void = { _ in }
    ) async throws -> (value: Value, warnings: [String]) {
        let parts = path.split(separator: "/").map(String.init)
        let resource = GroupVersionResource(
            group: parts.count == 3 ? parts[0] : "", version: parts[parts.count - 2], resource: parts[parts.count - 1])
        var request = APIRequest(
            verb: verb, resource: resource, user: UserInfo(name: "admin", groups: ["system:masters", "system:authenticated"]))
        request.name = name
        request.namespace = namespace
        request.patchType = patch
        if let body { request.body = .value(body) }
        change(&request)
        let response = try await cluster.engine.perform(request)
        return (try cluster.engine.value(of: response), response.warnings)
    }

    /// Makes a configuration of webhooks, each with a path and what differs from a webhook of ConfigMaps.
    func configure(_ kind: String, _ name: String, _ webhooks: [(path: String, changes: [(String, Value)])]) async throws {
        var list: [Value] = []
        for (path, changes) in webhooks {
            var hook: Value = [
                "name": .string("\(path.dropFirst()).example.com"), "sideEffects": "None", "admissionReviewVersions": ["v1"],
                "clientConfig": [
                    "url": .string("https://127.0.0.1:\(hooks.port)\(path)"), "caBundle": .string(hooks.caBundle),
                ],
                "rules": [["operations": ["*"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]]],
            ]
            for (key, value) in changes { hook[key] = value }
            list.append(hook)
        }
        try await perform(
            .create, "admissionregistration.k8s.io/v1/\(kind)", namespace: "",
            body: ["metadata": ["name": .string(name)], "webhooks": .array(list)])
    }

    func configMap(_ name: String, _ data: Value = [:], labels: Value = [:]) -> Value {
        ["metadata": ["name": .string(name), "labels": labels], "data": data]
    }

    /// The message with which a write is refused; nil when it is not.
    func refusal(_ write: () async throws -> Void) async -> APIError? {
        do {
            try await write()
            return nil
        } catch {
            return error as? APIError
        }
    }
}

@Suite struct WebhookAdmissionTests {
    private static let validating = "validatingwebhookconfigurations"
    private static let mutating = "mutatingwebhookconfigurations"

    @Test func aRefusalIsToldInTheWebhooksWords() async throws {
        let hooked = try await HookedCluster([
            "/deny": { _ in ["allowed": false, "status": ["message": "not today", "code": 403, "reason": "Forbidden"]] }
        ])
        try await hooked.configure(Self.validating, "one", [("/deny", [])])
        let error = await hooked.refusal { try await hooked.perform(.create, "v1/configmaps", body: hooked.configMap("a", ["k": "v"])) }
        #expect(error?.message == "admission webhook \"deny.example.com\" denied the request: not today")
        #expect(error?.code == 403)
        let asked = try #require(hooked.hooks.requests("/deny").first)
        #expect(asked["operation"] == "CREATE")
        #expect(asked[path: "object", "data", "k"] == "v")
        #expect(asked["oldObject"] == .null)
        #expect(asked[path: "userInfo", "username"] == "admin")
        #expect(asked[path: "requestKind", "kind"] == "ConfigMap")
        #expect(asked["namespace"] == "default")
        #expect(asked[path: "options", "kind"] == "CreateOptions")
        // Nothing else is asked about, and configurations never are.
        try await hooked.perform(.create, "v1/serviceaccounts", body: ["metadata": ["name": "b"]])
        try await hooked.perform(.delete, "admissionregistration.k8s.io/v1/\(Self.validating)", name: "one", namespace: "")
        try await hooked.perform(.create, "v1/configmaps", body: hooked.configMap("a"))
        #expect(hooked.hooks.requests("/deny").count == 1)
        let labels = #"name="deny.example.com",operation="CREATE""#
        let figures = hooked.cluster.admissionServices.webhooks.text.split(separator: "\n")
        #expect(
            figures.contains(
                #"apiserver_admission_webhook_rejection_count{error_type="no_error",\#(labels),rejection_code="403",type="validating"} 1"#))
        #expect(
            figures.contains(#"apiserver_admission_webhook_request_total{code="403",\#(labels),rejected="true",type="validating"} 1"#))
        await hooked.close()
    }

    @Test func whatWebhooksWarnOfIsToldWithTheirRefusals() async throws {
        let hooked = try await HookedCluster([
            "/warn": { _ in ["allowed": true, "warnings": ["mind the step"]] },
            "/deny": { _ in ["allowed": false, "warnings": ["first", "second"], "status": ["message": "not today"]] },
            "/refuse": { request in
                ["allowed": .bool(request["name"] != "b"), "warnings": ["third"], "status": ["message": "nor tomorrow"]]
            },
        ])
        try await hooked.configure(Self.mutating, "one", [("/warn", []), ("/refuse", [])])
        try await hooked.configure(Self.validating, "one", [("/deny", [])])
        let error = await hooked.refusal { try await hooked.perform(.create, "v1/configmaps", body: hooked.configMap("a")) }
        #expect(error?.warnings == ["mind the step", "third", "first", "second"])
        let early = await hooked.refusal { try await hooked.perform(.create, "v1/configmaps", body: hooked.configMap("b")) }
        #expect(early?.message.hasSuffix("nor tomorrow") == true)
        #expect(early?.warnings == ["mind the step", "third"])
        await hooked.close()
    }

    @Test func patchesAreAppliedInOrderWithDefaultsAndReinvocation() async throws {
        let hooked = try await HookedCluster([
            "/first": { request in
                request[path: "object", "data", "second"] == nil
                    ? WebhookServer.patch([["op": "add", "path": "/data/first", "value": "yes"]])
                    : WebhookServer.patch([["op": "add", "path": "/data/third", "value": "yes"]])
            },
            "/second": { _ in WebhookServer.patch([["op": "add", "path": "/data/second", "value": "yes"]]) },
            "/pods": { _ in
                WebhookServer.patch([["op": "add", "path": "/spec/initContainers", "value": [["name": "added", "image": "i"]]]])
            },
        ])
        try await hooked.configure(
            Self.mutating, "one",
            [
                ("/first", [("reinvocationPolicy", "IfNeeded")]), ("/second", []),
                (
                    "/pods",
                    [("rules", [["operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]]])]
                ),
            ])
        let made = try await hooked.perform(.create, "v1/configmaps", body: hooked.configMap("a", ["k": "v"])).value
        #expect(made["data"] == ["k": "v", "first": "yes", "second": "yes", "third": "yes"])
        #expect(hooked.hooks.requests("/first").count == 2)
        #expect(hooked.hooks.requests("/second").count == 1)
        let pod = try await hooked.perform(
            .create, "v1/pods", body: ["metadata": ["name": "p"], "spec": ["containers": [["name": "c", "image": "i"]]]]
        ).value
        let added = pod[path: "spec", "initContainers"]?.array?.first
        #expect(added?["name"] == "added")
        #expect(added?["terminationMessagePolicy"] == "File")
        await hooked.close()
    }

    @Test func garbledOwnersAreRestored() async throws {
        let hooked = try await HookedCluster([
            "/garble": { _ in
                WebhookServer.patch([["op": "replace", "path": "/metadata/managedFields/0/operation", "value": "Nonsense"]])
            }
        ])
        try await hooked.configure(Self.mutating, "one", [("/garble", [])])
        let made = try await hooked.perform(.create, "v1/configmaps", body: hooked.configMap("a", ["k": "v"])) {
            $0.options.fieldManager = "me"
        }
        #expect(made.value[path: "metadata", "managedFields"]?.array?.first?["operation"] == "Update")
        #expect(made.warnings.first?.hasPrefix(".metadata.managedFields was in an invalid state after admission;") == true)
        await hooked.close()
    }

    @Test func selectorsAndConditionsDecideWhoIsAsked() async throws {
        let hooked = try await HookedCluster(["/deny": { _ in ["allowed": false] }])
        try await hooked.configure(
            Self.validating, "one",
            [
                (
                    "/deny",
                    [
                        ("objectSelector", ["matchLabels": ["watch": "me"]]),
                        ("namespaceSelector", ["matchExpressions": [["key": "quiet", "operator": "DoesNotExist"]]]),
                        (
                            "matchConditions",
                            [["name": "not-spared", "expression": "!has(object.data) || !('spare' in object.data)"]]
                        ),
                    ]
                )
            ])
        try await hooked.perform(.create, "v1/namespaces", namespace: "", body: ["metadata": ["name": "silent", "labels": ["quiet": "1"]]])
        let watched: Value = ["watch": "me"]
        try await hooked.perform(.create, "v1/configmaps", body: hooked.configMap("a"))
        try await hooked.perform(.create, "v1/configmaps", body: hooked.configMap("b", ["spare": ""], labels: watched))
        try await hooked.perform(.create, "v1/configmaps", namespace: "silent", body: hooked.configMap("c", labels: watched))
        let error = await hooked.refusal {
            try await hooked.perform(.create, "v1/configmaps", body: hooked.configMap("d", labels: watched))
        }
        #expect(error?.message == "admission webhook \"deny.example.com\" denied the request without explanation")
        #expect(error?.code == 400)
        #expect(hooked.hooks.requests("/deny").count == 1)
        await hooked.close()
    }

    @Test func failurePoliciesAndTimeoutsHold() async throws {
        let hooked = try await HookedCluster([
            "/slow": { _ in
                try? await Task.sleep(for: .seconds(30))
                return ["allowed": true]
            }
        ])
        try await hooked.configure(Self.validating, "slow", [("/slow", [("timeoutSeconds", 1), ("failurePolicy", "Fail")])])
        let late = await hooked.refusal { try await hooked.perform(.create, "v1/configmaps", body: hooked.configMap("a")) }
        #expect(
            late?.message
                == "Internal error occurred: failed calling webhook \"slow.example.com\": failed to call webhook: "
                + "Post \"https://127.0.0.1:\(hooked.hooks.port)/slow?timeout=1s\": context deadline exceeded")
        try await hooked.perform(.delete, "admissionregistration.k8s.io/v1/\(Self.validating)", name: "slow", namespace: "")
        try await hooked.configure(Self.validating, "missing", [("/missing", [("failurePolicy", "Ignore")])])
        try await hooked.perform(.create, "v1/configmaps", body: hooked.configMap("a"))
        try await hooked.configure(Self.validating, "closed", [("/closed", [])])
        let closed = await hooked.refusal { try await hooked.perform(.create, "v1/configmaps", body: hooked.configMap("b")) }
        #expect(closed?.message.hasSuffix("failed to call webhook: the server could not find the requested resource") == true)
        await hooked.close()
    }

    @Test func strangersAreNotTrusted() async throws {
        let hooked = try await HookedCluster(["/allow": { _ in ["allowed": true] }])
        let other = try await WebhookServer([:])
        try await hooked.configure(
            Self.validating, "one",
            [
                (
                    "/allow",
                    [
                        (
                            "clientConfig",
                            ["url": .string("https://127.0.0.1:\(hooked.hooks.port)/allow"), "caBundle": .string(other.caBundle)]
                        )
                    ]
                )
            ])
        let error = await hooked.refusal { try await hooked.perform(.create, "v1/configmaps", body: hooked.configMap("a")) }
        #expect(error?.message.contains("certificate signed by unknown authority") == true)
        #expect(hooked.hooks.requests("/allow").isEmpty)
        await other.shutdown()
        await hooked.close()
    }

    @Test func dryRunsWarningsDeletionsAndServicesWork() async throws {
        let hooked = try await HookedCluster([
            "/warn": { request in
                guard request["operation"] != "DELETE" else { return ["allowed": false, "status": ["message": "kept"]] }
                return ["allowed": true, "warnings": ["careful"]]
            }
        ])
        try await hooked.perform(
            .create, "v1/services", body: ["metadata": ["name": "hook"], "spec": ["ports": [["port": 443, "targetPort": 1]]]])
        try await hooked.configure(Self.validating, "one", [("/warn", [])])
        let made = try await hooked.perform(.create, "v1/configmaps", body: hooked.configMap("a")) { $0.options.isDryRun = true }
        #expect(made.warnings == ["careful"])
        #expect(hooked.hooks.requests("/warn").first?["dryRun"] == true)
        try await hooked.perform(.create, "v1/configmaps", body: hooked.configMap("a"))
        let kept = await hooked.refusal { try await hooked.perform(.delete, "v1/configmaps", name: "a") }
        #expect(kept?.message == "admission webhook \"warn.example.com\" denied the request: kept")
        #expect(hooked.hooks.requests("/warn").last?[path: "oldObject", "metadata", "name"] == "a")
        try await hooked.perform(
            .create, "admissionregistration.k8s.io/v1/\(Self.validating)", namespace: "",
            body: [
                "metadata": ["name": "two"],
                "webhooks": [
                    [
                        "name": "service.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"],
                        "clientConfig": ["service": ["namespace": "default", "name": "hook", "path": "/x"]],
                        "rules": [["operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["secrets"]]],
                    ]
                ],
            ])
        let nobody = await hooked.refusal { try await hooked.perform(.create, "v1/secrets", body: ["metadata": ["name": "s"]]) }
        #expect(
            nobody?.message
                == "Internal error occurred: failed calling webhook \"service.example.com\": failed to call webhook: "
                + "Post \"https://hook.default.svc:443/x?timeout=10s\": no endpoints available for service \"hook\"")
        await hooked.close()
    }

    @Test func conditionsThatDoNotCompileAreRefused() async throws {
        let hooked = try await HookedCluster([:])
        let error = await hooked.refusal {
            try await hooked.configure(
                Self.validating, "one", [("/x", [("matchConditions", [["name": "bad", "expression": "... [] bad expression"]])])])
        }
        #expect(error?.message.contains("compilation failed") == true)
        await hooked.close()
    }

    @Test func equivalentVersionsAreShownInTheVersionOfTheRule() async throws {
        let hooked = try await HookedCluster(["/hpa": { _ in ["allowed": true] }])
        try await hooked.configure(
            Self.validating, "one",
            [
                (
                    "/hpa",
                    [
                        (
                            "rules",
                            [
                                [
                                    "operations": ["CREATE"], "apiGroups": ["autoscaling"], "apiVersions": ["v1"],
                                    "resources": ["horizontalpodautoscalers"],
                                ]
                            ]
                        )
                    ]
                )
            ])
        try await hooked.perform(
            .create, "autoscaling/v2/horizontalpodautoscalers",
            body: [
                "metadata": ["name": "h"],
                "spec": [
                    "maxReplicas": 3, "scaleTargetRef": ["kind": "Deployment", "name": "d", "apiVersion": "apps/v1"],
                    "metrics": [
                        ["type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 50]]]
                    ],
                ],
            ])
        let asked = try #require(hooked.hooks.requests("/hpa").first)
        #expect(asked[path: "kind", "version"] == "v1")
        #expect(asked[path: "requestKind", "version"] == "v2")
        #expect(asked[path: "object", "apiVersion"] == "autoscaling/v1")
        #expect(asked[path: "object", "spec", "targetCPUUtilizationPercentage"] == 50)
        await hooked.close()
    }
}
