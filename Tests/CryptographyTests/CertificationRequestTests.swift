import Core
import Cryptography
import Randomness
import Testing

@Suite struct CertificationRequestTests {
    @Test(arguments: ["rsa", "p256", "p384", "p521", "ed25519"]) func `requests by Go are read with every sort of key`(_ sort: String)
        throws
    {
        let request = try CertificationRequest(pem: try #require(Fixtures.requests[sort]))
        #expect(request.isSignedWithOwnKey)
        #expect("\(request.publicKey.sort)" == sort)
        #expect(request.subject.commonNames == ["system:node:a"] && request.subject.organizations == ["system:nodes"])
        let names = try #require(request.alternativeNames)
        #expect(names.dnsNames == ["a", "a.example"] && names.emails == ["a@example.org"] && names.uris == ["spiffe://cluster/x"])
        #expect(names.addresses == [[10, 0, 0, 1], [0xfd] + [UInt8](repeating: 0, count: 14) + [1]])

        // A certificate for it carries its subject, key and names.
        let now = Timestamp(seconds: 1_800_000_000)
        let authority = try Certificate(pem: Fixtures.authority)
        var template = CertificateTemplate(subject: request.subject, publicKey: request.publicKey, notBefore: now, notAfter: now)
        template.alternativeNames = names
        let made = try Certificate(
            pem: try Certificate.issue(template, with: try SigningKey(pem: Fixtures.authorityKey), of: authority))
        #expect(made.publicKey == request.publicKey && made.subject == request.subject && made.isSigned(by: authority.publicKey))
        #expect(made.alternativeNames?.emails == names.emails && made.alternativeNames?.uris == names.uris)
        #expect(made.alternativeNames?.dnsNames == names.dnsNames && made.alternativeNames?.addresses == names.addresses)
    }

    @Test(arguments: Fixtures.refusedRequests.keys.sorted()) func `requests with keys and signatures of other sorts are refused`(
        _ name: String
    ) throws {
        #expect(throws: CryptographyError.self) { try CertificationRequest(pem: try #require(Fixtures.refusedRequests[name])) }
    }

    @Test(arguments: ["rsa", "p256", "ed25519"]) func `a request cut at any byte, or with a byte behind it, is refused`(_ sort: String)
        throws
    {
        let bytes = try der(try #require(Fixtures.requests[sort]))
        for count in 0..<bytes.count {
            #expect(throws: CryptographyError.self, "\(count)") { try CertificationRequest(der: Array(bytes[..<count])) }
        }
        #expect(throws: CryptographyError.self) { try CertificationRequest(der: bytes + [0]) }
    }

    @Test(arguments: ["p256", "ed25519"]) func `no byte of a request can be changed without its being refused`(_ sort: String) throws {
        let bytes = try der(try #require(Fixtures.requests[sort]))
        for index in bytes.indices {
            var turned = bytes
            turned[index] ^= 1 << UInt8(index % 8)
            guard let request = try? CertificationRequest(der: turned) else { continue }
            #expect(!request.isSignedWithOwnKey, "byte \(index)")
        }
    }

    @Test func `texts that hold no request are refused`() {
        for text in ["", "request", Fixtures.authority, Fixtures.authorityKey, pem([0x30, 0], "CERTIFICATE REQUEST")] {
            #expect(throws: CryptographyError.self, "\(text)") { try CertificationRequest(pem: text) }
        }
        var random = SplitMix(seed: 1)
        for _ in 0..<2000 {
            let bytes = [0x30, 40] + (0..<40).map { _ in UInt8(random.below(256)) }
            #expect(throws: CryptographyError.self) { try CertificationRequest(der: bytes) }
            #expect(throws: CryptographyError.self) { try Certificate(der: bytes) }
        }
    }

    @Test func `a field of the subject is read whatever sort of string it is`() throws {
        let request = try CertificationRequest(pem: Fixtures.foreignStrings)
        #expect(request.subject.organizations == ["system:masters"])
        #expect(request.isSignedWithOwnKey)
    }

    @Test func `an extension that is there twice, and names that are none, are refused`() throws {
        var bytes = try der(Fixtures.twoExtensions)
        #expect(try CertificationRequest(der: bytes).alternativeNames == nil)
        let second = try #require(position(of: hex("06 03 2a 03 05"), in: bytes))
        bytes[second + 4] = 4
        let error = #expect(throws: CryptographyError.self) { try CertificationRequest(der: bytes) }
        #expect(error?.description == "the extension 1.2.3.4 is there twice")

        bytes = try der(try #require(Fixtures.requests["p256"]))
        let name = try #require(position(of: [0x82, 1] + Array("a".utf8), in: bytes))
        for (byte, value): (Int, UInt8) in [(name, 0x8b), (name + 2, 0xe4), (name + 1, 0x7f)] {
            var changed = bytes
            changed[byte] = value
            #expect(throws: CryptographyError.self, "\(byte)") { try CertificationRequest(der: changed) }
        }
    }
}
