import Values

/// Services, endpoints, ingresses and policies.
extension BuiltInRows {
    static let network: [String: RowPlan] = [
        "io.k8s.api.core.v1.Service": row(
            Service.self,
            "spec(type,clusterIPs,externalIPs,externalName,ports(port,nodePort,protocol),selector) "
                + "status.loadBalancer.ingress(ip,hostname)"
        ) { service, ages in
            let ports = service.spec.ports.map { port in
                (port.nodePort ?? 0) > 0 ? "\(port.port):\(port.nodePort ?? 0)/\(port.protocol)" : "\(port.port)/\(port.protocol)"
            }
            return [
                text(service.metadata.name), text(service.spec.type), text(service.spec.clusterIPs.first ?? "", or: "<none>"),
                .string(externalAddress(service)), text(ports.joined(separator: ","), or: "<none>"), ages.of(service.metadata),
                labels(service.spec.selector),
            ]
        },
        "io.k8s.api.core.v1.Endpoints": row(Endpoints.self, "subsets(addresses.ip,ports.port)") { endpoints, ages in
            let list = endpoints.subsets.flatMap { subset in
                subset.ports.isEmpty
                    ? subset.addresses.map(\.ip)
                    : subset.ports.flatMap { port in
                        subset.addresses.map { $0.ip.contains(":") ? "[\($0.ip)]:\(port.port)" : "\($0.ip):\(port.port)" }
                    }
            }
            return [
                text(endpoints.metadata.name), endpoints.subsets.isEmpty ? "<none>" : some(list, empty: ""), ages.of(endpoints.metadata),
            ]
        },
        "io.k8s.api.discovery.v1.EndpointSlice": row(EndpointSlice.self, "addressType ports(port,name) endpoints.addresses") {
            slice, ages in
            let ports = slice.ports.map { port in port.port.map { "\($0)" } ?? (port.raw["name"] == nil ? "*" : port.name) }
            return [
                text(slice.metadata.name), text(slice.addressType), some(ports, empty: "<unset>"),
                some(slice.endpoints.flatMap(\.addresses), empty: "<unset>"), ages.of(slice.metadata),
            ]
        },
        "io.k8s.api.networking.v1.Ingress": row(
            Ingress.self, "spec(ingressClassName,rules.host,tls()) status.loadBalancer.ingress(ip,hostname)"
        ) { ingress, ages in
            [
                text(ingress.metadata.name), text(ingress.spec.ingressClassName, or: "<none>"), .string(hosts(ingress)),
                .string(addresses(ingress.status.loadBalancer?.raw)), .string(ingress.spec.tls.isEmpty ? "80" : "80, 443"),
                ages.of(ingress.metadata),
            ]
        },
        "io.k8s.api.networking.v1.IngressClass": row(
            IngressClass.self, "metadata.annotations spec(controller,parameters(kind,apiGroup,name))"
        ) { ingress, ages in
            var parameters = "<none>"
            if let reference = ingress.spec.parameters {
                parameters = reference.kind + (reference.apiGroup.isEmpty ? "" : ".\(reference.apiGroup)") + "/\(reference.name)"
            }
            return [
                .string(named(ingress.metadata, "ingressclass.kubernetes.io/is-default-class")), text(ingress.spec.controller),
                .string(parameters), ages.of(ingress.metadata),
            ]
        },
        "io.k8s.api.networking.v1.NetworkPolicy": row(NetworkPolicy.self, "spec.podSelector") { policy, ages in
            [text(policy.metadata.name), text(selector(policy.spec.podSelector), or: "<none>"), ages.of(policy.metadata)]
        },
        "io.k8s.api.networking.v1.ServiceCIDR": row(ServiceCIDR.self, "spec.cidrs") { range, ages in
            [text(range.metadata.name), .string(range.spec.cidrs.joined(separator: ",")), ages.of(range.metadata)]
        },
        "io.k8s.api.networking.v1.IPAddress": row(IPAddress.self, "spec.parentRef") { address, _ in
            let parent = address.spec.parentRef
            let resource = parent.group.isEmpty ? parent.resource : "\(parent.resource).\(parent.group)"
            let namespace = parent.namespace.isEmpty ? "" : "/\(parent.namespace)"
            return [
                text(address.metadata.name), .string(parent.isEmpty ? "<none>" : "\(resource.lowercased())\(namespace)/\(parent.name)"),
            ]
        },
    ]

    private static func addresses(_ status: Value?) -> String {
        let list = (status?["ingress"]?.array ?? []).map { entry in
            let ip = entry["ip"]?.string ?? ""
            return ip.isEmpty ? entry["hostname"]?.string ?? "" : ip
        }
        return Set(list).subtracting([""]).sorted().joined(separator: ",")
    }

    private static func externalAddress(_ service: Service) -> String {
        let external = service.spec.externalIPs.joined(separator: ",")
        switch service.spec.type {
        case "ClusterIP", "NodePort": return external.isEmpty ? "<none>" : external
        case "LoadBalancer":
            let balanced = addresses(service.status.loadBalancer?.raw)
            let all = [balanced, external].filter { !$0.isEmpty }.joined(separator: ",")
            return all.isEmpty ? "<pending>" : all
        case "ExternalName": return service.spec.externalName
        default: return "<unknown>"
        }
    }

    private static func hosts(_ ingress: Ingress) -> String {
        let hosts = ingress.spec.rules.map(\.host).filter { !$0.isEmpty }
        if hosts.isEmpty { return "*" }
        let shown = hosts.prefix(3).joined(separator: ",")
        return hosts.count > 3 ? "\(shown) + \(ingress.spec.rules.count - 3) more..." : shown
    }
}
