import Core
import HTTPTransport
import Values

/// How the API server reaches the agents of nodes and the addresses of pods and services.
package struct NodeConnection: Sendable {
    /// For agents' HTTPS endpoints: carries the API server's client certificate.
    package let agents: HTTPClient
    /// For pods and services in plain HTTP.
    package let plain: HTTPClient
    /// For pods and services in HTTPS, whose certificates nobody vouches for.
    package let insecure: HTTPClient

    package init(agentTLS: ClientTLS) throws {
        agents = try HTTPClient(tls: agentTLS)
        plain = try HTTPClient()
        insecure = try HTTPClient(tls: ClientTLS(verification: .none))
    }

    /// The agent of a node: its internal address and the port its status tells. Throws `APIError` when it has none.
    static func agent(of node: Value) throws -> HTTPClient.Target {
        let addresses = node[path: "status", "addresses"]?.array ?? []
        let port = Int(node[path: "status", "daemonEndpoints", "kubeletEndpoint", "Port"]?.int ?? 10250)
        for type in ["InternalIP", "Hostname", "ExternalIP"] {
            if let found = addresses.first(where: { $0["type"]?.string == type }), let address = found["address"]?.string {
                return .tcp(host: address, port: port)
            }
        }
        throw APIError.internalError("node \"\(node[path: "metadata", "name"]?.string ?? "")\" has no address to reach its agent at")
    }
}
