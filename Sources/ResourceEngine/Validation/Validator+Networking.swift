import Core
import Values

/// Ingresses, their classes and network policies.
extension Validator {
    mutating func ingress(_ object: Place) {
        let spec = object["spec"]
        if spec["rules"].isEmpty, !spec["defaultBackend"].isPresent {
            invalid(spec, "either `defaultBackend` or `rules` must be specified", value: spec["rules"].value ?? .null)
        }
        if spec["defaultBackend"].isPresent { ingressBackend(spec["defaultBackend"]) }
        for rule in spec["rules"].items {
            let host = rule["host"]
            if !host.isEmpty { ingressHost(host) }
            guard rule["http"].isPresent else { continue }
            let paths = rule["http"]["paths"]
            if paths.isEmpty { required(paths) }
            for path in paths.items { ingressPath(path) }
        }
        for entry in spec["tls"].items {
            for host in entry["hosts"].items {
                invalid(host, host.text.contains("*") ? Formats.wildcardSubdomain(host.text) : Formats.dnsSubdomain(host.text))
            }
            if !entry["secretName"].isEmpty { dnsSubdomain(entry["secretName"]) }
        }
        if spec["ingressClassName"].isPresent { dnsSubdomain(spec["ingressClassName"]) }
    }

    /// What only a new ingress must keep to.
    mutating func ingressAnnotation(_ object: Place) {
        let annotation = object["metadata"]["annotations"]["kubernetes.io/ingress.class"]
        let name = object["spec"]["ingressClassName"]
        if annotation.isPresent, name.isPresent, annotation.text != name.text {
            invalid(
                object["annotations"]["kubernetes.io/ingress.class"].with(annotation.value),
                "must match `ingressClassName` when both are specified")
        }
    }

    private mutating func ingressHost(_ host: Place) {
        if Formats.isIPv4(host.text) || Formats.isIPv6(host.text) { invalid(host, "must be a DNS name, not an IP address") }
        invalid(host, host.text.contains("*") ? Formats.wildcardSubdomain(host.text) : Formats.dnsSubdomain(host.text))
    }

    private mutating func ingressPath(_ path: Place) {
        let type = path["pathType"]
        guard type.isPresent else { return required(type, "pathType must be specified") }
        let place = path["path"]
        let text = place.text
        switch type.text {
        case "Exact", "Prefix":
            if !text.hasPrefix("/") { invalid(place, "must be an absolute path", value: .string(text)) }
            if !text.isEmpty {
                for part in ["//", "/./", "/../", "%2f", "%2F"] where Self.contains(text, part) {
                    invalid(place, "must not contain '\(part)'")
                }
                for end in ["/..", "/."] where text.hasSuffix(end) { invalid(place, "cannot end with '\(end)'") }
            }
        case "ImplementationSpecific":
            if !text.isEmpty, !text.hasPrefix("/") { invalid(place, "must be an absolute path") }
        default: unsupported(type, ["Exact", "ImplementationSpecific", "Prefix"])
        }
        ingressBackend(path["backend"])
    }

    private static func contains(_ text: String, _ part: String) -> Bool {
        let (bytes, wanted) = (Array(text.utf8), Array(part.utf8))
        guard bytes.count >= wanted.count else { return false }
        return (0...(bytes.count - wanted.count)).contains { bytes[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }

    private mutating func ingressBackend(_ backend: Place) {
        let service = backend["service"]
        let resource = backend["resource"]
        switch (resource.isPresent, service.isPresent) {
        case (true, true): invalid(backend, "cannot set both resource and service backends", value: "")
        case (true, false): objectReference(resource)
        case (false, true):
            if service["name"].isEmpty {
                required(service["name"])
            } else {
                invalid(service["name"], Formats.dnsLabel(service["name"].text))
            }
            let port = service["port"]
            let hasNumber = (port["number"].int ?? 0) != 0
            if !port["name"].isEmpty, hasNumber {
                invalid(backend, "cannot set both port name & port number", value: "")
            } else if !port["name"].isEmpty {
                invalid(port["name"], Formats.portName(port["name"].text))
            } else if hasNumber {
                portNumber(port["number"])
            } else {
                required(backend, "port name or number is required")
            }
        case (false, false): invalid(backend, "resource or service backend is required", value: "")
        }
    }

    private mutating func objectReference(_ reference: Place) {
        if reference["apiGroup"].isPresent { dnsSubdomain(reference["apiGroup"]) }
        for field in ["kind", "name"] {
            if reference[field].isEmpty {
                required(reference[field])
            } else {
                invalid(reference[field], Formats.pathSegment(reference[field].text))
            }
        }
    }

    mutating func ingressClass(_ object: Place) {
        let controller = object["spec"]["controller"]
        if controller.text.utf8.count > 250 { tooLong(controller, 250) }
        domainPrefixedPath(controller)
        let parameters = object["spec"]["parameters"]
        guard parameters.isPresent else { return }
        objectReference(parameters)
        let scope = parameters["scope"]
        guard scope.isPresent else { return required(scope) }
        switch scope.text {
        case "Namespace":
            if parameters["namespace"].isPresent {
                dnsLabel(parameters["namespace"])
            } else {
                required(parameters["namespace"], "`parameters.scope` is set to 'Namespace'")
            }
        case "Cluster":
            if parameters["namespace"].isPresent { forbidden(parameters["namespace"], "`parameters.scope` is set to 'Cluster'") }
        default: unsupported(scope, ["Cluster", "Namespace"])
        }
    }

    mutating func networkPolicy(_ object: Place) {
        let spec = object["spec"]
        labelSelector(spec["podSelector"])
        for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
            for rule in spec[direction].items {
                for port in rule["ports"].items { networkPolicyPort(port) }
                for peer in rule[peers].items { networkPolicyPeer(peer) }
            }
        }
        let types = spec["policyTypes"]
        if types.count > 2 { return invalid(types, "may not specify more than two policyTypes") }
        for type in types.items where !["Ingress", "Egress"].contains(type.text) { unsupported(type, ["Ingress", "Egress"]) }
    }

    private mutating func networkPolicyPort(_ port: Place) {
        oneOfIfPresent(port["protocol"], ["TCP", "UDP", "SCTP"])
        let end = port["endPort"]
        switch port["port"].value {
        case .string(let name)?:
            if end.isPresent { invalid(end, "may not be specified when `port` is non-numeric") }
            invalid(port["port"], Formats.portName(name))
        case let value?:
            portNumber(port["port"])
            if let last = end.int {
                if last < value.int ?? 0 { invalid(end, "must be greater than or equal to `port`", value: value) }
                portNumber(end)
            }
        case nil: if end.isPresent { invalid(end, "may not be specified when `port` is not specified") }
        }
    }

    private mutating func networkPolicyPeer(_ peer: Place) {
        labelSelector(peer["podSelector"])
        labelSelector(peer["namespaceSelector"])
        let block = peer["ipBlock"]
        if block.isPresent {
            if block["cidr"].isEmpty {
                required(block["cidr"])
            } else {
                cidr(block["cidr"])
                for exception in block["except"].items {
                    cidr(exception)
                    if Formats.isCIDR(exception.text), Formats.isCIDR(block["cidr"].text),
                        !AddressRange.isStrictlyInside(exception.text, block["cidr"].text)
                    {
                        invalid(exception, "must be a strict subset of `cidr`")
                    }
                }
            }
        }
        let count = ["podSelector", "namespaceSelector", "ipBlock"].filter { peer[$0].isPresent }.count
        if count == 0 {
            required(peer, "must specify a peer")
        } else if count > 1, block.isPresent {
            forbidden(peer, "may not specify both ipBlock and another peer")
        }
    }

    mutating func serviceCIDR(_ object: Place) {
        let ranges = object["spec"]["cidrs"]
        if ranges.isEmpty { return required(ranges, "at least one CIDR required") }
        if ranges.count > 2 { return invalid(ranges, "may only hold up to 2 values") }
        for range in ranges.items { cidr(range) }
        let texts = ranges.texts
        if texts.count == 2, texts[0].contains(":") == texts[1].contains(":") {
            invalid(ranges, "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64")
        }
    }

    /// The ranges stay; one of the other family may be added to a single one.
    mutating func serviceCIDRUpdate(_ object: Place, _ old: Place) {
        let (new, before) = (object["spec"]["cidrs"], old["spec"]["cidrs"])
        let (count, known) = (new.count, before.texts)
        guard count == known.count || (known.count == 1 && count == 2) else { return invalid(new, "field is immutable") }
        for (range, text) in zip(new.items, known) where range.text != text { invalid(range, "field is immutable") }
        if count > known.count { serviceCIDR(object) }
    }

    mutating func ipAddress(_ object: Place) {
        let parent = object["spec"]["parentRef"]
        guard parent.isPresent else { return required(parent) }
        if !parent["group"].isEmpty { dnsSubdomain(parent["group"]) }
        for field in ["resource", "name"] {
            if parent[field].isEmpty { required(parent[field]) } else { invalid(parent[field], Formats.pathSegment(parent[field].text)) }
        }
        if !parent["namespace"].isEmpty { invalid(parent["namespace"], Formats.pathSegment(parent["namespace"].text)) }
    }
}

/// Address ranges as bits.
enum AddressRange {
    private static func bits(_ text: Substring) -> [UInt8]? {
        let address = String(text)
        if Formats.isIPv4(address) { return address.split(separator: ".").compactMap { UInt8($0) } }
        guard Formats.isIPv6(address) else { return nil }
        // "a::b" stands for as many zero groups as are missing; the last group may be an IPv4 address.
        func groups(_ part: Substring) -> [UInt8]? {
            var result: [UInt8] = []
            for group in part.split(separator: ":") {
                if group.contains(".") {
                    result += group.split(separator: ".").compactMap { UInt8($0) }
                } else if let number = UInt16(group, radix: 16) {
                    result += [UInt8(number >> 8), UInt8(number & 0xFF)]
                } else {
                    return nil
                }
            }
            return result
        }
        guard let gap = address.firstRange(of: "::") else { return groups(address[...]) }
        guard let head = groups(address[..<gap.lowerBound]), let tail = groups(address[gap.upperBound...]), head.count + tail.count <= 16
        else { return nil }
        return head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// Whether all of `inner` lies in `outer`, which is larger. Both must be ranges.
    static func isStrictlyInside(_ inner: String, _ outer: String) -> Bool {
        let (a, b) = (inner.split(separator: "/"), outer.split(separator: "/"))
        guard a.count == 2, b.count == 2, let inside = bits(a[0]), let around = bits(b[0]), inside.count == around.count,
            let small = Int(a[1]),
            let large = Int(b[1]), large < small
        else { return false }
        for bit in 0..<large where inside[bit / 8] >> (7 - bit % 8) & 1 != around[bit / 8] >> (7 - bit % 8) & 1 { return false }
        return true
    }
}
