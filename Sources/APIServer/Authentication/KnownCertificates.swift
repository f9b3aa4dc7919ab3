import Core
import Identity
import ResourceEngine
import Synchronization

/// The client certificates seen lately and whose they are: a signature is verified once, not at every request of a connection.
final class KnownCertificates: Sendable {
    /// More are forgotten, all at once: a cluster has nodes, controllers and a few people.
    static let capacity = 10_000

    private let authority: CertificateAuthority
    private let known = Mutex<[[UInt8]: (user: UserInfo, notAfter: Timestamp)]>([:])

    init(authority: CertificateAuthority) { self.authority = authority }

    /// The user of a certificate (DER), and until when it is valid. Throws `IdentityError` for one that is not of the authority or not valid at `now`.
    func user(of certificate: [UInt8], now: Timestamp) throws -> (user: UserInfo, notAfter: Timestamp) {
        // One that has been verified was valid then: only its end can have come since.
        if let (user, notAfter) = known.withLock({ $0[certificate] }), now <= notAfter { return (user, notAfter) }
        let peer = try authority.identify(derEncoded: certificate, now: now)
        let user = UserInfo(
            name: peer.commonName, groups: peer.organizations + ["system:authenticated"],
            extra: ["authentication.kubernetes.io/credential-id": ["X509SHA256=\(peer.fingerprint)"]])
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll() }
            known[certificate] = (user, peer.notAfter)
        }
        return (user, peer.notAfter)
    }
}
