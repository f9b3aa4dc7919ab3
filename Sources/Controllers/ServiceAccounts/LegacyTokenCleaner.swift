import Client
import Core
import KubernetesAPI
import Reconcile
import ResourceEngine
import Values

/// Looks once a day for tokens that old clusters made by themselves for service accounts and nobody has used for a year: they are marked
/// invalid, and when another year has passed deleted.
struct LegacyTokenCleaner: Reconciler {
    private static let pass = ObjectKey(name: "all")
    private static let type = "kubernetes.io/service-account-token"
    private static let account = "kubernetes.io/service-account."
    private static let lastUsed = "kubernetes.io/legacy-token-last-used"
    private static let invalidSince = "kubernetes.io/legacy-token-invalid-since"
    private static let tracking = ObjectKey(namespace: "kube-system", name: "kube-apiserver-legacy-service-account-token-tracking")
    private static let interval = Duration.seconds(86_400)

    let context: ControllerContext
    /// How long a token must not have been used.
    let period: Duration
    let secrets: Informer<Secret>
    let accounts: Informer<ServiceAccount>
    let pods: Informer<Pod>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext, period: Duration) {
        self.context = context
        self.period = period
        secrets = context.informer()
        accounts = context.informer()
        pods = context.informer()
        queue = context.queue()
        queue.add([Self.pass])
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 1, informers: [secrets.base, accounts.base, pods.base],
            logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        let now = context.clock.now
        guard let since = try await trackedSince(), now >= since + period else { return Self.interval }
        var mounted: [String: Set<String>] = [:]
        for secret in secrets.list() where isUnused(secret, now) && isGenerated(secret) {
            let namespace = secret.metadata.namespace
            if mounted[namespace] == nil {
                mounted[namespace] = pods.list(namespace: namespace).reduce(into: []) { $0.formUnion(PodReferences($1.raw).secrets) }
            }
            guard mounted[namespace]?.contains(secret.metadata.name) != true else { continue }
            do {
                try await act(on: secret, now)
            } catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
                // Used, changed or deleted meanwhile: the next pass sees it as it is.
            }
        }
        return Self.interval
    }

    private func act(on secret: Secret, _ now: Timestamp) async throws {
        guard let marked = Self.day(secret.metadata.labels[Self.invalidSince]) else {
            let patch: Value = [
                "metadata": ["uid": .string(secret.metadata.uid), "labels": [Self.invalidSince: .string(Self.day(now))]]
            ]
            try await secrets.waitFor(try await context.client.patch(Secret.self, secret.key, .merge, patch))
            return
        }
        guard marked < Self.day(now - period) else { return }
        var options = Client.Options()
        options.preconditionUID = secret.metadata.uid
        options.preconditionResourceVersion = secret.metadata.resourceVersion
        try await context.client.delete(Secret.self, secret.key, options: options)
    }

    /// The end of the day on which uses began to be noted; nil when that is not known.
    private func trackedSince() async throws -> Timestamp? {
        let map: ConfigMap
        do { map = try await context.client.get(ConfigMap.self, Self.tracking) } catch let error as APIError where error.reason == .notFound
        {
            return nil
        }
        guard let day = Self.day(map.data["since"]) else { return nil }
        return Timestamp(rfc3339: "\(day)T00:00:00Z").map { $0 + Self.interval }
    }

    private func isUnused(_ secret: Secret, _ now: Timestamp) -> Bool {
        guard secret.type == Self.type, !secret.metadata.isBeingDeleted,
            let created = Timestamp(rfc3339: secret.metadata.creationTimestamp), created < now - period
        else { return false }
        guard let label = secret.metadata.labels[Self.lastUsed] else { return true }
        // When it cannot be told, it is left alone.
        return Self.day(label).map { $0 < Self.day(now - period) } ?? false
    }

    /// Whether a control plane made it: only those are listed by their accounts.
    private func isGenerated(_ secret: Secret) -> Bool {
        guard let name = secret.metadata.annotations["\(Self.account)name"],
            let account = accounts.get(ObjectKey(namespace: secret.metadata.namespace, name: name))
        else { return false }
        let uid = secret.metadata.annotations["\(Self.account)uid"] ?? ""
        guard uid.isEmpty || uid == account.metadata.uid else { return false }
        return (account.raw["secrets"]?.array ?? []).contains { $0["name"]?.string == secret.metadata.name }
    }

    private static func day(_ time: Timestamp) -> String { String(time.rfc3339.prefix(10)) }

    /// The text, when it is a date.
    private static func day(_ text: String?) -> String? {
        text.flatMap { text in Timestamp(rfc3339: "\(text)T00:00:00Z").map { _ in text } }
    }
}
