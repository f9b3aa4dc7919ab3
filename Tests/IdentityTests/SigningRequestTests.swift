import Core
import Identity
import Testing

@Suite struct SigningRequestTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    /// By Go: O=system:nodes, CN=system:node:a with two names of DNS, two addresses, an e-mail address and a URI.
    private static let request = """
        -----BEGIN CERTIFICATE REQUEST-----
        MIIBTjCB9gIBADAvMRUwEwYDVQQKEwxzeXN0ZW06bm9kZXMxFjAUBgNVBAMTDXN5
        c3RlbTpub2RlOmEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARbvME6oGBbfazH
        JzcfKOE62RqG6Dv4is//frQOPMnbTcR6nF3WOlWRFZfrjMODs3Lqbcq1fhLmrU41
        Kp5LHPZ3oGUwYwYJKoZIhvcNAQkOMVYwVDBSBgNVHREESzBJggFhgglhLmV4YW1w
        bGWBDWFAZXhhbXBsZS5vcmeHBAoAAAGHEP0AAAAAAAAAAAAAAAAAAAGGEnNwaWZm
        ZTovL2NsdXN0ZXIveDAKBggqhkjOPQQDAgNHADBEAiBJGG59A8yb4oYrYozOHee9
        Pxvws6RceZ6X73C8JTZMGgIgFklru41qg2YKwGcBGa8FDgUhIsV1VsiPrVxCn2eQ
        1RU=
        -----END CERTIFICATE REQUEST-----
        """

    /// As Martlet made them with swift-certificates: an authority, its key, and a certificate with its key.
    private static let authority = Credential(
        certificatePEM: """
            -----BEGIN CERTIFICATE-----
            MIIBbjCCARWgAwIBAgIVAOnta1i/jA3Ak3gl2GNRgD1GxL/uMAoGCCqGSM49BAMC
            MBUxEzARBgNVBAMMCmt1YmVybmV0ZXMwHhcNMjYxMTIxMTY0MzE5WhcNMzYxMTE4
            MTY0ODE5WjAVMRMwEQYDVQQDDAprdWJlcm5ldGVzMFkwEwYHKoZIzj0CAQYIKoZI
            zj0DAQcDQgAEt+7Bk6faY/2ETs4eIjl4MQs39bhn4NvfPNkN2Q2uPyh5cYUerEj1
            7J8HFSKbihEiO5GPN0fIpDUvpiYKJT9Qt6NCMEAwDwYDVR0TAQH/BAUwAwEB/zAO
            BgNVHQ8BAf8EBAMCAqQwHQYDVR0OBBYEFD9BXf5cRYhJs+F+TUBHQChEzvi3MAoG
            CCqGSM49BAMCA0cAMEQCIFL88Wt+h66KeOiVqK3oKf/qxlYJhvX6PuffkiOmXXJp
            AiAtRQoPSg3FmywLX3tf/8kliYWNrMNuyuS2lrQDUeivBA==
            -----END CERTIFICATE-----
            """ + "\n",
        privateKeyPEM: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLJQqc1q6GxKm01tw
            SSdf636cgy7jduXBvwdfprw/8eWhRANCAAS37sGTp9pj/YROzh4iOXgxCzf1uGfg
            29882Q3ZDa4/KHlxhR6sSPXsnwcVIpuKESI7kY83R8ikNS+mJgolP1C3
            -----END PRIVATE KEY-----
            """ + "\n")
    private static let administrator = Credential(
        certificatePEM: """
            -----BEGIN CERTIFICATE-----
            MIIBojCCAUigAwIBAgIVAME/aT7CNTBUgwZK7/uj/M16QJa5MAoGCCqGSM49BAMC
            MBUxEzARBgNVBAMMCmt1YmVybmV0ZXMwHhcNMjYxMTIxMTY0MzE5WhcNMjcxMTIx
            MTY0ODE5WjA0MRcwFQYDVQQKDA5zeXN0ZW06bWFzdGVyczEZMBcGA1UEAwwQa3Vi
            ZXJuZXRlcy1hZG1pbjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABG7VuiInjEDz
            XjehurWLoBBrhcmC0dCFaTbzY4L1SsCLfu0FZqahPqa/G9sgTpp7Fh8bnDRLfF8j
            26kf5KC+A+CjVjBUMAwGA1UdEwEB/wQCMAAwDgYDVR0PAQH/BAQDAgWgMBMGA1Ud
            JQQMMAoGCCsGAQUFBwMCMB8GA1UdIwQYMBaAFD9BXf5cRYhJs+F+TUBHQChEzvi3
            MAoGCCqGSM49BAMCA0gAMEUCIQDU/JXCu/N9X9UDv7luVH0XHwBVs8TGFvENOHg5
            zqLqWgIgAX8o12SybhCiLGhosxb1zWqMo6gQYUdt3u1Az/dsfMs=
            -----END CERTIFICATE-----
            """ + "\n",
        privateKeyPEM: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgGE49OXd431lCLcvy
            5ukIUEaPXChLZncRcxDqeL5+wKyhRANCAARu1boiJ4xA8143obq1i6AQa4XJgtHQ
            hWk282OC9UrAi37tBWamoT6mvxvbIE6aexYfG5w0S3xfI9upH+SgvgPg
            -----END PRIVATE KEY-----
            """ + "\n")

    private static func bytes(_ pem: String) throws -> [UInt8] {
        try #require(Base64Codec.decode(pem.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()))
    }

    private static func pem(_ bytes: some Collection<UInt8>) -> String {
        "-----BEGIN CERTIFICATE REQUEST-----\n\(Base64Codec.encode(bytes))\n-----END CERTIFICATE REQUEST-----\n"
    }

    @Test func `what earlier versions made is believed and stays`() throws {
        let authority = try CertificateAuthority(Self.authority)
        let then = try #require(Timestamp(rfc3339: "2026-11-22T00:00:00Z"))
        let request = CertificateRequest(commonName: "kubernetes-admin", organizations: ["system:masters"], usages: [.client])
        #expect(authority.isCurrent(Self.administrator, for: request, now: then))
        let peer = try authority.identify(derEncoded: try Self.bytes(Self.administrator.certificatePEM), now: then)
        #expect(peer.commonName == "kubernetes-admin" && peer.organizations == ["system:masters"])
        #expect(peer.fingerprint == "2aa0aea7e2a43598ac5489b11bed5c876c6248a749fcfd0370bff09164e9c57c")
        let signer = try TokenSigner(privateKeyPEM: Self.authority.privateKeyPEM)
        #expect(signer.privateKeyPEM == Self.authority.privateKeyPEM)
        #expect(signer.keyID == "gPtDf6-mg2Kt_tbNCSh0eI3ig2fq6eBgm9zSwytGKyg")
    }

    @Test func `a request becomes a certificate for its subject, names and key`() throws {
        let signing = try SigningRequest(pem: Self.request)
        #expect(signing.commonName == "system:node:a" && signing.organizations == ["system:nodes"])
        #expect(signing.dnsNames == ["a", "a.example"])
        #expect(signing.addressCount == 2 && signing.emailCount == 1 && signing.uriCount == 1)
        let authority = try CertificateAuthority(commonName: "kubernetes", now: now)
        // Two words for one purpose, and one word twice.
        let made = try authority.sign(
            signing, usages: ["digital signature", "client auth", "client auth", "email protection", "s/mime"], expirationSeconds: 1,
            now: now)
        let peer = try authority.identify(derEncoded: try Self.bytes(made), now: now)
        #expect(peer.commonName == "system:node:a" && peer.organizations == ["system:nodes"])
        #expect(peer.notAfter == now + .seconds(600))
        let long = try authority.sign(signing, usages: [], expirationSeconds: nil, now: now)
        #expect(try authority.identify(derEncoded: try Self.bytes(long), now: now).notAfter == now + CertificateAuthority.longestOnRequest)
        #expect(throws: IdentityError.malformed("\"flying\" is not a usage of a certificate that this cluster signs")) {
            try authority.sign(signing, usages: ["flying"], expirationSeconds: nil, now: now)
        }
        let server = try authority.sign(signing, usages: ["server auth"], expirationSeconds: nil, now: now)
        #expect(throws: IdentityError.self) { try authority.identify(derEncoded: try Self.bytes(server), now: now) }
    }

    @Test func `a request that is cut anywhere is malformed, and so is one changed anywhere`() throws {
        let bytes = try Self.bytes(Self.request)
        for index in bytes.indices {
            #expect { try SigningRequest(pem: Self.pem(bytes[..<index])) } throws: { Self.isMalformed($0) }
            #expect { try SigningRequest.organizations(pem: Self.pem(bytes[..<index])) } throws: { Self.isMalformed($0) }
            var changed = bytes
            changed[index] ^= 1 << UInt8(index % 8)
            #expect { try SigningRequest(pem: Self.pem(changed)) } throws: { Self.isMalformed($0) }
        }
        for text in ["", "nothing", Self.authority.certificatePEM, Self.request + Self.request] {
            #expect { try SigningRequest(pem: text) } throws: { Self.isMalformed($0) }
        }
    }

    @Test func `a client's certificate that is cut anywhere is malformed`() throws {
        let authority = try CertificateAuthority(Self.authority)
        let bytes = try Self.bytes(Self.administrator.certificatePEM)
        for index in bytes.indices {
            #expect { try authority.identify(derEncoded: Array(bytes[..<index]), now: now) } throws: { Self.isMalformed($0) }
        }
        #expect { try authority.identify(derEncoded: bytes + [0], now: now) } throws: { Self.isMalformed($0) }
    }

    private static func isMalformed(_ error: any Error) -> Bool {
        if case .malformed = error as? IdentityError { true } else { false }
    }
}
