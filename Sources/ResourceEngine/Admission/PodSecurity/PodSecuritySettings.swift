import Core
import Values

/// What namespaces without labels ask for, and who is exempt: `pod-security.admission.config.k8s.io/v1 PodSecurityConfiguration`.
struct PodSecuritySettings: Sendable {
    var enforce = PodSecurityLevel()
    var warn = PodSecurityLevel()
    private var users: Set<String> = []
    private var namespaces: Set<String> = []
    private var runtimeClasses: Set<String> = []

    /// Nothing is asked for, and nobody exempt.
    init() {}

    /// Throws `APIError` that names the field.
    init(_ configuration: Value) throws {
        let defaults = configuration["defaults"] ?? [:]
        enforce = try Self.level("enforce", defaults)
        warn = try Self.level("warn", defaults)
        // Nothing is written of it, but it must be well formed.
        _ = try Self.level("audit", defaults)
        let exemptions = configuration["exemptions"] ?? [:]
        users = try Self.names("usernames", exemptions)
        namespaces = try Self.names("namespaces", exemptions)
        runtimeClasses = try Self.names("runtimeClasses", exemptions)
    }

    private static func level(_ name: String, _ defaults: Value) throws -> PodSecurityLevel {
        var level = PodSecurityLevel()
        if let text = defaults[name]?.string, !text.isEmpty {
            guard let strictness = PodSecurityLevel.Strictness(rawValue: text) else {
                throw APIError.badRequest("defaults.\(name): must be one of privileged, baseline, restricted: \"\(text)\"")
            }
            level.strictness = strictness
        }
        if let text = defaults["\(name)-version"]?.string, !text.isEmpty {
            guard let minor = PodSecurityLevel.minor(text) else {
                throw APIError.badRequest("defaults.\(name)-version: must be \"latest\" or \"v1.x\": \"\(text)\"")
            }
            level.minor = minor
        }
        return level
    }

    private static func names(_ field: String, _ exemptions: Value) throws -> Set<String> {
        let names = (exemptions[field]?.array ?? []).map { $0.string ?? "" }
        guard Set(names).count == names.count, !names.contains("") else {
            throw APIError.badRequest("exemptions.\(field): none may be empty or there twice")
        }
        return Set(names)
    }

    func isExempt(namespace: String) -> Bool { namespaces.contains(namespace) }
    func isExempt(_ request: AdmissionRequest) -> Bool { isExempt(namespace: request.namespace) || users.contains(request.user.name) }
    /// By the runtime class of a pod or of a template of pods.
    func isExempt(_ template: Value) -> Bool { template[path: "spec", "runtimeClassName"]?.string.map(runtimeClasses.contains) ?? false }
}
