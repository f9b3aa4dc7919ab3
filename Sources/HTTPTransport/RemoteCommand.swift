/// A terminal's size in characters, as kubectl sends it.
package struct TerminalSize: Sendable, Equatable {
    package var width: Int
    package var height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// From `{"Width":80,"Height":24}`; nil for anything else.
    init?(json: [UInt8]) {
        func number(_ name: String) -> Int? {
            let text = String(decoding: json, as: UTF8.self)
            let parts = text.split(separator: "\"")
            guard let position = parts.firstIndex(where: { HTTPFields.same(String($0), name) }), position + 1 < parts.count else {
                return nil
            }
            let digits = parts[position + 1].drop { !$0.isNumber }.prefix { $0.isNumber }
            return Int(digits)
        }
        guard json.count < 200, let width = number("Width"), let height = number("Height"), width < 65_536, height < 65_536 else {
            return nil
        }
        self.init(width: width, height: height)
    }
}

/// The server's side of exec and attach: the channels of one command, whatever protocol carries them.
///
/// Protocols: `v5.channel.k8s.io` and older over a WebSocket (and their base64 forms) or SPDY/3.1. Stdin is read by one task; stdout
/// and stderr may be written by two.
package protocol RemoteCommandSession: AnyObject, Sendable {
    /// The next bytes for the command's stdin, or nil when there are no more.
    func readInput() async throws -> [UInt8]?
    func writeOutput(_ bytes: [UInt8]) async throws
    func writeError(_ bytes: [UInt8]) async throws
    /// Sizes of the client's terminal as it changes. Ends with the session.
    var sizes: AsyncStream<TerminalSize> { get }
    /// Tells how the command ended and closes the session. `status` is the JSON of a `metav1.Status`.
    func finish(status: [UInt8]) async
}

/// Which of a command's channels the client asked for.
package struct RemoteCommandOptions: Sendable, Equatable {
    package var input: Bool
    package var output: Bool
    package var error: Bool
    package var tty: Bool

    package init(input: Bool, output: Bool, error: Bool, tty: Bool) {
        self.input = input
        self.output = output
        // A terminal has one output.
        self.error = error && !tty
        self.tty = tty
    }

    /// From the query of an agent's exec or attach request (`input`, `output`, `error`, `tty`), or of the API's (`stdin`, …).
    package init(query: QueryParameters) {
        func isOn(_ names: String...) -> Bool { names.contains { query[$0] == "1" || query[$0] == "true" } }
        self.init(input: isOn("input", "stdin"), output: isOn("output", "stdout"), error: isOn("error", "stderr"), tty: isOn("tty"))
    }
}

/// Opens the server's side of exec and attach.
package enum RemoteCommand {
    private static let socketProtocols = [
        "v5.channel.k8s.io", "v4.channel.k8s.io", "v4.base64.channel.k8s.io", "channel.k8s.io", "base64.channel.k8s.io",
    ]
    private static let spdyProtocols = ["v5.channel.k8s.io", "v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io"]

    /// Upgrades the connection by whichever protocol the client offers. Throws after having answered when there is none in common.
    package static func accept(
        _ request: HTTPRequest, _ responder: HTTPResponder, options: RemoteCommandOptions
    ) async throws -> any RemoteCommandSession {
        if WebSocket.isRequested(by: request) {
            let socket = try await WebSocket.upgrade(request, responder, supported: socketProtocols)
            return WebSocketCommandSession(socket, options: options)
        }
        guard request.isUpgrade, request.headers.contains("upgrade", "spdy/3.1") else {
            responder.respond(.text(400, "unable to upgrade: missing upgrade headers in request\n"))
            throw HTTPError.notUpgraded("neither WebSocket nor SPDY/3.1")
        }
        let offered = request.headers.list("x-stream-protocol-version")
        guard let chosen = offered.first(where: { spdyProtocols.contains($0) }) else {
            responder.respond(
                .text(403, "unable to upgrade: unable to negotiate protocol: client supports \(offered), server accepts \(spdyProtocols)\n")
            )
            throw HTTPError.notUpgraded("no common stream protocol")
        }
        let stream = try await responder.upgrade(
            headers: ["Connection": "Upgrade", "Upgrade": "SPDY/3.1", "X-Stream-Protocol-Version": chosen])
        return try await SPDYCommandSession.open(stream, options: options, version: chosen)
    }
}
