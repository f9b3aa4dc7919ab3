import Core
import NIOCore
import NIOHTTP2
import NIOPosix
import Synchronization

/// Calls the methods of one gRPC server in plain text, over a Unix socket or TCP: calls with one answer or a stream of them.
///
/// One connection carries all calls; it is made when first needed and again after it ended. A call that never left is made on the
/// new one; one that was lost under way fails with UNAVAILABLE and is for the caller to repeat. Messages are bytes: whose protobuf
/// they are is the caller's business. Any thread.
package final class GRPCClient: Sendable {
    private struct Connection: Sendable {
        let channel: any Channel
        let multiplexer: NIOHTTP2Handler.StreamMultiplexer
    }

    private struct State {
        var connection: EventLoopFuture<Connection>?
        var isClosed = false
    }

    private let target: HTTPClient.Target
    /// The server, for error texts.
    private let peer: String
    private let limit: Int
    private let connectTimeout: Duration
    private let loop: any EventLoop
    private let state = Mutex(State())

    /// A client of one server, not connected yet. Takes messages of at most `limit` bytes.
    package init(
        _ target: HTTPClient.Target, limit: Int = 16 << 20, connectTimeout: Duration = .seconds(10), group: EventLoops = .shared
    ) {
        self.target = target
        peer =
            switch target {
            case .tcp(let host, let port): "\(host):\(port)"
            case .unix(let path): path
            }
        self.limit = limit
        self.connectTimeout = connectTimeout
        loop = group.group.next()
    }

    deinit { close() }

    private static let closed = GRPCError(.cancelled, "the client connection is closing")

    /// Closes the connection: calls under way fail with UNAVAILABLE, later ones with CANCELLED.
    package func close() {
        let connection = state.withLock { state in
            state.isClosed = true
            defer { state.connection = nil }
            return state.connection
        }
        connection?.whenSuccess { $0.channel.close(promise: nil) }
    }

    // MARK: Calls

    /// A call with one answer: its message. `method` is a path, "/package.Service/Method". Past `timeout` (nil: none) it fails with
    /// DEADLINE_EXCEEDED, and the server is told of that limit. With `waits`, a server that cannot be reached is awaited up to then,
    /// else the answer is UNAVAILABLE. Throws `GRPCError`, or `CancellationError` when the task is cancelled, which resets the stream.
    package func unary(_ method: String, _ message: [UInt8], timeout: Duration?, waits: Bool = false) async throws -> [UInt8] {
        let answers = stream(method, message, timeout: timeout, waits: waits)
        guard let answer = try await answers.next() else { throw GRPCError(.internal, "the server sent no message") }
        guard try await answers.next() == nil else { throw GRPCError(.internal, "the server sent more than one message") }
        return answer
    }

    /// A call with a stream of answers; the rules are those of `unary`. Letting go of what is returned ends the call.
    package func stream(_ method: String, _ message: [UInt8], timeout: Duration? = nil, waits: Bool = false) -> GRPCAnswers {
        let call = GRPCCall(method, message, timeout: timeout, waits: waits)
        let timer = timeout.map { timeout in
            loop.scheduleTask(in: .nanoseconds(timeout.nanoseconds)) {
                call.fail(GRPCError(.deadlineExceeded, "context deadline exceeded"))
            }
        }
        begin(call, attempt: 0)
        return GRPCAnswers(call, timer, limit: limit, of: self)
    }

    /// Puts a call on the connection. Attempts after the first are for calls that never left.
    private func begin(_ call: GRPCCall, attempt: Int) {
        let connection = connection()
        connection.whenComplete { [self] result in
            guard !call.stream.isClosed else { return }
            switch result {
            case .success(let made): open(call, attempt, on: made, forget: { [self] in forget(connection) })
            case .failure(let error): again(call, attempt, atOnce: false, "cannot connect to \(peer): \(error)")
            }
        }
    }

    private func open(_ call: GRPCCall, _ attempt: Int, on connection: Connection, forget: @escaping @Sendable () -> Void) {
        let authority = target.hostHeader(isTLS: false)
        let handler = GRPCAnswerHandler(call, peer: peer) { [self] in
            forget()
            again(call, attempt, atOnce: attempt == 0, "the connection to \(peer) was closed")
        }
        let bound = NIOLoopBound(handler, eventLoop: loop)
        let opened = loop.makePromise(of: (any Channel).self)
        opened.futureResult.whenComplete { [self] result in
            switch result {
            case .success(let stream):
                guard call.stream.open(stream) else { return stream.close(promise: nil) }
                bound.value.begin(stream, authority: authority)
            case .failure(let error):
                forget()
                again(call, attempt, atOnce: attempt == 0, "\(error)")
            }
        }
        connection.multiplexer.createStreamChannel(promise: opened) { stream in
            stream.eventLoop.makeCompletedFuture { try stream.pipeline.syncOperations.addHandler(bound.value) }
        }
    }

    /// A connection that had ended unnoticed is replaced at once; a server that cannot be reached is asked again after a while, or
    /// not at all.
    private func again(_ call: GRPCCall, _ attempt: Int, atOnce: Bool, _ reason: String) {
        if state.withLock({ $0.isClosed }) { return call.fail(Self.closed) }
        guard atOnce || call.waits else { return call.fail(GRPCError(.unavailable, reason)) }
        call.stream.reopen()
        // From 25 ms to a second, half as much again each time.
        let pause = atOnce ? 0 : min(1000, 25 * (0..<min(attempt, 10)).reduce(1.0) { pause, _ in pause * 1.5 })
        loop.scheduleTask(in: .microseconds(Int64(pause * 1000))) { [weak self] in
            guard let self else { return call.fail(Self.closed) }
            self.begin(call, attempt: attempt + 1)
        }
    }

    // MARK: The connection

    private func connection() -> EventLoopFuture<Connection> {
        let made = loop.makePromise(of: Connection.self)
        let known = state.withLock { state -> EventLoopFuture<Connection>? in
            if state.isClosed { return loop.makeFailedFuture(HTTPError.closed) }
            if let known = state.connection { return known }
            state.connection = made.futureResult
            return nil
        }
        if let known {
            made.fail(HTTPError.closed)
            return known
        }
        dial(made)
        return made.futureResult
    }

    private func dial(_ made: EventLoopPromise<Connection>) {
        let multiplexer = loop.makePromise(of: NIOHTTP2Handler.StreamMultiplexer.self)
        let future = made.futureResult
        future.whenFailure { [weak self] _ in self?.forget(future) }
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(connectTimeout.nanoseconds))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { multiplexer.succeed(try HTTP2Client.configure(channel)) }
            }
        let connected =
            switch target {
            case .tcp(let host, let port): bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
            case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
            }
        connected.whenComplete { [weak self] result in
            switch result {
            case .success(let channel):
                channel.closeFuture.whenComplete { [weak self] _ in self?.forget(future) }
                made.completeWith(multiplexer.futureResult.map { Connection(channel: channel, multiplexer: $0) })
                if self == nil { channel.close(promise: nil) }
            case .failure(let error):
                multiplexer.fail(error)  // The first that is told counts.
                made.fail(error)
            }
        }
    }

    /// The next call makes a new connection. Streams under way go on while this one lasts (after a GOAWAY).
    private func forget(_ connection: EventLoopFuture<Connection>) {
        state.withLock { state in
            if state.connection === connection { state.connection = nil }
        }
    }
}

/// The answers of one call, in order. One task reads them.
package final class GRPCAnswers {
    private let call: GRPCCall
    private let timer: Scheduled<Void>?
    /// Its end would close the connection.
    private let client: GRPCClient
    private var frames: GRPCFrames

    init(_ call: GRPCCall, _ timer: Scheduled<Void>?, limit: Int, of client: GRPCClient) {
        self.call = call
        self.timer = timer
        self.client = client
        frames = GRPCFrames(limit: limit)
    }

    deinit {
        timer?.cancel()
        call.stream.close()
    }

    /// The next answer; nil once the server ended the call well. Throws `GRPCError` or `CancellationError`.
    package func next() async throws -> [UInt8]? {
        while true {
            if let message = try frames.next() { return message }
            guard let bytes = try await call.answer.read() else { break }
            frames.append(bytes)
        }
        guard frames.isEmpty else { throw GRPCError(.internal, "the last message was cut off") }
        return nil
    }
}
