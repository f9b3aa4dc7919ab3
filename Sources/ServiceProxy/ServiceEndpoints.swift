import KubernetesAPI

/// One address that serves one port of a service.
struct ServiceEndpoint: Hashable, Comparable, Sendable {
    var address: String
    var port: Int
    var nodeName: String
    var ready: Bool
    var serving: Bool
    var terminating: Bool
    var nodeHints: [String]
    var zoneHints: [String]

    static func < (left: Self, right: Self) -> Bool { (left.address, left.port) < (right.address, right.port) }
}

/// The endpoints that get the traffic of one service port.
struct EndpointChoice: Hashable, Sendable {
    /// For traffic that may go to any node.
    var cluster: [ServiceEndpoint] = []
    /// For traffic that must stay on this node.
    var local: [ServiceEndpoint] = []
    /// Whether any node has a usable endpoint: traffic that finds no local one is dropped then, and refused otherwise.
    var existsAnywhere: Bool { !cluster.isEmpty }

    /// Ready endpoints; where there are none, those that still serve while they terminate (KEP 1669). Hints of the
    /// EndpointSlices narrow the cluster-wide choice to this node or zone when every ready endpoint carries them (KEP 3015).
    init(_ all: [ServiceEndpoint], nodeName: String, zone: String) {
        func usable(_ candidates: [ServiceEndpoint]) -> [ServiceEndpoint] {
            let ready = candidates.filter(\.ready)
            return ready.isEmpty ? candidates.filter { $0.serving && $0.terminating } : ready
        }
        local = usable(all.filter { $0.nodeName == nodeName })
        cluster = usable(all)
        guard cluster.contains(where: \.ready) else { return }
        let here = cluster.filter { $0.nodeHints.contains(nodeName) }
        if !here.isEmpty, cluster.allSatisfy({ !$0.nodeHints.isEmpty }) {
            cluster = here
            return
        }
        let near = cluster.filter { $0.zoneHints.contains(zone) }
        if !zone.isEmpty, !near.isEmpty, cluster.allSatisfy({ !$0.zoneHints.isEmpty }) { cluster = near }
    }
}

/// Every endpoint of the port named `portName` in a service's slices, each address once, in a fixed order.
func endpoints(of slices: [EndpointSlice], portName: String, protocol: String) -> [ServiceEndpoint] {
    var found: [String: ServiceEndpoint] = [:]
    for slice in slices where slice.addressType == "IPv4" {
        for port in slice.ports where port.name == portName && (port.protocol.isEmpty ? "TCP" : port.protocol) == `protocol` {
            guard let number = port.port else { continue }
            for endpoint in slice.endpoints {
                guard let address = endpoint.addresses.first else { continue }
                let conditions = endpoint.conditions
                let ready = conditions?.ready ?? true
                let one = ServiceEndpoint(
                    address: address, port: number, nodeName: endpoint.nodeName, ready: ready, serving: conditions?.serving ?? ready,
                    terminating: conditions?.terminating ?? false, nodeHints: endpoint.hints?.forNodes.map(\.name) ?? [],
                    zoneHints: endpoint.hints?.forZones.map(\.name) ?? [])
                // While a pod moves between slices both name it; the slice that calls it ready is the newer one.
                if let other = found["\(address):\(number)"], other.ready, !ready { continue }
                found["\(address):\(number)"] = one
            }
        }
    }
    return found.values.sorted()
}
