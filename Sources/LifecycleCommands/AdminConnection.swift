import Cluster
import Core
import HTTPTransport
import JSON
import Linux
import Values

/// The administrator's connection to a running cluster's API server.
struct AdminConnection: Sendable {
    private let client: HTTPClient
    private let target: HTTPClient.Target

    /// From the kubeconfig that the server wrote. Throws `ClusterError`.
    init(_ paths: ClusterPaths) throws {
        let config = try AdminKubeconfig.read(paths)
        func decoded(_ list: String, _ inner: String, _ key: String) throws -> [UInt8] {
            guard let text = config[list]?.array?.first?[inner]?[key]?.string, let bytes = try? Base64.decode(text) else {
                throw ClusterError("\(paths.adminKubeconfig) has no \(key)")
            }
            return bytes
        }
        let server = config["clusters"]?.array?.first?["cluster"]?["server"]?.string ?? ""
        let parts = server.replacing("https://", with: "").split(separator: ":")
        guard parts.count == 2, let port = Int(parts[1]) else { throw ClusterError("\(paths.adminKubeconfig) has no server") }
        target = .tcp(host: String(parts[0]), port: port)
        client = try HTTPClient(
            tls: ClientTLS(
                authorities: try decoded("clusters", "cluster", "certificate-authority-data"),
                certificateChain: try decoded("users", "user", "client-certificate-data"),
                privateKey: try decoded("users", "user", "client-key-data")))
    }

    /// The answer to a GET: its status and text.
    func get(_ path: String) async throws -> (status: Int, text: String) {
        var request = HTTPClient.Request("GET", target, path)
        request.timeouts = .init(connect: .seconds(5), head: .seconds(10))
        let response = try await client.fetch(request)
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    /// The object or list at a path. Throws `APIError`.
    func object(_ path: String) async throws -> Value {
        let (status, text) = try await get(path)
        let value = try JSONParser.parse(text)
        guard status < 300 else { throw APIError(status: value) }
        return value
    }
}
