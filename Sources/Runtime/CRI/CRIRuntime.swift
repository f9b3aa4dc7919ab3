import Core
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import SwiftProtobuf

/// A container runtime behind a CRI v1 socket: containerd, CRI-O.
///
/// One HTTP/2 connection, made anew when the runtime restarts; calls made meanwhile wait for it, up to their deadlines.
package final class CRIRuntime: ContainerRuntime {
    private typealias Connection = GRPCClient<HTTP2ClientTransport.Posix>

    private let client: Connection
    private let connections: Task<Void, Never>
    private let logger: Logger
    let clock: any Clock
    package let operations = RuntimeOperations()
    private let mounter: ContainerdImages?

    /// `mounter` mounts images: CRI itself has no call for it. `socket` is a path. Nothing is awaited: the first call connects.
    package init(socket: String, logger: Logger, clock: any Clock = SystemClock(), mounter: ContainerdImages? = nil) throws {
        self.mounter = mounter
        let transport = try HTTP2ClientTransport.Posix(
            target: .unixDomainSocket(path: socket, authority: "localhost"), transportSecurity: .plaintext,
            config: .defaults { config in
                config.backoff = .init(initial: .milliseconds(25), max: .seconds(1), multiplier: 1.6, jitter: 0.1)
                config.channelDebuggingCallbacks = .init(
                    onCreateTCPConnection: { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(PingAnswerer(), position: .first)
                        }
                    }, onCreateHTTP2Stream: nil)
            })
        let client = Connection(transport: transport)
        self.client = client
        self.logger = logger
        self.clock = clock
        connections = Task {
            do {
                try await client.runConnections()
            } catch {
                logger.error("connection to the container runtime failed", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Finishes running calls and closes the connection; later calls fail.
    package func close() async {
        client.beginGracefulShutdown()
        await connections.value
    }

    package func mountImage(_ image: String, at path: String) async throws {
        guard let mounter else { throw RuntimeError(.unimplemented, "image volumes need the containerd that martlet itself starts") }
        try await mounter.mount(image, at: path)
    }

    package func unmountImage(at path: String) async throws { try await mounter?.unmount(path) }

    /// One call. `timeout` nil waits for as long as it takes (image pulls).
    func call<Request: SwiftProtobuf.Message, Response: SwiftProtobuf.Message>(
        _ service: ServiceDescriptor, _ method: String, _ request: Request, _: Response.Type = Response.self,
        timeout: Duration? = .seconds(120)
    ) async throws -> Response {
        var options = CallOptions.defaults
        options.timeout = timeout
        options.waitForReady = true
        options.maxResponseMessageBytes = 16 << 20
        let began = ContinuousClock.now
        var isDone = false
        defer { operations.record(CRIMethod.operation(method), ContinuousClock.now - began, failed: !isDone) }
        var patience = 40
        while true {
            do {
                let response = try await client.unary(
                    request: ClientRequest(message: request), descriptor: MethodDescriptor(service: service, method: method),
                    serializer: ProtobufCoding<Request>(), deserializer: ProtobufCoding<Response>(), options: options
                ) { try $0.message }
                isDone = true
                return response
            } catch let error as RPCError where patience > 0 && Self.mayBeRepeated(error, method) {
                patience -= 1
                try await clock.sleep(for: .milliseconds(100))
            } catch let error as RPCError {
                throw RuntimeError(error)
            } catch let error as GRPCCore.RuntimeError {
                throw RuntimeError(.unavailable, "\(error)")
            }
        }
    }

    /// Whether a call may be made again: it was lost to a dying connection and never left, or changes nothing; or containerd, just
    /// started, refused it (as it does every call but Version until its CRI plugin is ready).
    private static func mayBeRepeated(_ error: RPCError, _ method: String) -> Bool {
        if error.message == "server is not initialized yet" { return true }
        guard error.code == .unavailable else { return false }
        return error.message == "subchannel isn't ready" || method.hasPrefix("List") || method.hasSuffix("Status") || method == "Version"
    }

    /// A stream of messages from the runtime; returns when it ends.
    func stream<Request: SwiftProtobuf.Message, Response: SwiftProtobuf.Message>(
        _ service: ServiceDescriptor, _ method: String, _ request: Request, each: @Sendable @escaping (Response) -> Void
    ) async throws {
        do {
            try await client.serverStreaming(
                request: ClientRequest(message: request), descriptor: MethodDescriptor(service: service, method: method),
                serializer: ProtobufCoding<Request>(), deserializer: ProtobufCoding<Response>(), options: .defaults
            ) { response in
                for try await message in response.messages { each(message) }
            }
        } catch let error as RPCError {
            throw RuntimeError(error)
        }
    }
}

extension RuntimeError {
    init(_ error: RPCError) {
        let code: Code =
            switch error.code {
            case .notFound: .notFound
            case .alreadyExists: .alreadyExists
            case .invalidArgument: .invalid
            case .unavailable: .unavailable
            case .deadlineExceeded: .deadlineExceeded
            case .unimplemented: .unimplemented
            default: .failed
            }
        let cause = error.cause.map { ": \($0)" } ?? ""
        self.init(code, "rpc error: code = \(Self.name(error.code)) desc = \(error.message)\(cause)")
    }

    /// The names that gRPC's Go implementation prints, for texts that people compare with other clusters.
    private static func name(_ code: RPCError.Code) -> String {
        switch code {
        case .notFound: "NotFound"
        case .alreadyExists: "AlreadyExists"
        case .invalidArgument: "InvalidArgument"
        case .unavailable: "Unavailable"
        case .deadlineExceeded: "DeadlineExceeded"
        case .unimplemented: "Unimplemented"
        case .failedPrecondition: "FailedPrecondition"
        case .internalError: "Internal"
        case .unauthenticated: "Unauthenticated"
        case .permissionDenied: "PermissionDenied"
        case .cancelled: "Canceled"
        case .resourceExhausted: "ResourceExhausted"
        default: "Unknown"
        }
    }
}
