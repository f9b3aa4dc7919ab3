import Core
import HTTPTransport
import JSON
import ResourceEngine
import Values

/// Streams the events of a watch: one JSON document a line.
struct WatchServing: Sendable {
    let server: APIServer

    /// Returns the status once the watch is over.
    func serve(_ call: Call, _ request: APIRequest) async throws -> Int {
        var request = request
        guard let representation = AcceptHeader(call.request.headers).representation(allowsTransforms: true),
            representation.encoding == .json
        else {
            throw ErrorResponse.notAcceptable
        }
        // Upstream ends every watch after thirty to sixty minutes, so that clients spread over servers again.
        if request.options.timeoutSeconds == nil { request.options.timeoutSeconds = Int.random(in: 1800..<3600) }
        let includeObject = QueryParameters(call.request.query)["includeObject"] ?? ""
        var headers = call.headers
        headers.add("Content-Type", representation.contentType)
        let watch: EngineWatch
        do {
            watch = try await server.engine.watch(request)
        } catch let error as APIError where error.code == 410 {
            // An expired revision is told inside the stream, where clients look for it.
            let stream = try await AnswerStream(
                call, headers: headers, framing: .lines, subprotocols: WebSocket.offeredSubprotocols(call.request))
            try await stream.write(Self.error(error))
            await stream.finish()
            return 200
        }
        defer { watch.cancel() }
        let stream = try await AnswerStream(
            call, headers: headers, framing: .lines, subprotocols: WebSocket.offeredSubprotocols(call.request))
        do {
            var isFirst = true
            while let events = try await watch.next() {
                var chunk: [UInt8] = []
                for event in events {
                    let object = try server.encoder.encode(
                        event.object, of: watch.resource, representation.transform, includeObject: includeObject, isFirst: isFirst)
                    isFirst = false
                    chunk.reserveCapacity(chunk.count + object.count + 40)
                    chunk.append(contentsOf: "{\"type\":\"".utf8)
                    chunk.append(contentsOf: event.kind.rawValue.utf8)
                    chunk.append(contentsOf: "\",\"object\":".utf8)
                    chunk.append(contentsOf: object)
                    chunk.append(contentsOf: "}\n".utf8)
                    if chunk.count > 256 * 1024 {
                        try await stream.write(chunk)
                        chunk.removeAll(keepingCapacity: true)
                    }
                }
                try await stream.write(chunk)
            }
            await stream.finish()
        } catch let error as APIError {
            try await stream.write(Self.error(error))
            await stream.finish()
        } catch is HTTPError {
            // The client has gone, or takes nothing.
            stream.abort()
        }
        return 200
    }

    private static func error(_ error: APIError) -> [UInt8] {
        JSONWriter.encode(["type": "ERROR", "object": error.status]) + [UInt8(ascii: "\n")]
    }
}
