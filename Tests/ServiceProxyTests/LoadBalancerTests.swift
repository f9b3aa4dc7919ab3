import Core
import HTTPTransport
import JSON
import KubernetesAPI
import Logging
import Testing
import Values

import ServiceProxy

/// Services of type LoadBalancer on a machine of one's own.
@Suite struct LoadBalancerTests {
    private func balancer(
        _ name: String, port: Int = 80, created: String = "2026-01-01T00:00:00Z", address: String? = nil, more: String = "",
        type: String = "LoadBalancer"
    ) throws -> Service {
        let status = address.map { #"{"loadBalancer":{"ingress":[{"ip":"\#($0)"}]}}"# } ?? "{}"
        return Service(
            try JSONParser.parse(
                #"{"metadata":{"namespace":"shop","name":"\#(name)","creationTimestamp":"\#(created)"},"#
                    + #""spec":{"type":"\#(type)","clusterIP":"10.43.0.9","ports":[{"name":"http","port":\#(port)}]\#(more)},"#
                    + #""status":\#(status)}"#))
    }

    private func plan(_ services: [Service], taken: Set<Int> = []) -> LoadBalancerPlan {
        LoadBalancerPlan(services: services, address: "192.0.2.1") { _, port in !taken.contains(port) }
    }

    @Test func `the node's address is each port's first service's`() throws {
        let plan = plan([
            try balancer("late", created: "2026-01-02T00:00:00Z"), try balancer("early"), try balancer("other", port: 81),
        ])
        #expect(plan.granted.map(\.name) == ["early", "other"])
        #expect(
            plan.refused == [ObjectKey(namespace: "shop", name: "late"): "port 80/TCP of this machine belongs to service shop/early"])
    }

    @Test func `a port that another program listens on is not taken from it`() throws {
        let plan = plan([try balancer("ssh", port: 22)], taken: [22])
        #expect(plan.granted.isEmpty && plan.refused.values.first == "port 22/TCP of this machine belongs to another program")
        #expect(self.plan([try balancer("ssh", port: 22, address: "192.0.2.1")], taken: [22]).refused.isEmpty, "what it has it keeps")
    }

    @Test func `classes and addresses of somebody else are left alone`() throws {
        let foreign = [
            try balancer("class", more: #","loadBalancerClass":"cloud.test/x""#), try balancer("given", port: 81, address: "203.0.113.1"),
            try balancer("wished", port: 82, more: #","loadBalancerIP":"203.0.113.2""#),
        ]
        #expect(plan(foreign) == plan([]))
        #expect(plan([try balancer("ours", more: #","loadBalancerClass":"martlet.dev/node""#)]).granted.count == 1)
    }

    @Test func `a service that balances no more loses the address`() throws {
        #expect(plan([try balancer("was", address: "192.0.2.1", type: "ClusterIP")]).revoked.map(\.name) == ["was"])
        #expect(plan([try balancer("kept", address: "192.0.2.1")]) == plan([]))
    }

    @Test func `source ranges hold for the balancer's address and nothing else`() throws {
        let one = try balancer("web", address: "192.0.2.1", more: #","loadBalancerSourceRanges":["198.51.100.0/24","10.0.0.0/8"]"#)
        let rules = RulePlanner(configuration).rules(service: one, slices: [try slice(["10.42.0.5"])])
        #expect(rules.elements[.refusedAddresses] == ["192.0.2.1 . tcp . 80": "goto sources/shop/web/tcp/http"])
        #expect(
            rules.chains["sources/shop/web/tcp/http"] == [
                "ip saddr 198.51.100.0/24 return", "ip saddr 10.0.0.0/8 return", "goto drop-connection",
            ])
        let elsewhere = try balancer(
            "web", address: "192.0.2.1", more: #","externalTrafficPolicy":"Local","loadBalancerSourceRanges":["10.0.0.0/8"]"#)
        let local = RulePlanner(configuration).rules(service: elsewhere, slices: [try slice(["10.42.1.5@node-2"])])
        #expect(local.chains["sources/shop/web/tcp/http"] == ["ip saddr 10.0.0.0/8 goto drop-from-outside", "goto drop-connection"])
    }

    @Test func `the health check counts the ready endpoints of the node`() async throws {
        let one = try balancer("web", more: #","externalTrafficPolicy":"Local","healthCheckNodePort":0"#)
        let slices = [try slice(["10.42.0.5", "10.42.0.6!", "10.42.1.5@node-2"])]
        #expect(HealthCheckServers.check(one, slices, nodeName: "node-1") == nil)
        let free = try HTTPServer(handler: Nothing(), tls: nil, logger: Logger(label: "test"))
        let port = try await free.listen(host: "127.0.0.1", port: 0)
        await free.shutdown(grace: .zero)
        let asked = try balancer("web", more: #","externalTrafficPolicy":"Local","healthCheckNodePort":\#(port)"#)
        let check = HealthCheckServers.check(asked, slices, nodeName: "node-1")
        #expect(check == .init(port: port, localEndpoints: 1))
        let servers = HealthCheckServers(health: ProxyHealth(clock: SystemClock()), recorder: nil, logger: Logger(label: "test"))
        let client = try HTTPClient(tls: nil)
        func ask() async throws -> (Int, String, String?) {
            let response = try await client.fetch(HTTPClient.Request("GET", .tcp(host: "127.0.0.1", port: port), "/"))
            return (
                response.status, String(decoding: response.body, as: UTF8.self), response.headers["x-load-balancing-endpoint-weight"]
            )
        }
        await servers.update([asked.key: try #require(check)])
        let (status, text, weight) = try await ask()
        #expect(status == 200 && weight == "1")
        #expect(try JSONParser.parse(text)["localEndpoints"] == 1 && text.contains("\t\t\"namespace\": \"shop\""))
        await servers.update([asked.key: .init(port: port, localEndpoints: 0)])
        #expect(try await ask().0 == 503)
        await servers.update([:])
        await #expect(throws: (any Error).self) { _ = try await ask() }
    }
}

private struct Nothing: HTTPHandler {
    func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async { responder.respond(.text(200, "")) }
}
