import HTTPTransport
import NIOCore
import NIOHTTP1
import NIOPosix

/// Connections to backends of one event loop, kept open between requests. Bounded for each address; to be used on its loop only.
final class UpstreamPool {
    static let keptPerAddress = 32
    static let idleTime = TimeAmount.seconds(30)

    let loop: any EventLoop
    private var idle: [UpstreamAddress: [UpstreamHandler]] = [:]

    init(_ loop: any EventLoop) { self.loop = loop }

    /// An open connection that nobody uses, or nil.
    func take(_ address: UpstreamAddress) -> UpstreamHandler? {
        while let connection = idle[address]?.popLast() {
            if idle[address]?.isEmpty == true { idle[address] = nil }
            connection.leavePool()
            if connection.isOpen { return connection }
        }
        return nil
    }

    /// Gives a connection back; closed when enough are kept.
    func put(_ connection: UpstreamHandler) {
        guard connection.isOpen, idle[connection.address, default: []].count < Self.keptPerAddress else { return connection.close() }
        idle[connection.address, default: []].append(connection)
        connection.enterPool(self)
    }

    func forget(_ connection: UpstreamHandler) {
        idle[connection.address]?.removeAll { $0 === connection }
        if idle[connection.address]?.isEmpty == true { idle[connection.address] = nil }
    }

    func connect(_ address: UpstreamAddress) -> EventLoopFuture<any Channel> {
        ClientBootstrap(group: loop)
            .connectTimeout(.seconds(3))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let lineEndings = ResponseLineEndings()
                    try channel.pipeline.syncOperations.addHandlers([
                        HTTPRequestEncoder(), lineEndings, ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)),
                        UpstreamHandler(address, lineEndings),
                    ])
                }
            }
            .connect(host: address.host, port: address.port)
    }
}

/// One connection to a backend: hands what it reads to the exchange that uses it.
final class UpstreamHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    let address: UpstreamAddress
    weak var owner: ProxyHandler?
    private let lineEndings: ResponseLineEndings
    private var context: ChannelHandlerContext?
    private weak var pool: UpstreamPool?
    private var alarm: Scheduled<Void>?

    init(_ address: UpstreamAddress, _ lineEndings: ResponseLineEndings) {
        self.address = address
        self.lineEndings = lineEndings
    }

    var isOpen: Bool { context?.channel.isActive == true }
    var isWritable: Bool { context?.channel.isWritable == true }

    func send(_ part: HTTPClientRequestPart) {
        if case .head = part { lineEndings.expectHead() }
        context?.write(wrapOutboundOut(part), promise: nil)
    }
    func flush() { context?.flush() }
    func close() { context?.close(promise: nil) }
    func setReading(_ isReading: Bool) { try? context?.channel.syncOptions?.setOption(.autoRead, value: isReading) }

    func enterPool(_ pool: UpstreamPool) {
        owner = nil
        self.pool = pool
        setReading(true)
        alarm = context?.eventLoop.assumeIsolated().scheduleTask(in: UpstreamPool.idleTime) { self.close() }
    }

    func leavePool() {
        alarm?.cancel()
        alarm = nil
        pool = nil
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let owner else { return context.close(promise: nil) }  // A backend that speaks out of turn.
        owner.received(unwrapInboundIn(data), from: self)
    }

    func channelReadComplete(context: ChannelHandlerContext) { owner?.flush() }
    func channelWritabilityChanged(context: ChannelHandlerContext) { if context.channel.isWritable { owner?.upstreamIsWritable() } }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelInactive(context: ChannelHandlerContext) {
        alarm?.cancel()
        pool?.forget(self)
        owner?.lost(self)
    }
}
