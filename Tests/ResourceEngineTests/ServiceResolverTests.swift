import Core
import JSON
import ResourceEngine
import TestSupport
import Testing
import Values

@Suite struct ServiceResolverTests {
    private func create(_ resource: GroupVersionResource, _ json: String, in cluster: TestCluster) async throws {
        var request = APIRequest(
            verb: .create, resource: resource, user: UserInfo(name: "admin", groups: ["system:masters", "system:authenticated"]))
        request.namespace = "default"
        request.body = .bytes(Array(json.utf8), contentType: "application/json")
        _ = try await cluster.engine.perform(request)
    }

    private static let services = GroupVersionResource(group: "", version: "v1", resource: "services")
    private static let slices = GroupVersionResource(group: "discovery.k8s.io", version: "v1", resource: "endpointslices")

    @Test func findsReadyEndpointsByPortNumberAndName() async throws {
        let cluster = try await TestCluster()
        try await create(
            Self.services,
            #"{"metadata":{"name":"web"},"spec":{"ports":[{"name":"a","port":80,"targetPort":8080},{"name":"b","port":443}]}}"#, in: cluster
        )
        try await create(
            Self.slices,
            #"""
            {"metadata":{"name":"web-1","labels":{"kubernetes.io/service-name":"web"}},"addressType":"IPv4",
             "ports":[{"name":"a","port":8080},{"name":"b","port":8443}],
             "endpoints":[{"addresses":["10.1.0.1"]},{"addresses":["10.1.0.2"],"conditions":{"ready":false}}]}
            """#, in: cluster)
        let resolver = ServiceResolver(cluster.engine.cluster)
        let expected = [ServiceResolver.Endpoint(host: "10.1.0.1", port: 8443)]
        #expect(try resolver.endpoints(namespace: "default", name: "web", port: .number(443)) == expected)
        #expect(try resolver.endpoints(namespace: "default", name: "web", port: .text("b")) == expected)
        #expect(try resolver.endpoint(namespace: "default", name: "web", port: .text("80")).port == 8080)
        await cluster.close()
    }

    @Test func saysWhatIsMissing() async throws {
        let cluster = try await TestCluster()
        try await create(Self.services, #"{"metadata":{"name":"web"},"spec":{"ports":[{"port":443}]}}"#, in: cluster)
        let resolver = ServiceResolver(cluster.engine.cluster)
        func message(_ name: String, _ port: ServiceResolver.Port) -> String? {
            do {
                return "\(try resolver.endpoint(namespace: "default", name: name, port: port))"
            } catch {
                return (error as? APIError)?.message
            }
        }
        #expect(message("none", .number(443)) == "services \"none\" not found")
        #expect(message("web", .number(444)) == "no service port 444 found for service \"web\"")
        #expect(message("web", .text("")) == "no endpoints available for service \"web\"")
        await cluster.close()
    }
}
