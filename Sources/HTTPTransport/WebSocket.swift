import Core
import Synchronization

/// A WebSocket connection (RFC 6455) over any stream of bytes. One task receives; any number may send.
package final class WebSocket: Sendable {
    package enum Message: Sendable, Equatable {
        case text(String)
        case binary([UInt8])

        /// The message's bytes, whatever its type.
        package var bytes: [UInt8] {
            switch self {
            case .text(let text): Array(text.utf8)
            case .binary(let bytes): bytes
            }
        }
    }

    package enum Role: Sendable {
        case client, server
    }

    private struct Receiving {
        var decoder: WebSocketDecoder
        var fragments: (opcode: WebSocketFrame.Opcode, payload: [UInt8])?
        var isClosed = false
    }

    /// The subprotocol both sides chose, or nothing.
    package let subprotocol: String
    private let stream: any ByteStream
    private let role: Role
    private let maximumMessage: Int
    private let receiving: Mutex<Receiving>
    private let sending = AsyncLock()
    private let hasSentClose = Atomic<Bool>(false)

    package init(_ stream: any ByteStream, role: Role, subprotocol: String = "", maximumMessage: Int = 1024 * 1024) {
        self.stream = stream
        self.role = role
        self.subprotocol = subprotocol
        self.maximumMessage = maximumMessage
        receiving = Mutex(Receiving(decoder: WebSocketDecoder(expectsMask: role == .server, maximumPayload: maximumMessage)))
    }

    // MARK: Handshake

    /// The value of Sec-WebSocket-Accept for a key.
    package static func accept(key: String) -> String {
        Base64.encode(SHA1.digest(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    }

    /// Whether a request asks for a WebSocket.
    package static func isRequested(by request: HTTPRequest) -> Bool {
        request.isUpgrade && request.headers.contains("upgrade", "websocket")
    }

    /// The subprotocols that the client offers, as it prefers them.
    package static func offeredSubprotocols(_ request: HTTPRequest) -> [String] { request.headers.list("sec-websocket-protocol") }

    /// Answers the handshake with the first subprotocol the client offers that is among `supported`. A client that offers none is
    /// taken without one; a client that offers only others gets 400 and `HTTPError.notUpgraded` is thrown.
    package static func upgrade(_ request: HTTPRequest, _ responder: HTTPResponder, supported: [String] = []) async throws -> WebSocket {
        guard isRequested(by: request), let key = request.headers["sec-websocket-key"], request.headers["sec-websocket-version"] == "13"
        else {
            responder.respond(.text(400, "not a WebSocket handshake (version 13)\n"))
            throw HTTPError.notUpgraded("not a WebSocket handshake")
        }
        var headers: HTTPFields = ["Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept(key: key)]
        let offered = offeredSubprotocols(request)
        let chosen = offered.first { supported.contains($0) }
        if let chosen {
            headers.add("Sec-WebSocket-Protocol", chosen)
        } else if !offered.isEmpty {
            responder.respond(.text(400, "none of the WebSocket subprotocols \(offered) is supported\n"))
            throw HTTPError.notUpgraded("no common subprotocol")
        }
        return WebSocket(try await responder.upgrade(headers: headers), role: .server, subprotocol: chosen ?? "")
    }

    /// Connects as a client. Throws `HTTPError.notUpgraded` when the server answers anything but a right handshake.
    package static func connect(_ client: HTTPClient, _ request: HTTPClient.Request, subprotocols: [String] = []) async throws -> WebSocket
    {
        var request = request
        var random = SystemRandomNumberGenerator()
        let key = Base64.encode((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        request.headers["Upgrade"] = "websocket"
        request.headers["Connection"] = "Upgrade"
        request.headers["Sec-WebSocket-Version"] = "13"
        request.headers["Sec-WebSocket-Key"] = key
        if !subprotocols.isEmpty { request.headers["Sec-WebSocket-Protocol"] = subprotocols.joined(separator: ", ") }
        switch try await client.upgrade(request) {
        case .refused(let response):
            response.discard()
            throw HTTPError.notUpgraded("the server answered \(response.status)")
        case .upgraded(let headers, let stream):
            guard headers["sec-websocket-accept"] == accept(key: key) else {
                stream.close()
                throw HTTPError.notUpgraded("the server's Sec-WebSocket-Accept is wrong")
            }
            return WebSocket(stream, role: .client, subprotocol: headers["sec-websocket-protocol"] ?? "")
        }
    }

    // MARK: Messages

    /// The next message, or nil once the peer has closed. Pings are answered meanwhile.
    package func receive() async throws -> Message? {
        while true {
            if let frame = try receiving.withLock({ $0.isClosed ? nil : try $0.decoder.next() }) {
                if let message = try await take(frame) { return message }
                if receiving.withLock(\.isClosed) { return nil }
                continue
            }
            guard !receiving.withLock(\.isClosed), let bytes = try await stream.read() else { return nil }
            receiving.withLock { $0.decoder.append(bytes) }
        }
    }

    private func take(_ frame: WebSocketFrame) async throws -> Message? {
        switch frame.opcode {
        case .ping: try await send(WebSocketFrame(opcode: .pong, payload: frame.payload))
        case .pong: break
        case .close:
            receiving.withLock { $0.isClosed = true }
            await close(code: 1000)
        case .text, .binary, .continuation:
            return try receiving.withLock { state in
                var (opcode, payload) = (frame.opcode, frame.payload)
                if let started = state.fragments {
                    guard frame.opcode == .continuation else { throw HTTPError.protocolViolation("WebSocket message inside another") }
                    (opcode, payload) = (started.opcode, started.payload + frame.payload)
                } else if frame.opcode == .continuation {
                    throw HTTPError.protocolViolation("WebSocket continuation of nothing")
                }
                guard payload.count <= maximumMessage else {
                    throw HTTPError.protocolViolation("WebSocket message of more than \(maximumMessage) bytes")
                }
                state.fragments = frame.isFinal ? nil : (opcode, payload)
                guard frame.isFinal else { return nil }
                return opcode == .text ? .text(String(decoding: payload, as: UTF8.self)) : .binary(payload)
            }
        }
        return nil
    }

    package func send(_ message: Message) async throws {
        switch message {
        case .text(let text): try await send(WebSocketFrame(opcode: .text, payload: Array(text.utf8)))
        case .binary(let bytes): try await send(WebSocketFrame(opcode: .binary, payload: bytes))
        }
    }

    package func ping() async throws { try await send(WebSocketFrame(opcode: .ping, payload: [])) }

    /// Sends a close frame (once) and closes the stream under it.
    package func close(code: UInt16 = 1000, reason: String = "") async {
        guard !hasSentClose.exchange(true, ordering: .relaxed) else { return stream.close() }
        let payload = [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8.prefix(123))
        do { try await send(WebSocketFrame(opcode: .close, payload: payload)) } catch {
            // The peer has gone already: there is nobody to say goodbye to.
        }
        stream.close()
    }

    /// Ends the connection without a word.
    package func abort() { stream.close() }

    private func send(_ frame: WebSocketFrame) async throws {
        let bytes = frame.encoded(mask: role == .client ? UInt32.random(in: .min ... .max) : nil)
        try await sending.with { try await stream.write(bytes) }
    }
}
