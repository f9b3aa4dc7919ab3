import ArgumentParser
import Cluster
import Core

/// Flags of the API server, named as upstream names them. They are kept with the cluster; an empty path takes one back.
struct APIServerOptions: ParsableArguments {
    @Option(help: "Which requests are audited: a file with a Policy of audit.k8s.io/v1.") var auditPolicyFile: String?
    @Option(help: "Where audit events are written, a line of JSON each; '-' is the server's own log.") var auditLogPath: String?
    @Option(name: .customLong("audit-log-maxage"), help: "After how many days a full audit log is deleted; 0: never.") var auditLogMaxAge:
        Int?
    @Option(name: .customLong("audit-log-maxbackup"), help: "How many full audit logs are kept; 0: all.") var auditLogMaxBackup: Int?
    @Option(name: .customLong("audit-log-maxsize"), help: "The size of an audit log in megabytes; 0: 100.") var auditLogMaxSize: Int?
    @Option(help: "The service that audit events are sent to: a file in the form of a kubeconfig.") var auditWebhookConfigFile: String?
    @Option(help: "How they are sent: batch (the default), blocking or blocking-strict.") var auditWebhookMode: String?
    @Option(help: "How many may wait. Default: 10000.") var auditWebhookBatchBufferSize: String?
    @Option(help: "How many are sent at once. Default: 400.") var auditWebhookBatchMaxSize: String?
    @Option(help: "How long they wait for others at most. Default: 30s.") var auditWebhookBatchMaxWait: String?
    @Option(help: "Whether batches are held back when there are many: true (the default) or false.")
    var auditWebhookBatchThrottleEnable: String?
    @Option(help: "Batches a second. Default: 10.") var auditWebhookBatchThrottleQps: String?
    @Option(help: "Batches that may go at once after a pause. Default: 15.") var auditWebhookBatchThrottleBurst: String?
    @Option(help: "What passes before a batch that was not taken is sent again. Default: 10s.") var auditWebhookInitialBackoff: String?
    @Option(help: "Whether events that are too large are cut: true or false (the default).") var auditWebhookTruncateEnabled: String?
    @Option(help: "Bytes of an event. Default: 102400.") var auditWebhookTruncateMaxEventSize: String?
    @Option(help: "Bytes of a batch. Default: 10485760.") var auditWebhookTruncateMaxBatchSize: String?
    @Option(help: "How events are written to the log: blocking (the default), blocking-strict or batch.") var auditLogMode: String?
    @Option(help: "How many may wait. Default: 10000.") var auditLogBatchBufferSize: String?
    @Option(help: "How many are written at once. Default: 1.") var auditLogBatchMaxSize: String?
    @Option(help: "How long they wait for others at most. Default: not at all.") var auditLogBatchMaxWait: String?
    @Option(help: "Whether batches are held back when there are many: true or false (the default).")
    var auditLogBatchThrottleEnable: String?
    @Option(help: "Batches a second, where they are held back.") var auditLogBatchThrottleQps: String?
    @Option(help: "Batches that may go at once after a pause. Default: 15.") var auditLogBatchThrottleBurst: String?
    @Option(help: "The same for the log: true or false (the default).") var auditLogTruncateEnabled: String?
    @Option(help: "Bytes of an event in the log. Default: 102400.") var auditLogTruncateMaxEventSize: String?
    @Option(help: "How objects are encrypted on the disk: a file with an EncryptionConfiguration of apiserver.config.k8s.io/v1.")
    var encryptionProviderConfig: String?
    @Option(help: "Whether that file is taken anew when it changes: true or false (the default).")
    var encryptionProviderConfigAutomaticReload: String?
    @Option(help: "Who decides what may be done, in this order: Node, RBAC, ABAC, Webhook, AlwaysAllow, AlwaysDeny. Default: Node,RBAC.")
    var authorizationMode: String?
    @Option(help: "What the mode ABAC allows: a file with a Policy of abac.authorization.kubernetes.io/v1beta1 a line.")
    var authorizationPolicyFile: String?
    @Option(help: "The same with several webhooks: a file with an AuthorizationConfiguration of apiserver.config.k8s.io/v1.")
    var authorizationConfig: String?
    @Option(help: "The service that the mode Webhook asks: a file in the form of a kubeconfig.") var authorizationWebhookConfigFile: String?
    @Option(help: "The version of SubjectAccessReview it speaks: v1 or v1beta1 (the default).") var authorizationWebhookVersion: String?
    @Option(name: .customLong("authorization-webhook-cache-authorized-ttl"), help: "For how long what it allows is remembered: 5m0s.")
    var authorizationWebhookAllowedTTL: String?
    @Option(name: .customLong("authorization-webhook-cache-unauthorized-ttl"), help: "For how long what it refuses is remembered: 30s.")
    var authorizationWebhookRefusedTTL: String?
    @Option(help: "A service that knows bearer tokens: a file in the form of a kubeconfig.") var authenticationTokenWebhookConfigFile:
        String?
    @Option(help: "The version of TokenReview it speaks: v1 or v1beta1 (the default).") var authenticationTokenWebhookVersion: String?
    @Option(name: .customLong("authentication-token-webhook-cache-ttl"), help: "For how long what it says is remembered: 2m0s.")
    var authenticationTokenWebhookCacheTTL: String?
    @Option(help: "Whose tokens are taken: a file with an AuthenticationConfiguration of apiserver.config.k8s.io/v1.")
    var authenticationConfig: String?
    @Option(help: "Whether those are let in who do not say who they are: true, false, or by default to health and version only.")
    var anonymousAuth: String?
    @Option(help: "Whether nodes may introduce themselves by bootstrap tokens: true (the default) or false.")
    var enableBootstrapTokenAuth: String?
    @Option(name: .customLong("oidc-issuer-url"), help: "The issuer whose OpenID Connect tokens are taken, an https URL.")
    var oidcIssuerURL: String?
    @Option(name: .customLong("oidc-client-id"), help: "The audience that such tokens are for.") var oidcClientID: String?
    @Option(name: .customLong("oidc-ca-file"), help: "The certificates that vouch for the issuer.") var oidcCAFile: String?
    @Option(help: "The claim that is the user's name. Default: sub.") var oidcUsernameClaim: String?
    @Option(help: "What is put before names; '-': nothing. Default: the issuer and '#', but nothing for e-mail addresses.")
    var oidcUsernamePrefix: String?
    @Option(help: "The claim that has the user's groups.") var oidcGroupsClaim: String?
    @Option(help: "What is put before groups.") var oidcGroupsPrefix: String?
    @Option(help: "Claims that tokens must have: key=value, with commas between.") var oidcRequiredClaim: String?
    @Option(help: "How tokens may be signed, with commas between. Default: RS256.") var oidcSigningAlgs: String?

    @Option(help: "Admission plugins that are on beside those that always are, with commas between.") var enableAdmissionPlugins: String?
    @Option(help: "Admission plugins that are off.") var disableAdmissionPlugins: String?
    @Option(help: "What admission plugins are told: a file with an AdmissionConfiguration of apiserver.config.k8s.io/v1.")
    var admissionControlConfigFile: String?

    @Option(name: .customLong("event-ttl"), help: "For how long events are kept after their last change. Default: 1h0m0s.")
    var eventTTL: String?
    @Option(help: "For how long old revisions can at least be watched from and listed at, as 5m0s.") var etcdCompactionInterval: String?
    @Option(
        parsing: .singleValue,
        help:
            "Which versions are served: 'api/beta=true', 'GROUP/VERSION=true', 'GROUP/VERSION/RESOURCE=false', by commas; '' for upstream's."
    )
    var runtimeConfig: [String] = []
    @Option(
        parsing: .singleValue, help: "Features that are on or off otherwise than by default: 'NAME=true', by commas; '' for upstream's.")
    var featureGates: [String] = []

    func validate() throws {
        for (flag, text) in [("--etcd-compaction-interval", etcdCompactionInterval), ("--event-ttl", eventTTL)] {
            guard let text, !text.isEmpty else { continue }
            guard let time = GoDuration.parse(text), time >= .seconds(1) else {
                throw ValidationError("\(flag) \(text) is not a duration of at least a second such as 5m0s")
            }
        }
        for (flag, path) in [
            ("--audit-policy-file", auditPolicyFile), ("--audit-log-path", auditLogPath),
            ("--encryption-provider-config", encryptionProviderConfig), ("--authentication-config", authenticationConfig),
            ("--oidc-ca-file", oidcCAFile), ("--authorization-config", authorizationConfig),
            ("--authorization-webhook-config-file", authorizationWebhookConfigFile),
            ("--authorization-policy-file", authorizationPolicyFile),
            ("--admission-control-config-file", admissionControlConfigFile), ("--audit-webhook-config-file", auditWebhookConfigFile),
            ("--authentication-token-webhook-config-file", authenticationTokenWebhookConfigFile),
        ] {
            if let path, !path.isEmpty, path != "-", !path.hasPrefix("/") {
                throw ValidationError("\(flag) \(path) is not an absolute path")
            }
        }
        var asked = APIServerSettings()
        apply(to: &asked)
        do { _ = try asked.selection() } catch let error as ClusterError { throw ValidationError("\(error)") }
        for (flag, value) in [
            ("--enable-bootstrap-token-auth", enableBootstrapTokenAuth), ("--anonymous-auth", anonymousAuth),
            ("--encryption-provider-config-automatic-reload", encryptionProviderConfigAutomaticReload),
            ("--audit-webhook-batch-throttle-enable", auditWebhookBatchThrottleEnable),
            ("--audit-log-batch-throttle-enable", auditLogBatchThrottleEnable),
            ("--audit-webhook-truncate-enabled", auditWebhookTruncateEnabled), ("--audit-log-truncate-enabled", auditLogTruncateEnabled),
        ] {
            if let value, !["", "true", "false"].contains(value) { throw ValidationError("\(flag) \(value) is neither true nor false") }
        }
        let numbers = [
            ("--audit-log-maxage", auditLogMaxAge), ("--audit-log-maxbackup", auditLogMaxBackup), ("--audit-log-maxsize", auditLogMaxSize),
        ]
        for (flag, number) in numbers {
            if let number, !(0...100_000).contains(number) { throw ValidationError("\(flag) \(number) is not in 0 to 100000") }
        }
    }

    /// What is kept as it was said.
    private var flags: [(String, String?)] {
        [
            ("encryption-provider-config-automatic-reload", encryptionProviderConfigAutomaticReload),
            ("audit-webhook-config-file", auditWebhookConfigFile), ("audit-webhook-mode", auditWebhookMode),
            ("audit-webhook-batch-buffer-size", auditWebhookBatchBufferSize), ("audit-webhook-batch-max-size", auditWebhookBatchMaxSize),
            ("audit-webhook-batch-max-wait", auditWebhookBatchMaxWait),
            ("audit-webhook-batch-throttle-enable", auditWebhookBatchThrottleEnable),
            ("audit-webhook-batch-throttle-qps", auditWebhookBatchThrottleQps),
            ("audit-webhook-batch-throttle-burst", auditWebhookBatchThrottleBurst),
            ("audit-webhook-initial-backoff", auditWebhookInitialBackoff),
            ("audit-webhook-truncate-enabled", auditWebhookTruncateEnabled),
            ("audit-webhook-truncate-max-event-size", auditWebhookTruncateMaxEventSize),
            ("audit-webhook-truncate-max-batch-size", auditWebhookTruncateMaxBatchSize),
            ("audit-log-mode", auditLogMode), ("audit-log-batch-buffer-size", auditLogBatchBufferSize),
            ("audit-log-batch-max-size", auditLogBatchMaxSize), ("audit-log-batch-max-wait", auditLogBatchMaxWait),
            ("audit-log-batch-throttle-enable", auditLogBatchThrottleEnable), ("audit-log-batch-throttle-qps", auditLogBatchThrottleQps),
            ("audit-log-batch-throttle-burst", auditLogBatchThrottleBurst), ("audit-log-truncate-enabled", auditLogTruncateEnabled),
            ("audit-log-truncate-max-event-size", auditLogTruncateMaxEventSize), ("authorization-mode", authorizationMode),
            ("authorization-policy-file", authorizationPolicyFile),
            ("authentication-config", authenticationConfig),
            ("enable-bootstrap-token-auth", enableBootstrapTokenAuth), ("anonymous-auth", anonymousAuth),
            ("oidc-issuer-url", oidcIssuerURL), ("oidc-client-id", oidcClientID),
            ("oidc-ca-file", oidcCAFile), ("oidc-username-claim", oidcUsernameClaim), ("oidc-username-prefix", oidcUsernamePrefix),
            ("oidc-groups-claim", oidcGroupsClaim), ("oidc-groups-prefix", oidcGroupsPrefix),
            ("oidc-required-claim", oidcRequiredClaim), ("oidc-signing-algs", oidcSigningAlgs),
            ("event-ttl", eventTTL), ("enable-admission-plugins", enableAdmissionPlugins),
            ("disable-admission-plugins", disableAdmissionPlugins),
            ("admission-control-config-file", admissionControlConfigFile),
            ("authorization-config", authorizationConfig), ("authorization-webhook-config-file", authorizationWebhookConfigFile),
            ("authorization-webhook-version", authorizationWebhookVersion),
            ("authorization-webhook-cache-authorized-ttl", authorizationWebhookAllowedTTL),
            ("authorization-webhook-cache-unauthorized-ttl", authorizationWebhookRefusedTTL),
            ("authentication-token-webhook-config-file", authenticationTokenWebhookConfigFile),
            ("authentication-token-webhook-version", authenticationTokenWebhookVersion),
            ("authentication-token-webhook-cache-ttl", authenticationTokenWebhookCacheTTL),
        ]
    }

    func apply(to settings: inout APIServerSettings) {
        if !runtimeConfig.isEmpty { settings.runtimeConfig = runtimeConfig.filter { !$0.isEmpty }.joined(separator: ",") }
        if !featureGates.isEmpty { settings.featureGates = featureGates.filter { !$0.isEmpty }.joined(separator: ",") }
        if let auditPolicyFile { settings.auditPolicyFile = auditPolicyFile }
        if let auditLogPath { settings.auditLogPath = auditLogPath }
        if let auditLogMaxAge { settings.auditLogMaxAge = auditLogMaxAge }
        if let auditLogMaxBackup { settings.auditLogMaxBackup = auditLogMaxBackup }
        if let encryptionProviderConfig { settings.encryptionProviderConfig = encryptionProviderConfig }
        if let interval = etcdCompactionInterval.flatMap(GoDuration.parse) { settings.compactionSeconds = Int(interval.seconds) }
        for (flag, value) in flags { if let value { settings.flags[flag] = value.isEmpty ? nil : value } }
        if let auditLogMaxSize { settings.auditLogMaxSize = auditLogMaxSize }
    }
}
