import Core
import HTTPTransport
import Logging
import SchemaEngine

/// A container runtime behind a CRI v1 socket: containerd, CRI-O.
///
/// One HTTP/2 connection, made anew when the runtime restarts; calls made meanwhile wait for it, up to their deadlines.
package final class CRIRuntime: ContainerRuntime {
    private let client: GRPCClient
    let clock: any Clock
    package let operations = RuntimeOperations()
    private let mounter: ContainerdImages?

    /// `mounter` mounts images: CRI itself has no call for it. `socket` is a path. Nothing is awaited: the first call connects.
    package init(socket: String, clock: any Clock = SystemClock(), mounter: ContainerdImages? = nil) {
        self.mounter = mounter
        self.clock = clock
        client = GRPCClient(.unix(path: socket))
    }

    /// Closes the connection; calls under way and later ones fail.
    package func close() { client.close() }

    package func mountImage(_ image: String, at path: String) async throws {
        guard let mounter else { throw RuntimeError(.unimplemented, "image volumes need the containerd that martlet itself starts") }
        try await mounter.mount(image, at: path)
    }

    package func unmountImage(at path: String) async throws { try await mounter?.unmount(path) }

    /// One call, whose request `write` writes. `timeout` nil waits for as long as it takes (image pulls).
    func call<Response: ProtobufMessage>(
        _ service: CRIService, _ method: String, _: Response.Type = Response.self, timeout: Duration? = .seconds(120),
        _ write: (inout ProtobufWriter) -> Void = { _ in }
    ) async throws -> Response {
        var request = ProtobufWriter()
        write(&request)
        let began = ContinuousClock.now
        var isDone = false
        defer { operations.record(CRIMethod.operation(method), ContinuousClock.now - began, failed: !isDone) }
        var patience = 40
        while true {
            do {
                let path = "/\(service.rawValue)/\(method)"
                let answer = try await client.unary(path, request.bytes, timeout: timeout, waits: true)
                let response = try Response(protobuf: answer)
                isDone = true
                return response
            } catch let error as GRPCError where patience > 0 && Self.mayBeRepeated(error, method) {
                patience -= 1
                try await clock.sleep(for: .milliseconds(100))
            } catch let error as GRPCError {
                throw RuntimeError(error)
            } catch let error as ProtobufError {
                throw RuntimeError(GRPCError(.internal, "the answer to \(method) cannot be read: \(error)"))
            }
        }
    }

    /// Whether a call may be made again: it was lost to a dying connection and changes nothing; or containerd, just started, refused
    /// it (as it does every call but Version until its CRI plugin is ready).
    private static func mayBeRepeated(_ error: GRPCError, _ method: String) -> Bool {
        if error.message == "server is not initialized yet" { return true }
        return error.code == .unavailable && (method.hasPrefix("List") || method.hasSuffix("Status") || method == "Version")
    }

    /// A stream of messages from the runtime; returns when it ends.
    func stream<Response: ProtobufMessage>(
        _ service: CRIService, _ method: String, _ write: (inout ProtobufWriter) -> Void = { _ in }, each: (Response) -> Void
    ) async throws {
        var request = ProtobufWriter()
        write(&request)
        do {
            let answers = client.stream("/\(service.rawValue)/\(method)", request.bytes)
            while let answer = try await answers.next() { each(try Response(protobuf: answer)) }
        } catch let error as GRPCError {
            throw RuntimeError(error)
        }
    }
}

extension RuntimeError {
    init(_ error: GRPCError) {
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
        self.init(code, "\(error)")
    }
}
