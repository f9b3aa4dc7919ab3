import NIOCore
import NIOHTTP1
import NIOHTTP2

/// Serves the requests of one HTTP/1.1 connection, one after another, or the one of an HTTP/2 stream. Lives on one event loop.
final class ServerExchange: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// Where the current request is.
    enum State {
        case idle
        case collecting(HTTPRequestHead, [UInt8], limit: Int)
        /// The rest of a body whose answer has been given already.
        case discarding
        case handling
        case upgraded
        case closed
    }

    private let handler: any HTTPHandler
    private let limits: HTTPServer.Limits
    let facts: ConnectionFacts
    private let unread: UnreadAnswers
    private let bodies: PendingBodies
    var state = State.idle
    /// Parts of requests that came before the one being served was answered.
    private var backlog: [HTTPServerRequestPart] = []
    var context: ChannelHandlerContext?
    private var gate: OutboundGate?
    var task: Task<Void, Never>?
    private var bodyStream: InboundBuffer?
    /// The body being collected among those of the server.
    private var bodyID: Int?
    private var isBodyComplete = false
    private var closesAfterAnswer = false
    private var isHeadRequest = false
    var isUpgradeRequest = false
    /// The rest of a whole answer, sent as the client takes it.
    private var pending: (bytes: [UInt8], offset: Int)?
    /// Kept until the answer has been written.
    private var share: UnreadAnswers.Share?
    private var isQuiescing = false
    private var deadline: NIODeadline?
    var deadlineTimer: Scheduled<Void>?
    var stallTimer: Scheduled<Void>?

    /// `unread` is the connection's, `bodies` the server's.
    init(handler: any HTTPHandler, limits: HTTPServer.Limits, facts: ConnectionFacts, unread: UnreadAnswers, bodies: PendingBodies) {
        self.handler = handler
        self.limits = limits
        self.facts = facts
        self.unread = unread
        self.bodies = bodies
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        gate = OutboundGate(channel: context.channel)
        if !facts.isHTTP2 { setDeadline(limits.headerTimeout) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        deadlineTimer?.cancel()
        stallTimer?.cancel()
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if !facts.isHTTP2, !backlog.isEmpty || (isBodyComplete && !isIdle) || isWaitingForReader {
            backlog.append(part)
            if backlog.count >= Self.longestBacklog { setReading(false) }
            return
        }
        receive(part)
    }

    private static let longestBacklog = 64

    /// A client that sends request after request and reads no answer is asked to read first.
    private var isWaitingForReader: Bool { isIdle && context?.channel.isWritable == false }

    private var isIdle: Bool { if case .idle = state { true } else { false } }

    private func receive(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head): begin(head)
        case .body(let buffer): body(buffer)
        case .end: end()
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        guard case .idle = state else { return }
        isBodyComplete = false
        closesAfterAnswer = !facts.isHTTP2 && (!head.isKeepAlive || isQuiescing)
        isHeadRequest = head.method == .HEAD
        isUpgradeRequest = !facts.isHTTP2 && head.headers.contains(name: "upgrade")
        deadline = nil
        let path = head.uri.prefix { $0 != "?" }
        switch handler.bodyPolicy(method: head.method.rawValue, path: path) {
        case .stream:
            let stream = InboundBuffer { [loop = context?.eventLoop, bound = context.map { NIOLoopBound(self, eventLoop: $0.eventLoop) }] in
                loop?.execute { bound?.value.setReading(true) }
            }
            bodyStream = stream
            continueExpected(head)
            begin(head, .stream(stream))
        case .collect(let limit):
            if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > limit {
                refuseBody(limit: limit)
                return
            }
            continueExpected(head)
            state = .collecting(head, [], limit: limit)
            setDeadline(limits.bodyTimeout)
        }
    }

    private func continueExpected(_ head: HTTPRequestHead) {
        guard !facts.isHTTP2, head.headers.first(name: "expect").map({ HTTPFields.same($0, "100-continue") }) == true else { return }
        context?.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
    }

    private func body(_ buffer: ByteBuffer) {
        if let bodyStream {
            if !bodyStream.push(Array(buffer.readableBytesView)) { setReading(false) }
            return
        }
        guard case .collecting(let head, var bytes, let limit) = state else { return }
        guard bytes.count + buffer.readableBytes <= limit else { return refuseBody(limit: limit) }
        state = .idle
        if bytes.isEmpty { bytes.reserveCapacity(buffer.readableBytes) }
        bytes.append(contentsOf: buffer.readableBytesView)
        let length = bytes.count
        state = .collecting(head, bytes, limit: limit)
        count(body: length, new: buffer.readableBytes)
    }

    private func count(body bytes: Int, new: Int) {
        if let bodyID { return bodies.grow(bodyID, by: new) }
        guard bytes > PendingBodies.short, let loop = context?.eventLoop else { return }
        let exchange = NIOLoopBound(self, eventLoop: loop)
        bodyID = bodies.begin(bytes) { loop.execute { exchange.value.letBodyGo() } }
    }

    private func letBodyGo() {
        bodyID = nil
        guard case .collecting = state else { return }
        state = .discarding
        closesAfterAnswer = true
        send(.text(408, "The body took too long while others waited\n"))
    }

    private func endBody() {
        guard let bodyID else { return }
        bodies.end(bodyID)
        self.bodyID = nil
    }

    private func refuseBody(limit: Int) {
        endBody()
        state = .discarding
        closesAfterAnswer = true
        send(handler.bodyTooLarge(limit: limit))
    }

    private func end() {
        isBodyComplete = true
        if let bodyStream {
            bodyStream.finish()
            self.bodyStream = nil
            return
        }
        endBody()
        guard case .collecting(let head, let bytes, _) = state else { return }
        deadline = nil
        begin(head, .bytes(bytes))
    }

    /// A stream's first frames come before NIOHTTP2 has told of the stream: an answer given at once would end it before its beginning.
    private func begin(_ head: HTTPRequestHead, _ body: HTTPBody) {
        guard facts.isHTTP2, let loop = context?.eventLoop else { return start(head, body) }
        state = .handling
        loop.assumeIsolated().execute { self.start(head, body) }
    }

    private func start(_ head: HTTPRequestHead, _ body: HTTPBody) {
        guard let context, let gate, !isGone else { return }
        state = .handling
        let request = HTTPRequest(
            method: head.method.rawValue, target: head.uri, headers: HTTPFields(head.headers), body: body,
            peerCertificate: facts.peerCertificate, remoteAddress: facts.remoteAddress, isHTTP2: facts.isHTTP2, isTLS: facts.isTLS)
        let acceptsGzip = head.headers[canonicalForm: "accept-encoding"].contains { coding in
            coding.utf8.count >= 4 && HTTPFields.same(String(coding.prefix(4)), "gzip") && !coding.hasSuffix("q=0")
        }
        let responder = HTTPResponder(exchange: self, loop: context.eventLoop, gate: gate, unread: unread, acceptsGzip: acceptsGzip)
        task = Task.immediate(executorPreference: EventLoops.executor(of: context.eventLoop)) { [handler] in
            await handler.handle(request, responder)
            responder.respond(.text(500, "the request was not answered\n"))
        }
    }

    // MARK: Answers

    func stopWork() { task?.cancel() }

    /// Sends a whole answer; `share` is the room that it takes.
    func send(_ response: HTTPResponse, _ share: UnreadAnswers.Share? = nil) {
        guard let context, !isGone else { return }
        self.share = share
        var head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: response.status), headers: response.headers.nio)
        if response.status != 304, response.status != 204, response.status >= 200,
            !(isHeadRequest && response.headers["content-length"] != nil)
        {
            head.headers.replaceOrAdd(name: "Content-Length", value: String(response.body.count))
        }
        closing(&head)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let slice = limits.slice
        if isHeadRequest || response.body.isEmpty {
            finishAnswer()
        } else if response.body.count <= slice {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
            finishAnswer()
        } else {
            pending = (response.body, 0)
            pump()
        }
    }

    private func closing(_ head: inout HTTPResponseHead) {
        if !head.headers.contains(name: "Date") { head.headers.add(name: "Date", value: HTTPDate.now) }
        // After a request that asked for an upgrade the decoder takes no more: the connection ends with the answer.
        if isUpgradeRequest || bodyStream != nil { closesAfterAnswer = true }
        if closesAfterAnswer, !facts.isHTTP2 { head.headers.replaceOrAdd(name: "Connection", value: "close") }
    }

    private func pump() {
        guard let context else { return }
        while let (bytes, offset) = pending, context.channel.isWritable {
            let end = min(offset + limits.slice, bytes.count)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes[offset..<end])))), promise: nil)
            if end == bytes.count {
                pending = nil
                return finishAnswer()
            }
            pending = (bytes, end)
            context.flush()
        }
    }

    func beginStream(status: Int, headers: HTTPFields) {
        guard let context, !isGone else { return }
        var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers.nio)
        closing(&head)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    func endStream() {
        guard !isGone else { return }
        finishAnswer()
    }

    private var isGone: Bool { if case .closed = state { true } else { false } }

    private func finishAnswer() {
        guard let context else { return }
        let leavesBody = facts.isHTTP2 && !isBodyComplete
        let isAwaited = leavesBody || share != nil || closesAfterAnswer && !facts.isHTTP2
        let promise = isAwaited ? context.eventLoop.makePromise(of: Void.self) : nil
        if let share {
            promise?.futureResult.whenComplete { _ in withExtendedLifetime(share) {} }
            self.share = nil
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
        task = nil
        if facts.isHTTP2 {
            if leavesBody { promise?.futureResult.assumeIsolated().whenComplete { _ in self.abandonBody() } }
            return
        }
        if closesAfterAnswer, let promise {
            state = .discarding
            let channel = context.channel
            promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
            return
        }
        state = .idle
        isBodyComplete = false
        setDeadline(limits.idleTimeout)
        resumeBacklog()
    }

    /// A handler need not read a whole body: the client is told to stop sending. NO_ERROR says that the answer stands (RFC 9113,
    /// 8.1); what closing alone sends, CANCEL, would make the client throw it away. Only after the answer has been written: a
    /// reset also drops what still waits to be sent.
    private func abandonBody() {
        guard let context else { return }
        let codec = try? context.pipeline.syncOperations.context(handlerType: HTTP2FramePayloadToHTTP1ServerCodec.self)
        codec?.writeAndFlush(NIOAny(HTTP2Frame.FramePayload.rstStream(.noError)), promise: nil)
        context.close(promise: nil)
    }

    private func resumeBacklog() {
        guard !backlog.isEmpty else { return }
        let parts = backlog
        backlog = []
        var position = 0
        while position < parts.count, isIdle || !isBodyComplete, !isWaitingForReader {
            receive(parts[position])
            position += 1
        }
        backlog.insert(contentsOf: parts[position...], at: 0)
        if backlog.count < Self.longestBacklog { setReading(true) }
    }

    // MARK: Time and the end

    private func setReading(_ isOn: Bool) {
        guard let context else { return }
        context.channel.setOption(.autoRead, value: isOn).whenFailure { _ in }
        if isOn { context.read() }
    }

    /// One timer a connection, armed anew only when it goes off before the deadline.
    private func setDeadline(_ timeout: TimeAmount) {
        deadline = .now() + timeout
        if deadlineTimer == nil { armDeadline(in: timeout) }
    }

    private func armDeadline(in time: TimeAmount) {
        guard let context else { return }
        deadlineTimer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            guard let self else { return }
            self.deadlineTimer = nil
            guard let deadline = self.deadline else { return }
            let left = deadline - .now()
            if left <= .nanoseconds(0) { self.context?.close(promise: nil) } else { self.armDeadline(in: left) }
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        gate?.writabilityChanged()
        stallTimer?.cancel()
        stallTimer = nil
        if context.channel.isWritable {
            pump()
            if isIdle { resumeBacklog() }
        } else {
            stallTimer = context.eventLoop.assumeIsolated().scheduleTask(in: limits.slowReaderTimeout) { [weak self] in
                self?.context?.close(promise: nil)
            }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            isQuiescing = true
            closesAfterAnswer = true
            if isIdle, !facts.isHTTP2 { context.close(promise: nil) }
        } else if case .inputClosed? = event as? ChannelEvent, !facts.isHTTP2 {
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        gone()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError, isIdle, !facts.isHTTP2 {
            closesAfterAnswer = true
            state = .discarding
            send(.text(400, "400 Bad Request\n"))
            return
        }
        gone()
        context.close(promise: nil)
    }

    private func gone() {
        if case .upgraded = state { return }
        state = .closed
        endBody()
        pending = nil
        share = nil
        backlog = []
        gate?.close()
        bodyStream?.finish(HTTPError.closed)
        bodyStream = nil
        task?.cancel()
        task = nil
    }
}
