import Cluster
import Core
import Testing
import Values

@Suite struct AuthorizationConfigurationTests {
    private static let webhook: Value = [
        "timeout": "3s", "subjectAccessReviewVersion": "v1", "matchConditionSubjectAccessReviewVersion": "v1", "failurePolicy": "Deny",
        "unauthorizedTTL": "10s", "connectionInfo": ["type": "KubeConfigFile", "kubeConfigFile": "/etc/hook"],
        "matchConditions": [["expression": "request.user != 'root'"]],
    ]

    private static func document(_ change: (inout Value) -> Void = { _ in }) -> Value {
        var document: Value = [
            "apiVersion": "apiserver.config.k8s.io/v1", "kind": "AuthorizationConfiguration",
            "authorizers": [
                ["type": "Webhook", "name": "first", "webhook": webhook], ["type": "Node", "name": "node"],
                ["type": "Webhook", "name": "second", "webhook": webhook], ["type": "RBAC", "name": "rbac"],
            ],
        ]
        change(&document)
        return document
    }

    /// A document whose first webhook is changed.
    private static func changed(_ field: String, _ value: Value?) -> Value {
        document { document in
            var entries = document["authorizers"]?.array ?? []
            entries[0]["webhook"]?[field] = value
            document["authorizers"] = .array(entries)
        }
    }

    @Test func `a file names authorizers in their order`() throws {
        let links = try AuthorizationConfiguration.links(Self.document())
        #expect(links.map(\.name) == ["first", "node", "second", "rbac"])
        let webhook = try #require(links[0].webhook)
        #expect(webhook.kubeconfig == "/etc/hook")
        #expect(webhook.timeout == .seconds(3))
        #expect(webhook.settings.allowedFor == .seconds(300))
        #expect(webhook.settings.refusedFor == .seconds(10))
        #expect(webhook.settings.failureDenies)
        let uncached = try AuthorizationConfiguration.links(Self.changed("cacheAuthorizedRequests", false))
        #expect(uncached[0].webhook?.settings.allowedFor == .zero)
    }

    @Test func `what is wrong in a file is told by its field`() {
        func problem(_ document: Value) -> String {
            do {
                _ = try AuthorizationConfiguration.links(document)
                return ""
            } catch let error as APIError { return error.message } catch { return "\(error)" }
        }
        func entries(_ entries: Value) -> Value { Self.document { $0["authorizers"] = entries } }
        let place = "authorizers[0].webhook"
        #expect(problem(Self.document { $0["kind"] = "Other" }).contains("AuthorizationConfiguration"))
        #expect(problem(Self.document { $0["modes"] = [] }) == "unknown field \"modes\"")
        #expect(problem(entries([])).hasPrefix("authorizers: "))
        #expect(problem(entries([["type": "Magic", "name": "magic"]])).contains("authorizers[0].type: Magic is not known"))
        #expect(problem(entries([["type": "RBAC", "name": "rbac"], ["type": "RBAC", "name": "b"]])).hasPrefix("authorizers[1].type: "))
        #expect(problem(entries([["type": "RBAC", "name": "other"]])).hasPrefix("authorizers[0].name: "))
        #expect(problem(entries([["type": "RBAC", "name": "rbac", "webhook": Self.webhook]])).hasPrefix("\(place): "))
        #expect(problem(entries([["type": "Webhook", "name": "a"]])).hasPrefix("\(place): required"))
        for (field, value) in [
            ("timeout", nil), ("timeout", "31s"), ("timeout", "-1s"), ("subjectAccessReviewVersion", "v2"), ("failurePolicy", "Open"),
            ("authorizedTTL", "soon"), ("matchConditionSubjectAccessReviewVersion", nil),
        ] as [(String, Value?)] {
            #expect(problem(Self.changed(field, value)).hasPrefix("\(place).\(field): "), "\(field)")
        }
        #expect(problem(Self.changed("timeOut", "3s")).contains("unknown field \"timeOut\""))
        #expect(problem(Self.changed("connectionInfo", ["type": "InClusterConfig"])).hasPrefix("\(place).connectionInfo.type: "))
        #expect(
            problem(Self.changed("connectionInfo", ["type": "KubeConfigFile", "kubeConfigFile": "hook"])).hasPrefix(
                "\(place).connectionInfo.kubeConfigFile: "))
        #expect(problem(Self.changed("matchConditions", [["expression": "1"]])).hasPrefix("\(place).matchConditions[0].expression: "))
    }

    @Test func `flags that contradict each other are refused`() {
        func problem(_ flags: [String: String]) -> String {
            var settings = APIServerSettings()
            settings.flags = flags
            do {
                _ = try AuthorizationConfiguration(settings)
                return ""
            } catch { return "\(error)" }
        }
        #expect(problem([:]) == "")
        #expect(problem(["authorization-mode": "Webhook,RBAC", "authorization-webhook-config-file": "/a"]) == "")
        #expect(problem(["authorization-mode": "Webhook"]).contains("--authorization-webhook-config-file"))
        #expect(problem(["authorization-webhook-config-file": "/a"]).contains("--authorization-mode"))
        #expect(problem(["authorization-mode": "RBAC,RBAC"]).contains("twice"))
        #expect(problem(["authorization-mode": "RBAC", "authorization-config": "/a"]).contains("cannot be given together"))
        #expect(problem(["authorization-config": "/nowhere/at/all"]).contains("--authorization-config"))
        let webhook = ["authorization-mode": "Webhook", "authorization-webhook-config-file": "/a"]
        #expect(problem(webhook.merging(["authorization-webhook-version": "v3"]) { $1 }).contains("--authorization-webhook-version"))
        #expect(problem(webhook.merging(["authorization-webhook-cache-authorized-ttl": "x"]) { $1 }).contains("-ttl"))
    }
}
