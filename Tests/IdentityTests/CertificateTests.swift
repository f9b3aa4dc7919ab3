import Core
import Identity
import Testing

@Suite("Certificates")
struct CertificateTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func der(_ credential: Credential) throws -> [UInt8] {
        let lines = credential.certificatePEM.split(separator: "\n").filter { !$0.hasPrefix("-----") }
        return try #require(Base64Codec.decode(lines.joined()))
    }

    @Test func `a client is known by the name and groups in its certificate`() throws {
        let authority = try CertificateAuthority(commonName: "kubernetes", now: now)
        let request = CertificateRequest(commonName: "ada", organizations: ["dev", "ops"], usages: [.client])
        let peer = try authority.identify(derEncoded: try der(try authority.issue(request, now: now)), now: now)
        #expect(peer.commonName == "ada")
        #expect(peer.organizations == ["dev", "ops"])
        #expect(peer.fingerprint.utf8.count == 64)
        #expect(peer.notAfter == now + .seconds(365 * 86_400))
    }

    @Test func `a certificate of another authority, of a server, too old or torn is not believed`() throws {
        let authority = try CertificateAuthority(commonName: "kubernetes", now: now)
        // The same name, another key.
        let other = try CertificateAuthority(commonName: "kubernetes", now: now)
        let client = CertificateRequest(commonName: "ada", usages: [.client])
        let server = CertificateRequest(commonName: "ada", usages: [.server])
        let good = try der(try authority.issue(client, now: now))
        #expect(throws: IdentityError.self) { try authority.identify(derEncoded: try der(try other.issue(client, now: now)), now: now) }
        #expect(throws: IdentityError.self) { try authority.identify(derEncoded: try der(try authority.issue(server, now: now)), now: now) }
        #expect(throws: IdentityError.self) { try authority.identify(derEncoded: good, now: now + .seconds(366 * 86_400)) }
        #expect(throws: IdentityError.self) { try authority.identify(derEncoded: good, now: now - .seconds(86_400)) }
        #expect(throws: IdentityError.self) { try authority.identify(derEncoded: Array(good.dropLast(20)), now: now) }
        #expect(throws: IdentityError.self) { try authority.identify(derEncoded: [], now: now) }
    }

    @Test func `an authority comes back from its text, and not with another's key`() throws {
        let authority = try CertificateAuthority(commonName: "kubernetes", now: now)
        let other = try CertificateAuthority(commonName: "kubernetes", now: now)
        let again = try CertificateAuthority(authority.credential)
        let request = CertificateRequest(commonName: "ada", usages: [.client])
        #expect(try authority.identify(derEncoded: try der(try again.issue(request, now: now)), now: now).commonName == "ada")
        #expect(throws: IdentityError.self) {
            try CertificateAuthority(
                Credential(certificatePEM: authority.certificatePEM, privateKeyPEM: other.credential.privateKeyPEM))
        }
    }

    @Test func `a certificate is current until a third of its life is left or it must say something else`() throws {
        let authority = try CertificateAuthority(commonName: "kubernetes", now: now)
        var request = CertificateRequest(commonName: "s", dnsNames: ["a", "b"], addresses: ["10.0.0.1", "::1"], usages: [.server])
        let credential = try authority.issue(request, now: now)
        #expect(authority.isCurrent(credential, for: request, now: now + .seconds(240 * 86_400)))
        #expect(!authority.isCurrent(credential, for: request, now: now + .seconds(245 * 86_400)))
        request.addresses.append("192.168.1.5")
        #expect(!authority.isCurrent(credential, for: request, now: now))
        request.addresses = ["0:0:0:0:0:0:0:1", "10.0.0.1"]
        #expect(authority.isCurrent(credential, for: request, now: now))
        request.dnsNames = ["a"]
        #expect(!authority.isCurrent(credential, for: request, now: now))
        request.addresses = ["300.1.1.1"]
        #expect(throws: IdentityError.self) { try authority.issue(request, now: now) }
    }

    @Test func `no certificate outlives its authority`() throws {
        let authority = try CertificateAuthority(commonName: "kubernetes", now: now)
        let late = now + .seconds(3600 * 86_400)
        let credential = try authority.issue(CertificateRequest(commonName: "ada", usages: [.client]), now: late)
        #expect(try authority.identify(derEncoded: try der(credential), now: late).notAfter == authority.notAfter)
    }
}

@Suite("The identities of a cluster")
struct ClusterIdentityTests {
    private let scratch = ScratchDirectory()
    private let clock = SetClock()

    @Test func `are made once, are private to their owner and are found again`() throws {
        let first = try ClusterIdentity(directory: scratch.path + "/pki", clock: clock)
        let admin = try first.administrator().current
        let serving = try first.apiServer(serviceAddress: "10.96.0.1", addresses: ["192.0.2.7"]).current
        let second = try ClusterIdentity(directory: scratch.path + "/pki", clock: clock)
        #expect(second.authority.certificatePEM == first.authority.certificatePEM)
        #expect(second.frontProxyAuthority.certificatePEM == first.frontProxyAuthority.certificatePEM)
        #expect(second.authority.certificatePEM != second.frontProxyAuthority.certificatePEM)
        #expect(second.tokenSigner.keyID == first.tokenSigner.keyID)
        #expect(try second.administrator().current == admin)
        #expect(try second.apiServer(serviceAddress: "10.96.0.1", addresses: ["192.0.2.7"]).current == serving)
        #expect(try second.apiServer(serviceAddress: "10.96.0.1", addresses: ["192.0.2.8"]).current != serving)
        #expect(scratch.mode("pki") == 0o700)
        let pki = ScratchDirectory.Listing(scratch.path + "/pki")
        #expect(pki.names.count > 8)
        for name in pki.names { #expect(scratch.mode("pki/\(name)") == 0o600, "\(name)") }
        pki.remove()
    }

    @Test func `renew themselves and tell those who follow`() async throws {
        let identity = try ClusterIdentity(directory: scratch.path, clock: clock)
        let credential = try identity.apiServer(serviceAddress: "10.96.0.1")
        let before = credential.current
        var changes = credential.changes.makeAsyncIterator()
        #expect(try !credential.renew(now: clock.now))
        clock.advance(days: 300)
        #expect(try credential.renew(now: clock.now))
        let after = credential.current
        #expect(after != before)
        #expect(await changes.next() == after)
        try credential.update(now: clock.now) { $0.addresses.append("192.0.2.9") }
        #expect(await changes.next() == credential.current)
        #expect(credential.current != after)
        #expect(try ClusterIdentity(directory: scratch.path, clock: clock).authority.certificatePEM == identity.authority.certificatePEM)
    }

    @Test func `with a damaged file are refused by name or made anew`() throws {
        let identity = try ClusterIdentity(directory: scratch.path, clock: clock)
        let admin = try identity.administrator().current
        scratch.write("admin.crt", "damaged")
        let again = try ClusterIdentity(directory: scratch.path, clock: clock)
        #expect(try again.administrator().current != admin)
        scratch.write("ca.crt", "damaged")
        #expect(throws: IdentityError.self) { try ClusterIdentity(directory: scratch.path, clock: clock) }
    }

    @Test func `a kubeconfig carries the authority and the client`() throws {
        let identity = try ClusterIdentity(directory: scratch.path, clock: clock)
        let file = Kubeconfig(
            name: "martlet", server: "https://127.0.0.1:6443", authorityPEM: identity.authority.certificatePEM,
            credential: try identity.administrator().current
        ).file
        #expect(file["current-context"]?.string == "martlet")
        let data = file["clusters"]?.array?[0][path: "cluster", "certificate-authority-data"]?.string ?? ""
        #expect(Base64Codec.decode(data).map { String(decoding: $0, as: UTF8.self) } == identity.authority.certificatePEM)
    }

    @Test func `the organizations of a request are read whoever signed it`() throws {
        // `openssl req -new -subj /O=system:masters/CN=eve`
        let pem = """
            -----BEGIN CERTIFICATE REQUEST-----
            MIHhMIGJAgEAMCcxFzAVBgNVBAoMDnN5c3RlbTptYXN0ZXJzMQwwCgYDVQQDDANl
            dmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARhlulE0R9+rRMiz/943qoDo//T
            hVJIXGNr5Ll/SF0lp/opfppDYmUKm7RJWNFLuMpFsxqc17V+ebCufH5ihc1hoAAw
            CgYIKoZIzj0EAwIDRwAwRAIgeO3ny84iV+lUO3ywnQBC5jBbUrYXHZbgW1uVH8VO
            oNUCIEs17ssvvAuqjkytvm2gJNUWgu78OQ+NpVRc2CeWB3Tt
            -----END CERTIFICATE REQUEST-----
            """
        #expect(try SigningRequest.organizations(pem: pem) == ["system:masters"])
        #expect(throws: IdentityError.self) { try SigningRequest.organizations(pem: "nothing") }
    }
}
