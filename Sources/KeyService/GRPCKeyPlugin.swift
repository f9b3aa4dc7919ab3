import Core
import HTTPTransport
import Identity

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

    private func call(_ method: String, _ request: WireMessage) async throws -> WireMessage {
        do {
            let answer = try await client.unary("/\(Self.service)/\(method)", request.encoded, timeout: reference.timeout, waits: true)
            return try WireMessage(answer[...])
        } catch let error as GRPCError {
            throw KeyPluginError("\(method) at \(reference.socket): \(error.code.name): \(error.message)")
        }
    }

    package func status() async throws -> KeyPluginStatus {
        let answer = try await call("Status", WireMessage())
        return KeyPluginStatus(version: answer.text(1), health: answer.text(2), keyID: answer.text(3))
    }

    package func encrypt(_ bytes: [UInt8], id: String) async throws -> EncryptedSeed {
        var request = WireMessage()
        request.add(1, bytes)
        request.add(2, id)
        let answer = try await call("Encrypt", request)
        return EncryptedSeed(bytes: answer.bytes(1), keyID: answer.text(2), annotations: try answer.map(3))
    }

    package func decrypt(_ seed: EncryptedSeed, id: String) async throws -> [UInt8] {
        var request = WireMessage()
        request.add(1, seed.bytes)
        request.add(2, id)
        request.add(3, seed.keyID)
        request.add(4, seed.annotations)
        return try await call("Decrypt", request).bytes(1)
    }
}
