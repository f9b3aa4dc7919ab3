import Core
import KubernetesAPI

/// Turns services, their endpoints and pods into rules. Pure: reads no kernel state.
package struct RulePlanner: Sendable {
    package let configuration: ProxyConfiguration

    package init(_ configuration: ProxyConfiguration) { self.configuration = configuration }

    /// The rules of everything. Owners are taken in the order of their keys, so that of two that claim one address the same wins always.
    package func plan(services: [Service], endpointSlices: [EndpointSlice], pods: [Pod] = []) -> RuleSet {
        var slices: [ObjectKey: [EndpointSlice]] = [:]
        for slice in endpointSlices { slices[serviceKey(of: slice), default: []].append(slice) }
        var result = RuleSet()
        for service in services.sorted(by: { key($0.metadata) < key($1.metadata) }) {
            result.merge(rules(service: service, slices: slices[key(service.metadata)] ?? []))
        }
        for pod in pods.sorted(by: { key($0.metadata) < key($1.metadata) }) { result.merge(rules(pod: pod)) }
        return result
    }

    /// The rules of one service; none for a headless one, an ExternalName, or one that another proxy handles.
    package func rules(service: Service, slices: [EndpointSlice]) -> RuleSet {
        var result = RuleSet()
        let spec = service.spec
        let addresses = (spec.clusterIPs.isEmpty ? [spec.clusterIP] : spec.clusterIPs).filter(isIPv4)
        guard spec.type != "ExternalName", !addresses.isEmpty,
            service.metadata.labels["service.kubernetes.io/service-proxy-name"] == nil
        else { return result }
        for port in spec.ports { add(port, of: service, addresses: addresses, slices: slices, to: &result) }
        return result
    }

    private func add(_ port: ServicePort, of service: Service, addresses: [String], slices: [EndpointSlice], to result: inout RuleSet) {
        let spec = service.spec
        let protocolName = port.protocol.isEmpty ? "TCP" : port.protocol
        let transport = protocolName.lowercased()
        let choice = EndpointChoice(
            endpoints(of: slices, portName: port.name, protocol: protocolName), nodeName: configuration.nodeName, zone: configuration.zone)
        let path = chainPath(service.metadata, transport, port)
        let staysInside = spec.internalTrafficPolicy == "Local"
        let staysOutside = spec.externalTrafficPolicy == "Local" && (spec.type == "NodePort" || spec.type == "LoadBalancer")
        let balanced = Set((service.status.loadBalancer?.ingress ?? []).filter { $0.ipMode != "Proxy" && isIPv4($0.ip) }.map(\.ip))
        let outside = spec.externalIPs.filter(isIPv4) + balanced.sorted()
        let nodePort = spec.type == "NodePort" || spec.type == "LoadBalancer" ? port.nodePort.flatMap { $0 > 0 ? $0 : nil } : nil
        let isReachedFromOutside = !outside.isEmpty || nodePort != nil

        let refusal = "goto refuse-connection"
        if !choice.existsAnywhere {
            for address in addresses + outside { result.add(.refusedAddresses, "\(address) . \(transport) . \(port.port)", refusal) }
            if let nodePort { result.add(.refusedNodePorts, "\(transport) . \(nodePort)", refusal) }
            if transport == "udp" {
                for address in addresses + outside { result.udpTargets.insert(UDPTarget(address: address, port: port.port, endpoint: nil)) }
                if let nodePort { result.udpTargets.insert(UDPTarget(address: nil, port: nodePort, endpoint: nil)) }
            }
            return
        }

        let affinity = spec.sessionAffinity == "ClientIP" ? spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10800 : nil
        let balancer = Balancer(path: path, transport: transport, affinityTimeout: affinity)
        if !staysInside || isReachedFromOutside { balancer.add("service", choice.cluster, to: &result) }
        if !choice.local.isEmpty, staysInside || staysOutside { balancer.add("local", choice.local, to: &result) }

        for address in addresses {
            let key = "\(address) . \(transport) . \(port.port)"
            if !staysInside {
                result.add(.serviceAddresses, key, "goto service/\(path)")
            } else if choice.local.isEmpty {
                result.add(.refusedAddresses, key, "goto drop-connection")
            } else {
                result.add(.serviceAddresses, key, "goto local/\(path)")
            }
        }
        if isReachedFromOutside {
            var rules = ["jump mark-for-masquerade", "goto service/\(path)"]
            if staysOutside {
                // Pods and the node itself are inside the cluster, where the external policy says nothing.
                rules = ["ip saddr \(configuration.podCIDR) goto service/\(path)"]
                rules += ["fib saddr type local jump mark-for-masquerade", "fib saddr type local goto service/\(path)"]
                if !choice.local.isEmpty { rules.append("goto local/\(path)") }
            }
            result.chains["external/\(path)"] = rules
            let drops = staysOutside && choice.local.isEmpty
            let sources = Self.sourceRanges(service)
            if !sources.isEmpty, !balanced.isEmpty {
                // One rule for each: the kernel takes no set of ranges that overlap.
                result.chains["sources/\(path)"] =
                    sources.map { "ip saddr \($0) \(drops ? "goto drop-from-outside" : "return")" } + ["goto drop-connection"]
            }
            for address in outside {
                let key = "\(address) . \(transport) . \(port.port)"
                result.add(.serviceAddresses, key, "goto external/\(path)")
                if !sources.isEmpty, balanced.contains(address) { result.add(.refusedAddresses, key, "goto sources/\(path)") }
                if drops { result.add(.refusedAddresses, "\(address) . \(transport) . \(port.port)", "goto drop-from-outside") }
            }
            if let nodePort {
                result.add(.nodePorts, "\(transport) . \(nodePort)", "goto external/\(path)")
                if drops { result.add(.refusedNodePorts, "\(transport) . \(nodePort)", "goto drop-from-outside") }
            }
        }
        for endpoint in Set(choice.cluster + choice.local) {
            result.add(.hairpins, "\(endpoint.address) . \(endpoint.address)")
            guard transport == "udp" else { continue }
            for address in addresses + outside {
                result.udpTargets.insert(UDPTarget(address: address, port: port.port, endpoint: endpoint.address))
            }
            if let nodePort { result.udpTargets.insert(UDPTarget(address: nil, port: nodePort, endpoint: endpoint.address)) }
        }
    }

    /// From where a service's load balancer may be reached; empty: from everywhere.
    private static func sourceRanges(_ service: Service) -> [String] {
        var ranges = service.spec.loadBalancerSourceRanges
        if ranges.isEmpty, let text = service.metadata.annotations["service.beta.kubernetes.io/load-balancer-source-ranges"] {
            ranges = text.split(separator: ",").map { String($0).trimmingSpaces }
        }
        return ranges.map(\.trimmingSpaces).filter { range in
            let parts = range.split(separator: "/", omittingEmptySubsequences: false)
            return parts.count == 2 && isIPv4(String(parts[0])) && (0...32).contains(Int(parts[1]) ?? -1)
        }
    }

    /// The rules of a pod's host ports; none for a pod of another node, of the host network, without an address, or ended.
    package func rules(pod: Pod) -> RuleSet {
        var result = RuleSet()
        let address = pod.status.podIP
        guard pod.spec.nodeName == configuration.nodeName, pod.spec.hostNetwork != true, isIPv4(address),
            pod.status.phase != "Succeeded", pod.status.phase != "Failed"
        else { return result }
        for container in pod.spec.containers + pod.spec.initContainers.filter({ $0.restartPolicy == "Always" }) {
            for port in container.ports {
                guard let hostPort = port.hostPort, hostPort > 0 else { continue }
                let transport = port.protocol.isEmpty ? "tcp" : port.protocol.lowercased()
                let target = "\(address) . \(port.containerPort)"
                let isAnyAddress = port.hostIP.isEmpty || port.hostIP == "0.0.0.0" || port.hostIP == "::"
                if isAnyAddress {
                    result.add(.hostPorts, "\(transport) . \(hostPort)", target)
                } else if isIPv4(port.hostIP) {
                    result.add(.hostPortAddresses, "\(port.hostIP) . \(transport) . \(hostPort)", target)
                } else {
                    continue
                }
                result.add(.hairpins, "\(address) . \(address)")
                if transport == "udp" {
                    result.udpTargets.insert(UDPTarget(address: isAnyAddress ? nil : port.hostIP, port: hostPort, endpoint: address))
                }
            }
        }
        return result
    }
}

/// Spreads connections over endpoints.
private struct Balancer {
    let path: String
    let transport: String
    /// Seconds for which a client keeps its endpoint, or nil.
    let affinityTimeout: Int?

    /// Adds the chain `<kind>/<path>`. Without affinity it is one rule; with affinity each endpoint has a chain and a set of clients.
    func add(_ kind: String, _ endpoints: [ServiceEndpoint], to result: inout RuleSet) {
        guard let affinityTimeout else {
            var target = endpoints.first.map { "\($0.address):\($0.port)" } ?? ""
            if endpoints.count > 1 {
                let choices = endpoints.enumerated().map { "\($0.offset) : \($0.element.address) . \($0.element.port)" }
                target = "numgen random mod \(endpoints.count) map { \(choices.joined(separator: ", ")) }"
            }
            result.chains["\(kind)/\(path)"] = endpoints.isEmpty ? [] : ["meta l4proto \(transport) dnat to \(target)"]
            return
        }
        var rules: [String] = []
        var choices: [String] = []
        for (position, endpoint) in endpoints.enumerated() {
            let name = "\(path)/\(endpoint.address)/\(endpoint.port)"
            let clients = "clients/\(affinityTimeout)/\(name)"
            result.affinitySets[clients] = affinityTimeout
            result.chains["endpoint/\(name)"] = [
                "update @\(clients) { ip saddr }", "meta l4proto \(transport) dnat to \(endpoint.address):\(endpoint.port)",
            ]
            rules.append("ip saddr @\(clients) goto endpoint/\(name)")
            choices.append("\(position) : goto endpoint/\(name)")
        }
        if !choices.isEmpty { rules.append("numgen random mod \(choices.count) vmap { \(choices.joined(separator: ", ")) }") }
        result.chains["\(kind)/\(path)"] = rules
    }
}

/// namespace/service/protocol/port: readable in `nft list`, and shortened with a hash where it would pass the kernel's 128 bytes.
private func chainPath(_ metadata: ObjectMeta, _ transport: String, _ port: ServicePort) -> String {
    let full = "\(metadata.namespace)/\(metadata.name)/\(transport)/\(port.name.isEmpty ? String(port.port) : port.name)"
    guard full.utf8.count > 80 else { return full }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a.
    for byte in full.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(full.prefix(60)) + "/" + String(hash, radix: 16)
}

func key(_ metadata: ObjectMeta) -> ObjectKey { ObjectKey(namespace: metadata.namespace, name: metadata.name) }

/// The service that a slice belongs to.
package func serviceKey(of slice: EndpointSlice) -> ObjectKey {
    ObjectKey(namespace: slice.metadata.namespace, name: slice.metadata.labels["kubernetes.io/service-name"] ?? "")
}

/// Whether the text is four decimal bytes with dots: what goes into rules is never anything else.
func isIPv4(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { $0.count <= 3 && $0.utf8.allSatisfy { (48...57).contains($0) } && UInt8($0) != nil }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var text = self[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
