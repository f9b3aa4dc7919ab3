import Randomness
import Testing

import HTTPTransport

@Suite struct WebSocketTests {
    @Test func acceptsTheKeyOfTheSpecification() {
        #expect(WebSocket.accept(key: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test(arguments: [0, 1, 125, 126, 65_535, 65_536, 200_000], [UInt32?.none, 0x0102_0304])
    func readsTheFramesItWrites(size: Int, mask: UInt32?) throws {
        let frame = WebSocketFrame(opcode: .binary, payload: (0..<size).map { UInt8(truncatingIfNeeded: $0) })
        var decoder = WebSocketDecoder(expectsMask: mask != nil)
        let bytes = frame.encoded(mask: mask)
        decoder.append(Array(bytes.prefix(1)))
        #expect(try decoder.next() == nil)
        decoder.append(Array(bytes.dropFirst()))
        #expect(try decoder.next() == frame)
        #expect(try decoder.next() == nil)
    }

    @Test func refusesUnmaskedFramesOfClientsAndFramesOverTheLimit() {
        var decoder = WebSocketDecoder(expectsMask: true, maximumPayload: 10)
        decoder.append(WebSocketFrame(opcode: .text, payload: [1]).encoded(mask: nil))
        #expect(throws: HTTPError.self) { try decoder.next() }
        decoder = WebSocketDecoder(expectsMask: true, maximumPayload: 10)
        decoder.append(WebSocketFrame(opcode: .text, payload: [UInt8](repeating: 0, count: 11)).encoded(mask: 1))
        #expect(throws: HTTPError.self) { try decoder.next() }
    }

    @Test func neverCrashesOnRandomBytes() {
        var random = SplitMix(seed: 1)
        for _ in 0..<2000 {
            var decoder = WebSocketDecoder(expectsMask: Bool.random(using: &random))
            decoder.append((0..<Int.random(in: 0..<64, using: &random)).map { _ in UInt8.random(in: .min ... .max, using: &random) })
            do { while try decoder.next() != nil {} } catch { continue }
        }
    }

    @Test func talksToAServerAndChoosesASubprotocol() async throws {
        let handler = ClosureHandler { request, responder in
            do {
                let socket = try await WebSocket.upgrade(request, responder, supported: ["two"])
                while let message = try await socket.receive() { try await socket.send(message) }
            } catch { Issue.record(error) }
        }
        try await withServer(handler) { _, target in
            let client = try HTTPClient()
            let socket = try await WebSocket.connect(client, .init("GET", target, "/"), subprotocols: ["one", "two"])
            #expect(socket.subprotocol == "two")
            try await socket.send(.text("hello"))
            #expect(try await socket.receive() == .text("hello"))
            let large = [UInt8](repeating: 7, count: 300_000)
            try await socket.send(.binary(large))
            #expect(try await socket.receive() == .binary(large))
            await socket.close()
        }
    }
}
