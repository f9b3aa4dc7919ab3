import HTTPTransport
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// Answers whatever comes with bytes written beforehand, in pieces.
private final class Scripted: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private var answers: [[String]]
    init(_ answers: [[String]]) { self.answers = answers }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !answers.isEmpty else { return }
        let pieces = answers.removeFirst()
        for piece in pieces where piece != "close" { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: piece)), promise: nil) }
        if pieces.last == "close" { context.close(promise: nil) }
    }
}

@Suite(.timeLimit(.minutes(1))) struct ResponseLineEndingsTests {
    private func server(_ answers: [[String]]) async throws -> (any Channel, HTTPClient.Target) {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).childChannelOption(
            .tcpOption(.tcp_nodelay), value: 1
        )
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Scripted(answers)) }
        }.bind(host: "127.0.0.1", port: 0).get()
        return (channel, .tcp(host: "127.0.0.1", port: channel.localAddress?.port ?? 0))
    }

    private func fetch(_ answers: [[String]]) async throws -> [HTTPResponse] {
        let (channel, target) = try await server(answers)
        let client = try HTTPClient()
        var result: [HTTPResponse] = []
        for _ in answers { result.append(try await client.fetch(.init("GET", target, "/"))) }
        try await channel.close()
        return result
    }

    private func text(_ response: HTTPResponse) -> String { String(decoding: response.body, as: UTF8.self) }

    @Test func `heads whose lines end in a line feed are taken, and bodies left alone`() async throws {
        let heads = ["HTTP/1.1 200 OK\n", "Content-Type: text/plain\n", "X-A: 1\r\n"]
        let body = "a\nb\n\nc\r\n\n"
        let answers = [
            [heads.joined() + "Content-Length: \(body.utf8.count)\n\n\(body)"],
            // Byte by byte.
            (heads.joined() + "Content-Length: \(body.utf8.count)\n\n\(body)").unicodeScalars.map { String($0) },
            // The end of a line in two pieces.
            ["HTTP/1.1 200 OK\r", "\nX-A: 1\r", "\nContent-Type: text/plain\nContent-Length: \(body.utf8.count)\r\n\r", "\n\(body)"],
            ["HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nX-A: 1\nContent-Type: text/plain\nContent-Length: \(body.utf8.count)\n\n\(body)"],
            // To the end of the connection, as CGI programs have it.
            [heads.joined() + "\n" + body, "close"],
        ]
        for response in try await fetch(answers) {
            #expect(response.status == 200)
            #expect(response.headers["Content-Type"] == "text/plain" && response.headers["X-A"] == "1")
            #expect(text(response) == body)
        }
    }

    @Test func `what is no head still fails`() async throws {
        await #expect(throws: (any Error).self) { try await fetch([["\n\nnonsense\n\n"]]) }
        await #expect(throws: (any Error).self) { try await fetch([["HTTP/1.1 200 OK\nX: 1\rY: 2\n\n", "close"]]) }
    }

    @Test func `other protocols begin where the head ends`() async throws {
        let (channel, target) = try await server([
            ["HTTP/1.1 101 Switching Protocols\nUpgrade: x\nConnection: Upgrade\n\na\nb\n\n"], ["\nc\n"],
        ])
        let outcome = try await HTTPClient().upgrade(.init("GET", target, "/", headers: ["Upgrade": "x", "Connection": "Upgrade"]))
        guard case .upgraded(_, let stream) = outcome else {
            Issue.record("refused")
            return
        }
        var text = ""
        while text.utf8.count < 5, let bytes = try await stream.read() { text += String(decoding: bytes, as: UTF8.self) }
        #expect(text == "a\nb\n\n")
        try await stream.write(Array("more".utf8))
        while !text.hasSuffix("c\n"), let bytes = try await stream.read() { text += String(decoding: bytes, as: UTF8.self) }
        #expect(text == "a\nb\n\n\nc\n")
        stream.close()
        try await channel.close()
    }

    @Test func `a server takes no such request`() async throws {
        struct Handler: HTTPHandler {
            func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async { responder.respond(.text(200, "taken")) }
        }
        let server = try HTTPServer(handler: Handler(), tls: nil, logger: testLogger)
        let port = try await server.listen(host: "127.0.0.1", port: 0)
        let stream = try await HTTPClient().open(.tcp(host: "127.0.0.1", port: port))
        try await stream.write(Array("GET / HTTP/1.1\nHost: a\n\n".utf8))
        var text = ""
        while let bytes = try await stream.read() { text += String(decoding: bytes, as: UTF8.self) }
        #expect(!text.contains("taken"))
        stream.close()
        await server.shutdown(grace: .milliseconds(10))
    }
}
