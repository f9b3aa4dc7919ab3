import Core
import KubernetesAPI

/// What one service has to say in DNS.
package struct ServiceRecords: Hashable, Sendable {
    package struct Port: Hashable, Sendable {
        package var name: String
        package var transport: String
        package var number: UInt16
    }
    package struct Endpoint: Hashable, Sendable {
        package var hostname: String
        package var address: [UInt8]
        package var ports: [Port]
    }

    /// Cluster addresses; empty when headless.
    package var addresses: [[UInt8]] = []
    package var ports: [Port] = []
    /// Ready endpoints of a headless service.
    package var endpoints: [Endpoint] = []
    /// The target of an ExternalName service.
    package var alias: DomainName?

    /// Nil when the service has no place in DNS (yet): no address is assigned, or it is headless and nothing is ready (the DNS
    /// specification, 2.4, wants NXDOMAIN then).
    package init?(service: Service, slices: [EndpointSlice]) {
        let spec = service.spec
        if spec.type == "ExternalName" {
            alias = DomainName(spec.externalName)
            if alias == nil { return nil }
            return
        }
        let written = spec.clusterIPs.isEmpty ? [spec.clusterIP] : spec.clusterIPs
        if written != ["None"] {
            addresses = written.compactMap(addressBytes)
            ports = spec.ports.map {
                Port(name: $0.name, transport: ($0.protocol.isEmpty ? "tcp" : $0.protocol.lowercased()), number: UInt16(clamping: $0.port))
            }
            if addresses.isEmpty { return nil }
            return
        }
        for slice in slices {
            let ports = slice.ports.map {
                Port(
                    name: $0.name, transport: ($0.protocol.isEmpty ? "tcp" : $0.protocol.lowercased()),
                    number: UInt16(clamping: $0.port ?? 0))
            }
            for endpoint in slice.endpoints where endpoint.conditions?.ready ?? true {
                for text in endpoint.addresses {
                    guard let address = addressBytes(text) else { continue }
                    let dashed = String(text.map { $0 == "." || $0 == ":" ? "-" : $0 })
                    endpoints.append(
                        Endpoint(
                            hostname: endpoint.hostname.isEmpty ? dashed : endpoint.hostname.lowercased(), address: address, ports: ports))
                }
            }
        }
        if endpoints.isEmpty { return nil }
    }
}

/// All that the cluster's zone is made of, by service: a question finds its service in one look, whatever their number.
package struct ClusterRecords: Sendable {
    package private(set) var services: [ObjectKey: ServiceRecords] = [:]
    /// How many services a namespace has.
    package private(set) var namespaces: [String: Int] = [:]
    /// Who has an address: the service, or an endpoint of it by hostname.
    package private(set) var owners: [[UInt8]: [ObjectKey: String]] = [:]

    package init() {}

    /// Replaces what is known of a service. O(its size).
    package mutating func set(_ key: ObjectKey, _ records: ServiceRecords?) {
        let old = services[key]
        guard old != records else { return }
        for address in (old?.addresses ?? []) + (old?.endpoints.map(\.address) ?? []) {
            owners[address]?[key] = nil
            if owners[address]?.isEmpty == true { owners[address] = nil }
        }
        services[key] = records
        if old == nil, records != nil { namespaces[key.namespace, default: 0] += 1 }
        if old != nil, records == nil {
            namespaces[key.namespace, default: 1] -= 1
            if namespaces[key.namespace] == 0 { namespaces[key.namespace] = nil }
        }
        for address in records?.addresses ?? [] { owners[address, default: [:]][key] = "" }
        for endpoint in records?.endpoints ?? [] { owners[endpoint.address, default: [:]][key] = endpoint.hostname }
    }
}
