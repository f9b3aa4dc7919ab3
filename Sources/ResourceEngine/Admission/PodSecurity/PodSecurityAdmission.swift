import Core
import Values

/// Keeps pods to the level their namespace's labels ask for, and warns of workloads whose pods would not be let in
/// (`k8s.io/pod-security-admission`).
struct PodSecurityAdmission: ValidatingPlugin {
    let name = "PodSecurity"
    private let settings: PodSecuritySettings

    /// Throws `APIError` that names the field of the configuration that is wrong.
    init(_ configuration: Value?) throws { settings = try configuration.map { try PodSecuritySettings($0) } ?? PodSecuritySettings() }

    /// Parts of a pod through which its containers do not change.
    private static let ignoredParts: Set<String> = ["exec", "attach", "binding", "eviction", "log", "portforward", "proxy", "status"]
    /// How many pods of a namespace are looked at when it becomes stricter.
    private static let podLimit = 3000

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create || request.operation == .update, let object = request.object else { return }
        let resource = request.groupResource.description
        switch resource {
        case "namespaces": if request.subresource.isEmpty { try checkNamespace(object, &request, cluster) }
        case "pods":
            if !Self.ignoredParts.contains(request.subresource), !settings.isExempt(request) { try checkPod(object, &request, cluster) }
        default:
            if request.subresource.isEmpty, !settings.isExempt(request), let template = Self.template(of: object, resource) {
                try warn(template, &request, cluster)
            }
        }
    }

    private static func template(of object: Value, _ resource: String) -> Value? {
        switch resource {
        case "podtemplates": object["template"]
        case "cronjobs.batch": object[path: "spec", "jobTemplate", "spec", "template"]
        case "replicationcontrollers", "replicasets.apps", "deployments.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch":
            object[path: "spec", "template"]
        default: nil
        }
    }

    private func policy(_ request: AdmissionRequest, _ cluster: ClusterState) throws -> PodSecurityPolicy {
        guard let namespace = try cluster.get("namespaces", ObjectKey(name: request.namespace)) else {
            throw APIError.internalError("failed to lookup namespace \"\(request.namespace)\"")
        }
        return PodSecurityPolicy(labels: namespace.metaStrings("labels"), settings)
    }

    private func checkPod(_ pod: Value, _ request: inout AdmissionRequest, _ cluster: ClusterState) throws {
        let policy = try policy(request, cluster)
        if policy.isPrivileged || settings.isExempt(pod) { return }
        if let old = request.oldObject, !Self.changesContainers(pod, old) { return }
        let subject = PodSecuritySubject(template: pod)
        let violations = PodSecurityCheck.violations(policy.enforce, subject)
        guard violations.isEmpty else { throw request.forbidden("violates PodSecurity \"\(policy.enforce)\": \(Self.details(violations))") }
        warn(subject, policy, &request)
    }

    private func warn(_ template: Value, _ request: inout AdmissionRequest, _ cluster: ClusterState) throws {
        if settings.isExempt(template) { return }
        warn(PodSecuritySubject(template: template), try policy(request, cluster), &request)
    }

    private func warn(_ subject: PodSecuritySubject, _ policy: PodSecurityPolicy, _ request: inout AdmissionRequest) {
        let violations = PodSecurityCheck.violations(policy.warn, subject)
        guard !violations.isEmpty else { return }
        request.warnings.append("would violate PodSecurity \"\(policy.warn)\": \(Self.details(violations))")
    }

    /// Only new containers and new images make a difference to a pod that is there.
    private static func changesContainers(_ pod: Value, _ old: Value) -> Bool {
        func images(_ pod: Value, _ list: String) -> [String] { (pod[path: "spec", list]?.array ?? []).map { $0["image"]?.string ?? "" } }
        for list in ["containers", "initContainers"] where images(pod, list) != images(old, list) { return true }
        let before = (old[path: "spec", "ephemeralContainers"]?.array ?? []).map { ($0["name"]?.string ?? "", $0["image"]?.string ?? "") }
        return (pod[path: "spec", "ephemeralContainers"]?.array ?? []).contains { container in
            !before.contains { $0 == (container["name"]?.string ?? "", container["image"]?.string ?? "") }
        }
    }

    private static func details(_ violations: [PodSecurityViolation]) -> String {
        violations.map { $0.detail.isEmpty ? $0.reason : "\($0.reason) (\($0.detail))" }.joined(separator: ", ")
    }

    // MARK: Namespaces

    private func checkNamespace(_ namespace: Value, _ request: inout AdmissionRequest, _ cluster: ClusterState) throws {
        let policy = PodSecurityPolicy(labels: namespace.metaStrings("labels"), settings)
        let before = request.oldObject.map { PodSecurityPolicy(labels: $0.metaStrings("labels"), settings) }
        if !policy.problems.isEmpty, policy.problems != before?.problems {
            throw APIError.invalid(request.kind, request.name, policy.problems)
        }
        guard let before, !settings.isExempt(namespace: request.name), policy.enforce != before.enforce,
            policy.enforce.strictness != .privileged
        else { return }
        if policy.enforce.minor == before.enforce.minor, policy.enforce.strictness <= before.enforce.strictness { return }
        request.warnings += try warnings(of: request.name, policy.enforce, cluster)
    }

    /// Which pods of a namespace would not be let in now.
    private func warnings(of namespace: String, _ level: PodSecurityLevel, _ cluster: ClusterState) throws -> [String] {
        let pods = try cluster.list("pods", namespace: namespace)
        var found: [String: (name: String, count: Int)] = [:]
        for pod in pods.prefix(Self.podLimit) {
            let violations = PodSecurityCheck.violations(level, PodSecuritySubject(template: pod))
            guard !violations.isEmpty, !settings.isExempt(pod) else { continue }
            let known = found[violations.map(\.reason).joined(separator: ", ")]
            found[violations.map(\.reason).joined(separator: ", ")] = (min(known?.name ?? pod.name, pod.name), (known?.count ?? 0) + 1)
        }
        var result: [String] = []
        if pods.count > Self.podLimit {
            result.append("new PodSecurity enforce level only checked against the first \(Self.podLimit) of \(pods.count) existing pods")
        }
        guard !found.isEmpty else { return result }
        result.append("existing pods in namespace \"\(namespace)\" violate the new PodSecurity enforce level \"\(level)\"")
        let lines = found.map { reasons, pod in
            switch pod.count {
            case 1: "\(pod.name): \(reasons)"
            case 2: "\(pod.name) (and 1 other pod): \(reasons)"
            default: "\(pod.name) (and \(pod.count - 1) other pods): \(reasons)"
            }
        }
        return result + lines.sorted()
    }
}
