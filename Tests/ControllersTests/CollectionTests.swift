import Client
import Controllers
import Core
import KubernetesAPI
import Reconcile
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct CollectionTests {
    private let loops = ["deployment-controller", "replicaset-controller", "garbage-collector-controller"]

    private func delete(_ plane: ControlPlane, _ policy: String) async throws {
        var options = Client.Options()
        options.propagationPolicy = policy
        try await plane.client.delete(Deployment.self, ObjectKey(namespace: "default", name: "web"), options: options)
    }

    private func start(_ plane: ControlPlane) async throws -> ReplicaSet {
        try await plane.createDeployment("web", replicas: 2)
        try await plane.wait(Deployment.self, "web") { $0?.status.availableReplicas == 2 }
        return try #require(try await plane.replicaSets().first)
    }

    @Test func `in the foreground the dependents go first`() async throws {
        try await ControlPlane.run(loops) { plane in
            let set = try await start(plane)
            try await delete(plane, "Foreground")
            try await plane.wait(Deployment.self, "web") { $0 == nil }
            #expect(try await plane.pods().isEmpty)
            await #expect(throws: APIError.self) { try await plane.client.get(ReplicaSet.self, set.key) }
        }
    }

    @Test func `orphans stay and lose their owner`() async throws {
        try await ControlPlane.run(loops) { plane in
            let set = try await start(plane)
            try await delete(plane, "Orphan")
            try await plane.wait(Deployment.self, "web") { $0 == nil }
            let orphan = try await plane.wait(ReplicaSet.self, set.metadata.name) { $0?.metadata.ownerReferences.isEmpty == true }
            #expect(orphan?.size == 2)
            #expect(try await plane.pods().count == 2)
        }
    }

    @Test func `a deleted namespace takes its content with it`() async throws {
        try await ControlPlane.run(["namespace-controller", "serviceaccount-controller"]) { plane in
            var namespace = Namespace()
            namespace.metadata.name = "shop"
            _ = try await plane.client.create(namespace)
            try await plane.wait(ServiceAccount.self, "default", namespace: "shop") { $0 != nil }
            var map = ConfigMap()
            map.metadata.name = "settings"
            map.metadata.namespace = "shop"
            _ = try await plane.client.create(map)
            try await plane.client.delete(Namespace.self, ObjectKey(name: "shop"))
            try await plane.wait(Namespace.self, "shop") { $0 == nil }
            #expect(try await plane.client.list(ConfigMap.self, namespace: "shop").items.isEmpty)
            #expect(try await plane.client.list(ServiceAccount.self, namespace: "shop").items.isEmpty)
        }
    }

    @Test func `an object whose owner never was is collected, one that has another owner stays`() async throws {
        try await ControlPlane.run(loops) { plane in
            var owner = ConfigMap()
            owner.metadata.name = "owner"
            owner.metadata.namespace = "default"
            owner = try await plane.client.create(owner)
            func dependent(_ name: String, _ owners: [(String, String)]) -> ConfigMap {
                var map = ConfigMap()
                map.metadata.name = name
                map.metadata.namespace = "default"
                map.metadata.ownerReferences = ViewList(
                    owners.map { name, uid in
                        var reference = OwnerReference()
                        reference.apiVersion = "v1"
                        reference.kind = "ConfigMap"
                        reference.name = name
                        reference.uid = uid
                        return reference
                    })
                return map
            }
            _ = try await plane.client.create(dependent("lost", [("nobody", "1-2-3")]))
            _ = try await plane.client.create(dependent("kept", [("nobody", "1-2-3"), ("owner", owner.metadata.uid)]))
            try await plane.wait(ConfigMap.self, "lost") { $0 == nil }
            let kept = try await plane.wait(ConfigMap.self, "kept") { $0?.metadata.ownerReferences.count == 1 }
            #expect(kept?.metadata.ownerReferences[0].name == "owner")
        }
    }

    @Test func `what a deleted deployment owned goes after it`() async throws {
        try await ControlPlane.run(loops) { plane in
            let set = try await start(plane)
            let pods = try await plane.pods()
            try await delete(plane, "Background")
            try await plane.wait(ReplicaSet.self, set.metadata.name) { $0 == nil }
            for pod in pods { try await plane.wait(Pod.self, pod.metadata.name) { $0 == nil } }
        }
    }
}
