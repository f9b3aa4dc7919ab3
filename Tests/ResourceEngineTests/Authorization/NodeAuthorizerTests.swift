import Client
import Core
import ResourceEngine
import TestSupport
import Testing
import Values

/// A cluster with pods on two nodes, and the authoriser that looks at it.
private struct Nodes {
    let cluster: TestCluster
    let authorizer: NodeAuthorizer

    init() async throws {
        cluster = try await TestCluster(admission: [])
        authorizer = NodeAuthorizer(
            store: cluster.store,
            rules: [RBACRule(["apiGroups": [""], "resources": ["services"], "verbs": ["get", "list", "watch"]])])
        let spec: Value = [
            "nodeName": "one", "serviceAccountName": "web", "imagePullSecrets": [["name": "pull"]],
            "containers": [
                [
                    "name": "c", "image": "i", "envFrom": [["configMapRef": ["name": "env"]], ["secretRef": ["name": "env-secret"]]],
                    "env": [["name": "A", "valueFrom": ["secretKeyRef": ["name": "key-secret", "key": "k"]]]],
                ]
            ],
            "volumes": [
                ["name": "a", "secret": ["secretName": "volume"]], ["name": "b", "configMap": ["name": "files"]],
                ["name": "c", "projected": ["sources": [["secret": ["name": "projected"]], ["configMap": ["name": "projected"]]]]],
                ["name": "d", "persistentVolumeClaim": ["claimName": "data"]],
                [
                    "name": "scratch",
                    "ephemeral": [
                        "volumeClaimTemplate": ["spec": ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]]]]
                    ],
                ],
            ],
        ]
        try await create("pods", "shop", ["metadata": ["name": "web"], "spec": spec])
        try await create(
            "pods", "shop",
            [
                "metadata": ["name": "other"],
                "spec": [
                    "nodeName": "two", "serviceAccountName": "other", "containers": [["name": "c", "image": "i"]],
                    "volumes": [["name": "a", "secret": ["secretName": "others"]]],
                ],
            ])
        try await create(
            "pods", "shop",
            [
                "metadata": ["name": "mirror", "annotations": ["kubernetes.io/config.mirror": "x"]],
                "spec": [
                    "nodeName": "one", "containers": [["name": "c", "image": "i"]],
                    "volumes": [["name": "a", "secret": ["secretName": "stolen"]]],
                ],
            ])
    }

    func create(_ resource: String, _ namespace: String, _ object: Value, group: String = "") async throws {
        var object = object
        if !namespace.isEmpty { object["metadata"]?["namespace"] = .string(namespace) }
        var request = APIRequest(
            verb: .create, resource: GroupVersionResource(group: group, version: "v1", resource: resource),
            user: UserInfo(name: "admin", groups: []))
        request.namespace = namespace
        request.body = .value(object)
        _ = try await cluster.engine.perform(request)
    }

    func may(
        _ verb: String, _ resource: String, _ name: String = "", in namespace: String = "shop", sub: String = "", fields: String = "",
        user: UserInfo = UserInfo(name: "system:node:one", groups: ["system:nodes"])
    ) -> Bool {
        let parts = resource.split(separator: ".", maxSplits: 1)
        var attributes = RequestAttributes(
            user: user, verb: verb,
            resource: GroupVersionResource(group: parts.count == 2 ? String(parts[1]) : "", version: "v1", resource: String(parts[0])),
            subresource: sub, namespace: namespace, name: name)
        attributes.fieldSelector = fields
        return authorizer.decision(attributes).isAllowed
    }
}

@Suite(.timeLimit(.minutes(1))) struct NodeAuthorizerTests {
    @Test func `a node reads what its pods refer to, one by one`() async throws {
        let nodes = try await Nodes()
        for name in ["pull", "env-secret", "key-secret", "volume", "projected"] {
            for verb in ["get", "list", "watch"] { #expect(nodes.may(verb, "secrets", name), "\(verb) \(name)") }
            for verb in ["create", "update", "patch", "delete"] { #expect(!nodes.may(verb, "secrets", name), "\(verb) \(name)") }
            #expect(!nodes.may("get", "secrets", name, in: "default"))
        }
        for name in ["env", "files", "projected"] { #expect(nodes.may("get", "configmaps", name), "\(name)") }
        for name in ["others", "stolen", "unknown", "env", ""] { #expect(!nodes.may("get", "secrets", name), "\(name)") }
        for verb in ["list", "watch"] {
            #expect(!nodes.may(verb, "secrets"))
            #expect(!nodes.may(verb, "secrets", in: ""))
            #expect(!nodes.may(verb, "configmaps", "env", in: ""))
        }
        #expect(nodes.may("get", "serviceaccounts", "web"))
        #expect(!nodes.may("get", "serviceaccounts", "other"))
        #expect(nodes.may("create", "serviceaccounts", "web", sub: "token"))
        #expect(!nodes.may("create", "serviceaccounts", "other", sub: "token"))
        #expect(!nodes.may("create", "serviceaccounts", "web"))
        await nodes.cluster.close()
    }

    @Test func `only nodes with a name are nodes`() async throws {
        let nodes = try await Nodes()
        for user in [
            UserInfo(name: "system:node:one", groups: ["system:authenticated"]), UserInfo(name: "one", groups: ["system:nodes"]),
            UserInfo(name: "system:node:", groups: ["system:nodes"]), UserInfo(name: "system:node:two", groups: ["system:nodes"]),
        ] {
            #expect(!nodes.may("get", "secrets", "volume", user: user), "\(user.name)")
        }
        #expect(nodes.may("get", "secrets", "others", user: UserInfo(name: "system:node:two", groups: ["system:nodes"])))
        await nodes.cluster.close()
    }

    @Test func `claims, volumes and the secrets volumes are mounted with follow from pods`() async throws {
        let nodes = try await Nodes()
        let following = Task { try await nodes.authorizer.run() }
        defer { following.cancel() }
        #expect(nodes.may("get", "persistentvolumeclaims", "data"))
        #expect(nodes.may("get", "persistentvolumeclaims", "web-scratch"))
        #expect(nodes.may("patch", "persistentvolumeclaims", "data", sub: "status"))
        #expect(!nodes.may("get", "persistentvolumeclaims", "data", sub: "status"))
        #expect(!nodes.may("update", "persistentvolumeclaims", "data"))
        #expect(!nodes.may("list", "persistentvolumeclaims", "data"))
        #expect(!nodes.may("get", "persistentvolumes", "v", in: ""))
        let claim: Value = ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]], "volumeName": "v"]
        try await nodes.create("persistentvolumeclaims", "shop", ["metadata": ["name": "data"], "spec": claim])
        func volume(_ name: String, claim: String) -> Value {
            [
                "metadata": ["name": .string(name)],
                "spec": [
                    "capacity": ["storage": "1Gi"], "accessModes": ["ReadWriteOnce"],
                    "claimRef": ["namespace": "shop", "name": .string(claim)],
                    "csi": [
                        "driver": "d", "volumeHandle": "h",
                        "nodeStageSecretRef": ["namespace": "storage", "name": .string("stage-\(name)")],
                        "controllerPublishSecretRef": ["namespace": "storage", "name": "controller"],
                    ],
                ],
            ]
        }
        try await nodes.create("persistentvolumes", "", volume("v", claim: "data"))
        try await nodes.create("persistentvolumes", "", volume("w", claim: "elsewhere"))
        #expect(nodes.may("get", "persistentvolumes", "v", in: ""))
        #expect(!nodes.may("get", "persistentvolumes", "w", in: ""))
        // Which pods a node has in all namespaces is what the follower knows.
        try await poll { nodes.may("get", "secrets", "stage-v", in: "storage") }
        #expect(!nodes.may("get", "secrets", "stage-w", in: "storage"))
        #expect(!nodes.may("get", "secrets", "controller", in: "storage"))
        await nodes.cluster.close()
    }

    @Test func `a node has its own objects only`() async throws {
        let nodes = try await Nodes()
        #expect(nodes.may("get", "nodes", "one", in: ""))
        #expect(!nodes.may("get", "nodes", "two", in: ""))
        #expect(!nodes.may("list", "nodes", in: ""))
        #expect(!nodes.may("delete", "nodes", "one", in: ""))
        #expect(nodes.may("patch", "nodes", "one", in: "", sub: "status"))
        #expect(!nodes.may("get", "nodes", "one", in: "", sub: "proxy"))
        #expect(nodes.may("update", "leases.coordination.k8s.io", "one", in: "kube-node-lease"))
        #expect(!nodes.may("update", "leases.coordination.k8s.io", "two", in: "kube-node-lease"))
        #expect(!nodes.may("update", "leases.coordination.k8s.io", "one", in: "kube-system"))
        #expect(!nodes.may("list", "leases.coordination.k8s.io", in: "kube-node-lease"))
        #expect(nodes.may("patch", "csinodes.storage.k8s.io", "one", in: ""))
        #expect(!nodes.may("patch", "csinodes.storage.k8s.io", "two", in: ""))
        #expect(nodes.may("create", "resourceslices.resource.k8s.io", in: ""))
        #expect(nodes.may("list", "resourceslices.resource.k8s.io", in: "", fields: "spec.nodeName=one"))
        #expect(!nodes.may("list", "resourceslices.resource.k8s.io", in: "", fields: "spec.nodeName!=one"))
        #expect(!nodes.may("deletecollection", "resourceslices.resource.k8s.io", in: ""))
        #expect(!nodes.may("get", "resourceslices.resource.k8s.io", "unknown", in: ""))
        #expect(nodes.may("list", "services", in: ""))
        #expect(!nodes.may("list", "endpoints", in: ""))
        #expect(!nodes.may("create", "clusterroles.rbac.authorization.k8s.io", in: ""))
        await nodes.cluster.close()
    }

    @Test func `a node sees its own pods only`() async throws {
        let nodes = try await Nodes()
        #expect(nodes.may("get", "pods", "web"))
        #expect(!nodes.may("get", "pods", "other"))
        #expect(nodes.may("watch", "pods", in: "", fields: "spec.nodeName=one"))
        #expect(!nodes.may("watch", "pods", in: "", fields: "spec.nodeName=two"))
        #expect(!nodes.may("watch", "pods", in: ""))
        #expect(nodes.may("watch", "pods", "web"))
        #expect(!nodes.may("watch", "pods", "other"))
        #expect(nodes.may("create", "pods"))
        #expect(nodes.may("patch", "pods", "web", sub: "status"))
        #expect(nodes.may("create", "pods", "web", sub: "eviction"))
        #expect(!nodes.may("create", "pods", "web", sub: "exec"))
        #expect(!nodes.may("update", "pods", "web"))
        await nodes.cluster.close()
    }

    @Test func `a pod that is gone vouches for nothing`() async throws {
        let nodes = try await Nodes()
        #expect(nodes.may("get", "secrets", "volume"))
        var options = APIRequest.Options()
        options.gracePeriodSeconds = 0
        try await nodes.cluster.client().delete(
            GroupVersionResource(group: "", version: "v1", resource: "pods"), ObjectKey(namespace: "shop", name: "web"), options: options)
        #expect(!nodes.may("get", "secrets", "volume"))
        await nodes.cluster.close()
    }

    @Test func `modes are asked in order, and nobody is above a denial but the masters`() async {
        struct Says: Authorizer {
            let decision: AuthorizationDecision
            func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision { decision }
        }
        let ada = RequestAttributes(user: UserInfo(name: "ada", groups: []), verb: "get", path: "/x")
        let root = RequestAttributes(user: UserInfo(name: "root", groups: ["system:masters"]), verb: "get", path: "/x")
        func chain(_ decisions: AuthorizationDecision...) -> AuthorizerChain { AuthorizerChain(decisions.map { Says(decision: $0) }) }
        let none = chain(.noOpinion(reason: "a"), .noOpinion(reason: ""), .noOpinion(reason: "b"))
        #expect(await none.authorize(ada) == .noOpinion(reason: "a\nb"))
        #expect(await chain(.deny(reason: "no"), .allow(reason: "")).authorize(ada) == .deny(reason: "no"))
        #expect(await chain(.noOpinion(reason: "x"), .allow(reason: "yes")).authorize(ada) == .allow(reason: "yes"))
        #expect(await !AuthorizerChain([]).authorize(ada).isAllowed)
        #expect(await chain(.deny(reason: "no")).authorize(root).isAllowed)
    }
}
