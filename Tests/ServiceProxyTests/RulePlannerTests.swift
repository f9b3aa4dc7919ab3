import Core
import JSON
import KubernetesAPI
import Testing
import Values

import ServiceProxy

let configuration = ProxyConfiguration(
    clusterName: "test", nodeName: "node-1", podCIDR: "10.42.0.0/16", serviceCIDR: "10.43.0.0/16", bridge: "mt-test",
    bridgeAddress: "10.42.0.1/24")

func service(_ spec: String, name: String = "web") throws -> Service {
    Service(try JSONParser.parse(#"{"metadata":{"namespace":"shop","name":"\#(name)"},"spec":\#(spec)}"#))
}

/// A slice of a service; endpoints are "address", with "@node" appended where it matters and "!" when not ready, "~" when terminating.
func slice(_ endpoints: [String], port: Int = 8080, name: String = "http", protocol: String = "TCP", of service: String = "web") throws
    -> EndpointSlice
{
    let list = endpoints.map { text -> String in
        let parts = text.split(whereSeparator: { "@!~".contains($0) })
        let node = text.contains("@") ? String(parts[1]) : "node-1"
        let conditions =
            text.hasSuffix("~")
            ? #"{"ready":false,"serving":true,"terminating":true}"# : #"{"ready":\#(!text.hasSuffix("!"))}"#
        return #"{"addresses":["\#(parts[0])"],"nodeName":"\#(node)","conditions":\#(conditions)}"#
    }
    return EndpointSlice(
        try JSONParser.parse(
            #"{"metadata":{"namespace":"shop","name":"\#(service)-\#(name)","labels":{"kubernetes.io/service-name":"\#(service)"}},"#
                + #""addressType":"IPv4","ports":[{"name":"\#(name)","port":\#(port),"protocol":"\#(`protocol`)"}],"#
                + #""endpoints":[\#(list.joined(separator: ","))]}"#))
}

@Suite struct RulePlannerTests {
    let planner = RulePlanner(configuration)
    let clusterIP = #"{"clusterIP":"10.43.0.9","ports":[{"name":"http","port":80,"protocol":"TCP"}]}"#

    @Test func `a cluster address spreads over the ready endpoints`() throws {
        let rules = planner.plan(services: [try service(clusterIP)], endpointSlices: [try slice(["10.42.0.5", "10.42.0.6", "10.42.0.7!"])])
        #expect(rules.elements[.serviceAddresses] == ["10.43.0.9 . tcp . 80": "goto service/shop/web/tcp/http"])
        #expect(
            rules.chains == [
                "service/shop/web/tcp/http": [
                    "meta l4proto tcp dnat to numgen random mod 2 map { 0 : 10.42.0.5 . 8080, 1 : 10.42.0.6 . 8080 }"
                ]
            ])
        #expect(rules.elements[.hairpins]?.keys.sorted() == ["10.42.0.5 . 10.42.0.5", "10.42.0.6 . 10.42.0.6"])
    }

    @Test func `a service without endpoints is refused everywhere`() throws {
        let spec =
            #"{"type":"NodePort","clusterIP":"10.43.0.9","externalIPs":["192.0.2.1"],"ports":[{"name":"http","port":80,"nodePort":30080}]}"#
        let rules = planner.plan(services: [try service(spec)], endpointSlices: [try slice(["10.42.0.7!"])])
        #expect(rules.elements[.refusedAddresses]?.keys.sorted() == ["10.43.0.9 . tcp . 80", "192.0.2.1 . tcp . 80"])
        #expect(rules.elements[.refusedNodePorts] == ["tcp . 30080": "goto refuse-connection"])
        #expect(rules.elements[.serviceAddresses] == nil)
        #expect(rules.chains.isEmpty)
    }

    @Test func `terminating endpoints serve only while none is ready`() throws {
        let service = try service(clusterIP)
        let alone = planner.plan(services: [service], endpointSlices: [try slice(["10.42.0.5~", "10.42.0.6!"])])
        #expect(alone.chains["service/shop/web/tcp/http"] == ["meta l4proto tcp dnat to 10.42.0.5:8080"])
        let relieved = planner.plan(services: [service], endpointSlices: [try slice(["10.42.0.5~", "10.42.0.6"])])
        #expect(relieved.chains["service/shop/web/tcp/http"] == ["meta l4proto tcp dnat to 10.42.0.6:8080"])
    }

    @Test func `an external policy Local keeps outside traffic on this node and lets pods go anywhere`() throws {
        let spec =
            #"{"type":"NodePort","clusterIP":"10.43.0.9","externalTrafficPolicy":"Local","ports":[{"name":"http","port":80,"nodePort":30080}]}"#
        let both = planner.plan(services: [try service(spec)], endpointSlices: [try slice(["10.42.0.5", "10.42.1.5@node-2"])])
        #expect(both.elements[.nodePorts] == ["tcp . 30080": "goto external/shop/web/tcp/http"])
        #expect(
            both.chains["external/shop/web/tcp/http"] == [
                "ip saddr 10.42.0.0/16 goto service/shop/web/tcp/http", "fib saddr type local jump mark-for-masquerade",
                "fib saddr type local goto service/shop/web/tcp/http", "goto local/shop/web/tcp/http",
            ])
        #expect(both.chains["local/shop/web/tcp/http"] == ["meta l4proto tcp dnat to 10.42.0.5:8080"])
        let away = planner.plan(services: [try service(spec)], endpointSlices: [try slice(["10.42.1.5@node-2"])])
        #expect(away.elements[.refusedNodePorts] == ["tcp . 30080": "goto drop-from-outside"])
        #expect(away.chains["external/shop/web/tcp/http"]?.contains("goto local/shop/web/tcp/http") == false)
    }

    @Test func `an internal policy Local drops what finds no endpoint on this node`() throws {
        let spec = #"{"clusterIP":"10.43.0.9","internalTrafficPolicy":"Local","ports":[{"name":"http","port":80}]}"#
        let away = planner.plan(services: [try service(spec)], endpointSlices: [try slice(["10.42.1.5@node-2"])])
        #expect(away.elements[.refusedAddresses] == ["10.43.0.9 . tcp . 80": "goto drop-connection"])
        let here = planner.plan(services: [try service(spec)], endpointSlices: [try slice(["10.42.0.5", "10.42.1.5@node-2"])])
        #expect(here.elements[.serviceAddresses] == ["10.43.0.9 . tcp . 80": "goto local/shop/web/tcp/http"])
        #expect(here.chains.keys.sorted() == ["local/shop/web/tcp/http"])
    }

    @Test func `affinity remembers clients in a set for each endpoint`() throws {
        let spec =
            #"{"clusterIP":"10.43.0.9","sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":60}},"#
            + #""ports":[{"name":"http","port":80}]}"#
        let rules = planner.plan(services: [try service(spec)], endpointSlices: [try slice(["10.42.0.5", "10.42.0.6"])])
        let path = "shop/web/tcp/http"
        #expect(
            rules.affinitySets == [
                "clients/60/\(path)/10.42.0.5/8080": 60, "clients/60/\(path)/10.42.0.6/8080": 60,
            ])
        #expect(
            rules.chains["service/\(path)"] == [
                "ip saddr @clients/60/\(path)/10.42.0.5/8080 goto endpoint/\(path)/10.42.0.5/8080",
                "ip saddr @clients/60/\(path)/10.42.0.6/8080 goto endpoint/\(path)/10.42.0.6/8080",
                "numgen random mod 2 vmap { 0 : goto endpoint/\(path)/10.42.0.5/8080, 1 : goto endpoint/\(path)/10.42.0.6/8080 }",
            ])
    }

    @Test(arguments: [#"{"clusterIP":"None","ports":[{"port":80}]}"#, #"{"type":"ExternalName","externalName":"example.org"}"#, "{}"])
    func `headless and external services have no rules`(_ spec: String) throws {
        #expect(planner.plan(services: [try service(spec)], endpointSlices: [try slice(["10.42.0.5"])]) == RuleSet())
    }

    @Test func `host ports lead to running pods of this node`() throws {
        func pod(_ node: String, _ phase: String) throws -> Pod {
            Pod(
                try JSONParser.parse(
                    #"{"metadata":{"namespace":"a","name":"p"},"spec":{"nodeName":"\#(node)","containers":[{"name":"c","ports":"#
                        + #"[{"containerPort":80,"hostPort":8080},{"containerPort":53,"hostPort":53,"protocol":"UDP","hostIP":"127.0.0.1"}]}]},"#
                        + #""status":{"phase":"\#(phase)","podIP":"10.42.0.5"}}"#))
        }
        let rules = planner.rules(pod: try pod("node-1", "Running"))
        #expect(rules.elements[.hostPorts] == ["tcp . 8080": "10.42.0.5 . 80"])
        #expect(rules.elements[.hostPortAddresses] == ["127.0.0.1 . udp . 53": "10.42.0.5 . 53"])
        #expect(planner.rules(pod: try pod("node-2", "Running")) == RuleSet())
        #expect(planner.rules(pod: try pod("node-1", "Succeeded")) == RuleSet())
    }

    @Test func `of two services that claim one address the first by name wins`() throws {
        let spec = #"{"clusterIP":"10.43.0.%","externalIPs":["192.0.2.1"],"ports":[{"name":"http","port":80}]}"#
        let services = try [("b", "8"), ("a", "9")].map { name, last in
            try service(spec.split(separator: "%").joined(separator: last), name: name)
        }
        let slices = try ["a", "b"].map { try slice(["10.42.0.5"], of: $0) }
        let rules = planner.plan(services: services, endpointSlices: slices)
        #expect(rules.elements[.serviceAddresses]?["192.0.2.1 . tcp . 80"] == "goto external/shop/a/tcp/http")
    }
}

@Suite struct RuleSetDiffTests {
    let planner = RulePlanner(configuration)

    func rules(_ endpoints: [String], protocol: String = "TCP") throws -> RuleSet {
        let spec = #"{"clusterIP":"10.43.0.9","ports":[{"name":"http","port":80,"protocol":"\#(`protocol`)"}]}"#
        return planner.plan(services: [try service(spec)], endpointSlices: [try slice(endpoints, protocol: `protocol`)])
    }

    @Test func `a new endpoint changes one chain and nothing else`() throws {
        let change = diff(try rules(["10.42.0.5", "10.42.0.6"]), try rules(["10.42.0.5"]), table: "t")
        #expect(
            change.commands == [
                "flush chain ip t service/shop/web/tcp/http",
                "add rule ip t service/shop/web/tcp/http meta l4proto tcp dnat to numgen random mod 2 map { 0 : 10.42.0.5 . 8080, 1 : 10.42.0.6 . 8080 }",
                "add element ip t hairpins { 10.42.0.6 . 10.42.0.6 }",
            ])
        #expect(change.staleChains.isEmpty && change.staleFlows.isEmpty)
    }

    @Test func `a chain that goes is emptied at once and deleted later`() throws {
        var synchronizer = TableSynchronizer(configuration)
        let start = Timestamp(seconds: 1000)
        let first = try #require(synchronizer.batch(for: try rules(["10.42.0.5"]), now: start))
        #expect(first.input.hasPrefix("add table ip martlet-test\ndelete table ip martlet-test\n"))
        synchronizer.succeeded(first)
        #expect(synchronizer.batch(for: try rules(["10.42.0.5"]), now: start) == nil)

        let second = try #require(synchronizer.batch(for: RuleSet(), now: start))
        #expect(second.input.contains("flush chain ip martlet-test service/shop/web/tcp/http\n"))
        #expect(!second.input.contains("delete chain"))
        synchronizer.succeeded(second)
        #expect(synchronizer.batch(for: RuleSet(), now: start + .seconds(1)) == nil)

        let third = try #require(synchronizer.batch(for: RuleSet(), now: start + .seconds(3)))
        #expect(third.input == "delete chain ip martlet-test service/shop/web/tcp/http\n")
        synchronizer.succeeded(third)
        #expect(!synchronizer.hasStaleChains)
    }

    @Test func `a chain that comes back before its deletion is filled, not added`() throws {
        var synchronizer = TableSynchronizer(configuration)
        let now = Timestamp(seconds: 1000)
        for rules in [try rules(["10.42.0.5"]), RuleSet()] {
            synchronizer.succeeded(try #require(synchronizer.batch(for: rules, now: now)))
        }
        let back = try #require(synchronizer.batch(for: try rules(["10.42.0.6"]), now: now + .seconds(5)))
        #expect(!back.input.contains("chain ip martlet-test service/shop/web/tcp/http\n"))
        #expect(back.input.contains("dnat to 10.42.0.6:8080"))
    }

    @Test func `after a failure the table is made anew`() throws {
        var synchronizer = TableSynchronizer(configuration)
        synchronizer.succeeded(try #require(synchronizer.batch(for: RuleSet(), now: Timestamp(seconds: 0))))
        synchronizer.failed()
        #expect(synchronizer.batch(for: RuleSet(), now: Timestamp(seconds: 0))?.input.contains("delete table") == true)
    }

    @Test func `UDP flows of a vanished endpoint are forgotten, and those that went nowhere`() throws {
        let gone = diff(try rules(["10.42.0.5"], protocol: "UDP"), try rules(["10.42.0.5", "10.42.0.6"], protocol: "UDP"), table: "t")
        #expect(gone.staleFlows == [UDPTarget(address: "10.43.0.9", port: 80, endpoint: "10.42.0.6")])
        let came = diff(try rules(["10.42.0.5"], protocol: "UDP"), try rules([], protocol: "UDP"), table: "t")
        #expect(came.staleFlows == [UDPTarget(address: "10.43.0.9", port: 80, endpoint: nil)])
        #expect(came.staleFlows[0].conntrackArguments == ["-D", "-f", "ipv4", "-p", "udp", "--dport", "80", "--orig-dst", "10.43.0.9"])
    }
}
