import NIOCore
import NIOHTTP1

extension ServerExchange {
    func upgrade(headers: HTTPFields, _ done: @escaping (Result<any ByteStream, any Error>) -> Void) {
        guard let context, isUpgradeRequest, case .handling = state else {
            return done(.failure(HTTPError.notUpgraded(facts.isHTTP2 ? "HTTP/2 has no upgrade" : "the connection is gone")))
        }
        let head = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers.nio)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        state = .upgraded
        deadlineTimer?.cancel()
        stallTimer?.cancel()
        task = nil
        let pipeline = context.pipeline.syncOperations
        let (stream, last) = ChannelByteStream.make(on: context.channel)
        do {
            try pipeline.addHandler(last, position: .after(self))
            let encoder = try pipeline.context(handlerType: HTTPResponseEncoder.self)
            let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
            pipeline.removeHandler(context: encoder, promise: nil)
            pipeline.removeHandler(context: context, promise: nil)
            pipeline.removeHandler(context: decoder, promise: nil)
            done(.success(stream))
        } catch {
            context.close(promise: nil)
            done(.failure(error))
        }
    }
}
