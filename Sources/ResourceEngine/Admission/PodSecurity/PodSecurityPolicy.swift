import Core

/// How much a namespace lets its pods do, as of which release (Pod Security Standards).
struct PodSecurityLevel: Hashable, CustomStringConvertible {
    enum Strictness: String, Comparable, CaseIterable {
        case privileged, baseline, restricted

        private var rank: Int {
            switch self {
            case .privileged: 0
            case .baseline: 1
            case .restricted: 2
            }
        }

        static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
    }

    /// The release this server speaks: what "latest" means.
    static let currentMinor = 36

    var strictness = Strictness.privileged
    /// The minor release whose standard counts; nil is the newest.
    var minor: Int?

    /// Reads "latest" (nil) and "v1.36"; the outer optional is nil for anything else.
    static func minor(_ text: String) -> Int?? {
        if text == "latest" { return .some(nil) }
        let digits = text.dropFirst(3)
        guard text.hasPrefix("v1."), let minor = Int(digits), String(minor) == digits else { return nil }
        return .some(minor)
    }

    var effectiveMinor: Int { min(minor ?? Self.currentMinor, Self.currentMinor) }
    var description: String { "\(strictness.rawValue):\(minor.map { "v1.\($0)" } ?? "latest")" }
}

/// What the `pod-security.kubernetes.io/` labels of a namespace ask for. Audit labels are checked for form only: there is no audit log to
/// write to.
struct PodSecurityPolicy: Equatable {
    static let prefix = "pod-security.kubernetes.io/"

    var enforce = PodSecurityLevel()
    var warn = PodSecurityLevel()
    /// What is wrong with the labels. A wrong level is enforced as restricted.
    var problems: [APIError.Cause] = []

    var isPrivileged: Bool { problems.isEmpty && enforce.strictness == .privileged && warn.strictness == .privileged }

    /// What labels do not say is as in `settings`.
    init(labels: [String: String], _ settings: PodSecuritySettings = PodSecuritySettings()) {
        enforce = settings.enforce
        warn = settings.warn
        var reader = LabelReader(labels: labels)
        let level = reader.strictness("enforce")
        if let level { enforce.strictness = level ?? .restricted }
        if let version = reader.minor("enforce-version") { enforce.minor = version }
        _ = reader.strictness("audit")
        _ = reader.minor("audit-version")
        let warned = reader.strictness("warn")
        if let warned { warn.strictness = warned ?? .privileged }
        let warnedVersion = reader.minor("warn-version")
        if let warnedVersion { warn.minor = warnedVersion }
        problems = reader.problems
        // What is enforced is warned of, too, where the labels do not speak of warnings.
        if warned == nil, case .some(.some(let strictness)) = level, strictness > warn.strictness {
            warn.strictness = strictness
            if warnedVersion == nil { warn.minor = enforce.minor }
        }
    }
}

/// Reads the labels and notes what is wrong with them. The outer optional says whether the label is there, the inner whether it can be read.
private struct LabelReader {
    let labels: [String: String]
    var problems: [APIError.Cause] = []

    mutating func strictness(_ name: String) -> PodSecurityLevel.Strictness?? {
        guard let text = labels[PodSecurityPolicy.prefix + name] else { return nil }
        if let strictness = PodSecurityLevel.Strictness(rawValue: text) { return .some(strictness) }
        note(name, text, "must be one of privileged, baseline, restricted")
        return .some(nil)
    }

    mutating func minor(_ name: String) -> Int?? {
        guard let text = labels[PodSecurityPolicy.prefix + name] else { return nil }
        if let version = PodSecurityLevel.minor(text) { return version }
        note(name, text, "must be \"latest\" or \"v1.x\"")
        return nil
    }

    private mutating func note(_ name: String, _ value: String, _ why: String) {
        problems.append(
            APIError.Cause(
                reason: "FieldValueInvalid", message: "Invalid value: \"\(value)\": \(why)",
                field: "metadata.labels[\(PodSecurityPolicy.prefix)\(name)]"))
    }
}
