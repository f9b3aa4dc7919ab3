import Core
import KubernetesAPI
import ResourceEngine
import Synchronization
import Values

/// Calls a remote API server as a service account: asks for its token as somebody who may, and for the next one before it ends
/// (`--use-service-account-credentials`).
package final class AccountTransport: ClientTransport {
    /// How long tokens are asked for.
    private static let life = 3600
    /// How much of its life a token is used for.
    private static let share = 0.8

    private let remote: RemoteTransport
    private let asker: Client
    private let account: ObjectKey
    private let clock: any Clock
    /// When the next token is due; nil: there is none yet.
    private let renewal = Mutex<Timestamp?>(nil)

    /// A transport to the server of `access`, whose own credentials are not used. `asker` must be allowed to make service accounts and
    /// their tokens. Throws `HTTPError` for certificates that cannot be used.
    package init(_ access: ClusterAccess, account: ObjectKey, asker: Client, userAgent: String, clock: any Clock = SystemClock()) throws {
        var bare = access
        bare.tls.certificateChain = nil
        bare.tls.privateKey = nil
        bare.token = nil
        bare.impersonation = [:]
        remote = try RemoteTransport(bare, userAgent: userAgent, clock: clock)
        self.asker = asker
        self.account = account
        self.clock = clock
    }

    package func perform(_ request: APIRequest) async throws -> Value {
        try await renew()
        return try await remote.perform(request)
    }

    package func watch(_ request: APIRequest) async throws -> WatchStream {
        try await renew()
        return try await remote.watch(request)
    }

    private func renew() async throws {
        let isDue = renewal.withLock { due in due.map { $0 <= clock.now } ?? true }
        guard isDue else { return }
        let answer: Value
        do {
            answer = try await ask()
        } catch let error as APIError where error.reason == .notFound {
            var made = ServiceAccount()
            made.metadata.namespace = account.namespace
            made.metadata.name = account.name
            do { _ = try await asker.create(made) } catch let error as APIError where error.reason == .alreadyExists {}
            answer = try await ask()
        }
        guard let token = answer[path: "status", "token"]?.string else {
            throw APIError.internalError("the server gave no token for service account \(account)")
        }
        let end = answer[path: "status", "expirationTimestamp"]?.string.flatMap { Timestamp(rfc3339: $0) }
        let life = (end.map { $0 - clock.now } ?? .seconds(Self.life)) * Self.share
        remote.use(token: token)
        renewal.withLock { $0 = clock.now + life }
    }

    private func ask() async throws -> Value {
        try await asker.create(
            subresource: "token", of: ServiceAccount.descriptor.gvr, account,
            [
                "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
                "spec": ["expirationSeconds": .int(Int64(Self.life)), "audiences": []],
            ])
    }
}
