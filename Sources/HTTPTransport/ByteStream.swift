/// Bytes both ways: an upgraded connection, a WebSocket tunnel, one SPDY stream, a container's terminal.
///
/// One task reads and one writes at a time; both wait when the other side is slower.
package protocol ByteStream: AnyObject, Sendable {
    /// The next bytes, or nil once the peer has said that no more will come.
    func read() async throws -> [UInt8]?
    /// Returns when the bytes are on their way and there is room for more.
    func write(_ bytes: [UInt8]) async throws
    /// Tells the peer that nothing more will be written, where the protocol can say so.
    func closeWrite() async
    /// Ends both directions at once. Bytes already written are still sent.
    func close()
}

/// Copies both ways between two streams until both directions have ended or one fails, then closes both.
package func splice(_ left: any ByteStream, _ right: any ByteStream) async {
    @Sendable func copy(from source: any ByteStream, to target: any ByteStream) async -> Bool {
        do {
            while let bytes = try await source.read() { try await target.write(bytes) }
            await target.closeWrite()
            return true
        } catch {
            // The other direction cannot go on either: both ends learn of it by the close below.
            return false
        }
    }
    await withTaskGroup(of: Bool.self) { group in
        group.addTask { await copy(from: left, to: right) }
        group.addTask { await copy(from: right, to: left) }
        while let wasOrderly = await group.next() {
            if !wasOrderly {
                group.cancelAll()
                left.close()
                right.close()
            }
        }
    }
    left.close()
    right.close()
}
