import NIOHPACK
import Synchronization
import TestSupport
import Testing

import HTTPTransport

@Suite struct GRPCClientTests {
    private static let method = "/test.Service/Call"
    private let echo: @Sendable (GRPCTestServer.Exchange) -> Void = { $0.answer([Array($0.body.dropFirst(5))]) }

    /// Runs `body` with a client of a server that answers so.
    private func withClient(
        limit: Int = 16 << 20, _ answer: @escaping @Sendable (GRPCTestServer.Exchange) -> Void,
        _ body: (GRPCClient, GRPCTestServer) async throws -> Void
    ) async throws {
        let server = GRPCTestServer(answer)
        let client = GRPCClient(try await server.listen(), limit: limit)
        do { try await body(client, server) } catch {
            await server.stop()
            throw error
        }
        client.close()
        await server.stop()
    }

    private func error(_ answer: @escaping @Sendable (GRPCTestServer.Exchange) -> Void) async throws -> GRPCError? {
        let failure = Mutex<GRPCError?>(nil)
        try await withClient(limit: 1000, answer) { client, _ in
            do { _ = try await client.unary(Self.method, [1], timeout: nil) } catch let error as GRPCError {
                failure.withLock { $0 = error }
            }
        }
        return failure.withLock { $0 }
    }

    @Test func `A call's message is answered by a message`() async throws {
        let seen = Mutex<[HPACKHeaders]>([])
        try await withClient { [echo] exchange in
            seen.withLock { $0.append(exchange.headers) }
            echo(exchange)
        } _: { client, server in
            let large = (0..<700_000).map { UInt8(truncatingIfNeeded: $0) }
            for message in [[1, 2, 3], [], large] {
                let answer = try await client.unary(Self.method, message, timeout: .milliseconds(99_500))
                #expect(answer == message)
            }
            let nothing = try await client.unary(Self.method, [], timeout: nil)
            #expect(nothing == [])
            #expect(server.connectionCount == 1)
        }
        let heads = seen.withLock { $0 }
        #expect(heads.map { $0.first(name: "grpc-timeout") } == ["99500m", "99500m", "99500m", nil])
        #expect(heads.allSatisfy { $0.first(name: ":path") == Self.method && $0.first(name: "te") == "trailers" })
        #expect(heads.allSatisfy { $0.first(name: "content-type") == "application/grpc" })
    }

    @Test(arguments: 1...11) func `A stream's messages come in order, however they are cut`(size: Int) async throws {
        let messages: [[UInt8]] = [[7], [], Array(repeating: 9, count: 20), [1, 2, 3, 4, 5, 6, 7], []]
        try await withClient { exchange in
            exchange.head()
            let bytes = messages.flatMap { GRPCFrames.framed($0) }
            for start in stride(from: 0, to: bytes.count, by: size) { exchange.data(bytes[start..<min(start + size, bytes.count)]) }
            exchange.trailers(["grpc-status": "0"])
        } _: { client, _ in
            let answers = client.stream(Self.method, [])
            var received: [[UInt8]] = []
            while let message = try await answers.next() { received.append(message) }
            #expect(received == messages)
        }
    }

    @Test func `A slow reader of a long stream gets all of it`() async throws {
        let message = [UInt8](repeating: 5, count: 60_000)
        try await withClient {
            $0.answer(Array(repeating: message, count: 20))
        } _: { client, _ in
            let answers = client.stream(Self.method, [])
            var count = 0
            while let answer = try await answers.next() {
                #expect(answer == message)
                count += 1
                await Task.yield()
            }
            #expect(count == 20)
        }
    }

    @Test func `Errors are the server's, from trailers and from heads`() async throws {
        let refused = try await error { $0.head(["grpc-status": "5", "grpc-message": "no %C3%A4pfel %zz 100%"], isEnd: true) }
        #expect(refused == GRPCError(.notFound, "no äpfel %zz 100%"))
        #expect(refused.map { "\($0)" } == "rpc error: code = NotFound desc = no äpfel %zz 100%")
        let late = try await error { exchange in
            exchange.head()
            exchange.data(GRPCFrames.framed([1]))
            exchange.trailers(["grpc-status": "9", "grpc-message": "in%20use"])
        }
        #expect(late == GRPCError(.failedPrecondition, "in use"))
        #expect(try await error { $0.head(["grpc-status": "12"], isEnd: true) } == GRPCError(.unimplemented, ""))
        #expect(try await error { $0.head(["grpc-status": "77"], isEnd: true) }?.code == .unknown)
        #expect(try await error { $0.head(["grpc-status": "x"], isEnd: true) }?.code == .internal)
    }

    @Test func `Answers that are not gRPC's are errors`() async throws {
        #expect(try await error { $0.head(status: "503", isEnd: true) }?.code == .unavailable)
        #expect(try await error { $0.head(status: "404", type: "text/html", isEnd: true) }?.code == .unimplemented)
        #expect(try await error { $0.head(type: "text/html", isEnd: true) }?.code == .unknown)
        #expect(try await error { $0.head(isEnd: true) }?.code == .internal)
        #expect(try await error { $0.answer([]) }?.code == .internal)
        #expect(try await error { $0.answer([[1], [2]]) }?.code == .internal)
        let compressed = try await error { exchange in
            exchange.head()
            exchange.data([1, 0, 0, 0, 1, 42])
            exchange.trailers(["grpc-status": "0"])
        }
        #expect(compressed?.code == .internal)
        let cut = try await error { exchange in
            exchange.head()
            exchange.data([0, 0, 0, 0, 3, 42])
            exchange.trailers(["grpc-status": "0"])
        }
        #expect(cut?.code == .internal)
        let headless = try await error { exchange in
            exchange.head()
            exchange.data(GRPCFrames.framed([1]), isEnd: true)
        }
        #expect(headless?.code == .internal)
        let long = try await error { exchange in
            exchange.head()
            exchange.data([0, 255, 255, 255, 255, 42])
        }
        #expect(long?.code == .resourceExhausted)
    }

    @Test func `A reset ends one call and leaves the others alone`() async throws {
        try await withClient { [echo] exchange in
            switch exchange.body.last {
            case 1: exchange.reset(.refusedStream)
            case 2: exchange.reset(.cancel)
            default: echo(exchange)
            }
        } _: { client, server in
            await #expect { _ = try await client.unary(Self.method, [1], timeout: nil) } throws: {
                ($0 as? GRPCError)?.code == .unavailable
            }
            await #expect { _ = try await client.unary(Self.method, [2], timeout: nil) } throws: { ($0 as? GRPCError)?.code == .cancelled }
            let answer = try await client.unary(Self.method, [3], timeout: nil)
            #expect(answer == [3])
            #expect(server.connectionCount == 1)
        }
    }

    @Test func `A call past its deadline fails, and its server hears of that if it heard of the call`() async throws {
        let calls = Atomic(0)
        try await withClient { _ in
            calls.add(1, ordering: .relaxed)
        } _: { client, server in
            // On a busy machine a deadline may come before the connection does.
            while calls.load(ordering: .relaxed) == 0 {
                await #expect(throws: GRPCError(.deadlineExceeded, "context deadline exceeded")) {
                    _ = try await client.unary(Self.method, [], timeout: .milliseconds(20))
                }
            }
            for await _ in server.resets { break }
        }
    }

    @Test func `A cancelled call is reset`() async throws {
        let (calls, arrived) = AsyncStream<Void>.makeStream()
        try await withClient { _ in
            arrived.yield()
        } _: { client, server in
            let task = Task { _ = try await client.unary(Self.method, [], timeout: nil) }
            for await _ in calls { break }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            for await _ in server.resets { break }
        }
    }

    @Test func `Letting go of a stream of answers resets it`() async throws {
        try await withClient { exchange in
            exchange.head()
            exchange.data(GRPCFrames.framed([1]))
        } _: { client, server in
            do {
                let answers = client.stream(Self.method, [])
                let answer = try await answers.next()
                #expect(answer == [1])
            }
            for await _ in server.resets { break }
        }
    }

    @Test func `A lost connection fails its calls, and the next call makes a new one`() async throws {
        try await withClient { [echo] exchange in
            if exchange.body.last == 1 { exchange.closeConnection() } else { echo(exchange) }
        } _: { client, server in
            await #expect { _ = try await client.unary(Self.method, [1], timeout: nil) } throws: {
                ($0 as? GRPCError)?.code == .unavailable
            }
            let answer = try await client.unary(Self.method, [2], timeout: nil)
            #expect(answer == [2])
            #expect(server.connectionCount == 2)
        }
    }

    @Test func `A server that goes away is asked on a new connection`() async throws {
        try await withClient { [echo] exchange in
            if exchange.body.last == 1 { exchange.goAway() }
            echo(exchange)
        } _: { client, server in
            let first = try await client.unary(Self.method, [1], timeout: nil)
            #expect(first == [1])
            let second = try await client.unary(Self.method, [2], timeout: nil)
            #expect(second == [2])
            #expect(server.connectionCount == 2)
        }
    }

    @Test func `A server that is not there is awaited by those calls that ask for it`() async throws {
        let path = "/tmp/martlet-grpc-\(UInt32.random(in: 0 ... .max)).sock"
        let client = GRPCClient(.unix(path: path))
        await #expect { _ = try await client.unary(Self.method, [], timeout: nil) } throws: { ($0 as? GRPCError)?.code == .unavailable }
        await #expect { _ = try await client.unary(Self.method, [], timeout: .milliseconds(30), waits: true) } throws: {
            ($0 as? GRPCError)?.code == .deadlineExceeded
        }
        async let answer = client.unary(Self.method, [4], timeout: nil, waits: true)
        let server = GRPCTestServer(echo)
        try await server.listen(socket: path)
        #expect(try await answer == [4])
        client.close()
        await #expect { _ = try await client.unary(Self.method, [], timeout: nil, waits: true) } throws: {
            ($0 as? GRPCError)?.code == .cancelled
        }
        await server.stop()
    }

    @Test func `Bytes that are no messages are refused, whatever they are`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var bytes = (0..<4).flatMap { _ in GRPCFrames.framed(Array(repeating: 3, count: Int.random(in: 0..<40, using: &random))) }
            for _ in 0..<Int.random(in: 0..<4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            var frames = GRPCFrames(limit: 100)
            var taken = 0
            do {
                while !bytes.isEmpty {
                    let count = min(bytes.count, Int.random(in: 1..<20, using: &random))
                    frames.append(Array(bytes.prefix(count)))
                    bytes.removeFirst(count)
                    while let message = try frames.next() { taken += message.count }
                }
            } catch {
                #expect(error is GRPCError)
            }
            #expect(taken <= 160)
        }
    }
}
