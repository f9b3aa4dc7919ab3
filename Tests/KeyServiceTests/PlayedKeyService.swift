import HTTPTransport
import KeyService
import SchemaEngine
import Synchronization
import TestSupport

/// A service that keeps keys, at a real unix socket: it "encrypts" by turning bits, and remembers what it was asked.
final class PlayedKeyService: Sendable {
    struct State {
        var health = "ok"
        var keyID = "key-1"
        var calls: [String] = []
    }

    let state = Mutex(State())
    let socket: String
    private let server = Mutex<GRPCTestServer?>(nil)

    init(socket: String) async throws {
        self.socket = socket
        let server = GRPCTestServer { [weak self] exchange in
            guard let self else { return exchange.closeConnection() }
            let method = String(exchange.method.split(separator: "/").last ?? "")
            do {
                guard exchange.method.hasPrefix("/\(GRPCKeyPlugin.service)/") else { throw GRPCError(.unimplemented, exchange.method) }
                exchange.answer([try answer(method, Array(exchange.body.dropFirst(5)))])
            } catch let error as GRPCError {
                exchange.head(["grpc-status": String(error.code.rawValue), "grpc-message": error.message], isEnd: true)
            } catch {
                exchange.head(["grpc-status": "13", "grpc-message": "\(error)"], isEnd: true)
            }
        }
        self.server.withLock { $0 = server }
        try await server.listen(socket: socket)
    }

    func close() async { await server.withLock { $0 }?.stop() }

    /// Which methods were called, in order.
    var calls: [String] { state.withLock { $0.calls } }

    static func turned(_ bytes: [UInt8], _ keyID: String) -> [UInt8] {
        let key = Array(keyID.utf8)
        return bytes.enumerated().map { $1 ^ key[$0 % key.count] ^ 0x5A }
    }

    private func answer(_ method: String, _ request: [UInt8]) throws -> [UInt8] {
        let (health, keyID) = state.withLock { state in
            state.calls.append(method)
            return (state.health, state.keyID)
        }
        switch method {
        case "Status":
            return KeyPluginStatus.with {
                $0.version = "v2"
                $0.health = health
                $0.keyID = keyID
            }.protobuf
        case "Encrypt":
            let request = try EncryptRequest(protobuf: request)
            return EncryptedSeed.with {
                $0.bytes = Self.turned(request.plain, keyID)
                $0.keyID = keyID
                $0.annotations = ["version.example.com": [1, 2]]
            }.protobuf
        default:
            let seed = try DecryptRequest(protobuf: request).seed
            guard seed.annotations == ["version.example.com": [1, 2]] else {
                throw GRPCError(.invalidArgument, "the annotations are not mine")
            }
            return DecryptResponse.with { $0.plain = Self.turned(seed.bytes, seed.keyID) }.protobuf
        }
    }
}
