import Cluster
import Testing
import Values

@Suite("Default roles and bindings")
struct RBACPolicyTests {
    private let objects = RBACPolicy().objects

    private func object(_ kind: String, _ name: String, namespace: String? = nil) -> Value? {
        objects.first {
            $0["kind"]?.string == kind && $0["metadata"]?["name"]?.string == name && $0["metadata"]?["namespace"]?.string == namespace
        }
    }

    @Test("every object has a name, every binding its role and subjects")
    func whole() {
        #expect(objects.count == 69 + 7 + 50 + 7)
        for object in objects {
            #expect(object["metadata"]?["name"]?.string?.isEmpty == false)
            guard object["kind"]?.string?.hasSuffix("Binding") == true else { continue }
            let role = object["roleRef"]
            let isThere = self.object(
                role?["kind"]?.string ?? "", role?["name"]?.string ?? "",
                namespace: role?["kind"] == "Role" ? object["metadata"]?["namespace"]?.string : nil)
            #expect(isThere != nil, "\(object["metadata"]?["name"]?.string ?? "") binds a role that is not there")
        }
    }

    @Test("cluster-admin may do everything")
    func clusterAdmin() {
        #expect(
            object("ClusterRole", "cluster-admin")?["rules"] == [
                ["apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]], ["nonResourceURLs": ["*"], "verbs": ["*"]],
            ])
        #expect(
            object("ClusterRoleBinding", "cluster-admin")?["subjects"] == [
                ["apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:masters"]
            ])
    }

    @Test("edit has what view has, admin what edit has")
    func aggregation() {
        func rules(_ name: String) -> [Value] { object("ClusterRole", name)?["rules"]?.array ?? [] }
        #expect(!rules("view").isEmpty)
        #expect(rules("view").allSatisfy(rules("edit").contains))
        #expect(rules("edit").allSatisfy(rules("admin").contains))
        #expect(rules("admin").count > rules("edit").count)
    }

    @Test("rules keep the names of objects they are limited to")
    func names() {
        let rules = object("Role", "extension-apiserver-authentication-reader", namespace: "kube-system")?["rules"]?.array ?? []
        #expect(rules.contains { $0["resourceNames"] == ["extension-apiserver-authentication"] })
    }
}
