import GRPCCore
import GRPCNIOTransportHTTP2Posix
import KeyService
import Synchronization

/// A service that keeps keys, at a real unix socket: it "encrypts" by turning bits, and remembers what it was asked.
final class PlayedKeyService: Sendable {
    struct State {
        var health = "ok"
        var keyID = "key-1"
        var calls: [String] = []
    }

    let state = Mutex(State())
    let socket: String
    private let server: GRPCServer<HTTP2ServerTransport.Posix>
    private let serving: Task<Void, any Error>

    init(socket: String) async throws {
        self.socket = socket
        let methods = Methods()
        let server = GRPCServer(
            transport: HTTP2ServerTransport.Posix(address: .unixDomainSocket(path: socket), transportSecurity: .plaintext),
            services: [methods])
        self.server = server
        serving = Task { try await server.serve() }
        methods.target.withLock { $0 = self }
        _ = try await server.listeningAddress
    }

    func close() async {
        server.beginGracefulShutdown()
        _ = await serving.result
    }

    /// Which methods were called, in order.
    var calls: [String] { state.withLock { $0.calls } }

    static func turned(_ bytes: [UInt8], _ keyID: String) -> [UInt8] {
        let key = Array(keyID.utf8)
        return bytes.enumerated().map { $1 ^ key[$0 % key.count] ^ 0x5A }
    }

    fileprivate func answer(_ method: String, _ request: WireMessage) throws -> WireMessage {
        let (health, keyID) = state.withLock { state in
            state.calls.append(method)
            return (state.health, state.keyID)
        }
        var answer = WireMessage()
        switch method {
        case "Status":
            answer.add(1, "v2")
            answer.add(2, health)
            answer.add(3, keyID)
        case "Encrypt":
            answer.add(1, Self.turned(request.bytes(1), keyID))
            answer.add(2, keyID)
            answer.add(3, ["version.example.com": [1, 2]])
        default:
            guard try request.map(4) == ["version.example.com": [1, 2]] else {
                throw RPCError(code: .invalidArgument, message: "the annotations are not mine")
            }
            answer.add(1, Self.turned(request.bytes(1), request.text(3)))
        }
        return answer
    }

    private final class Methods: RegistrableRPCService {
        let target = Mutex<PlayedKeyService?>(nil)

        func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
            for method in ["Status", "Encrypt", "Decrypt"] {
                router.registerHandler(
                    forMethod: MethodDescriptor(service: GRPCKeyPlugin.service, method: method), deserializer: WireMessageCoding(),
                    serializer: WireMessageCoding()
                ) { [self] request, _ in
                    let single = try await ServerRequest(stream: request)
                    guard let target = target.withLock({ $0 }) else { throw RPCError(code: .unavailable, message: "not ready") }
                    return StreamingServerResponse(single: ServerResponse(message: try target.answer(method, single.message)))
                }
            }
        }
    }
}
