import Core
import KubernetesAPI

/// Which services of type LoadBalancer get the node's own address. Pure.
///
/// On a machine of one's own no cloud hands out addresses: as with k3s, the node's address serves, each of its ports for one service. A
/// service that names a `loadBalancerClass` is somebody else's, and an address that somebody else gave stays.
package struct LoadBalancerPlan: Sendable, Equatable {
    /// The class by which a service may ask for this by name.
    package static let className = "martlet.dev/node"

    /// Services that have the address from now on.
    package var granted: [ObjectKey] = []
    /// Services that had it and have it no longer.
    package var revoked: [ObjectKey] = []
    /// Services that wait, and for what.
    package var refused: [ObjectKey: String] = [:]

    /// `isFree` says whether no program of the machine listens on a port ("TCP", 80).
    package init(services: [Service], address: String, isFree: (_ transport: String, _ port: Int) -> Bool) {
        struct Port: Hashable {
            var transport: String
            var number: Int
        }
        func ports(_ service: Service) -> [Port] {
            service.spec.ports.map { Port(transport: $0.protocol.isEmpty ? "TCP" : $0.protocol, number: $0.port) }
        }
        func holds(_ service: Service) -> Bool { service.status.loadBalancer?.ingress.contains { $0.ip == address } == true }
        var owners: [Port: ObjectKey] = [:]
        var candidates: [Service] = []
        for service in services.sorted(by: { Self.age($0) < Self.age($1) }) {
            let isOurs = Self.isOurs(service, address)
            if holds(service) {
                guard isOurs else {
                    // A class or an address of somebody else's is somebody else's business, also what it was before.
                    if service.spec.type != "LoadBalancer" { revoked.append(service.key) }
                    continue
                }
                if ports(service).allSatisfy({ owners[$0] == nil }) {
                    for port in ports(service) { owners[port] = service.key }
                    continue
                }
                // Its ports have changed to another's.
                revoked.append(service.key)
            } else if isOurs, service.status.loadBalancer?.ingress.isEmpty ?? true {
                candidates.append(service)
            }
        }
        for service in candidates {
            let taken = ports(service).first { owners[$0] != nil || !isFree($0.transport, $0.number) }
            if let taken {
                let owner = owners[taken].map { "service \($0)" } ?? "another program"
                refused[service.key] = "port \(taken.number)/\(taken.transport) of this machine belongs to \(owner)"
            } else {
                for port in ports(service) { owners[port] = service.key }
                granted.append(service.key)
            }
        }
    }

    private static func isOurs(_ service: Service, _ address: String) -> Bool {
        service.spec.type == "LoadBalancer" && service.metadata.deletionTimestamp.isEmpty
            && (service.spec.loadBalancerClass.isEmpty || service.spec.loadBalancerClass == className)
            && (service.spec.loadBalancerIP.isEmpty || service.spec.loadBalancerIP == address)
    }

    private static func age(_ service: Service) -> (String, ObjectKey) { (service.metadata.creationTimestamp, service.key) }
}
