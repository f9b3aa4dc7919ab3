import Client
import Controllers
import Core
import KubernetesAPI
import Reconcile
import ResourceEngine
import TestSupport
import Testing
import Values

@Suite struct StorageMigrationTests {
    private static let names = ["storage-version-migrator-controller"]

    private func services() throws -> BuiltInServices {
        var services = BuiltInServices()
        services.selection = try APISelection(
            "api/beta=true", gates: FeatureGates("StorageVersionMigrator=true,ClusterTrustBundle=true"))
        return services
    }

    private func options() -> ControllerOptions {
        var options = ControllerOptions()
        options.migratesStorage = true
        options.publishesTrustBundle = true
        options.rootCertificates = SampleCertificates.authority
        return options
    }

    private func migration(_ name: String, _ resource: String, group: String = "") -> StorageVersionMigration {
        StorageVersionMigration([
            "metadata": ["name": .string(name)], "spec": ["resource": ["group": .string(group), "resource": .string(resource)]],
        ])
    }

    private func condition(_ type: String, _ migration: StorageVersionMigration?) -> Condition? {
        migration?.status.conditions.first { $0.type == type }
    }

    @Test(.timeLimit(.minutes(1))) func `a migration runs to its end and leaves objects that need nothing as they were`() async throws {
        try await ControlPlane.run(Self.names, options: options(), runsPods: false, services: services()) { plane in
            let map = try await plane.client.create(ConfigMap(["metadata": ["name": "m", "namespace": "default"], "data": ["a": "b"]]))
            _ = try await plane.client.create(migration("all-maps", "configmaps"))
            let ended = try await plane.wait(StorageVersionMigration.self, "all-maps") {
                condition("Failed", $0) != nil || condition("Succeeded", $0) != nil && condition("Running", $0)?.status == "False"
            }
            #expect(condition("Failed", ended)?.message == nil)
            #expect(condition("Succeeded", ended)?.reason == "StorageVersionMigrationSucceeded")
            #expect(condition("Running", ended)?.reason == "MigrationCompleted")
            #expect(Int64(ended?.status.resourceVersion ?? "") != nil)
            let after = try await plane.client.get(ConfigMap.self, map.key)
            #expect(after.metadata.resourceVersion == map.metadata.resourceVersion)
            #expect(after.metadata.raw["managedFields"] == map.metadata.raw["managedFields"])
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a resource that never is served makes its migration fail after a minute`() async throws {
        try await ControlPlane.run(Self.names, options: options(), runsPods: false, services: services()) { plane in
            _ = try await plane.client.create(migration("nothing", "birds", group: "example.com"))
            let ended = try await plane.wait(StorageVersionMigration.self, "nothing", advancing: .seconds(6)) {
                condition("Failed", $0)?.status == "True"
            }
            #expect(
                condition("Failed", ended)?.message == "migration encountered unhandled error: resource does not exist in discovery")
            #expect(condition("Succeeded", ended) == nil)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `the certificates of the API server are a trust bundle, and others of its signer go`() async throws
    {
        let names = ["kube-apiserver-serving-clustertrustbundle-publisher-controller"]
        try await ControlPlane.run(names, options: options(), runsPods: false, services: services()) { plane in
            _ = try await plane.client.create(
                ClusterTrustBundle([
                    "metadata": ["name": "kubernetes.io:kube-apiserver-serving:old"],
                    "spec": ["signerName": "kubernetes.io/kube-apiserver-serving", "trustBundle": .string(SampleCertificates.authority)],
                ]))
            // The one that is named after its content stays, alone.
            let informer = plane.informers.informer(ClusterTrustBundle.self)
            let signal = Signal()
            informer.raise(signal)
            while informer.list().map(\.metadata.name.utf8.count) != [61] { try await signal.wait() }
            #expect(informer.list().first?.spec.trustBundle == SampleCertificates.authority)
            #expect(informer.list().first?.metadata.name.hasPrefix("kubernetes.io:kube-apiserver-serving:") == true)
        }
    }
}
