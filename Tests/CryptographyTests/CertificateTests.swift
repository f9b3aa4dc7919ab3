import Core
import Cryptography
import Testing

@Suite("Certificates as they are read and made") struct CertificateFormTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    @Test func `what a certificate says is read`() throws {
        let authority = try Certificate(pem: Fixtures.authority)
        #expect(authority.subject.commonNames == ["kubernetes"] && authority.issuer == authority.subject)
        #expect(authority.notBefore.rfc3339 == "2026-11-21T16:43:19Z" && authority.notAfter.rfc3339 == "2036-11-18T16:48:19Z")
        #expect(authority.subjectKeyIdentifier == hex("3F415DFE5C458849B3E17E4D4047402844CEF8B7"))
        #expect(authority.purposes == nil && authority.alternativeNames == nil)
        #expect(authority.publicKey.sort == .p256)
        #expect(authority.isSigned(by: authority.publicKey))
        #expect(try authority.pem == Fixtures.authority)

        let server = try Certificate(pem: Fixtures.server)
        #expect(server.issuer == authority.subject && server.isSigned(by: authority.publicKey))
        #expect(server.purposes == [.serverAuthentication])
        #expect(server.alternativeNames?.dnsNames.first == "kubernetes" && server.alternativeNames?.dnsNames.last == "localhost")
        #expect(server.alternativeNames?.addresses.prefix(2) == [[127, 0, 0, 1], [UInt8](repeating: 0, count: 15) + [1]])

        let client = try Certificate(pem: Fixtures.client)
        #expect(client.subject == (try DistinguishedName(commonName: "kubernetes-admin", organizations: ["system:masters"])))
        #expect(client.purposes == [.clientAuthentication] && client.alternativeNames == nil)
        #expect(!client.isSigned(by: try Certificate(pem: Fixtures.otherAuthority).publicKey))
        #expect(!client.isSigned(by: client.publicKey))
        #expect(try SigningKey(pem: Fixtures.clientKey).publicKey == client.publicKey)
        #expect(try Certificate(der: try client.der).pem == Fixtures.client)
    }

    @Test func `a certificate cut at any byte, or with a byte behind it, is refused`() throws {
        for text in [Fixtures.authority, Fixtures.server, Fixtures.client] {
            let bytes = try der(text)
            for count in 0..<bytes.count {
                #expect(throws: CryptographyError.self, "\(count)") { try Certificate(der: Array(bytes[..<count])) }
            }
            #expect(throws: CryptographyError.self) { try Certificate(der: bytes + [0]) }
        }
    }

    @Test func `no byte of a certificate can be changed without its being refused`() throws {
        let key = try Certificate(pem: Fixtures.authority).publicKey
        let bytes = try der(Fixtures.server)
        for index in bytes.indices {
            var turned = bytes
            turned[index] ^= 1 << UInt8(index % 8)
            guard let certificate = try? Certificate(der: turned) else { continue }
            #expect(!certificate.isSigned(by: key), "byte \(index)")
        }
    }

    @Test func `texts that hold no certificate are refused`() throws {
        let body = Fixtures.authority.split(separator: "\n")[1...].joined(separator: "\n")
        for text in [
            "", "\n", "certificate", Fixtures.authorityKey, Fixtures.authority + Fixtures.client, body,
            Fixtures.authority.split(separator: "\n").dropLast().joined(separator: "\n"),
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\n" + Fixtures.authority, "-----END CERTIFICATE-----\n" + Fixtures.authority,
            Fixtures.authority.replacing("END CERTIFICATE", with: "END X509 CRL"), String(repeating: "-----BEGIN ", count: 1000),
        ] {
            #expect(throws: CryptographyError.self, "\(text)") { try Certificate(pem: text) }
        }
        // Words around it, other breaks of lines and blanks do not matter.
        let dressed = "subject=CN = kubernetes\r\n" + Fixtures.authority.replacing("\n", with: " \r\n") + "the end"
        #expect(try Certificate(pem: dressed).pem == Fixtures.authority)
    }

    @Test func `an authority is made as before`() throws {
        let key = SigningKey()
        let name = try DistinguishedName(commonName: "kubernetes", organizations: [])
        var template = CertificateTemplate(subject: name, publicKey: key.publicKey, notBefore: now, notAfter: now + .seconds(86_400))
        template.isAuthority = true
        template.keyUsage = [.digitalSignature, .keyEncipherment, .certificateSigning]
        let made = try der(try Certificate.issue(template, with: key, of: nil))
        // The same extensions, with the same bytes but for the key's identifier.
        let before = try der(Fixtures.authority)
        let mark = hex("a3 42 30 40 30 0f 06 03 55 1d 13 01 01 ff")
        let identifier = hex("06 03 55 1d 0e 04 16 04 14")
        let (start, oldStart) = (try #require(position(of: mark, in: made)), try #require(position(of: mark, in: before)))
        let end = try #require(position(of: identifier, in: made)) + identifier.count
        #expect(made[start..<end] == before[oldStart..<oldStart + end - start])
        let read = try Certificate(der: made)
        #expect(read.subjectKeyIdentifier.map { Array($0) } == Array(made[end..<end + 20]))
        #expect(read.isSigned(by: key.publicKey) && read.notBefore == now && read.notAfter == now + .seconds(86_400))
    }

    @Test func `a certificate says what its template says`() throws {
        let authority = try Certificate(pem: Fixtures.authority)
        let key = try SigningKey(pem: Fixtures.authorityKey)
        let long = String(repeating: "n", count: 300)
        let names = try AlternativeNames(dnsNames: ["a", "*.b"], addresses: [[10, 0, 0, 1], [UInt8](repeating: 1, count: 16)])
        var template = CertificateTemplate(
            subject: try DistinguishedName(commonName: long, organizations: ["system:nodes", "Bücher"]), publicKey: SigningKey().publicKey,
            // Past 2049 times are written in another form.
            notBefore: now, notAfter: Timestamp(seconds: 3_000_000_000))
        template.keyUsage = [.digitalSignature, .decipherOnly]
        template.purposes = [.serverAuthentication, .clientAuthentication, .any]
        template.alternativeNames = names
        let made = try Certificate(pem: try Certificate.issue(template, with: key, of: authority))
        #expect(made.subject.commonNames == [long] && made.subject.organizations == ["system:nodes", "Bücher"])
        #expect(made.subject == template.subject && made.issuer == authority.subject && made.isSigned(by: authority.publicKey))
        #expect(made.notBefore == now && made.notAfter == Timestamp(seconds: 3_000_000_000))
        #expect(made.purposes == [.serverAuthentication, .clientAuthentication, .any])
        #expect(made.alternativeNames?.dnsNames == ["a", "*.b"] && made.alternativeNames?.addresses == names.addresses)
        #expect(made.subjectKeyIdentifier == nil && made.publicKey == template.publicKey)
        let bytes = try made.der
        // The key usage: bits 0 and 8. The authority key identifier: the authority's.
        #expect(position(of: hex("06 03 55 1d 0f 01 01 ff 04 05 03 03 07 80 80"), in: bytes) != nil)
        #expect(position(of: hex("06 03 55 1d 23 04 18 30 16 80 14 3F415DFE5C458849B3E17E4D4047402844CEF8B7"), in: bytes) != nil)
        #expect(throws: CryptographyError.self) { try AlternativeNames(dnsNames: ["bücher.example"]) }
    }

    @Test func `serial numbers are positive, of twenty bytes at the most, and differ`() throws {
        let key = SigningKey()
        let name = try DistinguishedName(commonName: "", organizations: [])
        let template = CertificateTemplate(subject: name, publicKey: key.publicKey, notBefore: now, notAfter: now)
        var seen: Set<[UInt8]> = []
        for _ in 0..<32 {
            // SEQUENCE, SEQUENCE, [0] version; then INTEGER.
            let bytes = try der(try Certificate.issue(template, with: key, of: nil))
            let start = try #require(position(of: hex("a0 03 02 01 02 02"), in: bytes)) + 6
            let number = Array(bytes[(start + 1)..<(start + 1 + Int(bytes[start]))])
            #expect(number.count <= 20 && number[0] < 0x80)
            seen.insert(number)
        }
        #expect(seen.count == 32)
    }
}

func position(of part: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= part.count else { return nil }
    return (0...(bytes.count - part.count)).first { bytes[$0..<($0 + part.count)].elementsEqual(part) }
}
