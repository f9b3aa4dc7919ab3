import Client
import Core
import KubernetesAPI
import ResourceEngine
import TestSupport
import Testing
import Values

/// Addresses and node ports of Services.
@Suite struct ServiceTests {
    private func service(_ name: String, _ spec: Value) -> Service {
        Service(["metadata": ["name": .string(name), "namespace": "default"], "spec": spec])
    }

    @Test func everyServiceGetsAnAddressOfItsOwnAndGivesItBack() async throws {
        var services = BuiltInServices()
        // Six addresses.
        services.serviceRanges.clusterIPs = "10.0.0.0/29"
        let client = try await TestCluster(services: services).client()
        var addresses: Set<String> = []
        for number in 0..<6 {
            addresses.insert(try await client.create(service("s\(number)", ["ports": [["port": 80]]])).spec.clusterIP)
        }
        #expect(addresses == Set((1...6).map { "10.0.0.\($0)" }))
        await #expect(throws: APIError.internalError("failed to allocate a serviceIP: range is full")) {
            try await client.create(service("late", ["ports": [["port": 80]]]))
        }
        try await client.delete(Service.self, ObjectKey(namespace: "default", name: "s3"))
        let late = try await client.create(service("late", ["ports": [["port": 80]]]))
        #expect(addresses.contains(late.spec.clusterIP))
    }

    @Test func anAddressThatIsTakenOrOutsideIsRefusedInUpstreamsWords() async throws {
        let client = try await TestCluster().client()
        _ = try await client.create(service("v2", ["ports": [["port": 80]], "clusterIP": "10.96.77.7"]))
        for (address, why) in [
            ("10.96.77.7", "provided IP is already allocated"), ("192.168.1.1", "the provided network does not match the current range"),
        ] {
            let error = await #expect(throws: APIError.self) {
                try await client.create(service("v3", ["ports": [["port": 80]], "clusterIP": .string(address)]))
            }
            #expect(
                error?.message
                    == "Service \"v3\" is invalid: spec.clusterIPs: Invalid value: [\"\(address)\"]: failed to allocate IP \(address): \(why)"
            )
        }
    }

    @Test func aNodePortIsHeldByOneService() async throws {
        let client = try await TestCluster().client()
        _ = try await client.create(service("v5", ["type": "NodePort", "ports": [["port": 80, "nodePort": 30777]]]))
        let error = await #expect(throws: APIError.self) {
            try await client.create(service("v6", ["type": "NodePort", "ports": [["port": 80, "nodePort": 30777]]]))
        }
        #expect(
            error?.message == "Service \"v6\" is invalid: spec.ports[0].nodePort: Invalid value: 30777: provided port is already allocated")
    }

    @Test func aServiceThatBecomesAnExternalNameGivesItsAddressBack() async throws {
        let client = try await TestCluster().client()
        let created = try await client.create(service("v1", ["ports": [["port": 80]], "clusterIP": "10.96.77.7"]))
        let patched = try await client.patch(
            Service.self, created.key, .merge, ["spec": ["type": "ExternalName", "externalName": "e.com"]])
        #expect(patched.spec.clusterIP.isEmpty && patched.spec.clusterIPs.isEmpty && patched.spec.ipFamilies.isEmpty)
        let other = try await client.create(service("v2", ["ports": [["port": 80]], "clusterIP": "10.96.77.7"]))
        #expect(other.spec.clusterIP == "10.96.77.7")
    }

    @Test func anUpdateThatLeavesOutWhatTheServerChoseKeepsIt() async throws {
        let client = try await TestCluster().client()
        let created = try await client.create(service("v1", ["type": "NodePort", "ports": [["port": 80]]]))
        let updated = try await client.update(service("v1", ["type": "NodePort", "ports": [["port": 80]], "selector": ["a": "b"]]))
        #expect(updated.spec.clusterIP == created.spec.clusterIP)
        #expect(updated.spec.ports.first?.nodePort == created.spec.ports.first?.nodePort)
    }
}
