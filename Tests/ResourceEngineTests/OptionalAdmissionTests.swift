import Client
import Core
import KubernetesAPI
import ResourceEngine
import Synchronization
import TestSupport
import Testing
import Values

/// Plugins that are off unless they are asked for.
@Suite struct OptionalAdmissionTests {
    /// A cluster with some plugins on, and NamespaceLifecycle off so that it does not answer first.
    private func cluster(
        _ names: String..., authorizer: any Authorizer = AllowAll(), configurations: [String: Value] = [:], without: Set<String> = [],
        services change: @escaping (inout AdmissionServices) -> Void = { _ in }
    ) async throws -> TestCluster {
        try await TestCluster(
            authorizer: authorizer,
            plugins: { services in
                change(&services)
                return try BuiltInAdmission.plugins(
                    services, enabled: BuiltInAdmission.standard.union(names).subtracting(without), configurations: configurations)
            })
    }

    private func pod(_ name: String, namespace: String = "default", image: String = "web:1", spec: Object = [:]) -> Pod {
        var pod = Pod()
        pod.metadata.name = name
        pod.metadata.namespace = namespace
        var container = Container()
        container.name = "main"
        container.image = image
        pod.spec.containers = [container]
        for member in spec { pod.raw["spec"]?[member.key] = member.value }
        return pod
    }

    /// What a call is refused with; nil when it is not.
    private func refusal(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch { return (error as? APIError)?.message ?? "\(error)" }
    }

    private func annotate(_ cluster: TestCluster, _ annotations: [String: String]) async throws {
        let client = cluster.client()
        var namespace = try await client.get(Namespace.self, ObjectKey(name: "default"))
        namespace.metadata.annotations = annotations
        _ = try await client.update(namespace)
    }

    @Test func `images are always pulled, and those of old pods left alone`() async throws {
        let cluster = try await cluster("AlwaysPullImages")
        let client = cluster.client()
        let spec: Object = [
            "initContainers": [["name": "i", "image": "init:1", "imagePullPolicy": "Never"]],
            "volumes": [["name": "v", "image": ["reference": "data:1", "pullPolicy": "IfNotPresent"]]],
        ]
        let made = try await client.create(pod("a", spec: spec))
        #expect(made.spec.containers[0].imagePullPolicy == "Always")
        #expect(made.spec.initContainers[0].imagePullPolicy == "Always")
        #expect(made.raw[path: "spec", "volumes"]?.array?.first?[path: "image", "pullPolicy"] == "Always")
        await cluster.close()
    }

    @Test func `pods that ask for a device tolerate its taint, once`() async throws {
        let cluster = try await cluster("ExtendedResourceToleration")
        let requests: Value = ["cpu": "1", "example.com/gpu": "1"]
        let spec: Object = [
            "containers": [["name": "c", "image": "i", "resources": ["requests": requests, "limits": requests]]],
            "tolerations": [["key": "example.com/gpu", "operator": "Exists", "effect": "NoSchedule"]],
        ]
        let made = try await cluster.client().create(pod("a", spec: spec))
        #expect(made.spec.tolerations.filter { $0.key == "example.com/gpu" }.count == 1)
        var bare = spec
        bare["tolerations"] = nil
        let other = try await cluster.client().create(pod("b", spec: bare))
        #expect(other.spec.tolerations.contains { $0.key == "example.com/gpu" && $0.operator == "Exists" && $0.effect == "NoSchedule" })
        #expect(!other.spec.tolerations.contains { $0.key == "cpu" })
        await cluster.close()
    }

    @Test func `pods keep others off their node only`() async throws {
        let cluster = try await cluster("LimitPodHardAntiAffinityTopology")
        func spec(_ key: String) -> Object {
            [
                "affinity": [
                    "podAntiAffinity": [
                        "requiredDuringSchedulingIgnoredDuringExecution": [
                            ["topologyKey": .string(key), "labelSelector": ["matchLabels": ["a": "b"]]]
                        ]
                    ]
                ]
            ]
        }
        let client = cluster.client()
        #expect(await refusal { _ = try await client.create(pod("a", spec: spec("kubernetes.io/hostname"))) } == nil)
        let why = await refusal { _ = try await client.create(pod("b", spec: spec("topology.kubernetes.io/zone"))) }
        #expect(why?.contains("has TopologyKey topology.kubernetes.io/zone but only key kubernetes.io/hostname is allowed") == true)
        await cluster.close()
    }

    @Test func `namespaces are made when they are needed`() async throws {
        let cluster = try await cluster("NamespaceAutoProvision", without: ["ServiceAccount"])
        let client = cluster.client()
        cluster.admissionServices.namespaces.use { name in
            var namespace = Namespace()
            namespace.metadata.name = name
            _ = try await client.create(namespace)
        }
        _ = try await client.create(pod("a", namespace: "new"))
        #expect(try await client.get(Namespace.self, ObjectKey(name: "new")).metadata.name == "new")
        await cluster.close()
    }

    @Test func `nothing is written in a namespace that is not there`() async throws {
        let cluster = try await cluster("NamespaceExists", without: ["NamespaceLifecycle", "ServiceAccount"])
        let client = cluster.client()
        #expect(await refusal { _ = try await client.create(pod("a", namespace: "none")) } == "namespaces \"none\" not found")
        #expect(await refusal { _ = try await client.create(pod("a")) } == nil)
        await cluster.close()
    }

    @Test func `pods go to the nodes of their namespace`() async throws {
        let configuration: Value = [
            "podNodeSelectorPluginConfig": ["clusterDefaultNodeSelector": "pool=any", "default": "pool=a,disk=ssd"]
        ]
        let cluster = try await cluster("PodNodeSelector", configurations: ["PodNodeSelector": configuration])
        let client = cluster.client()
        #expect(
            await refusal { _ = try await client.create(pod("a")) }?.contains("conflict with its namespace whitelist") == true,
            "the default is beyond what the namespace may have")
        try await annotate(cluster, ["scheduler.alpha.kubernetes.io/node-selector": "pool=a"])
        let made = try await client.create(pod("b", spec: ["nodeSelector": ["disk": "ssd"]]))
        #expect(made.spec.nodeSelector == ["pool": "a", "disk": "ssd"])
        let why = await refusal { _ = try await client.create(pod("c", spec: ["nodeSelector": ["pool": "b"]])) }
        #expect(why?.contains("conflicts with its namespace node label selector") == true)
        try await annotate(cluster, ["scheduler.alpha.kubernetes.io/node-selector": "pool"])
        #expect(await refusal { _ = try await client.create(pod("d")) }?.contains("is no list of labels") == true)
        await cluster.close()
        #expect(throws: APIError.self) {
            try BuiltInAdmission.plugins(
                enabled: ["PodNodeSelector"], configurations: ["PodNodeSelector": ["podNodeSelectorPluginConfig": ["x": "a,b"]]])
        }
    }

    @Test func `tolerations are those of the namespace, and no others than it lists`() async throws {
        let configuration: Value = [
            "default": [["key": "cluster", "operator": "Exists"]],
            "whitelist": [
                ["key": "cluster", "operator": "Exists"], ["key": "node.kubernetes.io/not-ready", "operator": "Exists"],
                ["key": "node.kubernetes.io/unreachable", "operator": "Exists"],
            ],
        ]
        let cluster = try await cluster("PodTolerationRestriction", configurations: ["PodTolerationRestriction": configuration])
        let client = cluster.client()
        #expect(try await client.create(pod("a")).spec.tolerations.contains { $0.key == "cluster" })
        let other: Object = ["tolerations": [["key": "other", "operator": "Exists"]]]
        #expect(
            await refusal { _ = try await client.create(pod("b", spec: other)) }?.contains("conflict with its cluster whitelist") == true)
        try await annotate(
            cluster,
            [
                "scheduler.alpha.kubernetes.io/defaultTolerations": #"[{"key":"ns","operator":"Equal","value":"x","effect":"NoSchedule"}]"#,
                "scheduler.alpha.kubernetes.io/tolerationsWhitelist":
                    #"[{"operator":"Exists","effect":"NoSchedule"},{"operator":"Exists","effect":"NoExecute","tolerationSeconds":300}]"#,
            ])
        let made = try await client.create(pod("c"))
        #expect(made.spec.tolerations.contains { $0.key == "ns" } && !made.spec.tolerations.contains { $0.key == "cluster" })
        #expect(await refusal { _ = try await client.create(pod("d", spec: other)) }?.contains("its namespace whitelist") == true)
        let resources: Object = ["containers": [["name": "c", "image": "i", "resources": ["requests": ["cpu": "1"]]]]]
        let burstable = try await client.create(pod("e", spec: resources))
        #expect(burstable.spec.tolerations.contains { $0.key == "node.kubernetes.io/memory-pressure" })
        try await annotate(cluster, ["scheduler.alpha.kubernetes.io/tolerationsWhitelist": ""])
        #expect(await refusal { _ = try await client.create(pod("f", spec: other)) } == nil, "an empty list allows all")
        await cluster.close()
    }

    @Test func `events beyond the limits are too many`() async throws {
        let limits: Value = [
            "limits": [["type": "Namespace", "qps": 1, "burst": 2, "cacheSize": 2], ["type": "SourceAndObject", "qps": 10, "burst": 100]]
        ]
        let cluster = try await cluster("EventRateLimit", configurations: ["EventRateLimit": limits])
        let client = cluster.client()
        func event(_ name: String, namespace: String = "default") -> Event {
            var event = Event()
            event.metadata.name = name
            event.metadata.namespace = namespace
            event.raw["involvedObject"] = ["namespace": .string(namespace), "kind": "Pod", "name": "p"]
            return event
        }
        for name in ["a", "b"] { _ = try await client.create(event(name)) }
        #expect(
            await refusal { _ = try await client.create(event("c")) }
                == "Too many requests: limit reached on type Namespace for key default")
        #expect(await refusal { _ = try await client.create(event("d", namespace: "kube-system")) } == nil)
        #expect(await refusal { _ = try await client.create(pod("p")) } == nil)
        cluster.clock.advance(by: .seconds(1))
        #expect(await refusal { _ = try await client.create(event("e")) } == nil)
        #expect(await refusal { _ = try await client.create(event("f")) } != nil)
        await cluster.close()
        for wrong: Value in [
            [:], ["limits": [["type": "Node", "qps": 1, "burst": 1]]], ["limits": [["type": "User", "qps": 0, "burst": 1]]],
            ["limits": [["type": "User", "qps": 1]]],
        ] {
            #expect(throws: APIError.self) {
                try BuiltInAdmission.plugins(enabled: ["EventRateLimit"], configurations: ["EventRateLimit": wrong])
            }
        }
    }

    @Test func `namespaces without labels are as strict as configured, and the exempt are not looked at`() async throws {
        let configuration: Value = [
            "defaults": ["enforce": "baseline", "enforce-version": "v1.30"],
            "exemptions": ["usernames": ["root"], "namespaces": ["kube-system"], "runtimeClasses": ["sandbox"]],
        ]
        let cluster = try await cluster("PodSecurity", configurations: ["PodSecurity": configuration])
        let client = cluster.client()
        let host: Object = ["hostNetwork": true]
        let why = await refusal { _ = try await client.create(pod("a", spec: host)) }
        #expect(why?.contains("violates PodSecurity \"baseline:v1.30\"") == true)
        #expect(await refusal { _ = try await client.create(pod("b", namespace: "kube-system", spec: host)) } == nil)
        let root = cluster.client(UserInfo(name: "root", groups: ["system:masters"]), fieldManager: "t")
        #expect(await refusal { _ = try await root.create(pod("c", spec: host)) } == nil)
        var namespace = try await client.get(Namespace.self, ObjectKey(name: "default"))
        namespace.metadata.labels = ["pod-security.kubernetes.io/enforce": "privileged"]
        _ = try await client.update(namespace)
        #expect(await refusal { _ = try await client.create(pod("d", spec: host)) } == nil)
        await cluster.close()
        for wrong: Value in [
            ["defaults": ["enforce": "strict"]], ["defaults": ["warn-version": "1.30"]], ["exemptions": ["namespaces": ["a", "a"]]],
        ] {
            #expect(throws: APIError.self) {
                try BuiltInAdmission.plugins(enabled: ["PodSecurity"], configurations: ["PodSecurity": wrong])
            }
        }
    }

    @Test func `external addresses stay, and none come`() async throws {
        let cluster = try await cluster("DenyServiceExternalIPs")
        let client = cluster.client()
        var service = Service()
        service.metadata.name = "web"
        service.metadata.namespace = "default"
        service.raw["spec"] = ["ports": [["port": 80]]]
        let made = try await client.create(service)
        var changed = made
        changed.raw["spec"]?["externalIPs"] = ["192.0.2.7"]
        #expect(
            await refusal { _ = try await client.update(changed) }?.contains("Use of external IPs is denied by admission control") == true)
        await cluster.close()
    }

    @Test func `everything can be refused`() async throws {
        let cluster = try await TestCluster()
        let plugins = try BuiltInAdmission.plugins(enabled: ["AlwaysAdmit", "AlwaysDeny"])
        #expect(plugins.map(\.name) == ["AlwaysAdmit", "AlwaysDeny"])
        await cluster.close()
    }

    /// Asked of deletions and finalizers, allows what it is told.
    private final class Says: Authorizer {
        let allowed = Mutex<Set<String>>([])
        func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision {
            let text = "\(attributes.verb) \(attributes.resource.resource)/\(attributes.subresource)"
            let isAllowed = !attributes.user.name.hasPrefix("limited") || allowed.withLock { $0.contains(text) }
            return isAllowed ? .allow(reason: "") : .noOpinion(reason: "no")
        }
    }

    @Test func `owners are changed by those who may delete, and held by those who may finalize`() async throws {
        let says = Says()
        says.allowed.withLock { $0 = ["create configmaps/", "update configmaps/", "get configmaps/"] }
        let cluster = try await cluster("OwnerReferencesPermissionEnforcement", authorizer: says)
        let client = cluster.client(UserInfo(name: "limited", groups: []), fieldManager: "t")
        func map(_ name: String, _ owner: String? = nil, blocks: Bool? = nil, kind: String = "Pod") -> ConfigMap {
            var map = ConfigMap()
            map.metadata.name = name
            map.metadata.namespace = "default"
            guard let owner else { return map }
            var reference: Object = ["apiVersion": "v1", "kind": .string(kind), "name": .string(owner), "uid": .string(owner)]
            if let blocks { reference["blockOwnerDeletion"] = .bool(blocks) }
            map.raw["metadata"]?["ownerReferences"] = [.object(reference)]
            return map
        }
        #expect(await refusal { _ = try await client.create(map("a", "p")) } == nil, "who creates may name owners")
        let blocked = await refusal { _ = try await client.create(map("b", "p", blocks: true)) }
        #expect(blocked?.contains("refers to a resource you can't set finalizers on: no, <nil>") == true)
        let unknown = await refusal { _ = try await client.create(map("c", "p", blocks: true, kind: "Unknown")) }
        #expect(unknown?.contains("no matches for kind \"Unknown\" in version \"v1\"") == true)
        var plain = try await client.create(map("d"))
        plain.raw["metadata"]?["ownerReferences"] = map("d", "p").raw.meta("ownerReferences")
        let wanted = plain
        #expect(await refusal { _ = try await client.update(wanted) }?.contains("a resource you can't delete: no") == true)
        says.allowed.withLock { $0.formUnion(["delete configmaps/", "update pods/finalizers"]) }
        let owned = try await client.update(wanted)
        var holding = owned
        holding.raw["metadata"]?["ownerReferences"] = map("d", "p", blocks: true).raw.meta("ownerReferences")
        let held = holding
        #expect(await refusal { _ = try await client.update(held) } == nil)
        says.allowed.withLock { $0 = ["create configmaps/", "update */finalizers"] }
        #expect(await refusal { _ = try await client.create(map("e", "p", blocks: true)) } == nil)
        await cluster.close()
    }

    @Test func `nobody asks for a certificate of the masters`() async throws {
        let organizations = Mutex<[String]?>([])
        let cluster = try await cluster { services in
            services.certificateOrganizations = { pem in
                guard pem == SampleCertificates.signingRequest, let found = organizations.withLock({ $0 }) else {
                    throw APIError.badRequest("not PEM")
                }
                return found
            }
        }
        let client = cluster.client()
        func ask(_ found: [String]?, signer: String = "kubernetes.io/kube-apiserver-client") async -> String? {
            organizations.withLock { $0 = found }
            var asked = CertificateSigningRequest()
            asked.metadata.generateName = "r-"
            asked.spec.signerName = signer
            asked.spec.usages = ["client auth"]
            asked.spec.request = Base64.encode(SampleCertificates.signingRequest.utf8)
            let wanted = asked
            return await refusal { _ = try await client.create(wanted) }
        }
        #expect(await ask(["a", "system:masters"])?.contains("signer with system:masters group is not allowed") == true)
        #expect(await ask(nil)?.contains("failed to parse CSR: ") == true)
        #expect(await ask(["a", "b"]) == nil)
        #expect(await ask(["system:masters"], signer: "example.org/other") == nil)
        await cluster.close()
    }

    private final class Reviewer: ReviewCaller {
        let asked = Mutex<[Value]>([])
        let answer = Mutex<Value?>(nil)
        func review(_ object: Value) async throws -> Value {
            asked.withLock { $0.append(object) }
            guard let status = answer.withLock({ $0 }) else { throw APIError.serviceUnavailable("nobody there") }
            var review = object
            review["status"] = status
            return review
        }
    }

    @Test func `images are reviewed, answers remembered, and failures are as configured`() async throws {
        for allows in [false, true] {
            let reviewer = Reviewer()
            let configuration: Value = ["imagePolicy": ["kubeConfigFile": "/k", "denyTTL": 10, "defaultAllow": .bool(allows)]]
            let cluster = try await cluster("ImagePolicyWebhook", configurations: ["ImagePolicyWebhook": configuration]) { services in
                services.imageReviewer = { _ in reviewer }
            }
            let client = cluster.client()
            #expect((await refusal { _ = try await client.create(pod("down")) } == nil) == allows)
            reviewer.answer.withLock { $0 = ["allowed": false, "reason": "old"] }
            for name in ["a", "b"] {
                let why = await refusal { _ = try await client.create(pod(name, image: "bad:1")) }
                #expect(why?.contains("image policy webhook backend denied one or more images: old") == true)
            }
            #expect(reviewer.asked.withLock { $0.count } == 2)
            #expect(reviewer.asked.withLock { $0[1] }["spec"] == ["containers": [["image": "bad:1"]], "namespace": "default"])
            reviewer.answer.withLock { $0 = ["allowed": true] }
            cluster.clock.advance(by: .seconds(11))
            #expect(await refusal { _ = try await client.create(pod("c", image: "bad:1")) } == nil)
            await cluster.close()
        }
    }
}
