import Core
import HTTPTransport
import Identity
import SchemaEngine

/// A service that keeps keys, at a unix socket. One connection, made anew when the service restarts; calls wait for it up to their deadline.
package final class GRPCKeyPlugin: KeyPlugin {
    /// The service's name on the wire.
    package static let service = "v2.KeyManagementService"

    private let reference: KeyServiceReference
    private let client: GRPCClient

    /// Nothing is awaited: the first call connects.
    package init(_ reference: KeyServiceReference) {
        self.reference = reference
        client = GRPCClient(.unix(path: reference.socket))
    }

    package func close() async { client.close() }

    private func call<Answer: ProtobufMessage>(_ method: String, _ request: some ProtobufMessage) async throws -> Answer {
        do {
            let answer = try await client.unary("/\(Self.service)/\(method)", request.protobuf, timeout: reference.timeout, waits: true)
            return try Answer(protobuf: answer)
        } catch let error as GRPCError {
            throw KeyPluginError("\(method) at \(reference.socket): \(error.code.name): \(error.message)")
        } catch let error as ProtobufError {
            throw KeyPluginError("\(method) at \(reference.socket): the answer cannot be read: \(error)")
        }
    }

    package func status() async throws -> KeyPluginStatus { try await call("Status", StatusRequest()) }

    package func encrypt(_ bytes: [UInt8], id: String) async throws -> EncryptedSeed {
        let request = EncryptRequest.with {
            $0.plain = bytes
            $0.id = id
        }
        return try await call("Encrypt", request)
    }

    package func decrypt(_ seed: EncryptedSeed, id: String) async throws -> [UInt8] {
        let request = DecryptRequest.with {
            $0.seed = seed
            $0.id = id
        }
        let answer: DecryptResponse = try await call("Decrypt", request)
        return answer.plain
    }
}
