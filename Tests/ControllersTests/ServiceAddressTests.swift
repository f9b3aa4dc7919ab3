import Client
import Controllers
import Core
import KubernetesAPI
import Reconcile
import TestSupport
import Testing
import Values

/// The ranges and addresses of Services, and who looks after them.
@Suite(.timeLimit(.minutes(1))) struct ServiceAddressTests {
    /// Runs the controller of ranges and what the API server runs itself.
    private func run(_ body: (ControlPlane) async throws -> Void) async throws {
        try await ControlPlane.run(["service-cidr-controller"], runsPods: false) { plane in
            let loops = ServerLoops(
                client: plane.client, informers: plane.informers, serviceCIDR: "10.96.0.0/16", clock: HastyClock(base: plane.cluster.clock),
                logger: ControlPlane.quiet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await loops.run() }
                try await plane.wait(ServiceCIDR.self, "kubernetes") { Self.isReady($0, "True") && $0?.metadata.finalizers.count == 1 }
                try await body(plane)
                group.cancelAll()
            }
        }
    }

    private static func isReady(_ range: ServiceCIDR?, _ status: String) -> Bool {
        range?.status.conditions.contains { $0.type == "Ready" && $0.status == status } == true
    }

    private func service(_ name: String, _ address: String) -> Service {
        Service([
            "metadata": ["name": .string(name), "namespace": "default"],
            "spec": ["clusterIP": .string(address), "ports": [["port": 80]]],
        ])
    }

    @Test func `a range that a Service needs stays until it does not`() async throws {
        try await run { plane in
            _ = try await plane.client.create(ServiceCIDR(["metadata": ["name": "more"], "spec": ["cidrs": ["10.200.0.0/24"]]]))
            try await plane.wait(ServiceCIDR.self, "more") { Self.isReady($0, "True") && $0?.metadata.finalizers.isEmpty == false }
            _ = try await plane.client.create(service("web", "10.200.0.7"))
            try await plane.wait(IPAddress.self, "10.200.0.7") { $0 != nil }
            let key = ObjectKey(namespace: "", name: "more")
            try await plane.client.delete(ServiceCIDR.self, key)
            let held = try await plane.wait(ServiceCIDR.self, "more") { Self.isReady($0, "False") }
            #expect(held?.status.conditions.first?.reason == "Terminating")
            // No new address comes from it.
            await #expect(throws: APIError.self) { try await plane.client.create(service("late", "10.200.0.8")) }
            try await plane.client.delete(Service.self, ObjectKey(namespace: "default", name: "web"))
            try await plane.wait(ServiceCIDR.self, "more", advancing: .seconds(5)) { $0 == nil }
        }
    }

    @Test func `a range within another may go while its addresses are in use`() async throws {
        try await run { plane in
            _ = try await plane.client.create(ServiceCIDR(["metadata": ["name": "part"], "spec": ["cidrs": ["10.96.3.0/24"]]]))
            try await plane.wait(ServiceCIDR.self, "part") { Self.isReady($0, "True") && $0?.metadata.finalizers.isEmpty == false }
            _ = try await plane.client.create(service("web", "10.96.3.7"))
            try await plane.client.delete(ServiceCIDR.self, ObjectKey(namespace: "", name: "part"))
            try await plane.wait(ServiceCIDR.self, "part", advancing: .seconds(5)) { $0 == nil }
        }
    }

    @Test func `an IPAddress that is deleted under its Service is made again, and an orphan goes`() async throws {
        try await run { plane in
            _ = try await plane.client.create(service("web", "10.96.3.7"))
            let first = try await plane.wait(IPAddress.self, "10.96.3.7") { $0 != nil }
            try await plane.client.delete(IPAddress.self, ObjectKey(namespace: "", name: "10.96.3.7"))
            let uid = first?.metadata.uid
            try await plane.wait(IPAddress.self, "10.96.3.7") { $0 != nil && $0?.metadata.uid != uid }
            var orphan = IPAddress(["metadata": ["name": "10.96.3.9"]])
            orphan.metadata.labels = [
                "ipaddress.kubernetes.io/ip-family": "IPv4", "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
            ]
            orphan.raw["spec"] = ["parentRef": ["resource": "services", "namespace": "default", "name": "nobody"]]
            _ = try await plane.client.create(orphan)
            try await plane.wait(IPAddress.self, "10.96.3.9") { $0 != nil }
            try await plane.wait(IPAddress.self, "10.96.3.9", advancing: .seconds(20)) { $0 == nil }
            #expect(try await plane.client.list(IPAddress.self).items.map(\.metadata.name) == ["10.96.3.7"])
        }
    }
}
