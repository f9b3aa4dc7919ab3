import Client
import Core
import KubernetesAPI
import Reconcile

/// Fills the secrets of type `kubernetes.io/service-account-token` that users make, and removes those whose account is gone.
struct TokenReconciler: Reconciler {
    private static let type = "kubernetes.io/service-account-token"
    private static let accountName = "kubernetes.io/service-account.name"
    private static let accountUID = "kubernetes.io/service-account.uid"
    /// Token secrets by "namespace/account".
    private static let byAccount = InformerIndex(name: "account", of: Secret.self) { secret in
        guard secret.type == type, let name = secret.metadata.annotations[accountName] else { return [] }
        return ["\(secret.metadata.namespace)/\(name)"]
    }

    let context: ControllerContext
    let signer: any ServiceAccountTokenSigner
    let rootCertificates: String
    let secrets: Informer<Secret>
    let accounts: Informer<ServiceAccount>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext, signer: any ServiceAccountTokenSigner, rootCertificates: String) {
        self.context = context
        self.signer = signer
        self.rootCertificates = rootCertificates
        secrets = context.informer()
        accounts = context.informer()
        queue = context.queue()
        secrets.add(Self.byAccount)
        secrets.onChange { [queue] changes in queue.add(changes.filter { $0.new?.type == Self.type }.map(\.key)) }
        accounts.onChange { [queue, secrets] changes in
            for change in changes { queue.add(secrets.byIndex(Self.byAccount, "\(change.key)").map(\.key)) }
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 2, informers: [secrets.base, accounts.base],
            logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let secret = secrets.get(key), secret.type == Self.type, !secret.metadata.isBeingDeleted,
            let name = secret.metadata.annotations[Self.accountName]
        else { return nil }
        let accountKey = ObjectKey(namespace: key.namespace, name: name)
        var account = accounts.get(accountKey)
        if account == nil || !belongs(secret, to: account!) {
            // The cache may not know the account yet: nothing is deleted on its word.
            account = try await fresh(accountKey)
        }
        guard let account, belongs(secret, to: account) else {
            try await delete(secret)
            return nil
        }
        var filled = secret
        let uid = account.metadata.uid
        if filled.metadata.annotations[Self.accountUID] != uid { filled.metadata.annotations[Self.accountUID] = uid }
        let certificates = Base64.encode(rootCertificates.utf8)
        if !rootCertificates.isEmpty, filled.data["ca.crt"] != certificates { filled.data["ca.crt"] = certificates }
        if filled.data["namespace"] == nil { filled.data["namespace"] = Base64.encode(key.namespace.utf8) }
        if filled.data["token"] == nil {
            let token = try signer.legacyToken(namespace: key.namespace, account: name, accountUID: uid, secret: key.name)
            filled.data["token"] = Base64.encode(token.utf8)
        }
        guard filled != secret else { return nil }
        try await secrets.waitFor(try await context.client.update(filled))
        return nil
    }

    private func belongs(_ secret: Secret, to account: ServiceAccount) -> Bool {
        let uid = secret.metadata.annotations[Self.accountUID] ?? ""
        return uid.isEmpty || uid == account.metadata.uid
    }

    private func fresh(_ key: ObjectKey) async throws -> ServiceAccount? {
        do {
            return try await context.client.get(ServiceAccount.self, key)
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
    }

    private func delete(_ secret: Secret) async throws {
        var options = Client.Options()
        options.preconditionUID = secret.metadata.uid
        do {
            try await context.client.delete(Secret.self, secret.key, options: options)
        } catch let error as APIError where error.reason == .notFound {
            return
        }
    }
}
