import Testing

import HTTPTransport

/// Echoes stdin to stdout, writes one line to stderr, tells the first terminal size it hears of, and ends well.
private let command = ClosureHandler { request, responder in
    do {
        let session = try await RemoteCommand.accept(
            request, responder, options: RemoteCommandOptions(query: QueryParameters(request.query)))
        if request.query.contains("tty") {
            for await size in session.sizes {
                try await session.writeOutput(Array("\(size.width)x\(size.height)".utf8))
                break
            }
        }
        while let bytes = try await session.readInput() { try await session.writeOutput(bytes) }
        try await session.writeError(Array("done".utf8))
        await session.finish(status: Array("{\"status\":\"Success\"}".utf8))
    } catch { Issue.record(error) }
}

@Suite struct RemoteCommandTests {
    @Test func carriesACommandOverWebSocketVersion5() async throws {
        try await withServer(command) { _, target in
            let client = try HTTPClient()
            let socket = try await WebSocket.connect(
                client, .init("GET", target, "/exec?input=1&output=1&error=1"), subprotocols: ["v5.channel.k8s.io", "v4.channel.k8s.io"])
            #expect(socket.subprotocol == "v5.channel.k8s.io")
            try await socket.send(.binary([0] + Array("hello".utf8)))
            #expect(try await socket.receive() == .binary([1] + Array("hello".utf8)))
            // The end of stdin alone, which version 4 cannot say.
            try await socket.send(.binary([255, 0]))
            #expect(try await socket.receive() == .binary([2] + Array("done".utf8)))
            #expect(try await socket.receive() == .binary([3] + Array("{\"status\":\"Success\"}".utf8)))
            #expect(try await socket.receive() == nil)
        }
    }

    @Test func tellsTheTerminalsSize() async throws {
        try await withServer(command) { _, target in
            let client = try HTTPClient()
            let socket = try await WebSocket.connect(
                client, .init("GET", target, "/exec?input=1&output=1&tty=1"), subprotocols: ["v5.channel.k8s.io"])
            try await socket.send(.binary([4] + Array("{\"Width\":120,\"Height\":40}\n".utf8)))
            #expect(try await socket.receive() == .binary([1] + Array("120x40".utf8)))
            // Not closed before the command has ended: it may write until then.
            try await socket.send(.binary([255, 0]))
            while try await socket.receive() != nil {}
        }
    }

    @Test func carriesACommandOverSPDY() async throws {
        try await withServer(command) { _, target in
            let client = try HTTPClient()
            let request = HTTPClient.Request(
                "POST", target, "/exec?input=1&output=1&error=1",
                headers: [
                    "Connection": "Upgrade", "Upgrade": "SPDY/3.1", "X-Stream-Protocol-Version": "v4.channel.k8s.io",
                ])
            guard case .upgraded(let headers, let stream) = try await client.upgrade(request) else {
                Issue.record("refused")
                return
            }
            #expect(headers["x-stream-protocol-version"] == "v4.channel.k8s.io")
            let session = try SPDYSession(stream, role: .client)
            let runner = Task { try await session.run() }
            let status = try await session.open(["streamtype": "error"])
            let input = try await session.open(["streamtype": "stdin"])
            let output = try await session.open(["streamtype": "stdout"])
            let error = try await session.open(["streamtype": "stderr"])
            try await input.write(Array("hello".utf8))
            #expect(try await output.read() == Array("hello".utf8))
            await input.closeWrite()
            #expect(try await error.read() == Array("done".utf8))
            #expect(try await status.read() == Array("{\"status\":\"Success\"}".utf8))
            runner.cancel()
        }
    }

    @Test func refusesAPlainRequest() async throws {
        let handler = ClosureHandler { request, responder in
            await #expect(throws: HTTPError.self) {
                _ = try await RemoteCommand.accept(
                    request, responder, options: RemoteCommandOptions(input: true, output: true, error: true, tty: false))
            }
        }
        try await withServer(handler) { _, target in
            let client = try HTTPClient()
            #expect(try await client.fetch(.init("POST", target, "/exec")).status == 400)
        }
    }
}
