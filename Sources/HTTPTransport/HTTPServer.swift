import Logging
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOTLS
import Synchronization
import TLS

/// An HTTP server: HTTP/1.1 in the clear, HTTP/1.1 and HTTP/2 over TLS, on one or several addresses.
package final class HTTPServer: Sendable {
    /// Bounds on what clients may use.
    package struct Limits: Sendable {
        package var connections = 10_000
        package var headerBytes = 64 * 1024
        package var headerFields = 200
        package var concurrentStreams = 250
        /// From the connection's start to the end of the first request's head.
        package var headerTimeout = TimeAmount.seconds(30)
        package var bodyTimeout = TimeAmount.seconds(60)
        /// Between requests.
        package var idleTimeout = TimeAmount.seconds(120)
        /// How long a client may take no byte while bytes wait for it.
        package var slowReaderTimeout = TimeAmount.seconds(60)
        /// Whole answers longer than this are sent in slices, as the client takes them.
        package var slice = 256 * 1024
        /// Of long answers that one connection's client has asked for and not read; further ones wait. One alone may be longer.
        package var unreadBytes = 16 * 1024 * 1024
        /// Of all bodies that are not whole yet; the oldest are let go beyond it.
        package var pendingBodyBytes = 256 * 1024 * 1024

        package init() {}
    }

    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var listeners: [any Channel] = []
        var isStopping = false
    }

    private let group: any EventLoopGroup
    private let handler: any HTTPHandler
    private let limits: Limits
    private let tls: CurrentTLS?
    private let logger: Logger
    private let bodies: PendingBodies
    private let state = Mutex(State())

    /// What has been received of bodies that are not whole yet, short ones aside.
    package var pendingBodyBytes: Int { bodies.total }

    /// Plain HTTP when `tls` is nil. `group` is the program's; nil means a shared one of two threads.
    package init(handler: any HTTPHandler, tls: ServerTLS?, limits: Limits = Limits(), logger: Logger, group: EventLoops = .shared) throws {
        self.group = group.group
        self.handler = handler
        self.limits = limits
        bodies = PendingBodies(limit: limits.pendingBodyBytes)
        self.tls = try tls.map { CurrentTLS(try $0.context()) }
        self.logger = logger
    }

    /// Serves new connections with other certificates; those that are open keep theirs.
    package func reload(_ tls: ServerTLS) throws {
        let context = try tls.context()
        self.tls?.context.withLock { $0 = context }
    }

    /// Listens on an address; port 0 lets the system choose. Returns the port.
    @discardableResult
    package func listen(host: String, port: Int) async throws -> Int {
        let channel = try await bootstrap().bind(host: host, port: port).get()
        keep(listener: channel)
        return channel.localAddress?.port ?? port
    }

    /// Listens on a Unix socket, replacing one that is left over.
    package func listen(unixSocket path: String) async throws {
        keep(listener: try await bootstrap().bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get())
    }

    private func keep(listener: any Channel) {
        let isStopping = state.withLock { state in
            state.listeners.append(listener)
            return state.isStopping
        }
        if isStopping { listener.close(promise: nil) }
    }

    /// Stops listening, lets requests in progress end for as long as `grace`, then closes what is left.
    package func shutdown(grace: Duration = .seconds(5)) async {
        let (listeners, channels) = state.withLock { state in
            state.isStopping = true
            return (state.listeners, Array(state.channels.values))
        }
        for listener in listeners {
            do { try await listener.close() } catch { logger.debug("listener was closed already", metadata: ["error": "\(error)"]) }
        }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        let timer = group.next().scheduleTask(
            in: .nanoseconds(grace.components.seconds * 1_000_000_000 + grace.components.attoseconds / 1_000_000_000)
        ) {
            for channel in channels { channel.close(promise: nil) }
        }
        for channel in channels { await withCheckedContinuation { done in channel.closeFuture.whenComplete { _ in done.resume() } } }
        timer.cancel()
    }

    // MARK: Connections

    private func bootstrap() -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                guard self.admit(channel) else { return channel.close() }
                return channel.eventLoop.makeCompletedFuture { try self.configure(channel) }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
    }

    private func admit(_ channel: any Channel) -> Bool {
        let id = ObjectIdentifier(channel)
        let isAdmitted = state.withLock { state -> Bool in
            guard !state.isStopping, state.channels.count < limits.connections else { return false }
            state.channels[id] = channel
            return true
        }
        if isAdmitted {
            channel.closeFuture.whenComplete { [weak self] _ in self?.state.withLock { _ = $0.channels.removeValue(forKey: id) } }
        } else {
            logger.warning("connection refused: too many", metadata: ["limit": "\(limits.connections)"])
        }
        return isAdmitted
    }

    private func configure(_ channel: any Channel) throws {
        let remote = channel.remoteAddress?.ipAddress ?? ""
        let pipeline = channel.pipeline.syncOperations
        guard let tls else {
            return try configureHTTP1(channel, ConnectionFacts(remoteAddress: remote, isTLS: false, isHTTP2: false))
        }
        let secure = TLSHandler(tls.context.withLock { $0 })
        try pipeline.addHandler(secure)
        let bound = NIOLoopBound(secure, eventLoop: channel.eventLoop)
        // A client that never finishes its handshake is dropped.
        let handshake = channel.eventLoop.scheduleTask(in: limits.headerTimeout) { channel.close(promise: nil) }
        try pipeline.addHandler(
            ApplicationProtocolNegotiationHandler { [self] result in
                handshake.cancel()
                return channel.eventLoop.makeCompletedFuture {
                    var facts = ConnectionFacts(remoteAddress: remote, isTLS: true, isHTTP2: false)
                    facts.peerCertificate = bound.value.peerCertificate
                    if case .negotiated("h2") = result {
                        facts.isHTTP2 = true
                        try configureHTTP2(channel, facts)
                    } else {
                        try configureHTTP1(channel, facts)
                    }
                }
            })
        try pipeline.addHandler(ConnectionErrorHandler(logger: logger))
    }

    private func configureHTTP1(_ channel: any Channel, _ facts: ConnectionFacts) throws {
        let pipeline = channel.pipeline.syncOperations
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = limits.headerBytes
        decoding.maxHeaderListSize = limits.headerBytes
        decoding.maxHeaderFieldCount = limits.headerFields
        let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: decoding)
        try pipeline.addHandler(HTTPResponseEncoder())
        try pipeline.addHandler(ByteToMessageHandler(decoder))
        try pipeline.addHandler(exchange(facts, UnreadAnswers(limit: limits.unreadBytes)))
    }

    /// `unread` is the connection's.
    private func exchange(_ facts: ConnectionFacts, _ unread: UnreadAnswers) -> ServerExchange {
        ServerExchange(handler: handler, limits: limits, facts: facts, unread: unread, bodies: bodies)
    }

    private func configureHTTP2(_ channel: any Channel, _ facts: ConnectionFacts) throws {
        let pipeline = channel.pipeline.syncOperations
        let keeper = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(
                maxIdleTime: limits.idleTimeout, maxAge: nil, maxGraceTime: .seconds(30),
                keepalive: .init(pingInterval: .seconds(30), ackTimeout: .seconds(20))))
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.concurrentStreams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.headerBytes),
            HTTP2Setting(parameter: .initialWindowSize, value: 256 * 1024),
        ]
        connection.targetWindowSize = 1024 * 1024
        // Clients written in Go send a ping with every stream that they reset.
        connection.controlFrameRateLimit.maximumCount = 10_000
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.targetWindowSize = 256 * 1024
        stream.outboundBufferSizeHighWatermark = 128 * 1024
        stream.outboundBufferSizeLowWatermark = 64 * 1024
        // Clients end watches by resetting their streams, often many at once.
        stream.streamResetFrameRateLimit.maximumCount = 5_000
        let unread = UnreadAnswers(limit: limits.unreadBytes)
        let multiplexed = NIOHTTP2Handler(
            mode: .server, eventLoop: channel.eventLoop, connectionConfiguration: connection, streamConfiguration: stream,
            streamDelegate: keeper.http2StreamDelegate
        ) { [self] stream in
            stream.eventLoop.makeCompletedFuture {
                let pipeline = stream.pipeline.syncOperations
                try pipeline.addHandler(HTTP2FramePayloadToHTTP1ServerCodec(normalizeHTTPHeaders: true))
                try pipeline.addHandler(exchange(facts, unread))
            }
        }
        try pipeline.addHandler(multiplexed)
        try pipeline.addHandler(keeper)
    }
}

/// The TLS context of new connections.
private final class CurrentTLS: Sendable {
    let context: Mutex<TLSContext>
    init(_ context: TLSContext) { self.context = Mutex(context) }
}

/// Ends connections whose handshake or framing failed; scanners and probes make many of those, so it is no more than a debug line.
private final class ConnectionErrorHandler: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug("connection failed", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }
}
