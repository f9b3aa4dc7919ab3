import Client
import Core
import KubernetesAPI
import ResourceEngine
import TestSupport
import Testing
import Values

@Suite("Admission by resource quota")
struct ResourceQuotaAdmissionTests {
    /// A quota of the namespace `default` whose use has been counted, as the controller leaves it.
    private func makeQuota(
        _ client: Client, _ hard: [String: String], used: [String: String], change: (inout ResourceQuota) -> Void = { _ in }
    ) async throws {
        var quota = ResourceQuota()
        quota.metadata.name = "q"
        quota.metadata.namespace = "default"
        quota.spec.hard = hard
        change(&quota)
        quota = try await client.create(quota)
        quota.status.hard = hard
        quota.status.used = used
        _ = try await client.updateStatus(quota)
    }

    private func used(_ client: Client) async throws -> [String: String] {
        try await client.get(ResourceQuota.self, ObjectKey(namespace: "default", name: "q")).status.used
    }

    private func container(_ name: String, cpu: String, sidecar: Bool = false) -> Container {
        var container = Container()
        container.name = name
        container.image = "web:1"
        var resources = ResourceRequirements()
        resources.requests = ["cpu": cpu]
        container.resources = resources
        if sidecar { container.restartPolicy = "Always" }
        return container
    }

    private func map(_ name: String) -> ConfigMap { ConfigMap(["metadata": ["name": .string(name), "namespace": "default"]]) }

    private func pod(_ name: String, cpu: String? = nil) -> Pod {
        var container: Value = ["name": "c", "image": "i"]
        if let cpu { container["resources"] = ["requests": ["cpu": .string(cpu)]] }
        return Pod(["metadata": ["name": .string(name), "namespace": "default"], "spec": ["containers": .array([container])]])
    }

    @Test func `a pod uses what it needs at once: sidecars beside containers, or its largest init container`() {
        var pod = Pod()
        pod.spec.containers = [container("a", cpu: "200m"), container("b", cpu: "300m")]
        pod.spec.initContainers = [container("sidecar", cpu: "100m", sidecar: true), container("init", cpu: "400m")]
        let now = Timestamp(seconds: 0)
        #expect(PodUsage(pod: pod, now: now).used["requests.cpu"]?.milliValue == 600)
        pod.spec.initContainers.append(container("large", cpu: "2"))
        #expect(PodUsage(pod: pod, now: now).used["cpu"]?.milliValue == 2100)
        pod.status.phase = "Succeeded"
        #expect(PodUsage(pod: pod, now: now).used.isEmpty)
    }

    @Test func `what is let in is charged, and what is over the limit refused in upstream's words`() async throws {
        let client = try await TestCluster().client()
        try await makeQuota(client, ["count/configmaps": "1"], used: ["count/configmaps": "0"])
        _ = try await client.create(map("a"))
        #expect(try await used(client) == ["count/configmaps": "1"])
        let error = await #expect(throws: APIError.self) { try await client.create(map("b")) }
        #expect(error?.code == 403)
        #expect(
            error?.message
                == "configmaps \"b\" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1"
        )
    }

    @Test func `of many writers that want the last place one gets it`() async throws {
        let client = try await TestCluster().client()
        try await makeQuota(client, ["configmaps": "3"], used: ["configmaps": "2"])
        let winners = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 { group.addTask { (try? await client.create(map("m\(number)"))) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
        #expect(try await used(client) == ["configmaps": "3"])
    }

    @Test func `writers at the same time are all charged and none is told to come again`() async throws {
        let client = try await TestCluster().client()
        try await makeQuota(client, ["configmaps": "1000"], used: ["configmaps": "0"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 { group.addTask { _ = try await client.create(map("m\(number)")) } }
            try await group.waitForAll()
        }
        #expect(try await used(client) == ["configmaps": "200"])
    }

    @Test func `what is not stored is not charged, and what is goes with its charge`() async throws {
        let client = try await TestCluster().client()
        try await makeQuota(client, ["configmaps": "5"], used: ["configmaps": "0"])
        let stored = try await client.create(map("a"))
        let error = await #expect(throws: APIError.self) { try await client.create(map("a")) }
        #expect(error?.reason == .alreadyExists)
        #expect(try await used(client) == ["configmaps": "1"])
        // Whoever has seen everything before a revision of the quota has what is charged to it.
        let quota = try await client.get(ResourceQuota.self, ObjectKey(namespace: "default", name: "q"))
        #expect(Int64(quota.metadata.resourceVersion) == Int64(stored.metadata.resourceVersion).map { $0 + 1 })
    }

    @Test func `a trial is judged and not charged`() async throws {
        let client = try await TestCluster().client()
        try await makeQuota(client, ["configmaps": "1"], used: ["configmaps": "0"])
        var options = Client.Options()
        options.isDryRun = true
        _ = try await client.create(map("a"), options: options)
        #expect(try await used(client) == ["configmaps": "0"])
    }

    @Test func `a pod must say what a quota limits`() async throws {
        let client = try await TestCluster().client()
        try await makeQuota(client, ["requests.cpu": "1"], used: ["requests.cpu": "0"])
        let error = await #expect(throws: APIError.self) { try await client.create(pod("p")) }
        #expect(error?.message == "pods \"p\" is forbidden: failed quota: q: must specify requests.cpu for: c")
        _ = try await client.create(pod("p", cpu: "600m"))
        let second = await #expect(throws: APIError.self) { try await client.create(pod("r", cpu: "500m")) }
        #expect(
            second?.message
                == "pods \"r\" is forbidden: exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1"
        )
    }

    @Test func `a quota with a scope counts only what is in it`() async throws {
        let client = try await TestCluster().client()
        try await makeQuota(client, ["pods": "0"], used: ["pods": "0"]) { $0.spec.scopes = ["NotBestEffort"] }
        _ = try await client.create(pod("best-effort"))
        await #expect(throws: APIError.self) { try await client.create(pod("burstable", cpu: "1m")) }
    }

    private func limiting(_ entries: Value) async throws -> TestCluster {
        let configuration: Value = [
            "apiVersion": "apiserver.config.k8s.io/v1", "kind": "ResourceQuotaConfiguration", "limitedResources": entries,
        ]
        return try await TestCluster(plugins: { try BuiltInAdmission.plugins($0, configurations: ["ResourceQuota": configuration]) })
    }

    @Test func `what is limited by default needs a quota that covers it`() async throws {
        let cluster = try await limiting([["resource": "configmaps", "matchContains": ["configmaps"]]])
        let client = cluster.client()
        let error = await #expect(throws: APIError.self) { try await client.create(map("a")) }
        #expect(error?.message == "configmaps \"a\" is forbidden: insufficient quota to consume: configmaps,count/configmaps")
        try await makeQuota(
            client, ["configmaps": "1", "count/configmaps": "2"], used: ["configmaps": "0", "count/configmaps": "0"])
        _ = try await client.create(map("a"))
        #expect(try await used(client)["configmaps"] == "1")
        // What adds nothing needs no cover.
        _ = try await client.create(pod("p"))
        await cluster.close()
    }

    @Test func `a scope that is limited by default needs a quota of the scope`() async throws {
        let cluster = try await limiting([
            ["resource": "pods", "matchScopes": [["scopeName": "PriorityClass", "operator": "In", "values": ["high", "higher"]]]]
        ])
        let client = cluster.client()
        for name in ["high", "low"] {
            var priority = PriorityClass()
            priority.metadata.name = name
            priority.value = 1
            _ = try await client.create(priority)
        }
        func prioritized(_ name: String, _ priority: String) -> Pod {
            var made = pod(name)
            made.spec.priorityClassName = priority
            return made
        }
        _ = try await client.create(prioritized("a", "low"))
        let error = await #expect(throws: APIError.self) { try await client.create(prioritized("b", "high")) }
        #expect(
            error?.message
                == "pods \"b\" is forbidden: insufficient quota to match these scopes: [{PriorityClass In [high higher]}]")
        try await makeQuota(client, ["pods": "1"], used: ["pods": "0"]) {
            $0.raw["spec"]?["scopeSelector"] = [
                "matchExpressions": [["scopeName": "PriorityClass", "operator": "In", "values": ["high"]]]
            ]
        }
        _ = try await client.create(prioritized("b", "high"))
        await #expect(throws: APIError.self) { try await client.create(prioritized("c", "high")) }
        await cluster.close()
    }

    @Test func `a configuration that is wrong is refused by its field`() {
        func problem(_ members: Object) -> String? {
            var configuration: Object = ["apiVersion": "apiserver.config.k8s.io/v1", "kind": "ResourceQuotaConfiguration"]
            for member in members { configuration[member.key] = member.value }
            do {
                _ = try BuiltInAdmission.plugins(enabled: ["ResourceQuota"], configurations: ["ResourceQuota": .object(configuration)])
                return nil
            } catch { return (error as? APIError)?.message }
        }
        #expect(problem([:]) == nil)
        #expect(problem(["kind": "Configuration"]) == "ResourceQuota: must be a ResourceQuotaConfiguration of apiserver.config.k8s.io/v1")
        #expect(problem(["apiVersion": "resourcequota.admission.k8s.io/v1beta1", "kind": "Configuration"]) == nil)
        #expect(problem(["limitedResources": [["apiGroup": "apps"]]]) == "ResourceQuota: limitedResources[0].resource: Required value")
        #expect(problem(["limitedResources": [["resource": "a", "x": 1]]]) == "ResourceQuota: unknown field \"limitedResources[0].x\"")
        #expect(problem(["limited": []]) == "ResourceQuota: unknown field \"limited\"")
        #expect(
            problem(["limitedResources": [["resource": "pods", "matchScopes": [["scopeName": "Terminating"]]]]])?
                .hasPrefix("ResourceQuota: limitedResources[0].matchScopes[0].operator: must be one of") == true)
    }
}
