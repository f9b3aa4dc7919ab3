import Core
import ResourceEngine
import TestSupport
import Testing
import Values

/// A cluster with a node, a pod on it and a pod elsewhere.
private struct NodeCluster {
    let cluster: TestCluster
    static let node = UserInfo(name: "system:node:one", groups: ["system:nodes", "system:authenticated"])
    static let admin = UserInfo(name: "admin", groups: ["system:masters", "system:authenticated"])

    init() async throws {
        cluster = try await TestCluster()
        let labels: Value = ["topology.kubernetes.io/zone": "z1", "topology.kubernetes.io/region": "r1", "other": "x"]
        try await perform(Self.admin, .create, "v1/nodes", namespace: "", body: ["metadata": ["name": "one", "labels": labels]])
        for (name, node) in [("here", "one"), ("there", "two")] {
            let spec: Value = ["nodeName": .string(node), "containers": [["name": "c", "image": "i"]]]
            try await perform(Self.admin, .create, "v1/pods", body: ["metadata": ["name": .string(name)], "spec": spec])
        }
    }

    @discardableResult
    func perform(
        _ user: UserInfo, _ verb: Verb, _ path: String, name: String = "", namespace: String = "default", subresource: String = "",
        body: Value? = nil, patch: PatchType? = nil
    ) async throws -> Value {
        let parts = path.split(separator: "/").map(String.init)
        let resource = GroupVersionResource(
            group: parts.count == 3 ? parts[0] : "", version: parts[parts.count - 2], resource: parts[parts.count - 1])
        var request = APIRequest(verb: verb, resource: resource, user: user)
        request.name = name
        request.namespace = namespace
        request.subresource = subresource
        request.patchType = patch
        if let body { request.body = .value(body) }
        return try cluster.engine.value(of: try await cluster.engine.perform(request))
    }

    /// What the node is told; nil when it may.
    func refusal(
        _ verb: Verb, _ path: String, name: String = "", namespace: String = "default", subresource: String = "", body: Value? = nil,
        patch: PatchType? = nil
    ) async -> String? {
        do {
            try await perform(
                Self.node, verb, path, name: name, namespace: namespace, subresource: subresource, body: body, patch: patch)
            return nil
        } catch {
            return (error as? APIError)?.message ?? "\(error)"
        }
    }
}

@Suite struct NodeRestrictionTests {
    @Test func aNodeWritesOfItsOwnPodsOnly() async throws {
        let nodes = try await NodeCluster()
        let status: Value = ["status": ["message": "fine"]]
        #expect(await nodes.refusal(.patch, "v1/pods", name: "here", subresource: "status", body: status, patch: .merge) == nil)
        #expect(
            await nodes.refusal(.patch, "v1/pods", name: "there", subresource: "status", body: status, patch: .merge)
                == "pods \"there\" is forbidden: node \"one\" can only update pod status for pods with spec.nodeName set to itself")
        #expect(
            await nodes.refusal(.delete, "v1/pods", name: "there")
                == "pods \"there\" is forbidden: node \"one\" can only delete pods with spec.nodeName set to itself")
        #expect(
            await nodes.refusal(
                .create, "v1/pods", body: ["metadata": ["name": "p"], "spec": ["containers": [["name": "c", "image": "i"]]]])
                == "pods \"p\" is forbidden: pod does not have \"kubernetes.io/config.mirror\" annotation, node \"one\" can only create "
                + "mirror pods")
        await nodes.cluster.close()
    }

    @Test func aNodeLabelsItselfWithinLimits() async throws {
        let nodes = try await NodeCluster()
        func label(_ name: String, _ node: String = "one") async -> String? {
            let labels = Value.object(Object([(name, .string("a"))]))
            return await nodes.refusal(
                .patch, "v1/nodes", name: node, namespace: "", body: ["metadata": ["labels": labels]], patch: .merge)
        }
        #expect(await label("example.com/fast") == nil)
        #expect(await label("kubernetes.io/os") == nil)
        #expect(
            await label("node-role.kubernetes.io/master")
                == "nodes \"one\" is forbidden: is not allowed to modify labels: node-role.kubernetes.io/master")
        #expect(
            await nodes.refusal(.create, "v1/nodes", namespace: "", body: ["metadata": ["name": "two"]])
                == "nodes \"two\" is forbidden: node \"one\" is not allowed to modify node \"two\"")
        #expect(
            await nodes.refusal(
                .patch, "v1/nodes", name: "one", namespace: "", body: ["spec": ["taints": [["key": "a", "effect": "NoSchedule"]]]],
                patch: .merge) == "nodes \"one\" is forbidden: node \"one\" is not allowed to modify taints")
        await nodes.cluster.close()
    }

    @Test func podsGetTheZoneOfTheirNode() async throws {
        let nodes = try await NodeCluster()
        let here = try await nodes.perform(NodeCluster.admin, .get, "v1/pods", name: "here")
        #expect(here[path: "metadata", "labels"] == ["topology.kubernetes.io/region": "r1", "topology.kubernetes.io/zone": "z1"])
        try await nodes.perform(
            NodeCluster.admin, .create, "v1/pods",
            body: ["metadata": ["name": "late"], "spec": ["containers": [["name": "c", "image": "i"]]]])
        try await nodes.perform(
            NodeCluster.admin, .create, "v1/pods", name: "late", subresource: "binding",
            body: ["metadata": ["name": "late"], "target": ["kind": "Node", "name": "one"]])
        let late = try await nodes.perform(NodeCluster.admin, .get, "v1/pods", name: "late")
        #expect(late[path: "metadata", "labels"]?["topology.kubernetes.io/zone"] == "z1")
        await nodes.cluster.close()
    }

    @Test func claimsGrowOnlyWhereTheirClassSaysSo() async throws {
        let nodes = try await NodeCluster()
        for (name, grows) in [("fixed", false), ("elastic", true)] {
            try await nodes.perform(
                NodeCluster.admin, .create, "storage.k8s.io/v1/storageclasses", namespace: "",
                body: ["metadata": ["name": .string(name)], "provisioner": "p", "allowVolumeExpansion": .bool(grows)])
            let size: Value = ["requests": ["storage": "1Gi"]]
            try await nodes.perform(
                NodeCluster.admin, .create, "v1/persistentvolumeclaims",
                body: [
                    "metadata": ["name": .string(name)],
                    "spec": ["accessModes": ["ReadWriteOnce"], "storageClassName": .string(name), "resources": size],
                ])
        }
        func grow(_ name: String) async throws {
            try await nodes.perform(
                NodeCluster.admin, .patch, "v1/persistentvolumeclaims", name: name,
                body: ["spec": ["resources": ["requests": ["storage": "2Gi"]]]], patch: .merge)
        }
        func refusal(_ name: String) async -> String? {
            do {
                try await grow(name)
                return nil
            } catch {
                return (error as? APIError)?.message
            }
        }
        for name in ["fixed", "elastic"] {
            #expect(await refusal(name)?.contains("bound") == true)
            try await nodes.perform(
                NodeCluster.admin, .patch, "v1/persistentvolumeclaims", name: name, subresource: "status",
                body: ["status": ["phase": "Bound"]], patch: .merge)
        }
        #expect(await refusal("elastic") == nil)
        #expect(await refusal("fixed")?.contains("the storageclass that provisions the pvc must support resize") == true)
        await nodes.cluster.close()
    }

    @Test func `a node asks for certificates in its own name only`() async throws {
        // Made by `openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /O=system:nodes/CN=system:node:one`, and `two`.
        let own: Value = """
            LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIc01JR1RBZ0VBTURFeEZUQVRCZ05WQkFvTURITjVjM1JsYlRwdWIyUmxjek\
            VZTUJZR0ExVUVBd3dQYzNsegpkR1Z0T201dlpHVTZiMjVsTUZrd0V3WUhLb1pJemowQ0FRWUlLb1pJemowREFRY0RRZ0FFNFpGVW1FYy9DU1BE\
            CnRNeGZMWXdBT2NibmJJMElxb1dOQmZtYVpNWXptUUZxUGtiTmVxNjdyR0gzS2ZaUUtLcVlmQW50V0dpYVIzbHMKTitORWFWMFFtNkFBTUFvR0\
            NDcUdTTTQ5QkFNQ0EwZ0FNRVVDSUhxZDNLQWhoUWI2SU1Eb3AzY2cyWFUweXkzUgpaQm43R1VINUxDdFNpK3c2QWlFQTRXaXloMkcyRUcrbmcw\
            UWhIR0Y0MnlzV004UWhOMXR2YlJjTXJ2S2RTM2M9Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=
            """
        let foreign: Value = """
            LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIc01JR1RBZ0VBTURFeEZUQVRCZ05WQkFvTURITjVjM1JsYlRwdWIyUmxjek\
            VZTUJZR0ExVUVBd3dQYzNsegpkR1Z0T201dlpHVTZkSGR2TUZrd0V3WUhLb1pJemowQ0FRWUlLb1pJemowREFRY0RRZ0FFRVpCU1JnRG4wRTRn\
            CnZpT2gvbGpMbTZyVGp6SnpuelE3eVJ2a2xEaUdoV3gwd0dYeWlUUGNmbnNzM3BZL0dOTzM1OCt5bTF1eFdKMzUKY3FlcUtFd2kzcUFBTUFvR0\
            NDcUdTTTQ5QkFNQ0EwZ0FNRVVDSURMTjlJVEkxRUYydklidXZBdU1lZ09kTmQrVgpJQTNHWTUwN29qT2xGYm0yQWlFQXRtckhrV3RobG1mbmtY\
            Z0lRR1dvTGtCODVMdTZkeHI3d0NtQ1NaNGxpWnc9Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=
            """
        let nodes = try await NodeCluster()
        func refusal(_ name: String, _ signer: String, _ request: Value) async -> String? {
            await nodes.refusal(
                .create, "certificates.k8s.io/v1/certificatesigningrequests", namespace: "",
                body: [
                    "metadata": ["name": .string(name)],
                    "spec": ["signerName": .string(signer), "request": request, "usages": ["digital signature", "client auth"]],
                ])
        }
        let signer = "kubernetes.io/kube-apiserver-client-kubelet"
        #expect(await refusal("own", signer, own) == nil)
        for signer in [signer, "kubernetes.io/kubelet-serving"] {
            #expect(
                await refusal("foreign", signer, foreign)
                    == "certificatesigningrequests.certificates.k8s.io \"foreign\" is forbidden: can only create a node CSR with CN=system:node:one"
            )
            #expect(await refusal("none", signer, "bm90aGluZw==")?.contains("unable to parse csr: ") == true)
        }
        // Other signers judge by themselves.
        #expect(await refusal("elsewhere", "example.com/signer", foreign) == nil)
    }
}
