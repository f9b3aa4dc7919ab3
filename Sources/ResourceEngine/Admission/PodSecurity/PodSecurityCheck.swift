import Values

/// What the standards look at: a pod, or the template of one.
struct PodSecuritySubject {
    let annotations: [String: String]
    let spec: Value
    /// Init containers first, then the main ones, then ephemeral ones.
    let containers: [Value]

    init(template: Value) {
        annotations = template.metaStrings("annotations")
        spec = template["spec"] ?? .object(Object())
        var containers: [Value] = []
        for list in ["initContainers", "containers", "ephemeralContainers"] { containers += spec[list]?.array ?? [] }
        self.containers = containers
    }

    var security: Value? { spec["securityContext"] }
    var isWindows: Bool { spec[path: "os", "name"]?.string == "windows" }
    /// A pod in a user namespace of its own is root only in there.
    var hasUserNamespace: Bool { spec["hostUsers"]?.bool == false }

    /// The names of the containers of which something is true.
    func names(where isBad: (Value) -> Bool) -> [String] { containers.filter(isBad).map { $0["name"]?.string ?? "" } }
}

/// Why a pod is not let in.
struct PodSecurityViolation {
    let reason: String
    let detail: String
}

/// One rule of the Pod Security Standards. Rules, their releases and the words of their refusals are those of
/// `k8s.io/pod-security-admission/policy`.
struct PodSecurityCheck: Sendable {
    let id: String
    /// The first minor release with the rule.
    var since = 0
    /// The baseline rule that a restricted one stands for.
    var replaces: String?
    /// The release is the one whose standard counts.
    let violation: @Sendable (_ pod: PodSecuritySubject, _ minor: Int) -> PodSecurityViolation?

    /// The violations of a level, baseline rules first, each group by name.
    static func violations(_ level: PodSecurityLevel, _ pod: PodSecuritySubject) -> [PodSecurityViolation] {
        guard level.strictness != .privileged else { return [] }
        let minor = level.effectiveMinor
        var checks = baseline.filter { $0.since <= minor }
        if level.strictness == .restricted {
            let stricter = restricted.filter { $0.since <= minor }
            let replaced = Set(stricter.compactMap(\.replaces))
            checks = checks.filter { !replaced.contains($0.id) } + stricter
        }
        return checks.compactMap { $0.violation(pod, minor) }
    }

    // MARK: Words

    static func quoted(_ names: some Sequence<String>) -> String { names.map { "\"\($0)\"" }.joined(separator: ", ") }
    static func noun(_ noun: String, _ count: Int) -> String { count == 1 ? noun : noun + "s" }
    static func containers(_ names: [String]) -> String { "\(noun("container", names.count)) \(quoted(names))" }

    /// "pod and containers "a", "b"": who sets something; nil when nobody does.
    static func setters(_ isPod: Bool, _ names: [String]) -> String? {
        let parts = (isPod ? ["pod"] : []) + (names.isEmpty ? [] : [containers(names)])
        return parts.isEmpty ? nil : parts.joined(separator: " and ")
    }
}
