import Core
import Synchronization

/// A remote command over a WebSocket: the first byte of each message names its channel.
final class WebSocketCommandSession: RemoteCommandSession {
    private enum Channel {
        static let input: UInt8 = 0
        static let output: UInt8 = 1
        static let error: UInt8 = 2
        static let status: UInt8 = 3
        static let resize: UInt8 = 4
        /// Version 5: the second byte names the channel that ends.
        static let close: UInt8 = 255
    }

    let sizes: AsyncStream<TerminalSize>
    private let sizeSink: AsyncStream<TerminalSize>.Continuation
    private let socket: WebSocket
    private let isBase64: Bool
    private let input: InboundBuffer
    private let reader = Mutex<Task<Void, Never>?>(nil)

    init(_ socket: WebSocket, options: RemoteCommandOptions) {
        self.socket = socket
        isBase64 = socket.subprotocol.contains("base64")
        (sizes, sizeSink) = AsyncStream.makeStream(of: TerminalSize.self, bufferingPolicy: .bufferingNewest(4))
        let room = Room()
        input = InboundBuffer { room.wake() }
        if !options.input { input.finish() }
        let (input, sizeSink, isBase64) = (input, sizeSink, isBase64)
        reader.withLock {
            $0 = Task { await Self.read(socket, into: input, room, sizeSink, isBase64: isBase64) }
        }
    }

    deinit { reader.withLock { $0?.cancel() } }

    private static func read(
        _ socket: WebSocket, into input: InboundBuffer, _ room: Room, _ sizes: AsyncStream<TerminalSize>.Continuation, isBase64: Bool
    ) async {
        defer { sizes.finish() }
        do {
            while let message = try await socket.receive() {
                guard let (channel, bytes) = unpack(message.bytes, isBase64: isBase64) else { continue }
                switch channel {
                case Channel.input: if !input.push(bytes) { await room.wait() }
                case Channel.resize: if let size = TerminalSize(json: bytes) { sizes.yield(size) }
                case Channel.close: if bytes.first == Channel.input { input.finish() }
                default: break
                }
            }
            input.finish()
        } catch {
            input.finish(error)
        }
    }

    private static func unpack(_ message: [UInt8], isBase64: Bool) -> (channel: UInt8, bytes: [UInt8])? {
        guard let first = message.first else { return nil }
        guard isBase64 else { return (first, Array(message.dropFirst())) }
        guard first >= 0x30 else { return nil }
        do { return (first - 0x30, try Base64.decode(String(decoding: message.dropFirst(), as: UTF8.self))) } catch { return nil }
    }

    func readInput() async throws -> [UInt8]? { try await input.read() }
    func writeOutput(_ bytes: [UInt8]) async throws { try await send(Channel.output, bytes) }
    func writeError(_ bytes: [UInt8]) async throws { try await send(Channel.error, bytes) }

    func finish(status: [UInt8]) async {
        do {
            if let told = Self.told(status, socket.subprotocol) { try await send(Channel.status, told) }
        } catch {
            // The client has gone: nobody asks how the command ended.
        }
        await socket.close()
        sizeSink.finish()
        input.finish()
    }

    /// What a client of the subprotocol is told of a Status: versions before 4 hear of failures only.
    private static func told(_ status: [UInt8], _ subprotocol: String) -> [UInt8]? {
        let hearsOfSuccess = subprotocol.hasPrefix("v4.") || subprotocol.hasPrefix("v5.")
        return hearsOfSuccess || !String(decoding: status, as: UTF8.self).contains(#""status":"Success""#) ? status : nil
    }

    private func send(_ channel: UInt8, _ bytes: [UInt8]) async throws {
        for start in stride(from: 0, to: max(bytes.count, 1), by: 32 * 1024) {
            let part = Array(bytes[start..<min(start + 32 * 1024, bytes.count)])
            if isBase64 {
                try await socket.send(.text(String(channel) + Base64.encode(part)))
            } else {
                try await socket.send(.binary([channel] + part))
            }
        }
    }
}
