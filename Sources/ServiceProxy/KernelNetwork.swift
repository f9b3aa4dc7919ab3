#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The thin layer that touches the kernel: tables, flows, the pods' bridge, and the switches that services need.
package struct KernelNetwork: Sendable {
    package let configuration: ProxyConfiguration
    private let program: Program

    package init(_ configuration: ProxyConfiguration, program: Program = Program()) {
        self.configuration = configuration
        self.program = program
    }

    /// Makes the bridge with its address if it is missing, routes the service range to it (so that services are reached from the
    /// node even where it has no default route), and turns on forwarding. Idempotent. Throws `ProgramError`.
    ///
    /// Bridged frames must pass the packet filter (`br_netfilter`), or a pod's answer to a pod on the same bridge would not find
    /// its way back through the address of the service. `route_localnet` lets `localhost:<nodePort>` be translated.
    package func prepare() async throws {
        let bridge = configuration.bridge
        if (try? await program.run(["ip", "link", "show", "dev", bridge])) == nil {
            try await program.run(["ip", "link", "add", "name", bridge, "type", "bridge"])
        }
        try await program.run(["ip", "address", "replace", configuration.bridgeAddress, "dev", bridge])
        try await program.run(["ip", "link", "set", "dev", bridge, "up"])
        try await program.run(["ip", "route", "replace", configuration.serviceCIDR, "dev", bridge])
        try await enable("net.ipv4.ip_forward")
        try await enable("net.ipv4.conf.\(bridge).route_localnet")
        try await openFirewall()
        if (try? await enable("net.bridge.bridge-nf-call-iptables")) == nil {
            _ = try? await program.run(["modprobe", "br_netfilter"])
            do {
                try await enable("net.bridge.bridge-nf-call-iptables")
            } catch {
                throw ProgramError(description: "services need the kernel module br_netfilter: \(error)")
            }
        }
    }

    /// Lets the pods' packets through a firewall that drops what is forwarded, as Docker sets one up. An `accept` in a table of our own
    /// would not do: every table has its say.
    private func openFirewall() async throws {
        guard let chain = try? await program.run(["nft", "-a", "list", "chain", "ip", "filter", "FORWARD"]), chain.contains("policy drop"),
            !chain.contains("\"\(configuration.table)\"")
        else { return }
        try await apply(
            ["iifname", "oifname"].map {
                "insert rule ip filter FORWARD \($0) \"\(configuration.bridge)\" counter accept comment \"\(configuration.table)\"\n"
            }.joined())
    }

    /// Takes back what `openFirewall` did.
    private func closeFirewall() async throws {
        guard let chain = try? await program.run(["nft", "-a", "list", "chain", "ip", "filter", "FORWARD"]) else { return }
        let own = chain.split(separator: "\n").filter { $0.contains("comment \"\(configuration.table)\"") }
        let handles = own.compactMap { $0.split(separator: " ").last }
        if !handles.isEmpty { try await apply(handles.map { "delete rule ip filter FORWARD handle \($0)\n" }.joined()) }
    }

    private func enable(_ name: String) async throws {
        let path = "/proc/sys/" + name.split(separator: ".").joined(separator: "/")
        try await program.run(["sh", "-c", "[ \"$(cat \(path))\" = 1 ] || echo 1 > \(path)"])
    }

    /// Runs one batch of nft commands; all of it or nothing. Throws `ProgramError` with nft's messages.
    package func apply(_ input: String) async throws { try await program.run(["nft", "-f", "-"], input: input) }

    /// Forgets the flows of a target. `conntrack` fails when there are none, which is success here.
    package func forget(_ target: UDPTarget) async throws {
        do {
            try await program.run(["conntrack"] + target.conntrackArguments)
        } catch let error as ProgramError where error.description.contains("0 flow entries have been deleted") {
            return
        }
    }

    /// Removes the table and what it needed elsewhere. Absent is fine.
    package func removeTable() async throws {
        try await closeFirewall()
        try await apply("add table ip \(configuration.table)\ndelete table ip \(configuration.table)\n")
    }

    /// Removes the bridge and with it the service route. Absent is fine; pods still on it lose their network.
    package func removeBridge() async throws {
        guard (try? await program.run(["ip", "link", "show", "dev", configuration.bridge])) != nil else { return }
        try await program.run(["ip", "link", "delete", "dev", configuration.bridge])
    }
}
