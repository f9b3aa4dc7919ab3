import Core
import KubernetesAPI
import ResourceEngine
import SchemaEngine
import TestSupport
import Testing
import Values

@Suite struct DeviceTests {
    private func causes(_ object: Value) throws -> [String] {
        let kind = GroupVersionKind(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "")
        let schema = try #require(BuiltInSchema.shared.resource(of: kind))
        return BuiltInValidator().validateCreate(object, schema).map { "\($0.field): \($0.message)" }
    }

    private func claim(_ devices: Value) -> Value {
        [
            "apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": ["name": "c", "namespace": "default"],
            "spec": ["devices": devices],
        ]
    }

    private func request(_ name: String, _ more: Object = [:]) -> Value {
        var exactly: Object = ["deviceClassName": "gpu", "allocationMode": "ExactCount", "count": 1]
        for member in more { exactly[member.key] = member.value }
        return ["name": .string(name), "exactly": .object(exactly)]
    }

    @Test func `a claim that asks for what there is passes`() throws {
        let object = claim([
            "requests": [
                request("a", ["selectors": [["cel": ["expression": "device.attributes['x.example.com'].model == 'm'"]]]]),
                [
                    "name": "b",
                    "firstAvailable": [["name": "large", "deviceClassName": "gpu", "allocationMode": "All"]],
                ],
            ],
            "constraints": [["matchAttribute": "x.example.com/board", "requests": ["a", "b/large"]]],
            "config": [["requests": ["b"], "opaque": ["driver": "x.example.com", "parameters": ["k": "v"]]]],
        ])
        #expect(try causes(object) == [])
    }

    @Test func `what is wrong with a claim is told by its field`() throws {
        let wrong = try causes(
            claim([
                "requests": [
                    request("a", ["selectors": [["cel": ["expression": "device.nope"]]]]), ["name": "b"],
                    request("c", ["allocationMode": "All"]),
                ],
                "constraints": [["matchAttribute": "board", "requests": ["none"]]],
            ]))
        #expect(wrong.count == 5)
        #expect(wrong[0].hasPrefix("spec.devices.requests[0].exactly.selectors[0].cel.expression: Invalid value: \"device.nope\""))
        #expect(wrong[1] == "spec.devices.requests[1]: Required value: exactly one of `exactly` or `firstAvailable` is required")
        #expect(
            wrong[2]
                == "spec.devices.requests[2].exactly.count: Invalid value: 1: must not be specified when allocationMode is 'All'")
        #expect(wrong[3].hasPrefix("spec.devices.constraints[0].requests[0]: Invalid value: \"none\": must be the name of a request"))
        #expect(wrong[4] == "spec.devices.constraints[0].matchAttribute: Invalid value: \"board\": must include a domain")
    }

    @Test func `an allocation stays as it is, and reservations need one`() throws {
        let schema = try #require(
            BuiltInSchema.shared.resource(of: GroupVersionKind(apiVersion: "resource.k8s.io/v1", kind: "ResourceClaim")))
        func causes(_ status: Value, after before: Value) -> [String] {
            var (new, old) = (claim(["requests": [request("a")]]), claim(["requests": [request("a")]]))
            new["status"] = status
            old["status"] = before
            new["metadata"]?["resourceVersion"] = "1"
            old["metadata"]?["resourceVersion"] = "1"
            return BuiltInValidator().validateUpdate(new, old: old, subresource: "status", schema).map(\.message)
        }
        let user: Value = ["resource": "pods", "name": "p", "uid": "u"]
        let given: Value = [
            "devices": ["results": [["request": "a", "driver": "x.example.com", "pool": "n", "device": "d"]]]
        ]
        #expect(causes(["allocation": given, "reservedFor": [user]], after: [:]) == [])
        #expect(causes(["reservedFor": [user]], after: [:]) == ["Forbidden: may not be specified when `allocated` is not set"])
        #expect(causes(["allocation": [:]], after: ["allocation": given]).first?.hasSuffix("field is immutable") == true)
        #expect(causes([:], after: ["allocation": given]) == [])
    }

    @Test func `only namespaces that are marked have administrators' access`() async throws {
        let cluster = try await TestCluster()
        let client = cluster.client()
        let admin = ResourceResourceClaim(claim(["requests": [request("a", ["adminAccess": true])]]))
        let error = await #expect(throws: APIError.self) { _ = try await client.create(admin) }
        #expect(error?.causes.first?.field == "spec.devices.requests[0].adminAccess")
        var namespace = Namespace()
        namespace.metadata.name = "admins"
        namespace.metadata.labels = ["resource.kubernetes.io/admin-access": "true"]
        _ = try await client.create(namespace)
        var permitted = admin
        permitted.metadata.namespace = "admins"
        _ = try await client.create(permitted)
        await cluster.close()
    }
}
