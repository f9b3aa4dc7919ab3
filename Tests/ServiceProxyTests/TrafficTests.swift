import Core
import KubernetesAPI
import Linux
import Logging
import Testing
import Values

import ServiceProxy

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Whether this machine can hold a test network; prints why not.
let canTest: Bool = {
    for program in ["/usr/sbin/nft", "/usr/bin/perl"] where access(program, X_OK) != 0 {
        print("skipped: traffic tests need \(program)")
        return false
    }
    guard geteuid() == 0, unshareWorks else {
        print("skipped: traffic tests need root and network namespaces")
        return false
    }
    return true
}()
private let unshareWorks = system("ip netns add martlet-probe-\(getpid()) 2>/dev/null && ip netns delete martlet-probe-\(getpid())") == 0

/// A node, three pods on its bridge and a machine outside, each a network namespace, with real programs that answer.
private final class TestNetwork {
    let id = "mt\(getpid())"
    let network: KernelNetwork
    let node: Program
    var servers: [ChildProcess] = []
    static let pods = ["10.42.0.5", "10.42.0.6", "10.42.0.7"]

    init() async throws {
        node = Program(prefix: ["ip", "netns", "exec", "\(id)-node"])
        network = KernelNetwork(configuration, program: node)
        let host = Program()
        for name in ["node", "outside", "pod0", "pod1", "pod2"] {
            try await host.run(["ip", "netns", "add", "\(id)-\(name)"])
            try await host.run(["ip", "-n", "\(id)-\(name)", "link", "set", "lo", "up"])
        }
        try await network.prepare()
        for (index, address) in Self.pods.enumerated() {
            let pod = "\(id)-pod\(index)"
            try await host.run(["ip", "-n", "\(id)-node", "link", "add", "v\(index)", "type", "veth", "peer", "name", "eth0", "netns", pod])
            try await host.run(["ip", "-n", "\(id)-node", "link", "set", "v\(index)", "master", configuration.bridge, "up"])
            // As the CNI plugin does with hairpinMode: a pod that is led to itself leaves by the port it came in by.
            try await host.run(["ip", "-n", "\(id)-node", "link", "set", "v\(index)", "type", "bridge_slave", "hairpin", "on"])
            try await host.run(["ip", "-n", pod, "address", "add", "\(address)/24", "dev", "eth0"])
            try await host.run(["ip", "-n", pod, "link", "set", "eth0", "up"])
            try await host.run(["ip", "-n", pod, "route", "add", "default", "via", "10.42.0.1"])
            try serve(in: pod, name: "pod\(index)", port: 8080)
        }
        let outside = "\(id)-outside"
        try await host.run(["ip", "-n", "\(id)-node", "link", "add", "uplink", "type", "veth", "peer", "name", "eth0", "netns", outside])
        try await host.run(["ip", "-n", "\(id)-node", "address", "add", "192.0.2.1/24", "dev", "uplink"])
        try await host.run(["ip", "-n", "\(id)-node", "link", "set", "uplink", "up"])
        try await host.run(["ip", "-n", outside, "address", "add", "192.0.2.2/24", "dev", "eth0"])
        try await host.run(["ip", "-n", outside, "link", "set", "eth0", "up"])
        try serve(in: "\(id)-node", name: "node", port: 6443)
        try serve(in: outside, name: "outside", port: 9000)
        for (place, port) in [("pod0", 8080), ("pod1", 8080), ("pod2", 8080), ("node", 6443), ("outside", 9000)] {
            _ = try await Program(prefix: ["ip", "netns", "exec", "\(id)-\(place)"]).run(["perl", "-e", Self.waiting, String(port)])
        }
    }

    /// Answers every TCP connection, and every line on it, and every UDP datagram with its name and the peer it sees.
    private func serve(in namespace: String, name: String, port: Int) throws {
        let script = """
            use IO::Socket::INET; $SIG{CHLD}='IGNORE'; ($n,$p)=@ARGV;
            if (!fork) { $u=IO::Socket::INET->new(Proto=>'udp',LocalPort=>$p) or die; while ($u->recv($b,99)) { $u->send("$n ".$u->peerhost."\\n") } exit }
            $t=IO::Socket::INET->new(Listen=>99,LocalPort=>$p,ReuseAddr=>1) or die;
            while ($c=$t->accept) { next if fork; $c->autoflush(1); while (<$c>) { print $c "$n ".$c->peerhost."\\n" } exit }
            """
        servers.append(
            try ChildProcess("/usr/sbin/ip", ["netns", "exec", namespace, "perl", "-e", script, name, String(port)], newSession: true))
    }
    private static let waiting = """
        use IO::Socket::INET; for (1..100) { exit 0 if IO::Socket::INET->new(PeerAddr=>'127.0.0.1',PeerPort=>$ARGV[0],Timeout=>1); select(undef,undef,undef,0.05) } exit 1
        """

    /// What the server behind address:port answers to a client in `place`; throws when refused or silent.
    func ask(from place: String, _ address: String, _ port: Int, udp: Bool = false, times: Int = 1, sourcePort: Int = 0) async throws
        -> [String]
    {
        let script = """
            use IO::Socket::INET; ($a,$p,$k,$n,$s)=@ARGV; $SIG{ALRM}=sub{print STDERR "timeout\\n"; exit 2}; alarm 3;
            for (1..$n) { $c=IO::Socket::INET->new(PeerAddr=>$a,PeerPort=>$p,Proto=>$k,$s ? (LocalPort=>$s,ReuseAddr=>1) : ()) or die "$!\\n";
            if ($k eq 'udp') { $c->send("x"); defined $c->recv($b,99) or die "$!\\n"; print $b } else { $c->autoflush(1); print $c "x\\n"; print scalar <$c> } }
            """
        let program = Program(prefix: ["ip", "netns", "exec", "\(id)-\(place)"])
        return try await program.run(["perl", "-e", script, address, String(port), udp ? "udp" : "tcp", String(times), String(sourcePort)])
            .split(separator: "\n").map(String.init)
    }

    /// Waits until the kernel has forgotten the clients of all endpoints of a service.
    func waitForNoClients(of prefix: String) async throws {
        for _ in 0..<400 {
            let table = try await node.run(["nft", "list", "table", "ip", configuration.table])
            let sets = table.split(separator: "set ").filter { $0.hasPrefix(prefix) || $0.hasPrefix("\"\(prefix)") }
            if !sets.isEmpty, !sets.contains(where: { $0.prefix { $0 != "}" }.contains("elements") }) { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw ProgramError(description: "the kernel does not forget the clients of \(prefix)")
    }

    func close() async {
        for server in servers { _ = kill(-server.id, SIGKILL) }
        for name in ["node", "outside", "pod0", "pod1", "pod2"] {
            _ = try? await Program().run(["ip", "netns", "delete", "\(id)-\(name)"])
        }
    }
}

@Suite(.serialized) struct TrafficTests {
    @Test(.enabled(if: canTest)) func `packets go where services say, and come back`() async throws {
        let net = try await TestNetwork()
        do {
            try await checks(net)
        } catch {
            await net.close()
            throw error
        }
        await net.close()
    }

    private func checks(_ net: TestNetwork) async throws {
        let planner = RulePlanner(configuration)
        var synchronizer = TableSynchronizer(configuration)
        var time = Timestamp(seconds: 0)
        func apply(_ services: [Service], _ slices: [EndpointSlice], _ pods: [Pod] = []) async throws {
            time = time + .seconds(5)
            guard let batch = synchronizer.batch(for: planner.plan(services: services, endpointSlices: slices, pods: pods), now: time)
            else { return }
            try await net.network.apply(batch.input)
            synchronizer.succeeded(batch)
            for flow in batch.staleFlows { try await net.network.forget(flow) }
        }
        let web = try service(
            #"{"type":"NodePort","clusterIP":"10.43.0.9","ports":[{"name":"http","port":80,"nodePort":30080},"#
                + #"{"name":"dns","port":53,"protocol":"UDP","nodePort":30053}]}"#)
        let sticky = try service(
            #"{"clusterIP":"10.43.0.10","sessionAffinity":"ClientIP","ports":[{"name":"http","port":80}]}"#, name: "sticky")
        let lonely = try service(#"{"clusterIP":"10.43.0.11","ports":[{"name":"http","port":80}]}"#, name: "lonely")
        let api = try service(#"{"clusterIP":"10.43.0.1","ports":[{"name":"https","port":443}]}"#, name: "kubernetes")
        let services = [web, sticky, lonely, api]
        func slices(_ pods: [String]) throws -> [EndpointSlice] {
            [
                try slice(pods), try slice(pods, name: "dns", protocol: "UDP"), try slice(TestNetwork.pods, of: "sticky"),
                try slice(["192.0.2.1"], port: 6443, name: "https", of: "kubernetes"),
            ]
        }
        let hostPort = Pod([
            "metadata": ["namespace": "a", "name": "p"],
            "spec": ["nodeName": "node-1", "containers": [["name": "c", "ports": [["containerPort": 8080, "hostPort": 8088]]]]],
            "status": ["phase": "Running", "podIP": "10.42.0.6"],
        ])
        try await apply(services, try slices(["10.42.0.5", "10.42.0.6"]), [hostPort])

        // From a pod: both endpoints, and they see the pod's own address although all hang on one bridge.
        let fromPod = try await net.ask(from: "pod2", "10.43.0.9", 80, times: 40)
        #expect(Set(fromPod) == ["pod0 10.42.0.7", "pod1 10.42.0.7"])
        // From the node, and from a pod that is an endpoint itself, often enough to meet itself.
        #expect(Set(try await net.ask(from: "node", "10.43.0.9", 80, times: 40)).count == 2)
        #expect(Set(try await net.ask(from: "pod0", "10.43.0.9", 80, times: 40)) == ["pod0 10.42.0.1", "pod1 10.42.0.5"])
        #expect(Set(try await net.ask(from: "pod2", "10.43.0.9", 53, udp: true, times: 40)).count == 2)
        // Node ports: from outside, from a pod, from the node on its address and on localhost.
        for (place, address) in [("outside", "192.0.2.1"), ("pod2", "192.0.2.1"), ("node", "192.0.2.1"), ("node", "127.0.0.1")] {
            #expect(Set(try await net.ask(from: place, address, 30080, times: 20)).count == 2, "\(place) to \(address)")
        }
        #expect(try await net.ask(from: "outside", "192.0.2.1", 8088) == ["pod1 192.0.2.2"])
        #expect(try await net.ask(from: "node", "127.0.0.1", 8088) == ["pod1 10.42.0.1"])
        // A client keeps its endpoint.
        #expect(Set(try await net.ask(from: "pod2", "10.43.0.10", 80, times: 20)).count == 1)
        // It is forgotten once it has been away for longer than the affinity lasts, and only then.
        let brief = try service(
            #"{"clusterIP":"10.43.0.12","sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":1}},"#
                + #""ports":[{"name":"http","port":80}]}"#, name: "brief")
        try await apply(
            services + [brief], try slices(["10.42.0.5", "10.42.0.6"]) + [try slice(TestNetwork.pods, of: "brief")], [hostPort])
        #expect(Set(try await net.ask(from: "node", "10.43.0.12", 80, times: 20)).count == 1)
        var met: Set<String> = []
        for _ in 0..<40 where met.count < 2 {
            met.formUnion(try await net.ask(from: "node", "10.43.0.12", 80))
            try await net.waitForNoClients(of: "clients/1/shop/brief/tcp/http")
        }
        #expect(met.count > 1, "a client that was forgotten is sent anywhere")
        // From a load balancer's address only those may come whom it names.
        var guarded = try service(
            #"{"type":"LoadBalancer","clusterIP":"10.43.0.13","loadBalancerSourceRanges":["192.0.2.0/30"],"ports":[{"name":"http","port":80}]}"#,
            name: "guarded")
        guarded.raw["status"] = ["loadBalancer": ["ingress": [["ip": "192.0.2.1"]]]]
        try await apply(
            services + [guarded], try slices(["10.42.0.5", "10.42.0.6"]) + [try slice(["10.42.0.5"], of: "guarded")], [hostPort])
        #expect(try await net.ask(from: "outside", "192.0.2.1", 80)[0].hasPrefix("pod0 "))
        guarded.raw["spec"]?["loadBalancerSourceRanges"] = ["198.51.100.0/24"]
        try await apply(
            services + [guarded], try slices(["10.42.0.5", "10.42.0.6"]) + [try slice(["10.42.0.5"], of: "guarded")], [hostPort])
        await #expect(throws: ProgramError.self) { try await net.ask(from: "outside", "192.0.2.1", 80) }
        #expect(try await net.ask(from: "pod2", "10.43.0.13", 80)[0].hasPrefix("pod0 "), "inside the cluster they say nothing")
        try await apply(services, try slices(["10.42.0.5", "10.42.0.6"]), [hostPort])
        // The API server is on a host address.
        #expect(try await net.ask(from: "pod2", "10.43.0.1", 443) == ["node 10.42.0.7"])
        #expect(try await net.ask(from: "node", "10.43.0.1", 443)[0].hasPrefix("node "))
        // Pods reach the outside under the node's address.
        #expect(try await net.ask(from: "pod2", "192.0.2.2", 9000) == ["outside 192.0.2.1"])
        // No endpoints: refused at once, not silence.
        for place in ["pod2", "node"] {
            let error = await #expect(throws: ProgramError.self) { try await net.ask(from: place, "10.43.0.11", 80) }
            #expect(error?.description.contains("refused") == true, "\(error?.description ?? "")")
        }

        // A connection outlives the removal of its endpoint, and of the whole service; a UDP flow moves on.
        let before = try await net.ask(from: "pod2", "10.43.0.9", 53, udp: true, sourcePort: 4242)
        let script = """
            use IO::Socket::INET; $c=IO::Socket::INET->new(PeerAddr=>'10.43.0.9',PeerPort=>80) or die "$!\\n"; $c->autoflush(1);
            alarm 20; $|=1; while (<STDIN>) { print $c "x\\n"; print scalar <$c> }
            """
        let input = try Pipe()
        let output = try Pipe()
        let client = try ChildProcess(
            "/usr/sbin/ip", ["netns", "exec", "\(net.id)-pod2", "perl", "-e", script], input: input.reader.raw, output: output.writer.raw)
        output.writer.close()
        #expect(write(input.writer.raw, "x\n", 2) == 2)
        var block = [UInt8](repeating: 0, count: 100)
        #expect(read(output.reader.raw, &block, 100) > 0)
        let other = before[0].hasPrefix("pod0") ? "10.42.0.6" : "10.42.0.5"
        try await apply(services, try slices([other]))
        let after = try await net.ask(from: "pod2", "10.43.0.9", 53, udp: true, sourcePort: 4242)
        #expect(after[0].prefix(4) != before[0].prefix(4))
        try await apply([], [])
        #expect(write(input.writer.raw, "x\n", 2) == 2)
        #expect(read(output.reader.raw, &block, 100) > 0)
        input.writer.close()
        _ = await client.wait()

        try await apply([], [])
        let table = try await net.node.run(["nft", "list", "table", "ip", "martlet-test"])
        #expect(!table.contains("shop/web"))
        try await net.network.removeTable()
        try await net.network.removeTable()
        #expect(try await net.node.run(["nft", "list", "tables"]).isEmpty)
    }

    @Test(.enabled(if: canTest)) func `the proxy follows changes, passes a firewall that drops, and leaves nothing`() async throws {
        let name = "mty\(getpid())"
        try await Program().run(["ip", "netns", "add", name])
        let program = Program(prefix: ["ip", "netns", "exec", name])
        try await program.run(
            ["nft", "-f", "-"], input: "table ip filter { chain FORWARD { type filter hook forward priority 0; policy drop; }; }\n")
        let network = KernelNetwork(configuration, program: program)
        let proxy = ServiceProxy(configuration: configuration, informers: nil, network: network, logger: Logger(label: "test"))
        let running = Task { try await proxy.run() }
        let web = try service(#"{"clusterIP":"10.43.0.9","ports":[{"name":"http","port":80}]}"#)
        let one = try slice(["10.42.0.5"])
        func table(has part: String) async -> Bool {
            for _ in 0..<200 {
                if let text = try? await program.run(["nft", "list", "ruleset"]), text.contains(part) { return true }
                try? await Task.sleep(for: .milliseconds(20))
            }
            return false
        }
        proxy.update(ObjectKey(namespace: "shop", name: "web"), service: web)
        proxy.listsAreComplete()
        #expect(await table(has: "10.43.0.9 . tcp . 80 : goto refuse-connection"))
        proxy.update(ObjectKey(namespace: "shop", name: "web-http"), slice: one, previous: nil)
        #expect(await table(has: "dnat to 10.42.0.5:8080"))
        proxy.update(ObjectKey(namespace: "shop", name: "web-http"), slice: nil, previous: one)
        #expect(await table(has: "10.43.0.9 . tcp . 80 : goto refuse-connection"))
        #expect(await table(has: "comment \"martlet-test\""))
        running.cancel()
        _ = await running.result
        try await proxy.removeAll()
        let left = try await program.run(["nft", "list", "ruleset"])
        #expect(!left.contains("martlet"))
        #expect(try await !program.run(["ip", "link", "show"]).contains(configuration.bridge))
        try await Program().run(["ip", "netns", "delete", name])
    }

    @Test(.enabled(if: canTest)) func `a thousand services of ten endpoints are one batch, and one more endpoint is a small one`()
        async throws
    {
        let name = "mtz\(getpid())"
        try await Program().run(["ip", "netns", "add", name])
        let network = KernelNetwork(configuration, program: Program(prefix: ["ip", "netns", "exec", name]))
        let planner = RulePlanner(configuration)
        var services: [Service] = [], slices: [EndpointSlice] = []
        for index in 0..<1000 {
            services.append(
                try service(
                    #"{"clusterIP":"10.43.\#(index / 250).\#(index % 250)","ports":[{"name":"http","port":80}]}"#, name: "s\(index)"))
            slices.append(try slice((0..<10).map { "10.42.\(index % 250).\($0 + 2)" }, of: "s\(index)"))
        }
        var synchronizer = TableSynchronizer(configuration)
        let clock = ContinuousClock()
        let start = clock.now
        let rules = planner.plan(services: services, endpointSlices: slices)
        let first = try #require(synchronizer.batch(for: rules, now: Timestamp(seconds: 0)))
        let planned = clock.now
        try await network.apply(first.input)
        let applied = clock.now
        synchronizer.succeeded(first)
        slices[7] = try slice(["10.42.9.9"], of: "s7")
        let next = planner.plan(services: services, endpointSlices: slices)
        let second = try #require(synchronizer.batch(for: next, now: Timestamp(seconds: 1)))
        #expect(second.input.split(separator: "\n").count <= 4)
        let before = clock.now
        try await network.apply(second.input)
        print("1,000 services: planned in \(planned - start), loaded in \(applied - planned), changed in \(clock.now - before)")
        try await Program().run(["ip", "netns", "delete", name])
    }

    @Test(.enabled(if: canTest)) func `nft's own words come back when a batch is refused`() async throws {
        let name = "mtx\(getpid())"
        try await Program().run(["ip", "netns", "add", name])
        let network = KernelNetwork(configuration, program: Program(prefix: ["ip", "netns", "exec", name]))
        let error = await #expect(throws: ProgramError.self) { try await network.apply("add rule ip nowhere nothing accept\n") }
        #expect(error?.description.contains("No such file or directory") == true)
        try await Program().run(["ip", "netns", "delete", name])
    }
}
