import Logging
import Synchronization
import TestSupport
import Testing

import HTTPTransport

/// Answers with what a closure says.
struct ClosureHandler: HTTPHandler {
    var policy: HTTPBodyPolicy = .collect(limit: 1024)
    let body: @Sendable (HTTPRequest, HTTPResponder) async -> Void

    init(policy: HTTPBodyPolicy = .collect(limit: 1024), _ body: @escaping @Sendable (HTTPRequest, HTTPResponder) async -> Void) {
        self.policy = policy
        self.body = body
    }

    func bodyPolicy(method: String, path: Substring) -> HTTPBodyPolicy { policy }
    func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async { await body(request, responder) }
}

let testLogger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

func serverTLS(clients: Bool = false) -> ServerTLS {
    ServerTLS(
        material: TLSMaterial(certificateChain: TestCertificates.serverCertificate, privateKey: TestCertificates.serverKey),
        clientCAs: clients ? TestCertificates.authority : nil)
}

/// Runs `body` with a server on a port of its own, then stops the server.
func withServer(
    _ handler: any HTTPHandler, tls: ServerTLS? = nil, limits: HTTPServer.Limits = .init(),
    _ body: (HTTPServer, HTTPClient.Target) async throws -> Void
) async throws {
    let server = try HTTPServer(handler: handler, tls: tls, limits: limits, logger: testLogger)
    let port = try await server.listen(host: "127.0.0.1", port: 0)
    do {
        try await body(server, .tcp(host: "127.0.0.1", port: port))
        await server.shutdown(grace: .milliseconds(100))
    } catch {
        await server.shutdown(grace: .milliseconds(100))
        throw error
    }
}

let echo = ClosureHandler { request, responder in
    responder.respond(
        HTTPResponse(status: 200, headers: ["X-Path": String(request.path), "X-Query": String(request.query)], body: request.bytes))
}

@Suite struct HTTPServerTests {
    @Test func `a value with a line's end in it stays one value`() async throws {
        let odd = ClosureHandler { request, responder in
            var headers: HTTPFields = [
                "X-Odd": "a\r\nX-Made: up\r\n\r\nHTTP/1.1 200 OK\u{0}\u{7F}\tb", "Bad Name": "1", "": "2", "X\r\nMade": "3",
            ]
            headers.add("X-Seen", request.headers["x-sent"] ?? "")
            headers.add("X-Path", String(request.path))
            responder.respond(HTTPResponse(status: 200, headers: headers, body: Array("whole".utf8)))
        }
        for tls in [nil, serverTLS()] {
            try await withServer(odd, tls: tls) { _, target in
                let client = try HTTPClient(tls: tls.map { _ in ClientTLS(authorities: TestCertificates.authority) })
                for _ in 0..<2 {
                    let answer = try await client.fetch(
                        .init("GET", target, "/a b\r\nX-Made: up", headers: ["X-Sent": "c\r\nX-Made: up", "X Y": "1"]))
                    #expect(answer.headers["x-odd"] == "a  X-Made: up    HTTP/1.1 200 OK  \tb")
                    #expect(answer.headers["x-made"] == nil)
                    #expect(!answer.headers.fields.contains { ["1", "2", "3"].contains($0.value) })
                    #expect(answer.headers["x-seen"] == "c  X-Made: up")
                    #expect(answer.headers["x-path"] == "/a%20b%0D%0AX-Made:%20up")
                    #expect(String(decoding: answer.body, as: UTF8.self) == "whole")
                }
            }
        }
    }

    @Test func answersARequestWithABodyAndKeepsTheConnection() async throws {
        try await withServer(echo) { _, target in
            let client = try HTTPClient()
            for _ in 0..<3 {
                let answer = try await client.fetch(.init("POST", target, "/a%20b?x=1", body: Array("hello".utf8)))
                #expect(answer.status == 200)
                #expect(answer.headers["x-path"] == "/a%20b")
                #expect(answer.headers["x-query"] == "x=1")
                #expect(String(decoding: answer.body, as: UTF8.self) == "hello")
            }
        }
    }

    @Test func speaksTLSAndShowsTheClientsCertificate() async throws {
        let handler = ClosureHandler { request, responder in
            responder.respond(.text(200, request.peerCertificate.map { "certificate of \($0.count > 100)" } ?? "none"))
        }
        try await withServer(handler, tls: serverTLS(clients: true)) { _, target in
            let anonymous = try HTTPClient(tls: ClientTLS(authorities: TestCertificates.authority))
            #expect(try await anonymous.fetch(.init("GET", target, "/")).body == Array("none".utf8))
            let known = try HTTPClient(
                tls: ClientTLS(
                    authorities: TestCertificates.authority, certificateChain: TestCertificates.clientCertificate,
                    privateKey: TestCertificates.clientKey))
            #expect(try await known.fetch(.init("GET", target, "/")).body == Array("certificate of true".utf8))
        }
    }

    @Test func refusesAServerThatTheAuthoritiesDoNotVouchFor() async throws {
        try await withServer(echo, tls: serverTLS()) { _, target in
            let client = try HTTPClient(tls: ClientTLS())
            await #expect(throws: HTTPError.self) { _ = try await client.fetch(.init("GET", target, "/")) }
        }
    }

    @Test func answers413ToABodyOverTheLimit() async throws {
        try await withServer(echo) { _, target in
            let client = try HTTPClient()
            let answer = try await client.fetch(.init("POST", target, "/", body: [UInt8](repeating: 1, count: 2000)))
            #expect(answer.status == 413)
        }
    }

    @Test func streamsABodyInBothDirections() async throws {
        let handler = ClosureHandler(policy: .stream) { request, responder in
            guard case .stream(let body) = request.body else { return }
            do {
                let answer = try responder.stream(status: 200, headers: [:])
                while let bytes = try await body.read() { try await answer.write(bytes) }
                answer.finish()
            } catch { Issue.record(error) }
        }
        try await withServer(handler) { _, target in
            let client = try HTTPClient()
            let sent = (0..<1_500_000).map { UInt8(truncatingIfNeeded: $0) }
            let answer = try await client.fetch(.init("POST", target, "/", body: sent))
            #expect(answer.body == sent)
        }
    }

    @Test func cancelsTheHandlerWhenTheClientLeaves() async throws {
        let (left, leaving) = AsyncStream.makeStream(of: Bool.self)
        let handler = ClosureHandler { _, responder in
            do {
                let stream = try responder.stream(status: 200, headers: [:])
                try await stream.write(Array("first".utf8))
                try await Task.sleep(for: .seconds(60))
            } catch { leaving.yield(Task.isCancelled) }
        }
        try await withServer(handler) { _, target in
            let client = try HTTPClient()
            let answer = try await client.send(.init("GET", target, "/"))
            #expect(try await answer.body.read() == Array("first".utf8))
            answer.discard()
            for await wasCancelled in left {
                #expect(wasCancelled)
                break
            }
        }
    }

    @Test func sendsAFailureWhenAHandlerForgetsToAnswer() async throws {
        try await withServer(ClosureHandler { _, _ in }) { _, target in
            let client = try HTTPClient()
            #expect(try await client.fetch(.init("GET", target, "/")).status == 500)
        }
    }

    @Test func compressesLargeBodiesForClientsThatTakeIt() async throws {
        let body = [UInt8](repeating: 65, count: 300_000)
        let handler = ClosureHandler { _, responder in responder.respond(HTTPResponse(status: 200, body: body)) }
        try await withServer(handler) { _, target in
            let client = try HTTPClient()
            let plain = try await client.fetch(.init("GET", target, "/"))
            #expect(plain.body == body)
            let packed = try await client.fetch(.init("GET", target, "/", headers: ["Accept-Encoding": "gzip"]))
            #expect(packed.headers["content-encoding"] == "gzip")
            #expect(packed.body.count < 10_000)
            #expect(Gzip.decompress(packed.body, limit: 400_000) == body)
        }
    }

    @Test func upgradesAConnectionToBytes() async throws {
        let handler = ClosureHandler { _, responder in
            do {
                let stream = try await responder.upgrade(headers: ["Connection": "Upgrade", "Upgrade": "echo"])
                while let bytes = try await stream.read() { try await stream.write(bytes) }
                stream.close()
            } catch { Issue.record(error) }
        }
        for tls in [false, true] {
            try await withServer(handler, tls: tls ? serverTLS() : nil) { _, target in
                let client = try HTTPClient(tls: tls ? ClientTLS(authorities: TestCertificates.authority) : nil)
                let result = try await client.upgrade(.init("GET", target, "/", headers: ["Connection": "Upgrade", "Upgrade": "echo"]))
                guard case .upgraded(_, let stream) = result else {
                    Issue.record("refused")
                    return
                }
                try await stream.write(Array("ping".utf8))
                #expect(try await stream.read() == Array("ping".utf8))
                stream.close()
            }
        }
    }

    @Test func dropsAClientThatSendsNoHead() async throws {
        var limits = HTTPServer.Limits()
        limits.headerTimeout = .milliseconds(50)
        try await withServer(echo, limits: limits) { _, target in
            let stream = try await HTTPClient().open(target)
            try await stream.write(Array("GET / HT".utf8))
            #expect(try await stream.read() == nil)
            stream.close()
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        let handler = ClosureHandler { request, responder in
            await Task.yield()
            responder.respond(.text(200, String(request.path)))
        }
        try await withServer(handler) { _, target in
            let stream = try await HTTPClient().open(target)
            try await stream.write(
                Array(
                    "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                        .utf8))
            var text = ""
            while let bytes = try await stream.read() { text += String(decoding: bytes, as: UTF8.self) }
            let order = ["/1", "/2", "/3"].map { text.range(ofText: $0) }
            #expect(order == order.sorted())
            #expect(order.first != -1)
            stream.close()
        }
    }

    @Test func answers400ToBytesThatAreNotHTTP() async throws {
        try await withServer(echo) { _, target in
            let stream = try await HTTPClient().open(target)
            try await stream.write(Array("\u{1}\u{2}nonsense\r\n\r\n".utf8))
            var text = ""
            while let bytes = try await stream.read() { text += String(decoding: bytes, as: UTF8.self) }
            #expect(text.hasPrefix("HTTP/1.1 400"))
            stream.close()
        }
    }

    @Test func letsRequestsFinishOnShutdown() async throws {
        let (started, starting) = AsyncStream.makeStream(of: Void.self)
        let handler = ClosureHandler { _, responder in
            starting.yield()
            do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
            responder.respond(.text(200, "done"))
        }
        let server = try HTTPServer(handler: handler, tls: nil, logger: testLogger)
        let port = try await server.listen(host: "127.0.0.1", port: 0)
        async let answer = try HTTPClient().fetch(.init("GET", .tcp(host: "127.0.0.1", port: port), "/"))
        for await _ in started { break }
        await server.shutdown(grace: .seconds(20))
        #expect(try await answer.status == 200)
    }
}

extension String {
    /// Offset in bytes of the first occurrence of `text`, or -1.
    func range(ofText text: String) -> Int {
        let (all, part) = (Array(utf8), Array(text.utf8))
        guard all.count >= part.count else { return -1 }
        for start in 0...(all.count - part.count) where Array(all[start..<start + part.count]) == part { return start }
        return -1
    }
}
