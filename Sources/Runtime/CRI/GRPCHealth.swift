import HTTPTransport
import SchemaEngine

/// The standard gRPC health check (`grpc.health.v1.Health/Check`), which probes ask for.
package enum GRPCHealth {
    /// Whether the service says SERVING. Throws `RuntimeError` when it cannot be asked.
    package static func check(host: String, port: Int, service: String, timeout: Duration) async throws -> Bool {
        var request = ProtobufWriter()
        request.string(1, service)
        do {
            let client = GRPCClient(.tcp(host: host, port: port), limit: 4 << 20)
            let answer = try await client.unary("/grpc.health.v1.Health/Check", request.bytes, timeout: timeout)
            return try Status(protobuf: answer).serving == 1
        } catch let error as GRPCError {
            throw RuntimeError(error)
        }
    }

    private struct Status: ProtobufMessage {
        var serving = 0

        mutating func visit(_ fields: inout ProtobufCodec) { fields.number(1, &serving) }
    }
}
