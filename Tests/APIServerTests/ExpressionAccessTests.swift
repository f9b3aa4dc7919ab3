import APIServer
import Client
import Core
import Logging
import ResourceEngine
import TestSupport
import Testing
import Values

/// `authorizer` in the expressions of policies, answered by a webhook.
@Suite(.timeLimit(.minutes(1))) struct ExpressionAccessTests {
    /// A cluster whose only authoriser is a service over HTTPS, and what asks it.
    private struct Asking {
        let cluster: TestCluster
        let server: ReviewServer

        init() async throws {
            let server = try await ReviewServer()
            self.server = server
            let clock = ManualClock()
            let service = try ReviewService(
                ClusterAccess(server.kubeconfig()) { _ in [] }, timeout: .seconds(20), pause: .zero, clock: clock)
            let hook = WebhookAuthorizer(
                service, WebhookAuthorizer.Settings(), clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            cluster = try await TestCluster(clock: clock, authorizer: AuthorizerChain([hook]))
        }

        func create(_ path: String, _ body: Value, user: UserInfo = UserInfo(name: "admin", groups: ["system:masters"])) async throws
            -> Value
        {
            let parts = path.split(separator: "/").map(String.init)
            var request = APIRequest(
                verb: .create,
                resource: GroupVersionResource(group: parts.count == 2 ? parts[0] : "", version: "v1", resource: parts.last ?? ""),
                user: user)
            request.namespace = parts.count == 2 ? "" : "default"
            request.body = .value(body)
            return try cluster.engine.value(of: try await cluster.engine.perform(request))
        }

        func policy(_ kind: String, _ name: String, _ spec: Value, _ binding: Value) async throws {
            var (spec, binding) = (spec, binding)
            spec["matchConstraints"] = [
                "resourceRules": [["operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]]]
            ]
            binding["policyName"] = .string(name)
            for (resource, spec) in [("policies", spec), ("policybindings", binding)] {
                _ = try await create(
                    "admissionregistration.k8s.io/\(kind)admission\(resource)", ["metadata": ["name": .string(name)], "spec": spec])
            }
        }

        func validate(_ expression: String, variables: Value = []) async throws {
            try await policy(
                "validating", "v", ["variables": variables, "validations": [["expression": .string(expression)]]],
                ["validationActions": ["Deny"]])
        }

        /// A write of somebody the service is asked about; the message where it is refused.
        func write(_ name: String) async -> String? {
            do {
                _ = try await create("configmaps", ["metadata": ["name": .string(name)]], user: UserInfo(name: "ada", groups: ["dev"]))
                return nil
            } catch { return (error as? APIError)?.message }
        }

        /// The verbs of the questions that are not about the writes themselves.
        var checks: [String] {
            server.asked.compactMap {
                let spec = $0["spec"] ?? [:]
                let attributes = spec["resourceAttributes"] ?? spec["nonResourceAttributes"]
                return attributes?["resource"] == "configmaps" ? nil : attributes?["verb"]?.string
            }
        }

        func close() async {
            await cluster.close()
            await server.shutdown()
        }
    }

    @Test func `a policy waits for what a webhook says, and asks once`() async throws {
        let asking = try await Asking()
        asking.server.answer { review in
            let attributes = review[path: "spec", "resourceAttributes"]
            let isRefused = attributes?["verb"] == "watch" || attributes?["fieldSelector"] != nil
            return (200, ["allowed": .bool(!isRefused), "reason": isRefused ? "not you" : "why not"])
        }
        try await asking.validate(
            """
            variables.reads || authorizer.path('/healthz').check('get').allowed() && \
            authorizer.group('').resource('secrets').namespace('default').check('list').reason() != 'why not'
            """,
            variables: [
                ["name": "reads", "expression": "authorizer.group('').resource('secrets').check('watch').allowed()"]
            ])
        #expect(await asking.write("a")?.contains("failed expression: variables.reads ||") == true)
        #expect(asking.checks == ["watch", "get", "list"])
        #expect(await asking.write("b") != nil)
        #expect(asking.checks.count == 3, "what a webhook said is remembered")
        await asking.close()
    }

    @Test func `selectors are part of the question`() async throws {
        let asking = try await Asking()
        asking.server.answer { review in
            let attributes = review[path: "spec", "resourceAttributes"]
            return (200, ["allowed": .bool(attributes?["verb"] != "list" || attributes?["labelSelector"] != nil)])
        }
        try await asking.validate(
            """
            authorizer.group('').resource('pods').labelSelector('app=web').check('list').allowed() && \
            !authorizer.group('').resource('pods').check('list').allowed()
            """)
        #expect(await asking.write("a") == nil)
        await asking.close()
    }

    @Test func `mutations and match conditions wait too`() async throws {
        let asking = try await Asking()
        asking.server.answer { review in
            (200, ["allowed": .bool(review[path: "spec", "resourceAttributes", "verb"] != "delete")])
        }
        let expression =
            "Object{metadata: Object.metadata{labels: {'reads': string(authorizer.group('').resource('pods').check('get').allowed())}}}"
        func spec(_ condition: String) -> Value {
            [
                "matchConditions": [
                    ["name": "c", "expression": .string("authorizer.group('').resource('pods').check('\(condition)').allowed()")]
                ],
                "reinvocationPolicy": "Never",
                "mutations": [["patchType": "ApplyConfiguration", "applyConfiguration": ["expression": .string(expression)]]],
            ]
        }
        try await asking.policy("mutating", "no", spec("delete"), [:])
        #expect(await asking.write("a") == nil)
        #expect(asking.checks == ["delete"])
        try await asking.policy("mutating", "yes", spec("create"), [:])
        let made = try await asking.create(
            "configmaps", ["metadata": ["name": "b"]], user: UserInfo(name: "ada", groups: ["dev"]))
        #expect(made[path: "metadata", "labels", "reads"] == "true")
        #expect(asking.checks == ["delete", "create", "get"])
        await asking.close()
    }

    @Test func `an expression that asks too much is ended before it asks`() async throws {
        let asking = try await Asking()
        asking.server.answer { _ in (200, ["allowed": true]) }
        try await asking.validate(
            ["a", "b", "c"].map { "authorizer.path('/\($0)').check('get').allowed()" }.joined(separator: " && "))
        #expect(await asking.write("a")?.contains("actual cost limit exceeded") == true)
        #expect(asking.checks == ["get", "get"])
        await asking.close()
    }

    @Test func `a webhook that does not answer is an error of the check`() async throws {
        let asking = try await Asking()
        asking.server.answer { review in
            review[path: "spec", "resourceAttributes", "resource"] == "configmaps" ? (200, ["allowed": true]) : (404, .null)
        }
        try await asking.validate("authorizer.group('').resource('pods').check('get').errored()")
        #expect(await asking.write("a") == nil)
        #expect(asking.checks == ["get"])
        await asking.close()
    }
}
