import Randomness
import Testing

import HTTPTransport

@Suite struct SPDYTests {
    @Test func readsTheFramesItWrites() throws {
        var writer = try #require(SPDYCodec())
        var reader = try #require(SPDYCodec())
        let frames: [SPDYFrame] = [
            .synStream(id: 1, headers: ["streamtype": "data", "port": "80"], isLast: false),
            .synReply(id: 1, headers: HTTPFields(), isLast: false),
            .data(id: 1, bytes: Array("hello".utf8), isLast: false),
            .synStream(id: 3, headers: ["streamtype": "error", "port": "80"], isLast: true),
            .data(id: 1, bytes: [], isLast: true), .reset(id: 3, status: 5), .ping(id: 1), .goAway(lastGood: 3, status: 0),
            .windowUpdate(id: 1, delta: 99), .settings,
        ]
        let bytes = frames.flatMap { writer.encode($0) }
        for byte in bytes { reader.append([byte]) }
        for frame in frames { #expect(try reader.next() == frame) }
        #expect(try reader.next() == nil)
    }

    @Test func primesCompressionWithTheDictionaryOfTheSpecification() throws {
        var writer = try #require(SPDYCodec())
        let bytes = writer.encode(.synStream(id: 1, headers: ["a": "b"], isLast: false))
        // zlib's header and the Adler-32 of the dictionary, as every SPDY/3 peer sends them.
        #expect(Array(bytes[20..<24]) == [0xE3, 0xC6, 0xA7, 0xC2])
    }

    @Test func neverCrashesOnRandomBytes() throws {
        var random = SplitMix(seed: 2)
        for _ in 0..<500 {
            var reader = try #require(SPDYCodec())
            var bytes = (0..<Int.random(in: 8..<80, using: &random)).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            if Bool.random(using: &random) {
                bytes.replaceSubrange(0..<8, with: [0x80, 3, 0, UInt8.random(in: 0...10, using: &random), 0, 0, 0, 40])
            }
            reader.append(bytes)
            do { while try reader.next() != nil {} } catch { continue }
        }
    }

    @Test(arguments: [false, true])
    func forwardsPorts(throughAWebSocket: Bool) async throws {
        let handler = ClosureHandler { request, responder in
            do {
                let session = try await PortForwardSession.accept(request, responder)
                for await connection in session.connections {
                    if connection.port == 81 {
                        await connection.fail("nothing listens")
                        continue
                    }
                    while let bytes = try await connection.data.read() { try await connection.data.write(bytes) }
                    await connection.finish()
                }
            } catch { Issue.record(error) }
        }
        try await withServer(handler) { _, target in
            let client = try HTTPClient()
            let stream: any ByteStream
            if throughAWebSocket {
                let socket = try await WebSocket.connect(client, .init("GET", target, "/"), subprotocols: ["SPDY/3.1+portforward.k8s.io"])
                #expect(socket.subprotocol == "SPDY/3.1+portforward.k8s.io")
                stream = WebSocketTunnel(socket)
            } else {
                let request = HTTPClient.Request(
                    "POST", target, "/",
                    headers: ["Connection": "Upgrade", "Upgrade": "SPDY/3.1", "X-Stream-Protocol-Version": "portforward.k8s.io"])
                guard case .upgraded(_, let upgraded) = try await client.upgrade(request) else {
                    Issue.record("refused")
                    return
                }
                stream = upgraded
            }
            let session = try SPDYSession(stream, role: .client)
            let runner = Task { try await session.run() }
            let error = try await session.open(["streamtype": "error", "port": "80", "requestid": "0"])
            let data = try await session.open(["streamtype": "data", "port": "80", "requestid": "0"])
            let sent = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            async let writing: Void = {
                try await data.write(sent)
                await data.closeWrite()
            }()
            var received: [UInt8] = []
            while let bytes = try await data.read() { received += bytes }
            try await writing
            #expect(received == sent)
            #expect(try await error.read() == nil)
            let second = try await session.open(["streamtype": "error", "port": "81", "requestid": "1"])
            _ = try await session.open(["streamtype": "data", "port": "81", "requestid": "1"])
            #expect(try await second.read() == Array("nothing listens".utf8))
            await session.close()
            runner.cancel()
        }
    }
}
