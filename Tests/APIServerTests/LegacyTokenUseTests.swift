import APIServer
import Client
import Core
import Identity
import KubernetesAPI
import Logging
import Reconcile
import ResourceEngine
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct LegacyTokenUseTests {
    @Test func `the day of a token's last use is written down, and a marked token is good no more`() async throws {
        let cluster = try await TestCluster()
        let client = cluster.client(), store = cluster.store
        let account = try await client.get(ServiceAccount.self, ObjectKey(namespace: "default", name: "default"))
        let signer = TokenSigner()
        let token = try signer.sign(
            LegacyServiceAccountToken(
                namespace: "default", serviceAccount: .init(name: "default", uid: account.metadata.uid), secret: "held"
            ).claims)
        var secret = Secret()
        secret.metadata.name = "held"
        secret.metadata.namespace = "default"
        secret.metadata.annotations = ["kubernetes.io/service-account.name": "default"]
        secret.type = "kubernetes.io/service-account-token"
        secret.data = ["token": Base64.encode(token.utf8)]
        _ = try await client.create(secret)
        let key = ObjectKey(namespace: "default", name: "held")
        let uses = LegacyTokenUses(clock: cluster.clock)
        let tokens = LegacyServiceAccountTokens(
            signer: signer, audiences: ["api"],
            account: { resource, key in
                store.get(resource, key).map { LiveObject(uid: $0.summary.uid, deletionTimestamp: $0.summary.deletionTimestamp) }
            }, uses: uses,
            held: { key in
                store.get("secrets", key).map { LegacyServiceAccountTokens.Held(token: token, labels: $0.summary.labels) }
            })
        let informers = InformerSet(client: client, clock: cluster.clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let secrets = informers.informer(Secret.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await informers.run() }
            group.addTask { await uses.run(client, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) }
            func used(on day: String) async throws {
                for _ in 0..<3 { #expect(try tokens.authenticate(token: token, audiences: [])?.audiences == ["api"]) }
                try await secrets.base.waitFor(key) { $0?.metaStrings("labels")[LegacyTokenUses.lastUsed] == day }
            }
            try await used(on: "2026-01-01")
            let revision = store.get("secrets", key)?.revision
            _ = try tokens.authenticate(token: token, audiences: [])
            cluster.clock.advance(by: .seconds(86_400))
            try await used(on: "2026-01-02")
            #expect(revision != store.get("secrets", key)?.revision)

            _ = try await client.patch(Secret.self, key, .merge, ["metadata": ["labels": [LegacyTokenUses.invalidSince: "2026-01-02"]]])
            do {
                _ = try tokens.authenticate(token: token, audiences: [])
                Issue.record("a token that was marked invalid was taken")
            } catch { #expect("\(error)".contains("has been marked invalid")) }
            group.cancelAll()
        }
        await cluster.close()
    }
}
