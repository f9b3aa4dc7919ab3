import APIServer
import Client
import Core
import Linux
import Logging
import ResourceEngine
import Values
import YAML

/// What the API server can be told by flags that upstream's has too. Kept in `cluster.json`; clusters made before have none of it.
package struct APIServerSettings: Sendable, Equatable {
    /// Absolute paths; empty: nothing is audited.
    package var auditPolicyFile = ""
    package var auditLogPath = ""
    /// Days, files and megabytes; 0 stands for upstream's default.
    package var auditLogMaxAge = 0
    package var auditLogMaxBackup = 0
    package var auditLogMaxSize = 0
    /// An absolute path; empty: nothing is encrypted on the disk.
    package var encryptionProviderConfig = ""
    /// For how many seconds old revisions can be watched from; 0 stands for five minutes.
    package var compactionSeconds = 0
    /// As the flags have them.
    package var runtimeConfig = ""
    package var featureGates = ""
    /// Further flags by upstream's name without the dashes; those that were not given are missing.
    package var flags: [String: String] = [:]

    package init() {}

    package init(json: Value) {
        auditPolicyFile = json["auditPolicyFile"]?.string ?? ""
        auditLogPath = json["auditLogPath"]?.string ?? ""
        auditLogMaxAge = Int(json["auditLogMaxAge"]?.int ?? 0)
        auditLogMaxBackup = Int(json["auditLogMaxBackup"]?.int ?? 0)
        auditLogMaxSize = Int(json["auditLogMaxSize"]?.int ?? 0)
        encryptionProviderConfig = json["encryptionProviderConfig"]?.string ?? ""
        compactionSeconds = Int(json["compactionSeconds"]?.int ?? 0)
        runtimeConfig = json["runtimeConfig"]?.string ?? ""
        featureGates = json["featureGates"]?.string ?? ""
        for member in json["flags"]?.object ?? Object() { flags[member.key] = member.value.string }
    }

    package var json: Value {
        [
            "auditPolicyFile": .string(auditPolicyFile), "auditLogPath": .string(auditLogPath),
            "auditLogMaxAge": .int(Int64(auditLogMaxAge)), "auditLogMaxBackup": .int(Int64(auditLogMaxBackup)),
            "auditLogMaxSize": .int(Int64(auditLogMaxSize)), "encryptionProviderConfig": .string(encryptionProviderConfig),
            "compactionSeconds": .int(Int64(compactionSeconds)),
            "runtimeConfig": .string(runtimeConfig), "featureGates": .string(featureGates),
            "flags": .object(Object(flags.sorted { $0.key < $1.key }.map { ($0.key, Value.string($0.value)) })),
        ]
    }

    /// The audit log these ask for. Throws `ClusterError` that names the file that is wrong.
    func auditLog(clock: any Clock, logger: Logger) throws -> AuditLog? {
        guard !auditPolicyFile.isEmpty, !auditLogPath.isEmpty || flags["audit-webhook-config-file"] != nil else { return nil }
        let policy: AuditPolicy
        do { policy = try AuditPolicy(try Self.yaml(auditPolicyFile, flag: "audit-policy-file")) } catch let error as APIError {
            throw ClusterError("--audit-policy-file \(auditPolicyFile): \(error.message)")
        }
        let metrics = AuditMetrics()
        var backends: [AuditBackend] = []
        func add(_ destination: any AuditDestination, _ settings: AuditBackend.Settings) {
            backends.append(AuditBackend(destination, settings, metrics: metrics, clock: clock, logger: logger))
        }
        if let file = try auditFile(clock: clock) { add(file, try auditSettings(.log, "audit-log")) }
        if let service = try auditWebhook(clock: clock) { add(service, try auditSettings(.webhook, "audit-webhook")) }
        return AuditLog(policy: policy, backends: backends, metrics: metrics, clock: clock, logger: logger)
    }

    private func auditFile(clock: any Clock) throws -> AuditFile? {
        guard !auditLogPath.isEmpty else { return nil }
        var limits = AuditFile.Limits()
        if auditLogMaxSize > 0 { limits.size = auditLogMaxSize << 20 }
        limits.count = auditLogMaxBackup
        if auditLogMaxAge > 0 { limits.age = .seconds(86_400 * auditLogMaxAge) }
        do { return try AuditFile(path: auditLogPath, limits: limits, clock: clock) } catch let error as APIError {
            throw ClusterError("--audit-log-path: \(error.message)")
        }
    }

    /// The service that audit events are sent to; nil without one. Throws `ClusterError` that names the flag that is wrong.
    private func auditWebhook(clock: any Clock) throws -> AuditWebhook? {
        guard let path = flags["audit-webhook-config-file"] else { return nil }
        let pause = try duration("audit-webhook-initial-backoff") ?? .seconds(10)
        do {
            return AuditWebhook(try ReviewService(try ClusterAccess.read(kubeconfig: path), pause: pause, clock: clock))
        } catch { throw ClusterError("--audit-webhook-config-file: \(error)") }
    }

    /// How events go to a destination, by the flags that begin with `plugin`. Throws `ClusterError` that names the one that is wrong.
    private func auditSettings(_ defaults: AuditBackend.Settings, _ plugin: String) throws -> AuditBackend.Settings {
        var settings = defaults
        if let text = flags["\(plugin)-mode"] {
            guard let mode = AuditBackend.Mode(rawValue: text) else {
                throw ClusterError("--\(plugin)-mode \(text) is not known: batch, blocking and blocking-strict are")
            }
            settings.mode = mode
        }
        if let version = flags["\(plugin)-version"], version != "audit.k8s.io/v1" {
            throw ClusterError("--\(plugin)-version \(version) is not audit.k8s.io/v1")
        }
        settings.buffer = try number("\(plugin)-batch-buffer-size") ?? settings.buffer
        settings.batch = try number("\(plugin)-batch-max-size") ?? settings.batch
        settings.wait = try duration("\(plugin)-batch-max-wait") ?? settings.wait
        settings.burst = try number("\(plugin)-batch-throttle-burst") ?? settings.burst
        if let text = flags["\(plugin)-batch-throttle-qps"] {
            guard let rate = Double(text), rate > 0 else { throw ClusterError("--\(plugin)-batch-throttle-qps \(text) is not above 0") }
            settings.rate = rate
        }
        switch flags["\(plugin)-batch-throttle-enable"] {
        case "false": settings.rate = nil
        case "true" where settings.rate == nil: throw ClusterError("--\(plugin)-batch-throttle-enable needs --\(plugin)-batch-throttle-qps")
        case nil where defaults.rate == nil: settings.rate = nil
        default: break
        }
        settings.truncation = try truncation(plugin)
        return settings
    }

    private func truncation(_ plugin: String) throws -> AuditTruncation? {
        guard flags["\(plugin)-truncate-enabled"] == "true" else { return nil }
        var truncation = AuditTruncation()
        truncation.event = try number("\(plugin)-truncate-max-event-size") ?? truncation.event
        truncation.batch = try number("\(plugin)-truncate-max-batch-size") ?? truncation.batch
        guard truncation.event <= truncation.batch else {
            throw ClusterError("--\(plugin)-truncate-max-event-size must not be above --\(plugin)-truncate-max-batch-size")
        }
        return truncation
    }

    /// The number above zero that a flag names; nil when it was not given. Throws `ClusterError`.
    private func number(_ flag: String) throws -> Int? {
        guard let text = flags[flag] else { return nil }
        guard let number = Int(text), number > 0 else { throw ClusterError("--\(flag) \(text) is no number above 0") }
        return number
    }

    /// The words of a flag that takes a list; nil when it was not given.
    func words(_ flag: String) -> [String]? {
        guard let text = flags[flag], !text.isEmpty else { return nil }
        return text.split(separator: ",").map { String($0).filter { $0 != " " } }
    }

    /// Which versions are served. Throws `ClusterError` that names the flag that is wrong.
    package func selection() throws -> APISelection {
        let gates: FeatureGates
        do { gates = try FeatureGates(featureGates) } catch let error as FlagError { throw ClusterError("--feature-gates: \(error)") }
        do { return try APISelection(runtimeConfig, gates: gates) } catch let error as FlagError {
            throw ClusterError("--runtime-config: \(error)")
        }
    }

    /// The duration that a flag names; nil when it was not given. Throws `ClusterError`.
    func duration(_ flag: String) throws -> Duration? {
        guard let text = flags[flag] else { return nil }
        guard let duration = GoDuration.parse(text), duration >= .zero else {
            throw ClusterError("--\(flag) \(text) is no duration, as 2m0s")
        }
        return duration
    }

    /// The version of reviews that a flag names. Throws `ClusterError`.
    func reviewVersion(_ flag: String) throws -> String {
        // Upstream's default, which services written for it may count on.
        let version = flags[flag] ?? "v1beta1"
        guard ["v1", "v1beta1"].contains(version) else { throw ClusterError("--\(flag) \(version) is neither v1 nor v1beta1") }
        return version
    }

    /// A service that reviews, from the kubeconfig that `place` names. Throws `ClusterError`.
    static func reviewer(_ kubeconfig: String, place: String, timeout: Duration = .seconds(30), clock: any Clock) throws -> ReviewService {
        do {
            return try ReviewService(try ClusterAccess.read(kubeconfig: kubeconfig), timeout: timeout, clock: clock)
        } catch { throw ClusterError("\(place): \(error)") }
    }

    /// The file that a flag names. Throws `ClusterError` that names both.
    static func yaml(_ path: String, flag: String) throws -> Value {
        guard let bytes = try Files.readIfPresent(path) else { throw ClusterError("--\(flag): there is no file \(path)") }
        do { return try YAMLParser.parse(bytes) } catch let error as YAMLError { throw ClusterError("--\(flag) \(path): \(error)") }
    }
}
