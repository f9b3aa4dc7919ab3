import Client
import Core
import KubernetesAPI
import ResourceEngine
import TestSupport
import Testing
import Values

/// Patches, apply, scale, namespaces, collections and the two views of an event.
@Suite struct PatchAndPartTests {
    static let configMaps = GroupVersionResource(group: "", version: "v1", resource: "configmaps")
    static let deployments = GroupVersionResource(group: "apps", version: "v1", resource: "deployments")

    private func options(manager: String, force: Bool = false) -> Client.Options {
        var options = Client.Options()
        options.fieldManager = manager
        options.force = force
        return options
    }

    private func deployment(_ client: Client) async throws -> Deployment {
        try await client.create(
            Deployment([
                "metadata": ["name": "d", "namespace": "default"],
                "spec": [
                    "replicas": 0, "selector": ["matchLabels": ["a": "b"]],
                    "template": ["metadata": ["labels": ["a": "b"]], "spec": ["containers": [["name": "c", "image": "i"]]]],
                ],
            ]))
    }

    @Test func patchesOfEveryTypeReachTheStore() async throws {
        let client = try await TestCluster().client()
        let map = try await client.create(ConfigMap(["metadata": ["name": "a", "namespace": "default"], "data": ["k": "1"]]))
        var patched = try await client.patch(ConfigMap.self, map.key, .merge, ["data": ["m": "1", "k": .null]])
        #expect(patched.data == ["m": "1"])
        patched = try await client.patch(ConfigMap.self, map.key, .json, [["op": "add", "path": "/data/j", "value": "1"]])
        #expect(patched.data == ["j": "1", "m": "1"])
        patched = try await client.patch(ConfigMap.self, map.key, .strategicMerge, ["metadata": ["annotations": ["x": "y"]]])
        #expect(patched.metadata.annotations == ["x": "y"])
        let error = await #expect(throws: APIError.self) {
            try await client.patch(ConfigMap.self, map.key, .merge, ["metadata": ["name": "other"]])
        }
        #expect(error?.message == "the name of the object (other) does not match the name on the URL (a)")
    }

    @Test func applyCreatesMergesAndTellsConflicts() async throws {
        let client = try await TestCluster().client()
        let key = ObjectKey(namespace: "default", name: "s")
        func configuration(_ data: Value) -> Value { ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "s"], "data": data] }
        let created = try await client.patch(
            Self.configMaps, key, .apply, configuration(["a": "1", "b": "1"]), options: options(manager: "one"))
        #expect(created["data"] == ["a": "1", "b": "1"])
        #expect(created["metadata"]?["managedFields"]?.array?.first?["operation"] == "Apply")
        let error = await #expect(throws: APIError.self) {
            try await client.patch(Self.configMaps, key, .apply, configuration(["a": "2", "c": "2"]), options: options(manager: "two"))
        }
        #expect(error?.message == "Apply failed with 1 conflict: conflict with \"one\": .data.a")
        let forced = try await client.patch(
            Self.configMaps, key, .apply, configuration(["a": "2", "c": "2"]), options: options(manager: "two", force: true))
        #expect(forced["data"] == ["a": "2", "b": "1", "c": "2"])
        let dropped = try await client.patch(Self.configMaps, key, .apply, configuration(["a": "2"]), options: options(manager: "one"))
        #expect(dropped["data"] == ["a": "2", "c": "2"])
    }

    @Test func aScaleIsAViewOfTheDeployment() async throws {
        let client = try await TestCluster().client()
        let created = try await deployment(client)
        #expect(created.metadata.generation == 1)
        let scale = try await client.patch(
            Self.deployments, created.key, .merge, ["spec": ["replicas": 3]], subresource: "scale")
        #expect(scale["kind"] == "Scale" && scale[path: "spec", "replicas"] == 3)
        #expect(scale[path: "status", "selector"] == "a=b")
        let scaled = try await client.get(Deployment.self, created.key)
        #expect(scaled.spec.replicas == 3 && scaled.metadata.generation == 2)
        let error = await #expect(throws: APIError.self) {
            try await client.patch(Self.deployments, created.key, .merge, ["spec": ["replicas": -3]], subresource: "scale")
        }
        #expect(
            error?.message == "Scale.autoscaling \"d\" is invalid: spec.replicas: Invalid value: -3: must be greater than or equal to 0")
    }

    @Test func aNamespaceGoesWhenItsFinalizersAreTakenOff() async throws {
        let client = try await TestCluster().client()
        var namespace = Namespace()
        namespace.metadata.name = "talk"
        namespace = try await client.create(namespace)
        #expect(namespace.metadata.labels == ["kubernetes.io/metadata.name": "talk"])
        #expect(namespace.spec.finalizers == ["kubernetes"] && namespace.status.phase == "Active")
        let key = ObjectKey(name: "talk")
        try await client.delete(Namespace.self, key)
        var going = try await client.get(Namespace.self, key)
        #expect(going.status.phase == "Terminating" && !going.metadata.deletionTimestamp.isEmpty)
        let error = await #expect(throws: APIError.self) {
            try await client.create(ConfigMap(["metadata": ["name": "late", "namespace": "talk"]]))
        }
        #expect(
            error?.message
                == "configmaps \"late\" is forbidden: unable to create new content in namespace talk because it is being terminated")
        going.spec.finalizers = []
        _ = try await client.update(going, subresource: "finalize")
        await #expect(throws: APIError.notFound(Core.GroupResource(group: "", resource: "namespaces"), "talk")) {
            try await client.get(Namespace.self, key)
        }
    }

    @Test func aCollectionIsDeletedByItsSelector() async throws {
        let client = try await TestCluster().client()
        for number in 0..<40 {
            var map = ConfigMap(["metadata": ["name": .string("m\(number)"), "namespace": "default"]])
            map.metadata.labels = ["even": number % 2 == 0 ? "true" : "false"]
            _ = try await client.create(map)
        }
        var options = Client.Options()
        options.labelSelector = "even=true"
        try await client.deleteCollection(Self.configMaps, namespace: "default", options: options)
        let left = try await client.list(ConfigMap.self, namespace: "default").items
        #expect(left.count == 20 && left.allSatisfy { $0.metadata.labels["even"] == "false" })
    }

    @Test func anEventIsTheSameInBothOfItsGroups() async throws {
        let client = try await TestCluster().client()
        let core = GroupVersionResource(group: "", version: "v1", resource: "events")
        let events = GroupVersionResource(group: "events.k8s.io", version: "v1", resource: "events")
        let created = try await client.create(
            Event([
                "metadata": ["name": "e", "namespace": "default"], "involvedObject": ["kind": "Pod", "namespace": "default", "name": "p"],
                "reason": "Started", "message": "Started it", "type": "Normal",
            ]))
        let other = try await client.get(events, created.key)
        #expect(other.apiVersion == "events.k8s.io/v1")
        #expect(other.raw["note"] == "Started it" && other.raw["regarding"]?["name"] == "p")
        var options = Client.Options()
        options.fieldSelector = "involvedObject.name=p"
        let list = try await client.list(core, namespace: "default", options: options)
        #expect(list["items"]?.array?.count == 1)
    }

    @Test func whoMayNotIsRefusedInUpstreamsWords() async throws {
        struct DenyAll: Authorizer {
            func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision {
                attributes.user.groups.contains("system:masters") ? .allow(reason: "") : .noOpinion(reason: "")
            }
        }
        let cluster = try await TestCluster(authorizer: DenyAll())
        let jane = cluster.client(.serviceAccount("jane"))
        let error = await #expect(throws: APIError.self) { try await jane.list(Secret.self, namespace: "default") }
        #expect(
            error?.message
                == "secrets is forbidden: User \"system:serviceaccount:kube-system:jane\" cannot list resource \"secrets\" in API group \"\" "
                + "in the namespace \"default\"")
    }
}
