import Client
import Core
import KubernetesAPI
import ResourceEngine
import TestSupport
import Testing
import Values

@Suite("Pod groups and workloads in the API")
struct PodGroupAPITests {
    private func client(_ gates: String = "GenericWorkload=true") async throws -> Client {
        var services = BuiltInServices()
        services.selection = try APISelection("scheduling.k8s.io/v1alpha2=true", gates: FeatureGates(gates))
        return try await TestCluster(services: services).client()
    }

    private func group(_ spec: Value) -> PodGroup { PodGroup(["metadata": ["name": "g", "namespace": "default"], "spec": spec]) }

    private func refusal(_ spec: Value) async throws -> String {
        let client = try await client()
        do {
            _ = try await client.create(group(spec))
            return ""
        } catch let error as APIError { return error.message }
    }

    @Test("ask for one policy, and for a gang of at least one")
    func policies() async throws {
        #expect(try await refusal(["schedulingPolicy": ["basic": [:]]]) == "")
        #expect(try await refusal(["schedulingPolicy": ["gang": ["minCount": 2]]]) == "")
        #expect(try await refusal(["schedulingPolicy": [:]]).contains("spec.schedulingPolicy: Invalid value: \"\": must specify one of"))
        #expect(try await refusal(["schedulingPolicy": ["gang": ["minCount": 0]]]).contains("minCount: Required value"))
        #expect(
            try await refusal(["schedulingPolicy": ["gang": ["minCount": -1]]]).contains(
                "spec.schedulingPolicy.gang.minCount: Invalid value: -1: must be greater than or equal to 1"))
        #expect(
            try await refusal(["schedulingPolicy": ["basic": [:], "gang": ["minCount": 1]]]).contains("must specify exactly one of"))
    }

    @Test("keep what they ask for, and lose what belongs to features that are off")
    func fields() async throws {
        let client = try await client()
        let made = try await client.create(
            group(["schedulingPolicy": ["gang": ["minCount": 2]], "priorityClassName": "x", "disruptionMode": "Pod"]))
        #expect(made.spec.raw == ["podGroupTemplateRef": .null, "schedulingPolicy": ["gang": ["minCount": 2]]])
        let error = await #expect(throws: APIError.self) {
            try await client.patch(PodGroup.self, made.key, .merge, ["spec": ["schedulingPolicy": ["gang": ["minCount": 3]]]])
        }
        #expect(error?.message.contains("field is immutable") == true)
        _ = try await client.create(
            Workload([
                "metadata": ["name": "w", "namespace": "default"],
                "spec": ["podGroupTemplates": [["name": "t", "schedulingPolicy": ["basic": [:]], "priority": 4]]],
            ]))
        let workload = try await client.get(Workload.self, ObjectKey(namespace: "default", name: "w"))
        #expect(
            workload.spec.raw["podGroupTemplates"]?.array == [
                ["name": "t", "schedulingPolicy": ["basic": [:]], "schedulingConstraints": .null]
            ])
    }

    @Test("are named by pods only where the feature is on")
    func pods() async throws {
        let pod = Pod([
            "metadata": ["name": "p", "namespace": "default"],
            "spec": [
                "schedulingGroup": ["podGroupName": "g"], "containers": [["name": "c", "image": "i"]],
                "volumes": [["name": "v", "projected": ["sources": [["clusterTrustBundle": ["name": "b", "path": "p"]]]]]],
            ],
        ])
        let on = try await client("GenericWorkload=true,ClusterTrustBundleProjection=true,ClusterTrustBundle=true").create(pod)
        #expect(on.spec.raw[path: "schedulingGroup", "podGroupName"] == "g")
        #expect(on.spec.volumes[0].projected?.sources[0].clusterTrustBundle?.name == "b")
        let off = try await client("").create(pod)
        #expect(off.spec.raw["schedulingGroup"] == nil)
        #expect(off.spec.volumes[0].projected?.sources[0].clusterTrustBundle == nil)
    }
}
