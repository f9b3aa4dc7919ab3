import TLS
import TestSupport
import Testing

/// Two connections joined in memory.
@Suite struct TLSConnectionTests {
    /// A client and a server, and what moves between them.
    private struct Pair {
        let client: TLSConnection
        let server: TLSConnection

        init(_ client: TLSContext, _ server: TLSContext, name: String? = "localhost") throws {
            self.client = try TLSConnection(client, peer: name)
            self.server = try TLSConnection(server)
        }

        /// Until both are done. What either of them throws has gone to the other.
        func shakeHands() throws {
            for _ in 0..<10 {
                let isClientDone = try stepping(client, to: server)
                let isServerDone = try stepping(server, to: client)
                if isClientDone, isServerDone { return }
            }
            Issue.record("the handshake does not end")
        }

        private func stepping(_ one: TLSConnection, to other: TLSConnection) throws -> Bool {
            defer { Self.move(one, to: other) }
            return try one.handshake()
        }

        static func move(_ one: TLSConnection, to other: TLSConnection) { feed(taken(one), to: other) }

        static func taken(_ one: TLSConnection) -> [UInt8] {
            [UInt8](unsafeUninitializedCapacity: one.outputCount) { buffer, count in
                count = one.takeOutput(into: UnsafeMutableRawBufferPointer(buffer))
            }
        }

        static func feed(_ bytes: [UInt8], to other: TLSConnection) { bytes.withUnsafeBytes { other.receive($0) } }

        /// All that can be read, and whether the other side said that it ends there.
        static func readAll(_ one: TLSConnection) throws -> (bytes: [UInt8], isEnded: Bool) {
            var all: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 1000)
            while true {
                switch try piece.withUnsafeMutableBytes({ try one.read(into: $0) }) {
                case .bytes(let count): all += piece[..<count]
                case .nothing: return (all, false)
                case .ended: return (all, true)
                }
            }
        }
    }

    private func server(clientAuthorities: [UInt8]? = nil, protocols: [String] = ["h2", "http/1.1"]) throws -> TLSContext {
        try .server(
            chain: TestCertificates.serverCertificate, key: TestCertificates.serverKey, clientAuthorities: clientAuthorities,
            protocols: protocols)
    }

    private func client(
        identity: (chain: [UInt8], key: [UInt8])? = nil, _ verification: TLSContext.Verification = .full, protocols: [String] = ["h2"]
    ) throws -> TLSContext {
        try .client(authorities: TestCertificates.authority, identity: identity, verification: verification, protocols: protocols)
    }

    @Test func `bytes of any number arrive as they were, both ways, and the end is told`() throws {
        let pair = try Pair(client(), server())
        try pair.shakeHands()
        for count in [1, 17, 16_384, 16_385, 300_000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            for (from, to) in [(pair.client, pair.server), (pair.server, pair.client)] {
                try bytes.withUnsafeBytes { try from.write($0) }
                Pair.move(from, to: to)
                let read = try Pair.readAll(to)
                #expect(read.bytes == bytes)
                #expect(!read.isEnded)
            }
        }
        pair.client.end()
        Pair.move(pair.client, to: pair.server)
        #expect(try Pair.readAll(pair.server).isEnded)
    }

    @Test func `bytes may come one by one`() throws {
        let pair = try Pair(client(), server())
        try pair.shakeHands()
        try Array("hello".utf8).withUnsafeBytes { try pair.client.write($0) }
        var read: [UInt8] = []
        for byte in Pair.taken(pair.client) {
            Pair.feed([byte], to: pair.server)
            read += try Pair.readAll(pair.server).bytes
        }
        #expect(read == Array("hello".utf8))
    }

    @Test(arguments: [
        (["h2"], ["h2", "http/1.1"], "h2"), (["http/1.1", "h2"], ["h2", "http/1.1"], "h2"), (["http/1.1"], ["h2", "http/1.1"], "http/1.1"),
        (["spdy/3"], ["h2"], nil), ([], ["h2"], nil),
    ])
    func `the server's preferred protocol among those offered is taken`(offered: [String], known: [String], agreed: String?) throws {
        let pair = try Pair(client(protocols: offered), server(protocols: known))
        try pair.shakeHands()
        #expect(pair.client.negotiatedProtocol == agreed)
        #expect(pair.server.negotiatedProtocol == agreed)
    }

    @Test func `names and addresses of the certificate are taken, others not`() throws {
        for name in ["localhost", "127.0.0.1", "LOCALHOST"] { try Pair(client(), server(), name: name).shakeHands() }
        // The subject of the certificate, which is no name of the host.
        for name in ["server", "example.com", "127.0.0.2", "::1"] {
            #expect(throws: TLSError.untrusted("certificate is not valid for \(name)")) {
                try Pair(client(), server(), name: name).shakeHands()
            }
            try Pair(client(.chain), server(), name: name).shakeHands()
        }
        #expect(throws: TLSError.self) { try Pair(client(), server(), name: nil) }
    }

    @Test func `a server of another authority is refused, unless nothing is to be checked`() throws {
        let stranger = TestCertificates.clientCertificate
        func asking(_ verification: TLSContext.Verification) throws -> TLSContext {
            try .client(authorities: stranger, verification: verification, protocols: [])
        }
        for verification in [TLSContext.Verification.full, .chain] {
            #expect(throws: TLSError.untrusted("certificate signed by unknown authority")) {
                try Pair(asking(verification), server()).shakeHands()
            }
        }
        try Pair(asking(.none), server()).shakeHands()
        // A certificate that is named as an authority is trusted itself, as Go does it.
        let named = try TLSContext.client(authorities: TestCertificates.serverCertificate, verification: .full, protocols: [])
        try Pair(named, server()).shakeHands()
    }

    @Test func `a client may show a certificate, which must be of the server's authorities`() throws {
        let known = (chain: TestCertificates.clientCertificate, key: TestCertificates.clientKey)
        let pair = try Pair(client(identity: known), server(clientAuthorities: TestCertificates.authority))
        try pair.shakeHands()
        #expect(pair.server.peerCertificate?.isEmpty == false)

        let anonymous = try Pair(client(), server(clientAuthorities: TestCertificates.authority))
        try anonymous.shakeHands()
        #expect(anonymous.server.peerCertificate == nil)

        // Signed by the right authority, for the other purpose.
        let server = (chain: TestCertificates.serverCertificate, key: TestCertificates.serverKey)
        #expect(throws: TLSError.untrusted("certificate specifies an incompatible key usage")) {
            let pair = try Pair(client(identity: server), self.server(clientAuthorities: TestCertificates.authority))
            try pair.shakeHands()
        }
    }

    @Test func `the certificate goes by the name that is asked for`() throws {
        let known = try server(protocols: ["http/1.1"])
        let choosing = try TLSContext.server(protocols: ["http/1.1"]) { $0 == "localhost" ? known : nil }
        let pair = try Pair(client(protocols: ["http/1.1"]), choosing)
        try pair.shakeHands()
        #expect(pair.server.negotiatedProtocol == "http/1.1")
        #expect(throws: TLSError.self) { try Pair(client(), choosing, name: "other.test").shakeHands() }
        #expect(throws: TLSError.self) { try Pair(client(), choosing, name: "127.0.0.1").shakeHands() }
    }

    @Test func `bytes that are no TLS, or were changed under way, are refused`() throws {
        let server = try TLSConnection(self.server())
        Pair.feed(Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8), to: server)
        #expect(throws: TLSError.failed("http request")) { try server.handshake() }

        let pair = try Pair(client(), self.server())
        try pair.shakeHands()
        try Array("hello".utf8).withUnsafeBytes { try pair.client.write($0) }
        var bytes = Pair.taken(pair.client)
        bytes[bytes.count - 1] ^= 1
        Pair.feed(bytes, to: pair.server)
        #expect(throws: TLSError.self) { try Pair.readAll(pair.server) }
    }

    @Test func `certificates and keys that cannot be used are named`() throws {
        let (chain, key) = (TestCertificates.serverCertificate, TestCertificates.serverKey)
        func server(_ chain: [UInt8], _ key: [UInt8]) -> String {
            do {
                _ = try TLSContext.server(chain: chain, key: key, protocols: [])
                return ""
            } catch { return "\(error)" }
        }
        #expect(server(chain, key) == "")
        #expect(server([], key) == "there is no certificate in the text")
        #expect(server(Array("nothing".utf8), key) == "there is no certificate in the text")
        #expect(server(key, key) == "there is no certificate in the text")
        #expect(server(Array(chain.dropLast(200)), key).hasPrefix("a certificate cannot be read: "))
        #expect(server(chain, chain).hasPrefix("the private key cannot be read: "))
        #expect(server(chain, TestCertificates.clientKey).hasPrefix("the private key cannot be used with the certificate: "))
    }
}
