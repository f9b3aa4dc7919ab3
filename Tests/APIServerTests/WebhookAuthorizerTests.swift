import APIServer
import Client
import Core
import Logging
import ResourceEngine
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct WebhookAuthorizerTests {
    private let clock = ManualClock()

    private func authorizer(_ server: ReviewServer, _ change: (inout WebhookAuthorizer.Settings) -> Void = { _ in }) throws
        -> WebhookAuthorizer
    {
        var settings = WebhookAuthorizer.Settings()
        change(&settings)
        let access = try ClusterAccess(server.kubeconfig()) { _ in [] }
        return WebhookAuthorizer(
            try ReviewService(access, timeout: .seconds(20), pause: .zero, clock: clock), settings, clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func request(_ verb: String, _ resource: String = "pods", user: String = "ada", name: String = "") -> RequestAttributes {
        RequestAttributes(
            user: UserInfo(name: user, groups: ["dev"]), verb: verb,
            resource: GroupVersionResource(group: "", version: "v1", resource: resource),
            namespace: "shop", name: name)
    }

    @Test func `the service is shown the request, and decides`() async throws {
        let server = try await ReviewServer()
        server.answer { review in
            switch review[path: "spec", "user"]?.string {
            case "ada": (200, ["allowed": true, "reason": "is ada"])
            case "eve": (200, ["allowed": false, "denied": true, "reason": "is eve"])
            case "both": (200, ["allowed": true, "denied": true])
            default: (200, ["allowed": false, "reason": "who?"])
            }
        }
        let authorizer = try authorizer(server)
        var list = request("list")
        list.fieldSelector = "spec.nodeName=a,status.phase!=Failed"
        list.labelSelector = "app=web,tier in (a,b),!old,size>3"
        #expect(await authorizer.authorize(list) == .allow(reason: "is ada"))
        #expect(server.asked[0]["apiVersion"] == "authorization.k8s.io/v1")
        #expect(
            server.asked[0]["spec"] == [
                "resourceAttributes": [
                    "namespace": "shop", "verb": "list", "version": "v1", "resource": "pods",
                    "fieldSelector": [
                        "requirements": [
                            ["key": "spec.nodeName", "operator": "In", "values": ["a"]],
                            ["key": "status.phase", "operator": "NotIn", "values": ["Failed"]],
                        ]
                    ],
                    "labelSelector": [
                        "requirements": [
                            ["key": "app", "operator": "In", "values": ["web"]], ["key": "tier", "operator": "In", "values": ["a", "b"]],
                            ["key": "old", "operator": "DoesNotExist"],
                        ]
                    ],
                ], "user": "ada", "groups": ["dev"],
            ])
        #expect(await authorizer.authorize(request("get", user: "eve")) == .deny(reason: "is eve"))
        #expect(await authorizer.authorize(request("get", user: "bob")) == .noOpinion(reason: "who?"))
        let both = await authorizer.authorize(request("get", user: "both"))
        #expect(both.error?.contains("both allow and deny") == true && !both.isAllowed)
        let path = RequestAttributes(user: UserInfo(name: "ada", groups: []), verb: "get", path: "/metrics")
        #expect(await authorizer.authorize(path).isAllowed)
        #expect(server.asked.last?["spec"] == ["nonResourceAttributes": ["path": "/metrics", "verb": "get"], "user": "ada"])
        let old = try self.authorizer(server) { $0.version = "v1beta1" }
        #expect(await old.authorize(request("get")).isAllowed)
        #expect(server.asked.last?[path: "spec", "group"] == ["dev"])
        await server.shutdown()
    }

    @Test func `answers are believed for five minutes, refusals for half a minute`() async throws {
        let server = try await ReviewServer()
        server.answer { review in (200, ["allowed": .bool(review[path: "spec", "user"] == "ada")]) }
        let authorizer = try authorizer(server)
        for _ in 0..<3 {
            #expect(await authorizer.authorize(request("get")).isAllowed)
            #expect(await !authorizer.authorize(request("get", user: "bob")).isAllowed)
        }
        #expect(server.asked.count == 2)
        clock.advance(by: .seconds(31))
        #expect(await authorizer.authorize(request("get")).isAllowed)
        #expect(server.asked.count == 2)
        #expect(await !authorizer.authorize(request("get", user: "bob")).isAllowed)
        #expect(server.asked.count == 3)
        clock.advance(by: .seconds(270))
        #expect(await authorizer.authorize(request("get")).isAllowed)
        #expect(server.asked.count == 4)
        let long = String(repeating: "x", count: 10_000)
        for _ in 0..<2 { #expect(await authorizer.authorize(request("get", name: long)).isAllowed) }
        #expect(server.asked.count == 6, "whoever asks long questions cannot fill the memory")
        await server.shutdown()
    }

    @Test func `a failure leaves the decision to others, or refuses, as the policy says`() async throws {
        let server = try await ReviewServer()
        server.answer { _ in (403, .null) }
        let open = try authorizer(server), closed = try authorizer(server) { $0.failureDenies = true }
        let left = await open.authorize(request("get")), refused = await closed.authorize(request("get"))
        guard case .noOpinion = left, case .deny = refused else { throw Unexpected(text: "\(left) \(refused)") }
        #expect(left.error == "refused")
        #expect(refused.error == "refused")
        #expect(server.asked.count == 2, "failures are not remembered, nor asked again when they are definite")
        #expect(await AuthorizerChain([open, AllowAll()]).authorize(request("get")).isAllowed)
        #expect(await !AuthorizerChain([closed, AllowAll()]).authorize(request("get")).isAllowed)
        #expect(await AuthorizerChain([open, open]).authorize(request("get")).error == "refused\nrefused")
        let text = WebhookAuthorizerMetrics.text([open.figures])
        #expect(text.contains("apiserver_authorization_webhook_evaluations_total{name=\"default\",result=\"error\"} 4\n"))
        #expect(text.contains("apiserver_authorization_webhook_evaluations_fail_open_total{name=\"default\",result=\"error\"} 4\n"))
        #expect(text.contains("apiserver_authorization_webhook_duration_seconds_count{name=\"default\",result=\"error\"} 4\n"))
        await server.shutdown()
    }

    private struct Unexpected: Error { let text: String }

    @Test func `match conditions say which requests the service is asked about`() async throws {
        let server = try await ReviewServer()
        server.answer { _ in (200, ["allowed": true]) }
        let conditions = try AccessConditions(
            [
                ["expression": "has(request.resourceAttributes)"],
                ["expression": "request.resourceAttributes.namespace == 'shop' && !('system:nodes' in request.groups)"],
                ["expression": "request.resourceAttributes.verb != 'broken' || request.extra['none'] == ['x']"],
            ], path: "matchConditions")
        let authorizer = try authorizer(server) { $0.conditions = conditions }
        #expect(await authorizer.authorize(request("get")).isAllowed)
        var elsewhere = request("get")
        elsewhere.namespace = "other"
        #expect(await authorizer.authorize(elsewhere) == .noOpinion(reason: ""))
        let path = RequestAttributes(user: UserInfo(name: "ada", groups: []), verb: "get", path: "/metrics")
        #expect(await authorizer.authorize(path) == .noOpinion(reason: ""))
        #expect(server.asked.count == 1)
        let broken = await authorizer.authorize(request("broken"))
        #expect(broken.error?.contains("resulted in error") == true)
        let text = WebhookAuthorizerMetrics.text([authorizer.figures])
        #expect(text.contains("match_condition_exclusions_total{name=\"default\",type=\"Webhook\"} 2\n"))
        #expect(text.contains("match_condition_evaluation_errors_total{name=\"default\",type=\"Webhook\"} 1\n"))
        await server.shutdown()
    }

    @Test func `conditions that are none are refused by the name of their field`() {
        func problem(_ expressions: String...) -> String {
            do {
                _ = try AccessConditions(expressions.map { ["expression": .string($0)] }, path: "m")
                return ""
            } catch { return "\(error)" }
        }
        #expect(problem("request.user == 'a'") == "")
        #expect(problem("request.user == 'a'", " ").contains("m[1].expression"))
        #expect(problem("request.usr == 'a'").contains("m[0].expression: compilation failed"))
        #expect(problem("request.user").contains("must evaluate to bool"))
        #expect(problem("true", "true").contains("m[1].expression: is there twice"))
    }
}
