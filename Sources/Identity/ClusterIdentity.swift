import Core
import Synchronization

/// All identities of one cluster, kept in one directory: two certificate authorities, the certificates they issued and the key
/// that signs service-account tokens. What is missing is made, what is due is renewed.
///
/// Opening and renewing write small files, so they block for as long as that takes.
package final class ClusterIdentity: Sendable {
    /// How often `run` looks for certificates that are due.
    static let renewalInterval: Duration = .seconds(3600)

    /// Issues serving and client certificates; what clients trust.
    package let authority: CertificateAuthority
    /// Issues the certificate with which the API server calls aggregated API servers.
    package let frontProxyAuthority: CertificateAuthority
    package let tokenSigner: TokenSigner
    private let files: IdentityFiles
    private let clock: any Clock
    private let credentials = Mutex<[String: RenewingCredential]>([:])

    /// Opens the identities in `directory`, or makes them. Throws `IdentityError`.
    package init(directory: String, clock: any Clock = SystemClock()) throws {
        files = try IdentityFiles(directory: directory)
        self.clock = clock
        authority = try Self.authority("ca", "kubernetes", files, clock.now)
        frontProxyAuthority = try Self.authority("front-proxy-ca", "front-proxy-ca", files, clock.now)
        if let text = try files.read("service-account.key") {
            tokenSigner = try TokenSigner(privateKeyPEM: text)
        } else {
            tokenSigner = TokenSigner()
            try files.write("service-account.key", tokenSigner.privateKeyPEM)
        }
    }

    private static func authority(
        _ name: String, _ commonName: String, _ files: IdentityFiles, _ now: Timestamp
    ) throws -> CertificateAuthority {
        if let kept = try files.readCredential(name) { return try CertificateAuthority(kept) }
        let authority = try CertificateAuthority(commonName: commonName, now: now)
        try files.writeCredential(name, authority.credential)
        return authority
    }

    /// The credential of this name, renewed by `run` from now on. A second call with another request changes it.
    package func credential(_ name: String, _ request: CertificateRequest) throws -> RenewingCredential {
        try credential(name, request, authority)
    }

    private func credential(
        _ name: String, _ request: CertificateRequest, _ authority: CertificateAuthority
    ) throws -> RenewingCredential {
        if let existing = credentials.withLock({ $0[name] }) {
            try existing.update(now: clock.now) { $0 = request }
            return existing
        }
        let credential = try RenewingCredential(name: name, authority: authority, files: files, request: request, now: clock.now)
        credentials.withLock { $0[name] = credential }
        return credential
    }

    /// Renews what is due, until cancelled. `failed` is told of a credential that could not be renewed; it is tried again.
    package func run(failed: @Sendable (String, any Error) -> Void) async throws {
        while true {
            try await clock.sleep(for: Self.renewalInterval)
            for (name, credential) in credentials.withLock({ $0 }) {
                do { try credential.renew(now: clock.now) } catch { failed(name, error) }
            }
        }
    }
}

/// The identities that every cluster has.
extension ClusterIdentity {
    /// The API server's own: the names of the `kubernetes` Service, localhost, and what the machine is called and has for addresses.
    package func apiServer(
        serviceAddress: String, clusterDomain: String = "cluster.local", dnsNames: [String] = [], addresses: [String] = []
    ) throws -> RenewingCredential {
        let service = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.\(clusterDomain)"]
        return try credential(
            "apiserver",
            CertificateRequest(
                commonName: "kube-apiserver", dnsNames: service + ["localhost"] + dnsNames,
                addresses: ["127.0.0.1", "::1", serviceAddress] + addresses, usages: [.server]))
    }

    /// The person who made the cluster: may do everything, since RBAC does not limit `system:masters`.
    package func administrator() throws -> RenewingCredential {
        try client("admin", user: "kubernetes-admin", groups: ["system:masters"])
    }

    /// A node agent as a client of the API server.
    package func nodeClient(_ node: String) throws -> RenewingCredential {
        try client("node-\(node)", user: "system:node:\(node)", groups: ["system:nodes"])
    }

    /// A node agent's own endpoint.
    package func nodeServer(_ node: String, addresses: [String]) throws -> RenewingCredential {
        try credential(
            "node-\(node)-serving",
            CertificateRequest(
                commonName: "system:node:\(node)", organizations: ["system:nodes"], dnsNames: [node, "localhost"],
                addresses: ["127.0.0.1"] + addresses, usages: [.server]))
    }

    /// The API server as a client of node agents.
    package func nodeAgentClient() throws -> RenewingCredential {
        try client("apiserver-kubelet-client", user: "kube-apiserver-kubelet-client", groups: ["system:masters"])
    }

    /// The API server as a client of aggregated API servers.
    package func frontProxyClient() throws -> RenewingCredential {
        try credential(
            "front-proxy-client", CertificateRequest(commonName: "front-proxy-client", usages: [.client]), frontProxyAuthority)
    }

    /// Any other client.
    package func client(_ name: String, user: String, groups: [String]) throws -> RenewingCredential {
        try credential(name, CertificateRequest(commonName: user, organizations: groups, usages: [.client]))
    }
}
