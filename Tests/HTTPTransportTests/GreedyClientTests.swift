import Synchronization
import TestSupport
import Testing

import HTTPTransport

/// Clients that ask and do not read, or begin and do not end, do not fill the server's memory.
@Suite(.timeLimit(.minutes(1))) struct GreedyClientTests {
    /// What a handler has made and the client has not read.
    private final class Ledger: Sendable {
        private let state = Mutex((made: 0, read: 0, most: 0))

        func made(_ bytes: Int) {
            state.withLock {
                $0.made += bytes
                $0.most = max($0.most, $0.made - $0.read)
            }
        }
        func read(_ bytes: Int) { state.withLock { $0.read += bytes } }
        var made: Int { state.withLock(\.made) }
        var most: Int { state.withLock(\.most) }
    }

    @Test func `requests sent one after another without reading wait for the reader`() async throws {
        let ledger = Ledger()
        let size = 200_000, count = 500
        let handler = ClosureHandler { _, responder in
            ledger.made(size)
            responder.respond(HTTPResponse(status: 200, body: [UInt8](repeating: 65, count: size)))
        }
        for tls in [nil, serverTLS()] {
            let before = ledger.made
            try await withServer(handler, tls: tls) { _, target in
                let stream = try await HTTPClient(tls: tls.map { _ in ClientTLS(authorities: TestCertificates.authority) }).open(target)
                let request = Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
                try await stream.write(Array((0..<count).map { _ in request }.joined()))
                var received = 0
                // Besides the bodies there are heads, which do not make the sum smaller.
                while received < size * count, let bytes = try await stream.read() {
                    received += bytes.count
                    ledger.read(bytes.count)
                }
                stream.close()
            }
            #expect(ledger.made - before == size * count)
        }
        // The sockets of both sides hold some megabytes; the whole would be a hundred.
        #expect(ledger.most < 24 << 20)
    }

    @Test func `requests behind one that lasts are not taken without bound`() async throws {
        let handler = ClosureHandler { request, responder in
            if request.path == "/first" { await Task.yield() }
            responder.respond(.text(200, "ok"))
        }
        try await withServer(handler) { _, target in
            let stream = try await HTTPClient().open(target)
            var text = "GET /first HTTP/1.1\r\nHost: x\r\n\r\n"
            for number in 0..<3000 { text += "POST /\(number % 2) HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello" }
            text += "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            try await stream.write(Array(text.utf8))
            var received: [UInt8] = []
            while let bytes = try await stream.read() { received += bytes }
            let answers = String(decoding: received, as: UTF8.self).split(separator: "HTTP/1.1 200 OK").count
            #expect(answers == 3002)
            stream.close()
        }
    }

    @Test func `long answers to the streams of one connection wait for the reader`() async throws {
        let ledger = Ledger()
        let size = 1 << 20
        let handler = ClosureHandler { request, responder in
            if request.path == "/short" { return _ = responder.respond(.text(200, "short")) }
            if !responder.hasRoom(for: size) {
                do { try await responder.waitForRoom(for: size) } catch { return }
            }
            ledger.made(size)
            responder.respond(HTTPResponse(status: 200, body: [UInt8](repeating: 65, count: size)))
        }
        var limits = HTTPServer.Limits()
        limits.unreadBytes = 4 << 20
        try await withServer(handler, tls: serverTLS(), limits: limits) { _, target in
            let client = try HTTP2Client(target: target, tls: ClientTLS(authorities: TestCertificates.authority))
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        let answer = try await client.send("GET", "/")
                        // A short answer is not held up by the long ones.
                        #expect(try await client.fetch("GET", "/short").body == Array("short".utf8))
                        var received = 0
                        while let bytes = try await answer.body.read() { received += bytes.count }
                        ledger.read(received)
                        return received
                    }
                }
                for try await received in group { #expect(received == size) }
            }
            client.close()
        }
        #expect(ledger.made == 40 * size)
        // Four wait at the server; the sockets and the buffers of the client's forty streams hold more of what was made.
        #expect(ledger.most <= 24 * size)
    }

    @Test func `who leaves while waiting for room lets the next one in`() async throws {
        // More than sockets and client take without reading.
        let size = 32 << 20
        let waiting = Atomic<Int>(0)
        let handler = ClosureHandler { _, responder in
            if !responder.hasRoom(for: size) {
                waiting.add(1, ordering: .relaxed)
                do { try await responder.waitForRoom(for: size) } catch { return }
            }
            responder.respond(HTTPResponse(status: 200, body: [UInt8](repeating: 65, count: size)))
        }
        var limits = HTTPServer.Limits()
        limits.unreadBytes = size
        try await withServer(handler, tls: serverTLS(), limits: limits) { _, target in
            let client = try HTTP2Client(target: target, tls: ClientTLS(authorities: TestCertificates.authority))
            let held = try await client.send("GET", "/")
            let impatient = Task { try await client.send("GET", "/") }
            while waiting.load(ordering: .relaxed) < 1, !Task.isCancelled { await Task.yield() }
            let patient = Task { try await client.fetch("GET", "/", limit: size).body.count }
            while waiting.load(ordering: .relaxed) < 2, !Task.isCancelled { await Task.yield() }
            impatient.cancel()
            await #expect(throws: (any Error).self) { _ = try await impatient.value }
            held.discard()
            #expect(try await patient.value == size)
            client.close()
        }
    }

    @Test func `of bodies that do not end the oldest is let go when they become too much`() async throws {
        var limits = HTTPServer.Limits()
        limits.pendingBodyBytes = 400_000
        let handler = ClosureHandler(policy: .collect(limit: 1 << 20)) { request, responder in
            responder.respond(.text(200, "\(request.bytes.count)"))
        }
        try await withServer(handler, limits: limits) { server, target in
            let client = try HTTPClient()
            let head = Array("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n".utf8)
            var unfinished: [any ByteStream] = []
            for _ in 0..<10 {
                let stream = try await client.open(target)
                try await stream.write(head + [UInt8](repeating: 65, count: 150_000))
                unfinished.append(stream)
                #expect(server.pendingBodyBytes <= limits.pendingBodyBytes)
            }
            var text = ""
            while let bytes = try await unfinished[0].read() { text += String(decoding: bytes, as: UTF8.self) }
            #expect(text.hasPrefix("HTTP/1.1 408"))
            let whole = try await client.fetch(.init("POST", target, "/", body: [UInt8](repeating: 65, count: 300_000)))
            #expect(whole.body == Array("300000".utf8))
            for stream in unfinished { stream.close() }
            while server.pendingBodyBytes > 0, !Task.isCancelled { await Task.yield() }
            #expect(server.pendingBodyBytes == 0)
        }
    }
}
