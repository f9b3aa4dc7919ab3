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
        await #expect(throws: APIError.internalError("failed to allocate a serviceIP for Service \"late\": range is full")) {
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

    // MARK: ServiceCIDR and IPAddress

    private func range(_ name: String, _ cidr: String, ready: Bool = true, _ cluster: TestCluster) async throws {
        var range = ServiceCIDR(["metadata": ["name": .string(name)], "spec": ["cidrs": [.string(cidr)]]])
        range = try await cluster.client().create(range)
        guard !ready else { return }
        range.raw["status"] = [
            "conditions": [
                ["type": "Ready", "status": "False", "reason": "x", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"]
            ]
        ]
        _ = try await cluster.client().updateStatus(range)
    }

    @Test func `an address is told by an IPAddress that comes and goes with its Service`() async throws {
        let cluster = try await TestCluster()
        let client = cluster.client()
        let before = cluster.store.currentRevision
        let made = try await client.create(service("v1", ["ports": [["port": 80]], "clusterIP": "10.96.77.7"]))
        let address = try await client.get(IPAddress.self, ObjectKey(namespace: "", name: "10.96.77.7"))
        #expect(
            address.spec.parentRef.raw == ["resource": "services", "namespace": "default", "name": "v1"])
        #expect(
            address.metadata.labels == [
                "ipaddress.kubernetes.io/ip-family": "IPv4", "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
            ])
        // One commit: the address just before its Service.
        #expect(Int64(address.metadata.resourceVersion) == before + 1)
        #expect(Int64(made.metadata.resourceVersion) == before + 2)
        _ = try await client.patch(Service.self, made.key, .merge, ["spec": ["type": "ExternalName", "externalName": "e.com"]])
        #expect(try await client.list(IPAddress.self).items.isEmpty)
        _ = try await client.patch(Service.self, made.key, .merge, ["spec": ["type": "ClusterIP"]])
        #expect(try await client.list(IPAddress.self).items.count == 1)
        try await client.delete(Service.self, made.key)
        #expect(try await client.list(IPAddress.self).items.isEmpty)
    }

    @Test func `an address that somebody else has noted is not given out`() async throws {
        var services = BuiltInServices()
        services.serviceRanges.clusterIPs = "10.0.0.0/30"
        let client = try await TestCluster(services: services).client()
        _ = try await client.create(
            IPAddress([
                "metadata": ["name": "10.0.0.1"], "spec": ["parentRef": ["resource": "gateways", "group": "example.com", "name": "g"]],
            ]))
        let error = await #expect(throws: APIError.self) {
            try await client.create(service("v1", ["ports": [["port": 80]], "clusterIP": "10.0.0.1"]))
        }
        #expect(error?.message.hasSuffix("failed to allocate IP 10.0.0.1: provided IP is already allocated") == true)
        #expect(try await client.create(service("v2", ["ports": [["port": 80]]])).spec.clusterIP == "10.0.0.2")
    }

    @Test func `a new range is used at once, and one that is not ready or goes is not`() async throws {
        let cluster = try await TestCluster()
        let client = cluster.client()
        try await range("kubernetes", "10.0.0.0/30", cluster)
        try await range("broken", "10.2.0.0/24", ready: false, cluster)
        for number in 1...2 { _ = try await client.create(service("s\(number)", ["ports": [["port": 80]]])) }
        await #expect(throws: APIError.internalError("failed to allocate a serviceIP for Service \"late\": range is full")) {
            try await client.create(service("late", ["ports": [["port": 80]]]))
        }
        try await range("more", "10.1.0.0/28", cluster)
        #expect(try await client.create(service("late", ["ports": [["port": 80]]])).spec.clusterIP.hasPrefix("10.1.0."))
        await #expect(throws: APIError.self) {
            try await client.create(service("v4", ["ports": [["port": 80]], "clusterIP": "10.2.0.9"]))
        }
    }

    @Test func `addresses are taken from the upper part of a range as long as there are any`() async throws {
        var services = BuiltInServices()
        // The first sixteen are for those who ask by number.
        services.serviceRanges.clusterIPs = "10.0.0.0/27"
        let client = try await TestCluster(services: services).client()
        var given: [String] = []
        for number in 0..<30 { given.append(try await client.create(service("s\(number)", ["ports": [["port": 80]]])).spec.clusterIP) }
        #expect(Set(given[..<14]) == Set((17...30).map { "10.0.0.\($0)" }))
        #expect(Set(given[14...]) == Set((1...16).map { "10.0.0.\($0)" }))
    }

    @Test func `a dry run takes nothing and shows the range's own address`() async throws {
        let cluster = try await TestCluster()
        let client = cluster.client()
        var options = Client.Options()
        options.isDryRun = true
        let shown = try await client.create(service("v1", ["ports": [["port": 80]]]), options: options)
        #expect(shown.spec.clusterIP == "10.96.0.0")
        #expect(try await client.list(IPAddress.self).items.isEmpty)
    }

    @Test func `names and changes of ranges and addresses are checked in upstream's words`() async throws {
        let cluster = try await TestCluster()
        let client = cluster.client()
        func refusal(_ name: String) async -> String {
            let error = await #expect(throws: APIError.self) {
                try await client.create(
                    IPAddress(["metadata": ["name": .string(name)], "spec": ["parentRef": ["resource": "r", "name": "n"]]]))
            }
            return error?.message ?? ""
        }
        #expect(await refusal("a.b").contains("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"))
        #expect(await refusal("2001:DB8::1").contains("must be in canonical form (\"2001:db8::1\")"))
        #expect(await refusal("::ffff:1.2.3.4").contains("must not be an IPv4-mapped IPv6 address"))
        try await range("more", "10.1.0.0/28", cluster)
        let key = ObjectKey(namespace: "", name: "more")
        for (cidrs, field) in [(["10.2.0.0/28"], "spec.cidrs[0]"), (["10.2.0.0/28", "fd00::/112"], "spec.cidrs[0]")] {
            let error = await #expect(throws: APIError.self) {
                try await client.patch(ServiceCIDR.self, key, .merge, ["spec": ["cidrs": .array(cidrs.map { .string($0) })]])
            }
            #expect(error?.message.contains("\(field): Invalid value: \"10.2.0.0/28\": field is immutable") == true)
        }
        _ = try await client.patch(ServiceCIDR.self, key, .merge, ["spec": ["cidrs": ["10.1.0.0/28", "fd00::/112"]]])
    }
}
