import Core
import Values

/// Finds where a service is answered now: for the API server's own connections to services (proxy, webhooks, aggregated APIs), which do not
/// depend on a service network on the machine. Reads from memory; safe from any thread.
package struct ServiceResolver: Sendable {
    /// An address and a port to dial.
    package struct Endpoint: Sendable, Hashable {
        package let host: String
        package let port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// Which of a service's ports is meant.
    package enum Port: Sendable, Hashable {
        case number(Int)
        /// A name, a number in digits, or empty where the service has one port only: as paths of the proxy have it.
        case text(String)

        fileprivate func picks(_ port: Value, of count: Int) -> Bool {
            switch self {
            case .number(let number): port["port"]?.int == Int64(number)
            case .text(let text):
                (text.isEmpty && count == 1) || (port["name"]?.string ?? "") == text || (port["port"]?.int).map(String.init) == text
            }
        }

        /// As upstream's messages show it.
        fileprivate var shown: String {
            switch self {
            case .number(let number): String(number)
            case .text(let text): "\"\(text)\""
            }
        }
    }

    private let cluster: ClusterState

    package init(_ cluster: ClusterState) { self.cluster = cluster }

    /// One of the service's ready endpoints, by chance. Throws `APIError`: 404 when there is no such service, 503 when it has no such port
    /// or nobody is ready behind it.
    package func endpoint(namespace: String, name: String, port: Port) throws -> Endpoint {
        guard let found = try endpoints(namespace: namespace, name: name, port: port).randomElement() else {
            throw APIError.serviceUnavailable("no endpoints available for service \"\(name)\"")
        }
        return found
    }

    /// All ready endpoints of a service's port. An ExternalName service has its name as the only one.
    package func endpoints(namespace: String, name: String, port: Port) throws -> [Endpoint] {
        guard let service = try cluster.get("services", ObjectKey(namespace: namespace, name: name)) else {
            throw APIError.notFound(GroupResource(group: "", resource: "services"), name)
        }
        let ports = service[path: "spec", "ports"]?.array ?? []
        if service[path: "spec", "type"]?.string == "ExternalName", let external = service[path: "spec", "externalName"]?.string,
            case .number(let number) = port
        {
            return [Endpoint(host: external, port: number)]
        }
        guard let chosen = ports.first(where: { port.picks($0, of: ports.count) }) else {
            throw APIError.serviceUnavailable("no service port \(port.shown) found for service \"\(name)\"")
        }
        let portName = chosen["name"]?.string ?? ""
        var result: [Endpoint] = []
        for slice in try cluster.list("discovery.k8s.io/endpointslices", namespace: namespace)
        where slice[path: "metadata", "labels"]?["kubernetes.io/service-name"]?.string == name {
            let slicePorts = slice["ports"]?.array ?? []
            guard let number = slicePorts.first(where: { ($0["name"]?.string ?? "") == portName })?["port"]?.int else { continue }
            for endpoint in slice["endpoints"]?.array ?? [] where endpoint[path: "conditions", "ready"]?.bool != false {
                if let host = endpoint["addresses"]?.array?.first?.string { result.append(Endpoint(host: host, port: Int(number))) }
            }
        }
        return result
    }
}
