import HTTPTransport

/// An answer that goes on: a body of unknown length, or for a client that asked for an upgrade the messages of a WebSocket.
struct AnswerStream: Sendable {
    private enum Carrier {
        case body(HTTPResponseStream)
        case webSocket(WebSocket, reader: Task<Void, Never>)
    }

    /// What a WebSocket message is: a piece of the bytes, or one of the lines.
    enum Framing: Sendable { case bytes, lines }

    private let carrier: Carrier
    private let framing: Framing

    /// Begins the answer. Throws `HTTPError` when the client has gone, or offers none of the `subprotocols` but others.
    init(_ call: Call, headers: HTTPFields, framing: Framing, subprotocols: [String]) async throws {
        self.framing = framing
        guard WebSocket.isRequested(by: call.request) else {
            carrier = .body(try call.responder.stream(status: 200, headers: headers))
            return
        }
        let socket = try await WebSocket.upgrade(call.request, call.responder, supported: subprotocols)
        // What the client says is of no interest, but its pings are answered and its leaving is noticed.
        let reader = Task {
            do { while try await socket.receive() != nil {} } catch { socket.abort() }
        }
        carrier = .webSocket(socket, reader: reader)
    }

    /// Sends bytes and waits until the client has room for more. Throws `HTTPError.closed` when it has gone.
    func write(_ bytes: [UInt8]) async throws {
        switch carrier {
        case .body(let stream): try await stream.write(bytes)
        case .webSocket(let socket, _):
            switch framing {
            case .bytes: try await socket.send(.binary(bytes))
            case .lines:
                for line in bytes.split(separator: UInt8(ascii: "\n")) {
                    try await socket.send(.text(String(decoding: line, as: UTF8.self)))
                }
            }
        }
    }

    /// Sends what is about `bytes` long and made only once there is room for it.
    func write(about bytes: Int, _ make: () throws -> [UInt8]) async throws {
        if case .body(let stream) = carrier { return try await stream.write(about: bytes, make) }
        try await write(try make())
    }

    /// Ends the answer as it should.
    func finish() async {
        switch carrier {
        case .body(let stream): stream.finish()
        case .webSocket(let socket, let reader):
            await socket.close()
            reader.cancel()
        }
    }

    /// Ends the answer so that the client sees that something is missing.
    func abort() {
        switch carrier {
        case .body(let stream): stream.abort()
        case .webSocket(let socket, let reader):
            socket.abort()
            reader.cancel()
        }
    }
}
