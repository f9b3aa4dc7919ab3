import Client
import Core
import KubernetesAPI
import ResourceEngine
import TestSupport
import Testing
import Values

/// Pods: admission, binding, graceful deletion, eviction.
@Suite struct PodTests {
    static let pods = GroupVersionResource(group: "", version: "v1", resource: "pods")

    private func pod(_ name: String, labels: [String: String] = [:]) -> Pod {
        var pod = Pod([
            "metadata": ["name": .string(name), "namespace": "default"], "spec": ["containers": [["name": "c", "image": "i"]]],
        ])
        pod.metadata.labels = labels
        return pod
    }

    private func bind(_ client: Client, _ key: ObjectKey, to node: String) async throws {
        _ = try await client.create(
            subresource: "binding", of: Self.pods, key,
            ["metadata": ["name": .string(key.name)], "target": ["kind": "Node", "name": .string(node)]])
    }

    @Test func aPodIsPendingAndHasItsAccountsToken() async throws {
        let client = try await TestCluster().client()
        let created = try await client.create(pod("p"))
        #expect(created.status.phase == "Pending" && created.status.qosClass == "BestEffort")
        #expect(created.metadata.generation == 1)
        #expect(created.spec.serviceAccountName == "default")
        #expect(created.spec.priority == 0)
        let volume = try #require(created.spec.volumes.first)
        #expect(volume.name.hasPrefix("kube-api-access-"))
        #expect(volume.projected?.sources.first?.serviceAccountToken?.expirationSeconds == 3607)
        #expect(created.spec.containers.first?.volumeMounts.first?.mountPath == "/var/run/secrets/kubernetes.io/serviceaccount")
        #expect(created.spec.tolerations.map(\.tolerationSeconds) == [300, 300])
    }

    @Test func `label keys become requirements of the selectors beside them, and keys that are there twice are refused`() async throws {
        let client = try await TestCluster().client()
        var pod = pod("p", labels: ["tier": "back"])
        let term: Value = [
            "topologyKey": "zone", "labelSelector": ["matchLabels": ["app": "web"]], "matchLabelKeys": ["tier", "absent"],
            "mismatchLabelKeys": ["team"],
        ]
        pod.raw["metadata"]?["labels"]?["team"] = "one"
        pod.raw["spec"]?["affinity"] = [
            "podAffinity": ["requiredDuringSchedulingIgnoredDuringExecution": [term]],
            "podAntiAffinity": ["preferredDuringSchedulingIgnoredDuringExecution": [["weight": 1, "podAffinityTerm": term]]],
        ]
        pod.raw["spec"]?["topologySpreadConstraints"] = [
            [
                "topologyKey": "zone", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule", "matchLabelKeys": ["tier"],
                "labelSelector": ["matchExpressions": [["key": "app", "operator": "Exists"]]],
            ]
        ]
        let made = try await client.create(pod)
        let same: Value = ["key": "tier", "operator": "In", "values": ["back"]]
        let other: Value = ["key": "team", "operator": "NotIn", "values": ["one"]]
        let affinity = made.spec.affinity
        let required = affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution.first?.labelSelector?.raw
        let preferred = affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution.first?.podAffinityTerm.labelSelector?.raw
        for selector in [required, preferred] {
            #expect(selector == ["matchLabels": ["app": "web"], "matchExpressions": [same, other]])
        }
        let spread = made.spec.topologySpreadConstraints.first?.labelSelector?.raw
        #expect(spread == ["matchExpressions": [["key": "app", "operator": "Exists"], same]])

        pod.raw["metadata"]?["name"] = "q"
        pod.raw["spec"]?["topologySpreadConstraints"]?.elements[0]["labelSelector"] = ["matchLabels": ["tier": "front"]]
        let error = await #expect(throws: APIError.self) { try await client.create(pod) }
        #expect(error?.message.contains("exists in both matchLabelKeys and labelSelector") == true)
    }

    @Test func aPodIsBoundOnce() async throws {
        let client = try await TestCluster().client()
        let key = try await client.create(pod("p1")).key
        try await bind(client, key, to: "n1")
        let bound = try await client.get(Pod.self, key)
        #expect(bound.spec.nodeName == "n1")
        #expect(bound.status.conditions.first { $0.type == "PodScheduled" }?.status == "True")
        let error = await #expect(throws: APIError.self) { try await bind(client, key, to: "n2") }
        #expect(
            error?.message == "Operation cannot be fulfilled on pods/binding \"p1\": pod p1 is already assigned to node \"n1\"")
        #expect(error?.code == 409)
    }

    @Test func `a binding may be posted without naming its pod in the path`() async throws {
        let client = try await TestCluster().client()
        let key = try await client.create(pod("p1")).key
        let bindings = GroupVersionResource(group: "", version: "v1", resource: "bindings")
        let binding: Value = [
            "metadata": ["name": "p1", "namespace": "default"], "target": ["kind": "Node", "name": "n1"],
        ]
        _ = try await client.create(DynamicObject(binding), bindings)
        #expect(try await client.get(Pod.self, key).spec.nodeName == "n1")
    }

    @Test func `the body of a subresource is read as its own kind`() async throws {
        let client = try await TestCluster().client()
        let key = try await client.create(pod("p1")).key
        for (body, message) in [
            (
                ["kind": "Pod", "apiVersion": "v1"] as Value,
                "Pod in version \"v1\" cannot be handled as a Binding: converting (v1.Pod) to (core.Binding): unknown conversion"
            ),
            (
                ["target": "n1"],
                "Binding in version \"v1\" cannot be handled as a Binding: json: cannot unmarshal string into Go struct field Binding.target of type "
                    + "v1.ObjectReference"
            ),
        ] {
            let error = await #expect(throws: APIError.self) { try await client.create(subresource: "binding", of: Self.pods, key, body) }
            #expect(error?.code == 400)
            #expect(error?.message == message)
        }
    }

    @Test func aBoundPodIsDeletedInTwoSteps() async throws {
        let cluster = try await TestCluster()
        let client = cluster.client()
        let key = try await client.create(pod("p")).key
        try await bind(client, key, to: "n1")
        try await client.delete(Pod.self, key)
        let marked = try await client.get(Pod.self, key)
        #expect(marked.metadata.deletionGracePeriodSeconds == 30)
        #expect(marked.metadata.deletionTimestamp == (cluster.clock.now + .seconds(30)).rfc3339)
        #expect(marked.metadata.generation == 2)
        var now = Client.Options()
        now.gracePeriodSeconds = 0
        try await client.delete(Pod.self, key, options: now)
        await #expect(throws: APIError.notFound(Core.GroupResource(group: "", resource: "pods"), "p")) {
            try await client.get(Pod.self, key)
        }
    }

    @Test func aPodWithoutANodeIsDeletedAtOnce() async throws {
        let client = try await TestCluster().client()
        let key = try await client.create(pod("p")).key
        try await client.delete(Pod.self, key)
        await #expect(throws: APIError.self) { try await client.get(Pod.self, key) }
    }

    @Test func theStatusIsWrittenThroughItsSubresourceAlone() async throws {
        let client = try await TestCluster().client()
        var created = try await client.create(pod("p"))
        created.status.phase = "Running"
        created.spec.containers[0].image = "j"
        let updated = try await client.updateStatus(created)
        #expect(updated.status.phase == "Running" && updated.spec.containers[0].image == "i")
        #expect(updated.metadata.generation == 1)
        var again = updated
        again.status.phase = "Failed"
        again.spec.containers[0].image = "j"
        let image = try await client.update(again)
        #expect(image.status.phase == "Running" && image.spec.containers[0].image == "j")
        #expect(image.metadata.generation == 2)
    }

    @Test func anEvictionTakesFromTheBudgetUntilItIsUsedUp() async throws {
        let client = try await TestCluster().client()
        var budget = PodDisruptionBudget([
            "metadata": ["name": "b", "namespace": "default"], "spec": ["minAvailable": 1, "selector": ["matchLabels": ["a": "b"]]],
        ])
        budget = try await client.create(budget)
        budget.raw["status"] = [
            "observedGeneration": 1, "disruptionsAllowed": 1, "currentHealthy": 2, "desiredHealthy": 1, "expectedPods": 2,
        ]
        _ = try await client.updateStatus(budget)
        for name in ["p1", "p2"] {
            var running = try await client.create(pod(name, labels: ["a": "b"]))
            running.raw["status"] = ["phase": "Running", "conditions": [["type": "Ready", "status": "True"]]]
            _ = try await client.updateStatus(running)
        }
        func evict(_ name: String) async throws {
            _ = try await client.create(
                subresource: "eviction", of: Self.pods, ObjectKey(namespace: "default", name: name), ["metadata": ["name": .string(name)]])
        }
        try await evict("p1")
        let left = try await client.get(PodDisruptionBudget.self, budget.key)
        #expect(left.status.disruptionsAllowed == 0)
        #expect(left.raw[path: "status", "disruptedPods"]?["p1"] != nil)
        let error = await #expect(throws: APIError.self) { try await evict("p2") }
        #expect(error?.code == 429 && error?.reason == .tooManyRequests)
        #expect(error?.causes.first?.reason == "DisruptionBudget")
        _ = try await client.get(Pod.self, ObjectKey(namespace: "default", name: "p2"))
    }
}
