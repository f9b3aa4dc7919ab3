import Core
import ResourceEngine
import Testing

@Suite struct ABACTests {
    /// As the file of upstream's own documentation has them.
    private static let file = """
        # who may do what

        {"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"user": "alice", "namespace": "*", "resource": "*", "apiGroup": "*"}}
        {"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"user": "bob", "namespace": "projectCaribou", "resource": "pods", "readonly": true}}
        {"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"group": "system:authenticated", "readonly": true, "nonResourcePath": "/api*"}}
        {"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"user": "*", "nonResourcePath": "/version"}}
        {"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"user": "eve", "group": "ops", "resource": "nodes"}}
        {"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"resource": "secrets", "namespace": "*"}}
          {"user": "old", "namespace": "a", "readonly": true}
        {"user": "older"}
        """

    private func user(_ name: String, _ groups: String...) -> UserInfo { UserInfo(name: name, groups: ["system:authenticated"] + groups) }

    @Test func `a policy allows what it names`() async throws {
        let authorizer = try ABACAuthorizer(Array(Self.file.utf8), path: "/p")
        func may(_ user: UserInfo, _ verb: String, _ resource: String, group: String = "", in namespace: String = "") async -> Bool {
            await authorizer.authorize(
                RequestAttributes(
                    user: user, verb: verb, resource: GroupVersionResource(group: group, version: "v1", resource: resource),
                    namespace: namespace)
            ).isAllowed
        }
        func may(_ user: UserInfo, _ verb: String, path: String) async -> Bool {
            await authorizer.authorize(RequestAttributes(user: user, verb: verb, path: path)).isAllowed
        }
        #expect(await may(user("alice"), "delete", "deployments", group: "apps", in: "any"))
        #expect(await may(user("alice"), "delete", "nodes"))
        #expect(await !may(user("alice"), "get", path: "/healthz"))
        for verb in ["get", "list", "watch"] { #expect(await may(user("bob"), verb, "pods", in: "projectCaribou")) }
        #expect(await !may(user("bob"), "create", "pods", in: "projectCaribou"))
        #expect(await !may(user("bob"), "get", "pods", in: "other"))
        #expect(await !may(user("bob"), "list", "pods"))
        #expect(await !may(user("bob"), "get", "pods", group: "metrics.k8s.io", in: "projectCaribou"))
        #expect(await may(user("carl"), "get", path: "/apis/apps"))
        #expect(await !may(user("carl"), "post", path: "/apis/apps"))
        #expect(await may(user("carl"), "post", path: "/version"))
        #expect(await !may(UserInfo(name: "system:anonymous", groups: ["system:unauthenticated"]), "get", path: "/version"))
        // Both the user and the group are meant.
        #expect(await may(user("eve", "ops"), "delete", "nodes"))
        #expect(await !may(user("eve"), "delete", "nodes"))
        #expect(await !may(user("dan", "ops"), "delete", "nodes"))
        // Nobody is named.
        #expect(await !may(user("bob"), "get", "secrets", in: "a"))
        // The first format minds what it says alone.
        #expect(await may(user("old"), "get", "leases", group: "coordination.k8s.io", in: "a"))
        #expect(await !may(user("old"), "get", "leases", group: "coordination.k8s.io", in: "b"))
        #expect(await !may(user("old"), "get", path: "/x"))
        #expect(await may(user("older"), "delete", "nodes"))
        #expect(await may(user("older"), "get", path: "/x"))
        guard case .noOpinion(let reason, _) = await authorizer.authorize(RequestAttributes(user: user("bob"), verb: "get", path: "/x"))
        else {
            Issue.record("a path that no policy names is decided")
            return
        }
        #expect(reason == "No policy matched.")
    }

    @Test func `rules are listed`() async throws {
        let authorizer = try ABACAuthorizer(Array(Self.file.utf8), path: "/p")
        let handlers = AccessReviews.handlers(authorizer, rules: [authorizer], clock: SystemClock())
        var request = APIRequest(
            verb: .create,
            resource: GroupVersionResource(group: "authorization.k8s.io", version: "v1", resource: "selfsubjectrulesreviews"),
            user: user("bob"))
        request.namespace = "projectCaribou"
        let status = try await handlers["selfsubjectrulesreviews"]?.review(["spec": ["namespace": "projectCaribou"]], request)["status"]
        #expect(
            status?["resourceRules"] == [["verbs": ["get", "list", "watch"], "apiGroups": [""], "resources": ["pods"]]])
        #expect(status?["incomplete"] == false)
    }

    @Test func `a line that is no policy is named`() {
        for line in [
            "nonsense", "[]", "{\"user\":1}", "{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}",
            "{\"apiVersion\":\"abac.authorization.kubernetes.io/v1beta1\",\"kind\":\"Policy\",\"spec\":{\"readonly\":\"yes\"}}",
            "{\"apiVersion\":\"abac.authorization.kubernetes.io/v1beta1\",\"kind\":\"Policy\",\"spec\":[]}",
        ] {
            let refusal = #expect(throws: APIError.self, "\(line)") { try ABACAuthorizer(Array("# a\n\n\(line)\n".utf8), path: "/p") }
            #expect(refusal?.message.hasPrefix("error reading policy file /p, line 3: \(line): ") == true)
        }
    }
}
