import Core
import KubernetesAPI
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing
import Values

import Ingress

/// A backend that says what it was asked: method, target, forwarded headers and the length of the body. `/upgrade` becomes an echo.
private final class EchoBackend: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart
    let name: String
    private var head: HTTPRequestHead?
    private var length = 0

    init(_ name: String) { self.name = name }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let request): (head, length) = (request, 0)
        case .body(let bytes): length += bytes.readableBytes
        case .end:
            guard let head else { return }
            if head.uri == "/close" { return context.close(promise: nil) }
            var text = "\(name) \(head.method.rawValue) \(head.uri) \(length)"
            for header in ["X-Forwarded-For", "X-Forwarded-Host", "Host", "Connection", "X-Secret"] {
                text += " \(header)=\(head.headers.first(name: header) ?? "-")"
            }
            if head.uri == "/big" { text = String(repeating: "x", count: 5_000_000) }
            let headers = HTTPHeaders([("Content-Length", String(text.utf8.count)), ("X-Backend", name)])
            context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers))), promise: nil)
            if head.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil) }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}

/// Speaks just enough of a WebSocket server's beginning, then echoes bytes.
private final class RawUpgradeBackend: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private var isUpgraded = false
    let declines: Bool
    /// What is said to everything instead.
    let script: String?
    init(declines: Bool, script: String? = nil) {
        self.declines = declines
        self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        guard !isUpgraded else {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "echo:" + String(buffer: bytes))), promise: nil)
            return
        }
        if let script {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: script)), promise: nil)
            return
        }
        isUpgraded = true
        let answer =
            declines
            ? "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"
            : "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nfirst"
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
    }
}

/// Collects what a connection says, for tests that speak HTTP by hand.
private final class Collector: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    let text = Mutex("")
    let waiters = Mutex<[(String, CheckedContinuation<Void, Never>)]>([])
    let ended = Mutex(false)

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text.withLock { $0 += String(buffer: unwrapInboundIn(data)) }
        wake()
    }
    func channelInactive(context: ChannelHandlerContext) {
        ended.withLock { $0 = true }
        wake()
    }
    private func wake() {
        let over = ended.withLock { $0 }
        func isReady(_ part: String) -> Bool { over || !part.isEmpty && text.withLock { $0.contains(part) } }
        let ready = waiters.withLock { waiters in
            let ready = waiters.filter { isReady($0.0) }
            waiters.removeAll { isReady($0.0) }
            return ready
        }
        for waiter in ready { waiter.1.resume() }
    }
    /// Returns once `part` has come (when empty: at the end), or the connection has ended; the text so far.
    func wait(for part: String) async -> String {
        await withCheckedContinuation { continuation in
            waiters.withLock { $0.append((part, continuation)) }
            wake()
        }
        return text.withLock { $0 }
    }
}

@Suite struct ProxyTests {
    let group = MultiThreadedEventLoopGroup.singleton

    private func backend(_ name: String) async throws -> any Channel {
        try await ServerBootstrap(group: group).childChannelInitializer { channel in
            channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
                try channel.pipeline.syncOperations.addHandler(EchoBackend(name))
            }
        }.bind(host: "127.0.0.1", port: 0).get()
    }

    private func rawBackend(declines: Bool, script: String? = nil) async throws -> any Channel {
        try await ServerBootstrap(group: group).childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(RawUpgradeBackend(declines: declines, script: script))
            }
        }.bind(host: "127.0.0.1", port: 0).get()
    }

    /// A proxy in front of these ports, all of service `web`, which answers for every host but `empty.org` and `none.org`.
    private func proxy(_ ports: [Int]) async throws -> (IngressServer, Int) {
        let server = try await IngressServer(group: group)
        server.route(
            by: RouteTable(
                ingresses: [
                    ingress("a", rules: [("web.org", [("Prefix", "/", "web")]), ("empty.org", [("Prefix", "/", "empty")])])
                ], classes: [], services: [service("web"), service("empty")], endpointSlices: slice("web", ports.map { ("127.0.0.1", $0) }))
        )
        return (server, try await server.bind(host: "127.0.0.1", port: 0))
    }

    private func connect(_ port: Int) async throws -> (any Channel, Collector) {
        let collector = Collector()
        let channel = try await ClientBootstrap(group: group).channelInitializer { channel in
            channel.pipeline.addHandler(collector)
        }.connect(host: "127.0.0.1", port: port).get()
        return (channel, collector)
    }

    private func ask(_ port: Int, _ request: String, until: String = "") async throws -> String {
        let (channel, collector) = try await connect(port)
        try await channel.writeAndFlush(ByteBuffer(string: request))
        let text = await collector.wait(for: until)
        channel.close(promise: nil)
        return text
    }

    @Test func `requests reach the backend with their headers told and the connection's removed`() async throws {
        let backend = try await backend("one")
        let (server, port) = try await proxy([backend.localAddress!.port!])
        let text = try await ask(
            port,
            "POST /x?y=1 HTTP/1.1\r\nHost: web.org\r\nConnection: close, X-Secret\r\nX-Secret: s\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        )
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(text.hasSuffix("one POST /x?y=1 3 X-Forwarded-For=127.0.0.1 X-Forwarded-Host=web.org Host=web.org Connection=- X-Secret=-"))
        await server.close()
        try await backend.close()
    }

    @Test func `a connection serves many requests, and a large answer comes whole`() async throws {
        let backend = try await backend("one")
        let (server, port) = try await proxy([backend.localAddress!.port!])
        let text = try await ask(
            port,
            "GET /1 HTTP/1.1\r\nHost: web.org\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: web.org\r\n\r\nGET /big HTTP/1.1\r\nHost: web.org\r\nConnection: close\r\n\r\n"
        )
        #expect(text.matches(of: #/200 OK/#).count == 3)
        #expect(text.utf8.count > 5_000_000 && text.hasSuffix("xxx"))
        await server.close()
        try await backend.close()
    }

    @Test func `unknown hosts, missing endpoints and backends that cannot be reached are told apart`() async throws {
        let dead = try await backend("dead")
        let deadPort = dead.localAddress!.port!
        try await dead.close()
        let (server, port) = try await proxy([deadPort])
        func status(_ host: String, _ path: String = "/") async throws -> String {
            String(try await ask(port, "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n").prefix(12))
        }
        #expect(try await status("none.org") == "HTTP/1.1 404")
        #expect(try await status("empty.org") == "HTTP/1.1 503")
        #expect(try await status("web.org") == "HTTP/1.1 502")
        #expect(try await ask(port, "nonsense\r\n\r\n").hasPrefix("HTTP/1.1 400"))
        await server.close()
    }

    @Test func `another endpoint is tried when one cannot be reached`() async throws {
        let dead = try await backend("dead"), alive = try await backend("alive")
        let ports = [dead, alive].map { $0.localAddress!.port! }
        try await dead.close()
        let (server, port) = try await proxy(ports)
        for _ in 0..<10 {
            #expect(try await ask(port, "GET / HTTP/1.1\r\nHost: web.org\r\nConnection: close\r\n\r\n").contains("alive GET"))
        }
        await server.close()
        try await alive.close()
    }

    @Test func `a backend may end the lines of its head with a line feed alone`() async throws {
        let backend = try await rawBackend(declines: false, script: "HTTP/1.1 200 OK\nX-A: 1\nContent-Length: 2\n\n\nb")
        let (server, port) = try await proxy([backend.localAddress!.port!])
        let text = try await ask(
            port, "GET /1 HTTP/1.1\r\nHost: web.org\r\n\r\nGET /2 HTTP/1.1\r\nHost: web.org\r\nConnection: close\r\n\r\n")
        #expect(text.matches(of: #/200 OK\r\n/#).count == 2)
        #expect(text.matches(of: #/X-A: 1\r\n/#).count == 2 && text.hasSuffix("\r\n\r\n\nb"))
        await server.close()
        try await backend.close()
    }

    @Test func `a backend that closes without an answer is a bad gateway`() async throws {
        let backend = try await backend("one")
        let (server, port) = try await proxy([backend.localAddress!.port!])
        #expect(try await ask(port, "GET /close HTTP/1.1\r\nHost: web.org\r\nConnection: close\r\n\r\n").hasPrefix("HTTP/1.1 502"))
        await server.close()
        try await backend.close()
    }

    @Test func `an upgraded connection passes bytes both ways`() async throws {
        let backend = try await rawBackend(declines: false)
        let (server, port) = try await proxy([backend.localAddress!.port!])
        let (channel, collector) = try await connect(port)
        try await channel.writeAndFlush(
            ByteBuffer(string: "GET /ws HTTP/1.1\r\nHost: web.org\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"))
        #expect(await collector.wait(for: "first").contains("101 Switching Protocols"))
        try await channel.writeAndFlush(ByteBuffer(string: "hello"))
        #expect(await collector.wait(for: "echo:hello").hasSuffix("echo:hello"))
        try await channel.close()
        await server.close()
        try await backend.close()
    }

    @Test func `after a declined upgrade nothing more reaches the backend`() async throws {
        let backend = try await rawBackend(declines: true)
        let (server, port) = try await proxy([backend.localAddress!.port!])
        let (channel, collector) = try await connect(port)
        try await channel.writeAndFlush(
            ByteBuffer(string: "GET /ws HTTP/1.1\r\nHost: web.org\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"))
        #expect(await collector.wait(for: "\r\n\r\nno").contains("403 Forbidden"))
        try? await channel.writeAndFlush(ByteBuffer(string: "GET /other HTTP/1.1\r\nHost: web.org\r\n\r\n"))
        #expect(await collector.wait(for: "echo:").contains("echo:") == false)
        await server.close()
        try await backend.close()
    }
}
