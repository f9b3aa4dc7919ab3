import Synchronization

/// A stream of bytes inside the binary messages of a WebSocket: how kubectl tunnels SPDY (KEP-4006).
package final class WebSocketTunnel: ByteStream {
    private let socket: WebSocket

    package init(_ socket: WebSocket) { self.socket = socket }

    package func read() async throws -> [UInt8]? {
        while let message = try await socket.receive() {
            let bytes = message.bytes
            if !bytes.isEmpty { return bytes }
        }
        return nil
    }

    package func write(_ bytes: [UInt8]) async throws { try await socket.send(.binary(bytes)) }

    /// A tunnel ends in both directions at once.
    package func closeWrite() async { await socket.close() }

    package func close() { Task { await socket.close() } }
}
