import Core
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Identity
import Logging

/// A service that keeps keys, at a unix socket. One connection, made anew when the service restarts; calls wait for it up to their deadline.
package final class GRPCKeyPlugin: KeyPlugin {
    /// The service's name on the wire.
    package static let service = ServiceDescriptor(fullyQualifiedService: "v2.KeyManagementService")

    private let reference: KeyServiceReference
    private let client: GRPCClient<HTTP2ClientTransport.Posix>
    private let connections: Task<Void, Never>

    /// Nothing is awaited: the first call connects. Throws when the socket's path is none.
    package init(_ reference: KeyServiceReference, logger: Logger) throws {
        self.reference = reference
        let client = GRPCClient(
            transport: try HTTP2ClientTransport.Posix(
                target: .unixDomainSocket(path: reference.socket, authority: "localhost"), transportSecurity: .plaintext,
                config: .defaults { config in
                    config.backoff = .init(initial: .milliseconds(50), max: .seconds(1), multiplier: 1.6, jitter: 0.1)
                }))
        self.client = client
        connections = Task {
            do { try await client.runConnections() } catch {
                logger.error("the connection to key service \(reference.name) failed", metadata: ["error": "\(error)"])
            }
        }
    }

    deinit { client.beginGracefulShutdown() }

    package func close() async {
        client.beginGracefulShutdown()
        await connections.value
    }

    private func call(_ method: String, _ request: WireMessage) async throws -> WireMessage {
        var options = CallOptions.defaults
        options.timeout = reference.timeout
        options.waitForReady = true
        do {
            return try await client.unary(
                request: ClientRequest(message: request), descriptor: MethodDescriptor(service: Self.service, method: method),
                serializer: WireMessageCoding(), deserializer: WireMessageCoding(), options: options
            ) { try $0.message }
        } catch let error as RPCError {
            throw KeyPluginError("\(method) at \(reference.socket): \(error.code): \(error.message)")
        } catch let error as GRPCCore.RuntimeError {
            throw KeyPluginError("\(method) at \(reference.socket): \(error)")
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
