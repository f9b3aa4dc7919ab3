import GRPCCore
import GRPCNIOTransportHTTP2Posix

/// The standard gRPC health check (`grpc.health.v1.Health/Check`), which probes ask for.
package enum GRPCHealth {
    /// Whether the service says SERVING. Throws `RuntimeError` when it cannot be asked.
    package static func check(host: String, port: Int, service: String, timeout: Duration) async throws -> Bool {
        do {
            let transport = try HTTP2ClientTransport.Posix(target: .ipv4(address: host, port: port), transportSecurity: .plaintext)
            return try await withGRPCClient(transport: transport) { client in
                var options = CallOptions.defaults
                options.timeout = timeout
                let response = try await client.unary(
                    request: ClientRequest(message: CRIHealthCheckRequest.with { $0.service = service }),
                    descriptor: MethodDescriptor(fullyQualifiedService: "grpc.health.v1.Health", method: "Check"),
                    serializer: ProtobufCoding<CRIHealthCheckRequest>(), deserializer: ProtobufCoding<CRIHealthCheckResponse>(),
                    options: options
                ) { try $0.message }
                return response.status == 1
            }
        } catch let error as RPCError {
            throw RuntimeError(error)
        }
    }
}
