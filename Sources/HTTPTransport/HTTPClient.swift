import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TLS

/// Makes HTTP/1.1 requests over TCP, TLS or Unix sockets, with streamed answers and upgrades. Connections are kept for reuse.
package final class HTTPClient: Sendable {
    /// Where a request goes.
    package enum Target: Sendable, Hashable {
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    package struct Timeouts: Sendable {
        package var connect = Duration.seconds(10)
        /// From the request's last byte to the answer's head; nil waits as long as it takes.
        package var head: Duration? = .seconds(60)

        package init(connect: Duration = .seconds(10), head: Duration? = .seconds(60)) {
            self.connect = connect
            self.head = head
        }
    }

    /// One request. `host` is filled in from the target when the headers have none.
    package struct Request: Sendable {
        package var target: Target
        package var method: String
        /// Path and query, percent-encoded.
        package var path: String
        package var headers: HTTPFields
        package var body: HTTPBody
        package var timeouts = Timeouts()

        package init(_ method: String, _ target: Target, _ path: String, headers: HTTPFields = HTTPFields(), body: [UInt8] = []) {
            self.method = method
            self.target = target
            self.path = path
            self.headers = headers
            self.body = .bytes(body)
        }
    }

    /// An answer whose body is still coming. Reading it to its end frees the connection; `discard` closes it.
    package struct Response: Sendable {
        package var status: Int
        package var headers: HTTPFields
        package let body: InboundBuffer
        fileprivate let connection: Connection

        /// Closes the connection under an answer that is of no more interest, unless the answer has come whole: then the connection
        /// may be serving another request.
        package func discard() {
            connection.channel.eventLoop.execute { [connection, body] in connection.exchange.value.discard(body) }
        }
    }

    /// A connection and what matches its answers; the latter outlives the connection's pipeline and tells why it ended.
    fileprivate struct Connection: Sendable {
        let channel: any Channel
        let exchange: NIOLoopBound<ClientExchange>
    }

    private struct Idle {
        var connection: Connection
        var since: NIODeadline
    }

    private let group: any EventLoopGroup
    private let tls: ClientTLS?
    private let context: TLSContext?
    private let idle = Mutex([Target: [Idle]]())
    private let idleLimit: Int

    /// Plain HTTP when `tls` is nil. At most `idleConnections` are kept for each target; 0 makes a new one for every request.
    package init(tls: ClientTLS? = nil, idleConnections: Int = 8, group: EventLoops = .shared) throws {
        self.group = group.group
        self.tls = tls
        context = try tls?.context()
        idleLimit = idleConnections
    }

    deinit { for connection in idle.withLock({ $0.values.flatMap { $0 } }) { connection.connection.channel.close(promise: nil) } }

    // MARK: Requests

    /// Sends a request and returns once the head of its answer is there. Throws `HTTPError`. Cancelling closes the connection.
    package func send(_ request: Request) async throws -> Response {
        if case .bytes = request.body, let kept = takeIdle(request.target) {
            do { return try await exchange(request, on: kept) } catch HTTPError.closed
                where request.method == "GET" || request.method == "HEAD"
            {
                // The server closed a kept connection as it was chosen; a request that changes nothing can be repeated.
            }
        }
        return try await exchange(request, on: try await connect(request.target, timeout: request.timeouts.connect))
    }

    /// Sends a request and reads its whole answer, up to `limit` bytes.
    package func fetch(_ request: Request, limit: Int = 16 * 1024 * 1024) async throws -> HTTPResponse {
        let response = try await send(request)
        do {
            return HTTPResponse(status: response.status, headers: response.headers, body: try await response.body.readAll(limit: limit))
        } catch {
            response.discard()
            throw error
        }
    }

    /// What came of a request to change protocols.
    package enum Upgrade: Sendable {
        case upgraded(headers: HTTPFields, stream: any ByteStream)
        /// The server gave an ordinary answer instead.
        case refused(Response)
    }

    /// Sends a request with `Connection: Upgrade` (the caller sets its headers) on a connection of its own.
    package func upgrade(_ request: Request) async throws -> Upgrade {
        let connection = try await connect(request.target, timeout: request.timeouts.connect)
        let channel = connection.channel
        let response = try await exchange(request, on: connection)
        guard response.status == 101 else { return .refused(response) }
        let stream = try await channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let (stream, last) = ChannelByteStream.make(on: channel)
            let exchange = try pipeline.context(handlerType: ClientExchange.self)
            try pipeline.addHandler(last, position: .after(exchange.handler))
            let encoder = try pipeline.context(handlerType: HTTPRequestEncoder.self)
            let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPResponseDecoder>.self)
            let lineEndings = try pipeline.context(handlerType: ResponseLineEndings.self)
            pipeline.removeHandler(context: encoder, promise: nil)
            pipeline.removeHandler(context: lineEndings, promise: nil)
            pipeline.removeHandler(context: exchange, promise: nil)
            pipeline.removeHandler(context: decoder, promise: nil)
            channel.setOption(.autoRead, value: true).whenSuccess { channel.read() }
            return stream
        }.get()
        return .upgraded(headers: response.headers, stream: stream)
    }

    /// A connection without HTTP: bytes both ways, half-closed by `closeWrite` when there is no TLS.
    package func open(_ target: Target, timeout: Duration = .seconds(10)) async throws -> any ByteStream {
        try await dial(target, timeout: timeout, allowsHalfClosure: tls == nil) { channel in
            let (stream, last) = ChannelByteStream.make(on: channel)
            try channel.pipeline.syncOperations.addHandler(last)
            return stream
        }.1
    }

    private func exchange(_ request: Request, on connection: Connection) async throws -> Response {
        let channel = connection.channel
        var head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: request.method), uri: PercentEncoding.target(request.path),
            headers: request.headers.nio)
        if !head.headers.contains(name: "host") { head.headers.add(name: "Host", value: request.target.hostHeader(isTLS: tls != nil)) }
        if case .bytes(let bytes) = request.body {
            let takesBody = !bytes.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method)
            if takesBody { head.headers.replaceOrAdd(name: "Content-Length", value: String(bytes.count)) }
        } else if !head.headers.contains(name: "content-length") {
            head.headers.replaceOrAdd(name: "Transfer-Encoding", value: "chunked")
        }
        let isUpgrade = head.headers.contains(name: "upgrade")
        let body = InboundBuffer { channel.setOption(.autoRead, value: true).whenSuccess { channel.read() } }
        let final = head
        return try await withTaskCancellationHandler {
            let answer: HTTPResponseHead = try await withCheckedThrowingContinuation { continuation in
                channel.eventLoop.execute {
                    let exchange = connection.exchange.value
                    exchange.begin(
                        .init(
                            continuation: continuation, body: body, isUpgrade: isUpgrade,
                            reuse: { [weak self] in self?.keep(connection, request.target) }))
                    guard channel.isActive else { return exchange.fail(HTTPError.closed) }
                    channel.write(HTTPClientRequestPart.head(final), promise: nil)
                    if case .bytes(let bytes) = request.body {
                        if !bytes.isEmpty {
                            channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: bytes))), promise: nil)
                        }
                        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
                    } else {
                        channel.flush()
                    }
                    if let timeout = request.timeouts.head { exchange.expectHead(within: timeout) }
                }
                if case .stream(let source) = request.body {
                    Task { await HTTPClient.copy(source, to: channel) }
                }
            }
            return Response(status: Int(answer.status.code), headers: HTTPFields(answer.headers), body: body, connection: connection)
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    private static func copy(_ source: InboundBuffer, to channel: any Channel) async {
        do {
            while let bytes = try await source.read() {
                try await channel.writeAndFlush(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: bytes)))).get()
            }
            try await channel.writeAndFlush(HTTPClientRequestPart.end(nil)).get()
        } catch {
            // Half a body must not look like a whole one; whoever waits for the answer gets `closed`.
            channel.close(promise: nil)
        }
    }

    // MARK: Connections

    private func takeIdle(_ target: Target) -> Connection? {
        while let kept = idle.withLock({ $0[target]?.popLast() }) {
            // Servers close idle connections; one that has waited long is likely to be closed as it is used.
            if kept.connection.channel.isActive, kept.since + .seconds(30) > .now() { return kept.connection }
            kept.connection.channel.close(promise: nil)
        }
        return nil
    }

    private func keep(_ connection: Connection, _ target: Target) {
        let isKept = idle.withLock { idle -> Bool in
            idle[target]?.removeAll { !$0.connection.channel.isActive }
            guard idle[target, default: []].count < idleLimit else { return false }
            idle[target, default: []].append(Idle(connection: connection, since: .now()))
            return true
        }
        if !isKept { connection.channel.close(promise: nil) }
    }

    private func connect(_ target: Target, timeout: Duration) async throws -> Connection {
        let (channel, exchange) = try await dial(target, timeout: timeout, allowsHalfClosure: false) { channel in
            let pipeline = channel.pipeline.syncOperations
            let lineEndings = ResponseLineEndings()
            try pipeline.addHandler(HTTPRequestEncoder())
            try pipeline.addHandler(lineEndings)
            try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes)))
            let exchange = ClientExchange(lineEndings)
            try pipeline.addHandler(exchange)
            return NIOLoopBound(exchange, eventLoop: channel.eventLoop)
        }
        return Connection(channel: channel, exchange: exchange)
    }

    private func dial<T: Sendable>(
        _ target: Target, timeout: Duration, allowsHalfClosure: Bool, configure: @escaping @Sendable (any Channel) throws -> T
    ) async throws -> (any Channel, T) {
        let bootstrap = ClientBootstrap(group: group)
            .connectTimeout(.nanoseconds(timeout.components.seconds * 1_000_000_000 + timeout.components.attoseconds / 1_000_000_000))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: allowsHalfClosure)
        let made = SharedResult<T>()
        let initialized = bootstrap.channelInitializer { [context, tls] channel in
            channel.eventLoop.makeCompletedFuture {
                if let context {
                    try channel.pipeline.syncOperations.addHandler(TLSHandler(context, peer: target.serverName(tls)))
                }
                let value = try configure(channel)
                made.value.withLock { $0 = value }
            }
        }
        do {
            let channel =
                switch target {
                case .tcp(let host, let port): try await initialized.connect(host: host, port: port).get()
                case .unix(let path): try await initialized.connect(unixDomainSocketPath: path).get()
                }
            guard let value = made.value.withLock({ $0 }) else { throw HTTPError.cannotConnect("the connection closed at once") }
            return (channel, value)
        } catch let error as HTTPError {
            throw error
        } catch {
            throw HTTPError.cannotConnect("\(error)")
        }
    }
}

/// Hands a value from a channel initializer to the task that waits for the connection.
private final class SharedResult<T: Sendable>: Sendable {
    let value = Mutex<T?>(nil)
}

extension HTTPClient.Target {
    func hostHeader(isTLS: Bool) -> String {
        switch self {
        case .tcp(let host, let port):
            let name = host.contains(":") ? "[\(host)]" : host
            return port == (isTLS ? 443 : 80) ? name : "\(name):\(port)"
        case .unix: return "localhost"
        }
    }

    /// The name for SNI and verification; addresses are checked against the certificate's IP entries instead.
    func serverName(_ tls: ClientTLS?) -> String? {
        if let name = tls?.serverName { return name }
        guard case .tcp(let host, _) = self, (try? SocketAddress(ipAddress: host, port: 0)) == nil else { return nil }
        return host
    }
}
