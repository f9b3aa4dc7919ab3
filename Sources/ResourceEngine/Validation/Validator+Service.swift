import Core
import Values

/// Services and endpoints.
extension Validator {
    private static func isHeadless(_ service: Place) -> Bool {
        let addresses = service["spec"]["clusterIPs"].texts
        return addresses.count == 1 && addresses[0] == "None"
    }

    mutating func service(_ service: Place, old: Place? = nil) {
        if old == nil { metadata(service["metadata"], isNamespaced: true, name: .label) }
        let spec = service["spec"]
        let type = spec["type"].text
        let isHeadless = Self.isHeadless(service)
        if spec["ports"].isEmpty, !isHeadless, type != "ExternalName" { required(spec["ports"]) }
        switch type {
        case "LoadBalancer", "NodePort":
            if isHeadless { invalid(spec["clusterIPs"][0], "may not be set to 'None' for \(type) services") }
        case "ExternalName":
            if !spec["clusterIPs"].isEmpty { forbidden(spec["clusterIPs"], "may not be set for ExternalName services") }
            if !spec["ipFamilies"].isEmpty { forbidden(spec["ipFamilies"], "may not be set for ExternalName services") }
            if spec["ipFamilyPolicy"].isPresent { forbidden(spec["ipFamilyPolicy"], "may not be set for ExternalName services") }
            let name = spec["externalName"]
            if name.isEmpty || name.text == "." {
                required(name)
            } else {
                dnsSubdomain(name.with(.string(name.text.hasSuffix(".") ? String(name.text.dropLast()) : name.text)))
            }
        default: break
        }
        servicePorts(spec)
        labels(spec["selector"])
        sessionAffinity(spec)
        if type != "ExternalName" { clusterAddresses(spec, isHeadless: isHeadless) }
        for address in spec["externalIPs"].items { externalAddress(address) }
        oneOf(spec["type"], ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"])
        portConflicts(spec)
        loadBalancer(spec, old: old?["spec"])
        trafficPolicies(spec)
    }

    private mutating func servicePorts(_ spec: Place) {
        var names: Set<String> = []
        for port in spec["ports"].items {
            let name = port["name"]
            if name.isEmpty {
                if spec["ports"].count > 1 { required(name) }
            } else {
                dnsLabel(name)
                if !names.insert(name.text).inserted { duplicate(name) }
            }
            portNumber(port["port"])
            oneOf(port["protocol"], ["SCTP", "TCP", "UDP"])
            portNumberOrName(port["targetPort"])
            if port["appProtocol"].isPresent { qualifiedName(port["appProtocol"]) }
        }
    }

    private mutating func sessionAffinity(_ spec: Place) {
        oneOf(spec["sessionAffinity"], ["ClientIP", "None"])
        let config = spec["sessionAffinityConfig"]
        switch spec["sessionAffinity"].text {
        case "ClientIP":
            let timeout = config["clientIP"]["timeoutSeconds"]
            if !config.isPresent {
                required(config, "when session affinity type is ClientIP")
            } else if !config["clientIP"].isPresent {
                required(config["clientIP"], "when session affinity type is ClientIP")
            } else if !timeout.isPresent {
                required(timeout, "when session affinity type is ClientIP")
            } else if let seconds = timeout.int, seconds <= 0 || seconds > 86400 {
                invalid(timeout, "must be greater than 0 and less than 86400")
            }
        case "None": if config.isPresent { forbidden(config, "must not be set when session affinity is None") }
        default: break
        }
    }

    private mutating func clusterAddresses(_ spec: Place, isHeadless: Bool) {
        let single = spec["clusterIP"].text
        let list = spec["clusterIPs"]
        if !single.isEmpty {
            if list.isEmpty {
                required(list)
            } else if list.texts.first != single {
                invalid(list, "first value must match `clusterIP`")
            }
        } else if !list.isEmpty {
            invalid(list, "must be empty when `clusterIP` is not specified")
        }
        var families: Set<String> = []
        for family in spec["ipFamilies"].items {
            if !["IPv4", "IPv6"].contains(family.text) { unsupported(family, ["IPv4", "IPv6"]) }
            if !families.insert(family.text).inserted { duplicate(family) }
        }
        oneOfIfPresent(spec["ipFamilyPolicy"], ["PreferDualStack", "RequireDualStack", "SingleStack"])
        var isWrong = false
        for (position, address) in list.items.enumerated() {
            if position == 0, address.text == "None" {
                if list.count > 1 {
                    isWrong = true
                    invalid(list, "'None' must be the first and only value")
                }
                continue
            }
            let before = causes.count
            ip(address)
            if causes.count > before { isWrong = true }
        }
        if list.count > 2 { invalid(list, "may only hold up to 2 values") }
        if isWrong { return }
        let texts = list.texts
        if texts.count > 1, Set(texts.map { $0.contains(":") }).count < min(texts.count, 2) || texts.count > 2 {
            invalid(list, "may specify no more than one IP for each IP family")
        }
        guard !isHeadless else { return }
        for (position, family) in spec["ipFamilies"].items.enumerated() where position < texts.count {
            let isIPv6 = texts[position].contains(":")
            if family.text == "IPv4", isIPv6 {
                invalid(list[position], "expected an IPv4 value as indicated by `ipFamilies[\(position)]`")
            } else if family.text == "IPv6", !isIPv6 {
                invalid(list[position], "expected an IPv6 value as indicated by `ipFamilies[\(position)]`")
            }
        }
    }

    /// An address from outside the cluster: not one of a host's own or of its link.
    mutating func externalAddress(_ place: Place) {
        let before = causes.count
        ip(place)
        if causes.count > before { return }
        let text = place.text
        if text == "0.0.0.0" || text == "::" { invalid(place, "may not be unspecified (\(text))") }
        if text.hasPrefix("127.") || text == "::1" { invalid(place, "may not be in the loopback range (127.0.0.0/8, ::1/128)") }
        if text.hasPrefix("169.254.") || text.lowercased().hasPrefix("fe80:") {
            invalid(place, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")
        }
        if text.hasPrefix("224.0.0.") || text.lowercased().hasPrefix("ff02:") {
            invalid(place, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")
        }
    }

    private mutating func portConflicts(_ spec: Place) {
        let ports = spec["ports"].items
        if spec["type"].text == "ClusterIP" {
            for port in ports where (port["nodePort"].int ?? 0) != 0 {
                forbidden(port["nodePort"], "may not be used when `type` is 'ClusterIP'")
            }
        }
        var nodePorts: Set<String> = []
        for port in ports where (port["nodePort"].int ?? 0) != 0 {
            if !nodePorts.insert("\(port["protocol"].text)/\(port["nodePort"].int ?? 0)").inserted { duplicate(port["nodePort"]) }
        }
        var numbers: Set<String> = []
        for port in ports {
            let number = port["port"].int ?? 0
            if !numbers.insert("\(port["protocol"].text)/\(number)").inserted {
                // As upstream prints its internal form of a port.
                duplicate(
                    port,
                    value: [
                        "Name": "", "Protocol": .string(port["protocol"].text), "AppProtocol": .null, "Port": .int(number), "TargetPort": 0,
                        "NodePort": 0,
                    ])
            }
        }
    }

    private mutating func loadBalancer(_ spec: Place, old: Place?) {
        let isBalancer = spec["type"].text == "LoadBalancer"
        let ranges = spec["loadBalancerSourceRanges"]
        if !ranges.isEmpty {
            let place = spec["LoadBalancerSourceRanges"].with(ranges.value)
            if !isBalancer { forbidden(place, "may only be used when `type` is 'LoadBalancer'") }
            for range in place.items {
                var text = Substring(range.text)
                while text.first?.isWhitespace == true { text.removeFirst() }
                while text.last?.isWhitespace == true { text.removeLast() }
                cidr(range.with(.string(String(text))))
            }
        }
        let allocates = spec["allocateLoadBalancerNodePorts"]
        if allocates.isPresent, !isBalancer { forbidden(allocates, "may only be used when `type` is 'LoadBalancer'") }
        let balancerClass = spec["loadBalancerClass"]
        if let old, old["type"].text == "LoadBalancer", isBalancer {
            immutable(balancerClass, old["loadBalancerClass"], "may not change once set")
        }
        if balancerClass.isPresent {
            if !isBalancer { forbidden(balancerClass, "may only be used when `type` is 'LoadBalancer'") }
            qualifiedName(balancerClass)
        }
    }

    private mutating func trafficPolicies(_ spec: Place) {
        let external = spec["externalTrafficPolicy"]
        let type = spec["type"].text
        let mayBeReached = type == "LoadBalancer" || type == "NodePort" || (type == "ClusterIP" && !spec["externalIPs"].isEmpty)
        if external.isEmpty {
            if mayBeReached { required(external) }
        } else {
            if !mayBeReached {
                invalid(external, "may only be set for externally-accessible services")
            }
            if !["Cluster", "Local"].contains(external.text) { unsupported(external, ["Cluster", "Local"]) }
        }
        let health = spec["healthCheckNodePort"]
        let needsHealth = type == "LoadBalancer" && external.text == "Local"
        if let port = health.int, port != 0 {
            if !needsHealth {
                invalid(health, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")
            }
            portNumber(health)
        }
        let inside = spec["internalTrafficPolicy"]
        if inside.isEmpty {
            if ["NodePort", "LoadBalancer", "ClusterIP"].contains(type) { required(inside) }
        } else if !["Cluster", "Local"].contains(inside.text) {
            unsupported(inside, ["Cluster", "Local"])
        }
        let distribution = spec["trafficDistribution"]
        if distribution.isPresent, !["PreferClose", "PreferSameZone", "PreferSameNode"].contains(distribution.text) {
            unsupported(distribution, ["PreferClose", "PreferSameZone", "PreferSameNode"])
        }
    }

    mutating func serviceUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        changedAddresses(new, old)
        changedFamilies(new, old)
        service(new, old: old)
    }

    private mutating func changedAddresses(_ new: Place, _ old: Place) {
        let spec = new["spec"]
        guard spec["type"].text != "ExternalName", old["spec"]["type"].text != "ExternalName" else { return }
        if Self.isHeadless(new), Self.isHeadless(old) { return }
        let list = spec["clusterIPs"]
        let shown = list.value ?? .null
        let before = old["spec"]["clusterIPs"].texts
        let after = list.texts
        if after.count == before.count {
            for position in before.indices where before[position] != after[position] {
                invalid(list[position], "may not change once set", value: shown)
            }
        } else {
            if after.isEmpty { invalid(list[0], "primary clusterIP can not be unset", value: shown) }
            if let first = before.first, let now = after.first, first != now { invalid(list[0], "may not change once set", value: shown) }
            if before.count > after.count, after.count == 1, spec["ipFamilyPolicy"].text != "SingleStack" {
                invalid(spec["ipFamilyPolicy"], "must be set to 'SingleStack' when releasing the secondary clusterIP")
            }
        }
    }

    private mutating func changedFamilies(_ new: Place, _ old: Place) {
        let spec = new["spec"]
        guard spec["type"].text != "ExternalName", old["spec"]["type"].text != "ExternalName" else { return }
        if Self.isHeadless(new) && new["spec"]["selector"].isEmpty { return }
        let list = spec["ipFamilies"]
        let before = old["spec"]["ipFamilies"].texts
        let after = list.texts
        for position in before.indices where position < after.count && before[position] != after[position] {
            invalid(list[position], "may not change once set", value: list.value)
        }
        if !before.isEmpty, after.isEmpty { invalid(list[0], "primary ipFamily can not be unset", value: list.value) }
        if before.count > after.count, after.count == 1, spec["ipFamilyPolicy"].text != "SingleStack" {
            invalid(spec["ipFamilyPolicy"], "must be set to 'SingleStack' when releasing the secondary ipFamily")
        }
    }

    // MARK: Endpoints

    mutating func endpoints(_ endpoints: Place) {
        for subset in endpoints["subsets"].items {
            if subset["addresses"].isEmpty, subset["notReadyAddresses"].isEmpty {
                required(subset, "must specify `addresses` or `notReadyAddresses`")
            }
            for address in subset["addresses"].items + subset["notReadyAddresses"].items {
                externalAddress(address["ip"].with(.string(address["ip"].text)))
                if !Formats.isIPv4(address["ip"].text), !Formats.isIPv6(address["ip"].text) {
                    invalid(address["ip"], "must be a valid IP address", value: .string(address["ip"].text))
                }
                if !address["hostname"].isEmpty { dnsLabel(address["hostname"]) }
                if address["nodeName"].isPresent { dnsSubdomain(address["nodeName"]) }
            }
            for port in subset["ports"].items {
                if port["name"].isEmpty {
                    if subset["ports"].count > 1 { required(port["name"]) }
                } else {
                    dnsLabel(port["name"])
                }
                portNumber(port["port"])
                oneOf(port["protocol"], ["SCTP", "TCP", "UDP"])
                if port["appProtocol"].isPresent { qualifiedName(port["appProtocol"]) }
            }
        }
    }

    mutating func endpointSlice(_ slice: Place, old: Place? = nil) {
        let kind = slice["addressType"]
        let kinds = ["FQDN", "IPv4", "IPv6"]
        if kind.isEmpty { required(kind) } else if !kinds.contains(kind.text) { unsupported(kind, kinds) }
        if slice["endpoints"].count > 1000 { tooMany(slice["endpoints"], 1000) }
        for endpoint in slice["endpoints"].items {
            let addresses = endpoint["addresses"]
            if addresses.isEmpty { required(addresses, "must contain at least 1 address") }
            if addresses.count > 100 { tooMany(addresses, 100) }
            for address in addresses.items {
                switch kind.text {
                case "IPv4":
                    if Formats.isIPv4(address.text) { externalAddress(address) } else { invalid(address, "must be an IPv4 address") }
                case "IPv6":
                    if Formats.isIPv6(address.text) { externalAddress(address) } else { invalid(address, "must be an IPv6 address") }
                case "FQDN": dnsSubdomain(address)
                default: break
                }
            }
            if endpoint["nodeName"].isPresent { dnsSubdomain(endpoint["nodeName"]) }
            let topology = endpoint["deprecatedTopology"]
            if topology.count > 16 { tooMany(topology, 16) }
            labels(topology)
            if endpoint["hostname"].isPresent { dnsLabel(endpoint["hostname"]) }
        }
        if slice["ports"].count > 20000 { tooMany(slice["ports"], 20000) }
        var names: Set<String> = []
        for port in slice["ports"].items {
            if !port["name"].isEmpty { dnsLabel(port["name"]) }
            if !names.insert(port["name"].text).inserted { duplicate(port["name"], value: .string(port["name"].text)) }
            oneOf(port["protocol"], ["SCTP", "TCP", "UDP"])
            if port["port"].isPresent { portNumber(port["port"]) }
            if port["appProtocol"].isPresent { qualifiedName(port["appProtocol"]) }
        }
        if let old { immutable(kind, old["addressType"]) }
    }
}
