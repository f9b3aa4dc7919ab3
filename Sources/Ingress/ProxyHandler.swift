import Core
import NIOCore
import NIOHTTP1
import NIOPosix

/// One client's connection: routes each request to a backend and streams both ways. All of it on one event loop.
final class ProxyHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// One request and its answer.
    private final class Exchange {
        let head: HTTPRequestHead
        let version: HTTPVersion
        /// HTTP/1.0: no chunks, no trailers.
        var isOld: Bool { version.major < 1 || version.major == 1 && version.minor < 1 }
        let backend: Backend?
        var candidates: [UpstreamAddress]
        /// Parts that wait for a connection.
        var waiting: [HTTPClientRequestPart] = []
        var upstream: UpstreamHandler?
        var keepsAlive: Bool
        var requestEnded = false
        var hasBody = false
        var isAnswered = false
        var isReused = false
        /// Answered by the proxy itself once the request is in.
        var refusal: (HTTPResponseStatus, String)?
        /// Where the client shall ask instead.
        var location: String?
        var alarm: Scheduled<Void>?

        init(_ request: HTTPRequestHead, forwarded: HTTPRequestHead, backend: Backend?) {
            head = forwarded
            version = request.version
            self.backend = backend
            candidates = (backend?.addresses ?? []).shuffled()
            // After an upgrade that is declined the request decoder reads no further.
            keepsAlive = request.isKeepAlive && !request.headers.contains(name: "upgrade")
            if backend == nil {
                refusal = (.notFound, "404 page not found\n")
            } else if candidates.isEmpty {
                refusal = (.serviceUnavailable, "no endpoints available for \(backend?.name ?? "")\n")
            }
        }
    }

    static let answerTime = TimeAmount.seconds(60)
    static let idleTime = TimeAmount.seconds(75)

    private let table: @Sendable () -> RouteTable
    private let pool: UpstreamPool
    private let isTLS: Bool
    /// Where clients are sent that should ask over TLS; nil: they are answered as they are.
    private let securePort: Int?
    private var context: ChannelHandlerContext?
    private var exchange: Exchange?
    private var idleAlarm: Scheduled<Void>?

    init(table: @escaping @Sendable () -> RouteTable, pool: UpstreamPool, isTLS: Bool, securePort: Int?) {
        self.isTLS = isTLS
        self.securePort = isTLS ? nil : securePort
        self.table = table
        self.pool = pool
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        waitForRequest()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        idleAlarm?.cancel()
        self.context = nil
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let request): begin(request, context)
        case .body(let bytes):
            exchange?.hasBody = true
            send(.body(.byteBuffer(bytes)))
        case .end(let trailers):
            exchange?.requestEnded = true
            if exchange?.head.upgrade != nil, exchange?.refusal == nil { return tunnel() }
            send(.end(trailers))
            exchange?.upstream?.flush()
            refuseIfNeeded()
        }
    }

    private func begin(_ request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        idleAlarm?.cancel()
        let client = context.channel.remoteAddress?.ipAddress ?? ""
        let forwarded = request.forwarded(client: client, port: context.channel.localAddress?.port ?? 80, isTLS: isTLS)
        let host = request.headers.first(name: "host") ?? ""
        let route = table().route(host: host, target: request.uri)
        let exchange = Exchange(request, forwarded: forwarded, backend: route?.backend)
        if let securePort, route?.isSecured == true {
            let name = host.prefix { $0 != ":" }
            exchange.location = "https://\(name)\(securePort == 443 ? "" : ":\(securePort)")\(request.uri)"
            exchange.refusal = (.permanentRedirect, "")
        }
        self.exchange = exchange
        guard exchange.refusal == nil, forwarded.upgrade == nil else { return }
        exchange.waiting = [.head(forwarded)]
        connect(exchange)
    }

    private func send(_ part: HTTPClientRequestPart) {
        guard let exchange, exchange.refusal == nil else { return }
        guard let upstream = exchange.upstream else {
            if exchange.head.upgrade == nil { exchange.waiting.append(part) }
            return
        }
        upstream.send(part)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard let upstream = exchange?.upstream else { return }
        upstream.flush()
        if !upstream.isWritable { setReading(false) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { exchange?.upstream?.setReading(true) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        exchange?.alarm?.cancel()
        exchange?.upstream?.owner = nil
        exchange?.upstream?.close()
        exchange = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError, exchange == nil {
            let unread = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
            exchange = Exchange(unread, forwarded: unread, backend: nil)
            exchange?.requestEnded = true
            exchange?.keepsAlive = false
            exchange?.refusal = (.badRequest, "400 bad request\n")
            refuseIfNeeded()
        } else {
            context.close(promise: nil)
        }
    }

    private func setReading(_ isReading: Bool) { try? context?.channel.syncOptions?.setOption(.autoRead, value: isReading) }

    private func waitForRequest() {
        idleAlarm = context?.eventLoop.assumeIsolated().scheduleTask(in: Self.idleTime) { self.context?.close(promise: nil) }
    }

    // MARK: To the backend

    /// Tries the endpoints in turn. The client is not read while that lasts.
    private func connect(_ exchange: Exchange, reusing: Bool = true) {
        guard let address = exchange.candidates.popLast() else {
            exchange.refusal = (.badGateway, "no endpoint of \(exchange.backend?.name ?? "") could be reached\n")
            setReading(true)
            return refuseIfNeeded()
        }
        if reusing, let upstream = pool.take(address) { return attach(upstream, to: exchange, reused: true) }
        setReading(false)
        pool.connect(address).assumeIsolated().whenComplete { result in
            guard case .success(let channel) = result,
                let upstream = try? channel.pipeline.syncOperations.handler(type: UpstreamHandler.self)
            else {
                if self.exchange === exchange { self.connect(exchange) }
                return
            }
            guard self.exchange === exchange, self.context != nil else { return self.pool.put(upstream) }
            self.attach(upstream, to: exchange, reused: false)
        }
    }

    private func attach(_ upstream: UpstreamHandler, to exchange: Exchange, reused: Bool) {
        exchange.upstream = upstream
        exchange.isReused = reused
        upstream.owner = self
        for part in exchange.waiting { upstream.send(part) }
        exchange.waiting = []
        upstream.flush()
        setReading(true)
        exchange.alarm = context?.eventLoop.assumeIsolated().scheduleTask(in: Self.answerTime) {
            guard self.exchange === exchange, !exchange.isAnswered, exchange.requestEnded else { return }
            upstream.owner = nil
            upstream.close()
            exchange.refusal = (.gatewayTimeout, "\(exchange.backend?.name ?? "") did not answer in time\n")
            self.refuseIfNeeded()
        }
    }

    func upstreamIsWritable() { setReading(true) }

    // MARK: From the backend

    func received(_ part: HTTPClientResponsePart, from upstream: UpstreamHandler) {
        guard let context, let exchange, exchange.upstream === upstream else { return }
        switch part {
        case .head(var head):
            exchange.isAnswered = true
            exchange.alarm?.cancel()
            upstreamKeepsAlive = head.isKeepAlive
            head.headers.removeHopByHop()
            if exchange.isOld {
                head.headers.remove(name: "transfer-encoding")
                if !head.headers.contains(name: "content-length") { exchange.keepsAlive = false }
            }
            head.version = exchange.version
            if !exchange.keepsAlive {
                head.headers.add(name: "Connection", value: "close")
            } else if exchange.isOld {
                head.headers.add(name: "Connection", value: "keep-alive")
            }
            context.write(wrapOutboundOut(.head(head)), promise: nil)
        case .body(let bytes):
            context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
            if !context.channel.isWritable {
                context.flush()
                if !context.channel.isWritable { upstream.setReading(false) }
            }
        case .end(let trailers):
            let reusable = upstreamKeepsAlive && exchange.requestEnded
            exchange.upstream = nil
            upstream.owner = nil
            if reusable { pool.put(upstream) } else { upstream.close() }
            finish(exchange, trailers: exchange.isOld ? nil : trailers)
        }
    }
    private var upstreamKeepsAlive = false

    func flush() { context?.flush() }

    /// The backend's connection ended before its answer did.
    func lost(_ upstream: UpstreamHandler) {
        guard let exchange, exchange.upstream === upstream else { return }
        exchange.upstream = nil
        exchange.alarm?.cancel()
        if exchange.isAnswered {
            context?.close(promise: nil)  // Half an answer: the client must not take it for a whole one.
        } else if exchange.isReused, !exchange.hasBody, exchange.requestEnded {
            // Kept open too long: the backend closed it just as the request went out. Without a body the request can be sent again.
            exchange.waiting = [.head(exchange.head), .end(nil)]
            exchange.candidates.append(upstream.address)
            connect(exchange, reusing: false)
        } else {
            exchange.refusal = (.badGateway, "\(exchange.backend?.name ?? "") closed the connection without an answer\n")
            if !exchange.requestEnded { exchange.keepsAlive = false }
            exchange.requestEnded = true
            refuseIfNeeded()
        }
    }

    // MARK: Answers of the proxy

    /// Sends the proxy's own answer once the request is in.
    private func refuseIfNeeded() {
        guard let context, let exchange, exchange.requestEnded, !exchange.isAnswered, let (status, text) = exchange.refusal else { return }
        exchange.isAnswered = true
        exchange.alarm?.cancel()
        var headers = HTTPHeaders([("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", String(text.utf8.count))])
        if let location = exchange.location { headers.add(name: "Location", value: location) }
        if !exchange.keepsAlive { headers.add(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(HTTPResponseHead(version: exchange.version, status: status, headers: headers))), promise: nil)
        if exchange.head.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil) }
        finish(exchange, trailers: nil)
    }

    private func finish(_ exchange: Exchange, trailers: HTTPHeaders?) {
        let closes = !exchange.keepsAlive || !exchange.requestEnded
        self.exchange = nil
        guard let context else { return }
        let done = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.end(trailers)), promise: done)
        if closes {
            let channel = context.channel
            done.futureResult.whenComplete { _ in channel.close(promise: nil) }
        } else {
            setReading(true)
            waitForRequest()
        }
    }

    // MARK: Upgrades

    /// Leaves HTTP: sends the request's head to an endpoint and passes bytes both ways from then on.
    private func tunnel() {
        guard let context, let exchange else { return }
        guard !exchange.hasBody, let address = exchange.candidates.popLast() else {
            exchange.refusal =
                exchange.hasBody ? (.badRequest, "an upgrade has no body\n") : (.badGateway, "no endpoint could be reached\n")
            return refuseIfNeeded()
        }
        let client = context.channel
        ClientBootstrap(group: context.eventLoop).connectTimeout(.seconds(3)).connect(host: address.host, port: address.port)
            .assumeIsolated().whenComplete { result in
                guard self.context != nil, self.exchange === exchange else {
                    if case .success(let upstream) = result { upstream.close(promise: nil) }
                    return
                }
                guard case .success(let upstream) = result else { return self.tunnel() }
                self.exchange = nil
                Tunnel.start(client: client, upstream: upstream, request: exchange.head.serialized, leaving: self)
            }
    }
}
