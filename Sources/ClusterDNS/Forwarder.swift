import Core
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Asks the machine's own name servers. Bounded: at most `limit` questions are under way, others are answered with a failure.
package final class Forwarder: Sendable {
    private struct State {
        var cache: AnswerCache
        var underWay: [UInt16: Question] = [:]
    }

    private let group: any EventLoopGroup
    private let servers: @Sendable () -> [SocketAddress]
    private let clock: any Clock
    private let limit = 1000
    private let timeout: TimeAmount
    private let state: Mutex<State>

    /// `servers` is asked at each question, so that a changed resolv.conf takes effect; it must be quick.
    package init(
        group: any EventLoopGroup, servers: @escaping @Sendable () -> [SocketAddress], clock: any Clock, cacheCapacity: Int = 10_000,
        timeout: TimeAmount = .seconds(2)
    ) {
        self.group = group
        self.servers = servers
        self.clock = clock
        self.timeout = timeout
        state = Mutex(State(cache: AnswerCache(capacity: cacheCapacity)))
    }

    /// The answer to a query, under its id; throws when no server answers.
    package func ask(_ query: Query) async throws -> UpstreamAnswer {
        if let cached = state.withLock({ $0.cache.answer(to: query, now: clock.now) }) {
            return try UpstreamAnswer(cached, id: query.id, question: query.question)
        }
        var outgoing = query
        let admitted = state.withLock { state in
            // Our own question come back to us: a name server of the machine forwards to this one.
            if state.underWay[query.id] == query.question { return false }
            guard state.underWay.count < limit else { return false }
            repeat { outgoing.id = UInt16.random(in: .min ... .max) } while state.underWay[outgoing.id] != nil
            state.underWay[outgoing.id] = query.question
            return true
        }
        guard admitted else { throw MessageError(problem: "a forwarding loop, or too many questions at once", code: .serverFailure) }
        defer { state.withLock { $0.underWay[outgoing.id] = nil } }
        var problem: any Error = MessageError(problem: "the machine has no name servers", code: .serverFailure)
        for server in servers() + servers() {
            do {
                var answer = try await exchange(outgoing, with: server)
                if answer.isTruncated { answer = try await exchangeOverTCP(outgoing, with: server) }
                guard answer.code != 2, answer.code != 5 else { throw MessageError(problem: "\(server) refused", code: .serverFailure) }
                state.withLock { $0.cache.store(answer, to: query, now: clock.now) }
                return try UpstreamAnswer(addressed(answer.bytes, to: query), id: query.id, question: query.question)
            } catch {
                problem = error
            }
        }
        throw problem
    }

    private func exchange(_ query: Query, with server: SocketAddress) async throws -> UpstreamAnswer {
        let loop = group.next()
        let promise = loop.makePromise(of: UpstreamAnswer.self)
        let timeout = timeout
        let start = DatagramBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(DatagramExchange(query, promise)) }
            }
            .connect(to: server)
        start.whenFailure { promise.fail($0) }
        start.whenSuccess { channel in
            channel.writeAndFlush(ByteBuffer(bytes: MessageWriter.query(query))).whenFailure { promise.fail($0) }
            let alarm = loop.scheduleTask(in: timeout) {
                promise.fail(MessageError(problem: "\(server) does not answer", code: .serverFailure))
            }
            promise.futureResult.whenComplete { _ in
                alarm.cancel()
                channel.close(promise: nil)
            }
        }
        return try await promise.futureResult.get()
    }

    private func exchangeOverTCP(_ query: Query, with server: SocketAddress) async throws -> UpstreamAnswer {
        let loop = group.next()
        let promise = loop.makePromise(of: UpstreamAnswer.self)
        let timeout = timeout
        let start = ClientBootstrap(group: loop)
            .connectTimeout(timeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(FrameDecoder(), maximumBufferSize: 1 << 17))
                    try channel.pipeline.syncOperations.addHandler(StreamExchange(query, promise))
                }
            }
            .connect(to: server)
        start.whenFailure { promise.fail($0) }
        start.whenSuccess { channel in
            channel.writeAndFlush(ByteBuffer(frame: MessageWriter.query(query))).whenFailure { promise.fail($0) }
            let alarm = loop.scheduleTask(in: timeout) {
                promise.fail(MessageError(problem: "\(server) does not answer", code: .serverFailure))
            }
            promise.futureResult.whenComplete { _ in
                alarm.cancel()
                channel.close(promise: nil)
            }
        }
        return try await promise.futureResult.get()
    }
}

/// Waits for the datagram that answers; what does not belong to the question is ignored.
private final class DatagramExchange: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    private let query: Query
    private let promise: EventLoopPromise<UpstreamAnswer>

    init(_ query: Query, _ promise: EventLoopPromise<UpstreamAnswer>) {
        self.query = query
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).data.readableBytesView)
        if let answer = try? UpstreamAnswer(bytes, id: query.id, question: query.question) { promise.succeed(answer) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }
    func channelInactive(context: ChannelHandlerContext) { promise.fail(ChannelError.eof) }
}

private final class StreamExchange: ChannelInboundHandler {
    typealias InboundIn = [UInt8]
    private let query: Query
    private let promise: EventLoopPromise<UpstreamAnswer>

    init(_ query: Query, _ promise: EventLoopPromise<UpstreamAnswer>) {
        self.query = query
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        promise.completeWith(Result { try UpstreamAnswer(unwrapInboundIn(data), id: query.id, question: query.question) })
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }
    func channelInactive(context: ChannelHandlerContext) { promise.fail(ChannelError.eof) }
}
