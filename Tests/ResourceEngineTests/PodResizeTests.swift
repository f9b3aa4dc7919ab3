import Client
import Core
import KubernetesAPI
import TestSupport
import Testing
import Values

/// What the `resize` subresource takes and refuses, in upstream's words (`test/e2e/common/node/pod_resize.go`).
@Suite struct PodResizeTests {
    private static func resources(_ cpu: String, _ memory: String, limit: String? = nil) -> Value {
        var value: Value = ["requests": ["cpu": .string(cpu), "memory": .string(memory)]]
        if let limit { value["limits"] = ["cpu": .string(limit), "memory": .string(memory)] }
        return value
    }

    private func pod(_ client: Client, _ containers: [(String, Value)]) async throws -> Pod {
        try await client.create(
            Pod([
                "metadata": ["name": "p", "namespace": "default"],
                "spec": [
                    "containers": .array(containers.map { ["name": .string($0.0), "image": "i", "resources": $0.1] })
                ],
            ]))
    }

    private func resize(_ client: Client, _ patch: Value) async throws -> Pod {
        try await client.patch(
            Pod.self, ObjectKey(namespace: "default", name: "p"), .strategicMerge, ["spec": patch], subresource: "resize")
    }

    @Test func `Processor and memory change, and the generation with them`() async throws {
        let client = try await TestCluster().client()
        let before = try await pod(client, [("a", Self.resources("100m", "64Mi"))])
        let after = try await resize(client, ["containers": [["name": "a", "resources": Self.resources("200m", "32Mi")]]])
        #expect(after.spec.containers[0].resources?.requests == ["cpu": "200m", "memory": "32Mi"])
        #expect(after.metadata.generation == (before.metadata.generation ?? 0) + 1)
    }

    @Test func `Nothing else changes`() async throws {
        let client = try await TestCluster().client()
        _ = try await pod(client, [("a", Self.resources("100m", "64Mi"))])
        let after = try await resize(
            client,
            ["activeDeadlineSeconds": 5, "containers": [["name": "a", "image": "other", "resources": Self.resources("200m", "64Mi")]]])
        #expect(after.spec.containers[0].image == "i")
        #expect(after.spec.activeDeadlineSeconds == nil)
    }

    @Test(arguments: [
        (resources("100m", "64Mi"), ["requests": ["cpu": .null]] as Value, "resource requests cannot be removed"),
        (resources("100m", "64Mi", limit: "200m"), ["limits": .null] as Value, "resource limits cannot be removed"),
        (
            resources("100m", "64Mi", limit: "200m"), resources("200m", "64Mi", limit: "200m"),
            "Pod QOS Class may not change as a result of resizing"
        ),
        ([:] as Value, resources("100m", "64Mi"), "Pod QOS Class may not change as a result of resizing"),
        (resources("100m", "64Mi"), ["requests": ["ephemeral-storage": "1Gi"]] as Value, "only cpu and memory resources are mutable"),
    ])
    func `A change that may not be is refused`(before: Value, after: Value, message: String) async throws {
        let client = try await TestCluster().client()
        _ = try await pod(client, [("a", before)])
        let error = await #expect(throws: APIError.self) {
            try await resize(client, ["containers": [["name": "a", "resources": after]]])
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func `Containers keep their names and places`() async throws {
        let client = try await TestCluster().client()
        _ = try await pod(client, [("a", Self.resources("100m", "64Mi")), ("b", Self.resources("100m", "64Mi"))])
        let error = await #expect(throws: APIError.self) {
            try await resize(client, ["$setElementOrder/containers": [["name": "b"], ["name": "a"]]])
        }
        let text = "spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize"
        #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
    }

    @Test func `Limits of the namespace hold for a resize too`() async throws {
        let client = try await TestCluster().client()
        _ = try await pod(client, [("a", Self.resources("100m", "64Mi", limit: "200m"))])
        _ = try await client.create(
            LimitRange([
                "metadata": ["name": "l", "namespace": "default"], "spec": ["limits": [["type": "Container", "max": ["cpu": "500m"]]]],
            ]))
        let error = await #expect(throws: APIError.self) {
            try await resize(client, ["containers": [["name": "a", "resources": Self.resources("300m", "64Mi", limit: "600m")]]])
        }
        #expect(error?.message.contains("maximum cpu usage per Container is 500m, but limit is 600m") == true, "\(error?.message ?? "")")
    }
}
