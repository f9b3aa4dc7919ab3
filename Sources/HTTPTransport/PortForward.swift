/// One forwarded connection: what the client wants to reach, its bytes, and where to tell what went wrong.
package struct ForwardedConnection: Sendable {
    package let port: Int
    package let data: any ByteStream
    private let error: SPDYStream

    fileprivate init(port: Int, data: any ByteStream, error: SPDYStream) {
        self.port = port
        self.data = data
        self.error = error
    }

    /// Ends the connection in good order.
    package func finish() async {
        await data.closeWrite()
        await error.closeWrite()
    }

    /// Tells the client why its connection failed and ends it.
    package func fail(_ why: String) async {
        do { try await error.write(Array(why.utf8)) } catch {
            // The client has gone.
        }
        await error.closeWrite()
        data.close()
    }
}

/// The server's side of port-forward: SPDY/3.1 bare, or tunnelled in a WebSocket (`SPDY/3.1+portforward.k8s.io`, KEP-4006).
package final class PortForwardSession: Sendable {
    private static let tunnel = "SPDY/3.1+portforward.k8s.io"

    /// What a request for a bare session must carry.
    package static let headers: HTTPFields = [
        "Connection": "Upgrade", "Upgrade": "SPDY/3.1", "X-Stream-Protocol-Version": "portforward.k8s.io",
    ]

    /// Whether a WebSocket is to carry SPDY, rather than port-forward's own older messages.
    package static func isTunnel(_ request: HTTPRequest) -> Bool { WebSocket.offeredSubprotocols(request).contains(tunnel) }

    /// Takes the WebSocket and carries its SPDY to and from a server that speaks it bare, until either ends.
    package static func tunnel(_ request: HTTPRequest, _ responder: HTTPResponder, to server: any ByteStream) async throws {
        let socket: WebSocket
        do {
            socket = try await WebSocket.upgrade(request, responder, supported: [tunnel])
        } catch {
            server.close()
            throw error
        }
        await splice(WebSocketTunnel(socket), server)
    }

    /// Connections as the client opens them. Ends with the session.
    package let connections: AsyncStream<ForwardedConnection>
    private let session: SPDYSession
    private let runner: Task<Void, Never>

    private init(_ stream: any ByteStream) throws {
        let session = try SPDYSession(stream, role: .server)
        self.session = session
        let (connections, sink) = AsyncStream.makeStream(of: ForwardedConnection.self, bufferingPolicy: .bufferingOldest(256))
        self.connections = connections
        runner = Task {
            async let run: Void = session.run()
            await Self.pair(session, sink)
            do { try await run } catch {
                // A peer that breaks the protocol loses its connection.
                stream.close()
            }
        }
    }

    deinit { runner.cancel() }

    /// Upgrades the connection. Throws after having answered when the client speaks neither form.
    package static func accept(_ request: HTTPRequest, _ responder: HTTPResponder) async throws -> PortForwardSession {
        if WebSocket.isRequested(by: request) {
            let socket = try await WebSocket.upgrade(request, responder, supported: [tunnel])
            return try PortForwardSession(WebSocketTunnel(socket))
        }
        guard request.isUpgrade, request.headers.contains("upgrade", "spdy/3.1") else {
            responder.respond(.text(400, "unable to upgrade: missing upgrade headers in request\n"))
            throw HTTPError.notUpgraded("neither WebSocket nor SPDY/3.1")
        }
        let offered = request.headers.list("x-stream-protocol-version")
        guard offered.contains("portforward.k8s.io") else {
            responder.respond(
                .text(
                    403,
                    "unable to upgrade: unable to negotiate protocol: client supports \(offered), server accepts [portforward.k8s.io]\n"))
            throw HTTPError.notUpgraded("no common stream protocol")
        }
        return try PortForwardSession(
            try await responder.upgrade(headers: headers))
    }

    /// Each connection is a pair of streams, error and data, with the same `requestid`.
    private static func pair(_ session: SPDYSession, _ sink: AsyncStream<ForwardedConnection>.Continuation) async {
        defer { sink.finish() }
        var errors: [String: SPDYStream] = [:]
        do {
            for await made in session.incoming {
                guard let port = made.headers["port"].flatMap({ Int($0) }), (1...65_535).contains(port), errors.count < 256 else {
                    try await made.refuse()
                    continue
                }
                let request = made.headers["requestid"] ?? "\(port)"
                switch made.headers["streamtype"] {
                case "error":
                    try await made.accept()
                    // Clients never write on it.
                    errors[request] = made
                case "data":
                    guard let error = errors.removeValue(forKey: request) else {
                        try await made.refuse()
                        continue
                    }
                    try await made.accept()
                    sink.yield(ForwardedConnection(port: port, data: made, error: error))
                default: try await made.refuse()
                }
            }
        } catch {
            // The connection has gone, and every stream with it.
        }
    }

    /// Ends the session and every connection in it.
    package func close() async { await session.close() }
}
