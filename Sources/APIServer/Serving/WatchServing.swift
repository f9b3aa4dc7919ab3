import Core
import HTTPTransport
import JSON
import ResourceEngine
import SchemaEngine
import Values

/// Streams the events of a watch: one JSON document a line, or protobuf messages with their lengths before them.
struct WatchServing: Sendable {
    let server: APIServer
    /// Events are sent together up to this length.
    private static let longestChunk = 128 * 1024

    /// Returns the status once the watch is over.
    func serve(_ call: Call, _ request: APIRequest) async throws -> Int {
        var request = request
        // A WebSocket carries lines.
        let allowsProtobuf = server.engine.registry[request.resource]?.schema.custom == nil && !WebSocket.isRequested(by: call.request)
        let representation = try AcceptHeader(call.request.headers).negotiated(isList: true, allowsProtobuf: allowsProtobuf)
        guard representation.encoding != .yaml else { throw ErrorResponse.onlyAccepted(Representation.streamTypes) }
        if case .table = representation.transform { try AnswerEncoder.checkIncludeObject(call.query["includeObject"]) }
        // Upstream ends every watch after thirty to sixty minutes, so that clients spread over servers again.
        if request.options.timeoutSeconds == nil { request.options.timeoutSeconds = Int.random(in: 1800..<3600) }
        let includeObject = call.query["includeObject"] ?? ""
        var headers = call.headers
        let isProtobuf = representation.encoding == .protobuf
        headers.add("Content-Type", representation.contentType + (isProtobuf ? ";stream=watch" : ""))
        let watch: EngineWatch
        do {
            watch = try await server.engine.watch(request)
        } catch let error as APIError where error.code == 410 {
            // An expired revision is told inside the stream, where clients look for it.
            let stream = try await AnswerStream(
                call, headers: headers, framing: .lines, subprotocols: WebSocket.offeredSubprotocols(call.request))
            try await stream.write(Self.error(error, representation))
            await stream.finish()
            return 200
        }
        defer { watch.cancel() }
        server.watchCounts.began(request)
        defer { server.watchCounts.ended(request) }
        if !watch.hasInitialEvents { call.seat?.release() }
        let stream = try await AnswerStream(
            call, headers: headers, framing: .lines, subprotocols: WebSocket.offeredSubprotocols(call.request))
        await call.trail?.started(code: 200)
        func append(_ event: EngineEvent, to chunk: inout [UInt8], isFirst: Bool) throws -> Int {
            let object = try server.encoder.encode(
                event.object, of: watch.resource, representation, includeObject: includeObject, isFirst: isFirst)
            Self.append(event.kind.rawValue, object, representation, to: &chunk)
            return object.count
        }
        do {
            var isFirst = true
            while let events = try await watch.next() {
                var chunk: [UInt8] = []
                var sizes: [Int] = []
                sizes.reserveCapacity(events.count)
                for event in events {
                    if let count = event.object.storedCount, count > Self.longestChunk {
                        try await stream.write(chunk)
                        chunk.removeAll(keepingCapacity: true)
                        try await stream.write(about: count) {
                            var piece: [UInt8] = []
                            sizes.append(try append(event, to: &piece, isFirst: isFirst))
                            return piece
                        }
                        isFirst = false
                        continue
                    }
                    sizes.append(try append(event, to: &chunk, isFirst: isFirst))
                    isFirst = false
                    if chunk.count > Self.longestChunk {
                        try await stream.write(chunk)
                        chunk.removeAll(keepingCapacity: true)
                    }
                }
                try await stream.write(chunk)
                server.watchMetrics.sent(request.resource, bytes: sizes)
                call.seat?.release()
            }
            await stream.finish()
        } catch let error as APIError {
            try await stream.write(Self.error(error, representation))
            await stream.finish()
        } catch is HTTPError {
            // The client has gone, or takes nothing.
            stream.abort()
        }
        return 200
    }

    private static func append(_ type: String, _ object: [UInt8], _ representation: Representation, to chunk: inout [UInt8]) {
        chunk.reserveCapacity(chunk.count + object.count + 40)
        if representation.encoding == .protobuf {
            let event = ProtobufEncoder.event(type, object)
            withUnsafeBytes(of: UInt32(event.count).bigEndian) { chunk.append(contentsOf: $0) }
            chunk.append(contentsOf: event)
        } else {
            chunk.append(contentsOf: "{\"type\":\"".utf8)
            chunk.append(contentsOf: type.utf8)
            chunk.append(contentsOf: "\",\"object\":".utf8)
            chunk.append(contentsOf: object)
            chunk.append(contentsOf: "}\n".utf8)
        }
    }

    private static func error(_ error: APIError, _ representation: Representation) -> [UInt8] {
        let status = representation.encoding == .protobuf ? ProtobufBody.encode(error.status) : JSONWriter.encode(error.status)
        var chunk: [UInt8] = []
        append("ERROR", status, representation, to: &chunk)
        return chunk
    }
}
