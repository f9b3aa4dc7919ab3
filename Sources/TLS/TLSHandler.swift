import NIOCore
import NIOTLS

/// TLS for one channel: plain bytes towards its later handlers, encrypted ones towards the socket. Lives on the channel's event loop.
///
/// What is flushed in one turn of the event loop is encrypted together, up to a record, so that a head and a short body, and answers that
/// became ready together, are one record and one call of the kernel. Tells of the handshake by `TLSUserEvent.handshakeCompleted`.
package final class TLSHandler: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private enum State {
        case idle, handshaking, open
        /// Said goodbye, and waits for the peer to do so.
        case closing
        case closed
    }

    private struct Pending {
        var buffer: ByteBuffer
        var promise: EventLoopPromise<Void>?
    }

    /// How long the peer's goodbye is waited for.
    private static let closeTimeout = TimeAmount.seconds(5)
    /// What is put together with its neighbours: as much as a record holds. A chunk's or frame's head is a write of its own, and a record of its
    /// own would cost both sides more than the copy.
    private static let shortWrite = 16_384

    private let context: TLSContext
    private let peer: String?
    private var connection: TLSConnection?
    private var state = State.idle
    private var pending: [Pending] = []
    private var pendingBytes = 0
    /// How many of those have been flushed.
    private var flushed = 0
    /// They are encrypted once the loop has done what waits for it now, or when they fill a record.
    private var isGathering = false
    private var closePromise: EventLoopPromise<Void>?
    private var closeTimer: Scheduled<Void>?
    /// Something came for the later handlers since they asked.
    private var hasDelivered = false

    /// `peer`: the name that a client's peer is to have; nil stands for the address that was dialled.
    package init(_ context: TLSContext, peer: String? = nil) {
        self.context = context
        self.peer = peer
    }

    /// The certificate that the peer presented, DER; known once the handshake is done.
    package var peerCertificate: [UInt8]? { connection?.peerCertificate }

    // MARK: Beginning

    package func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    package func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard case .idle = state else { return }
        do {
            connection = try TLSConnection(self.context, peer: self.context.isServer ? nil : peer ?? context.remoteAddress?.ipAddress)
        } catch { return fail(context, error) }
        state = .handshaking
        if !self.context.isServer { handshake(context) }
    }

    private func handshake(_ context: ChannelHandlerContext) {
        guard case .handshaking = state, let connection else { return }
        do {
            let isDone = try connection.handshake()
            send(context, promise: nil)
            guard isDone else { return }
        } catch { return fail(context, error) }
        state = .open
        context.fireUserInboundEventTriggered(TLSUserEvent.handshakeCompleted(negotiatedProtocol: connection.negotiatedProtocol))
        encrypt(context)
    }

    // MARK: Reading

    package func read(context: ChannelHandlerContext) {
        hasDelivered = false
        context.read()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard let connection else { return }
        buffer.withUnsafeReadableBytes { connection.receive($0) }
        handshake(context)
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        decrypt(context)
        let isWaiting = !hasDelivered
        context.fireChannelReadComplete()
        // Records that are not whole, and the handshake's, are nothing that anybody behind this saw.
        if isWaiting, context.channel.isActive { context.read() }
    }

    private func decrypt(_ context: ChannelHandlerContext) {
        var isEnded = false
        while let connection, isReading, !isEnded {
            let estimate = connection.readableEstimate
            guard estimate > 0 else { break }
            var buffer = context.channel.allocator.buffer(capacity: min(estimate, TLSConnection.piece))
            do {
                reading: while buffer.writableBytes > 0, connection.readableEstimate > 0 {
                    var found = TLSConnection.Reading.nothing
                    try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 1) { free in
                        found = try connection.read(into: free)
                        if case .bytes(let count) = found { return count }
                        return 0
                    }
                    switch found {
                    case .bytes: continue
                    case .nothing: break reading
                    case .ended:
                        isEnded = true
                        break reading
                    }
                }
            } catch {
                deliver(context, buffer)
                return fail(context, error)
            }
            if buffer.readableBytes == 0, !isEnded { break }
            deliver(context, buffer)
        }
        send(context, promise: nil)
        if isEnded { peerEnded(context) }
    }

    private var isReading: Bool {
        switch state {
        case .open, .closing: true
        case .idle, .handshaking, .closed: false
        }
    }

    private func deliver(_ context: ChannelHandlerContext, _ buffer: ByteBuffer) {
        guard case .open = state, buffer.readableBytes > 0 else { return }
        hasDelivered = true
        context.fireChannelRead(wrapInboundOut(buffer))
    }

    // MARK: Writing

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch state {
        case .idle, .handshaking, .open:
            let buffer = unwrapOutboundIn(data)
            pendingBytes += buffer.readableBytes
            pending.append(Pending(buffer: buffer, promise: promise))
        case .closing, .closed: promise?.fail(ChannelError.ioOnClosedChannel)
        }
    }

    package func flush(context: ChannelHandlerContext) {
        flushed = pending.count
        // Nobody who writes on sees that the socket takes no more before it is asked.
        if pendingBytes >= Self.shortWrite { return encrypt(context) }
        guard flushed > 0, !isGathering else { return }
        isGathering = true
        context.eventLoop.assumeIsolated().execute {
            self.isGathering = false
            self.encrypt(context)
        }
    }

    private func encrypt(_ context: ChannelHandlerContext) {
        guard case .open = state, flushed > 0, let connection else { return }
        let writes = pending[..<flushed]
        pending.removeFirst(flushed)
        flushed = 0
        pendingBytes = pending.reduce(0) { $0 + $1.buffer.readableBytes }
        let promises = writes.compactMap(\.promise)
        do {
            var together = ByteBuffer()
            for write in writes {
                let buffer = write.buffer
                if writes.count > 1, buffer.readableBytes <= Self.shortWrite {
                    together.writeImmutableBuffer(buffer)
                    guard together.readableBytes >= TLSConnection.piece else { continue }
                    try encrypt(together, connection, context)
                    together.clear()
                    continue
                }
                try encrypt(together, connection, context)
                together.clear()
                try encrypt(buffer, connection, context)
            }
            try encrypt(together, connection, context)
        } catch {
            for promise in promises { promise.fail(error) }
            return fail(context, error)
        }
        send(context, promise: Self.joined(promises, context.eventLoop))
    }

    private func encrypt(_ buffer: ByteBuffer, _ connection: TLSConnection, _ context: ChannelHandlerContext) throws {
        try buffer.withUnsafeReadableBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(TLSConnection.piece)
                try connection.write(UnsafeRawBufferPointer(rebasing: piece))
                rest = rest.dropFirst(piece.count)
                if !rest.isEmpty, let output = output(connection, context) { context.write(wrapOutboundOut(output), promise: nil) }
            }
        }
    }

    private static func joined(_ promises: [EventLoopPromise<Void>], _ loop: any EventLoop) -> EventLoopPromise<Void>? {
        guard promises.count > 1 else { return promises.first }
        let whole = loop.makePromise(of: Void.self)
        for promise in promises { promise.completeWith(whole.futureResult) }
        return whole
    }

    private func output(_ connection: TLSConnection, _ context: ChannelHandlerContext) -> ByteBuffer? {
        let count = connection.outputCount
        guard count > 0 else { return nil }
        var buffer = context.channel.allocator.buffer(capacity: count)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { connection.takeOutput(into: $0) }
        return buffer
    }

    /// Sends what waits for the peer.
    private func send(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        guard let connection, let output = output(connection, context) else {
            promise?.succeed()
            return
        }
        context.writeAndFlush(wrapOutboundOut(output), promise: promise)
    }

    // MARK: The end

    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode != .input { encrypt(context) }
        switch (mode, state) {
        case (.input, _): context.close(mode: .input, promise: promise)
        case (.output, .open):
            connection?.end()
            send(context, promise: promise)
        case (.output, _): promise?.fail(ChannelError.operationUnsupported)
        case (.all, .open):
            // As long as the peer has not read everything and said so, a closed socket may take it away from it.
            connection?.end()
            send(context, promise: nil)
            state = .closing
            closePromise = promise
            failPending(ChannelError.ioOnClosedChannel)
            closeTimer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.closeTimeout) { self.finish(context) }
            context.read()
        case (.all, .closing): promise?.completeWith(context.channel.closeFuture)
        case (.all, .idle), (.all, .handshaking), (.all, .closed):
            state = .closed
            failPending(ChannelError.ioOnClosedChannel)
            context.close(mode: .all, promise: promise)
        }
    }

    private func peerEnded(_ context: ChannelHandlerContext) {
        encrypt(context)
        if case .open = state {
            connection?.end()
            send(context, promise: nil)
        }
        finish(context)
    }

    private func finish(_ context: ChannelHandlerContext) {
        guard isReading else { return }
        state = .closed
        closeTimer?.cancel()
        failPending(ChannelError.ioOnClosedChannel)
        let promise = closePromise
        closePromise = nil
        context.close(mode: .all, promise: promise)
    }

    /// The alert that OpenSSL has for the peer goes out first.
    private func fail(_ context: ChannelHandlerContext, _ error: any Error) {
        if case .closed = state { return }
        send(context, promise: nil)
        let wasClosing = if case .closing = state { true } else { false }
        state = .closed
        closeTimer?.cancel()
        failPending(error)
        if !wasClosing { context.fireErrorCaught(error) }
        let promise = closePromise
        closePromise = nil
        context.close(mode: .all, promise: promise)
    }

    package func channelInactive(context: ChannelHandlerContext) {
        let last = state
        state = .closed
        closeTimer?.cancel()
        closePromise?.succeed()
        closePromise = nil
        failPending(ChannelError.ioOnClosedChannel)
        switch last {
        case .handshaking: context.fireErrorCaught(TLSError.failed("the peer closed the connection during the handshake"))
        case .open: context.fireErrorCaught(TLSError.truncated)
        case .idle, .closing, .closed: break
        }
        context.fireChannelInactive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        closeTimer?.cancel()
        failPending(ChannelError.ioOnClosedChannel)
        connection = nil
    }

    private func failPending(_ error: any Error) {
        let writes = pending
        pending = []
        pendingBytes = 0
        flushed = 0
        for write in writes { write.promise?.fail(error) }
    }
}
