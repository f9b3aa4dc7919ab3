import Core
import ResourceEngine
import Values

/// Which requests are logged, and how much of them (`audit.k8s.io/v1 Policy`).
package struct AuditPolicy: Sendable {
    /// How much of a request is logged.
    package enum Level: String, Sendable, Comparable {
        case none = "None"
        case metadata = "Metadata"
        case request = "Request"
        case requestResponse = "RequestResponse"

        private var rank: Int { [.none, .metadata, .request, .requestResponse].firstIndex(of: self) ?? 0 }
        package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
    }

    /// When a request is logged.
    package enum Stage: String, Sendable, CaseIterable {
        case requestReceived = "RequestReceived"
        case responseStarted = "ResponseStarted"
        case responseComplete = "ResponseComplete"
        case panic = "Panic"
    }

    /// What becomes of one request.
    package struct Decision: Sendable, Equatable {
        package var level: Level
        package var omittedStages: Set<Stage> = []
        package var omitsManagedFields = false
    }

    private struct Rule: Sendable {
        struct Resources: Sendable {
            var group: String
            var resources: [String]
            var names: [String]
        }

        var decision: Decision
        var users: [String]
        var groups: [String]
        var verbs: [String]
        var resources: [Resources]
        var namespaces: [String]
        var paths: [String]
    }

    private let rules: [Rule]

    /// Reads a policy. Throws `APIError` (400) that names the field that is wrong.
    package init(_ policy: Value) throws {
        guard policy["kind"] == "Policy", policy["apiVersion"] == "audit.k8s.io/v1" else {
            throw APIError.badRequest("an audit policy must be of kind Policy and apiVersion audit.k8s.io/v1")
        }
        try Self.onlyKnown(policy, ["kind", "apiVersion", "metadata", "rules", "omitStages", "omitManagedFields"], "")
        let stages = try Self.stages(policy["omitStages"], "omitStages")
        let omitsManagedFields = policy["omitManagedFields"]?.bool ?? false
        guard let rules = policy["rules"]?.array, !rules.isEmpty else { throw APIError.badRequest("an audit policy needs rules") }
        self.rules = try rules.enumerated().map { index, rule in
            let place = "rules[\(index)]"
            try Self.onlyKnown(
                rule,
                [
                    "level", "users", "userGroups", "verbs", "resources", "namespaces", "nonResourceURLs", "omitStages",
                    "omitManagedFields",
                ], "\(place).")
            guard let level = rule["level"]?.string.flatMap(Level.init) else {
                throw APIError.badRequest("\(place).level: must be None, Metadata, Request or RequestResponse")
            }
            let resources = try (rule["resources"]?.array ?? []).map { entry in
                try Self.onlyKnown(entry, ["group", "resources", "resourceNames"], "\(place).resources.")
                let made = Rule.Resources(
                    group: entry["group"]?.string ?? "", resources: Self.words(entry["resources"]),
                    names: Self.words(entry["resourceNames"]))
                guard made.names.isEmpty || !made.resources.isEmpty else {
                    throw APIError.badRequest("\(place).resources: using resourceNames requires at least one resource")
                }
                return made
            }
            let made = Rule(
                decision: Decision(
                    level: level, omittedStages: stages.union(try Self.stages(rule["omitStages"], "\(place).omitStages")),
                    omitsManagedFields: rule["omitManagedFields"]?.bool ?? omitsManagedFields),
                users: Self.words(rule["users"]), groups: Self.words(rule["userGroups"]), verbs: Self.words(rule["verbs"]),
                resources: resources, namespaces: Self.words(rule["namespaces"]), paths: Self.words(rule["nonResourceURLs"]))
            guard made.paths.isEmpty || (made.resources.isEmpty && made.namespaces.isEmpty) else {
                throw APIError.badRequest("\(place).nonResourceURLs: rules cannot apply to both regular resources and non-resource URLs")
            }
            return made
        }
    }

    private static func words(_ value: Value?) -> [String] { (value?.array ?? []).compactMap(\.string) }

    private static func stages(_ value: Value?, _ place: String) throws -> Set<Stage> {
        Set(
            try words(value).map { word in
                guard let stage = Stage(rawValue: word) else { throw APIError.badRequest("\(place): \(word) is no stage") }
                return stage
            })
    }

    private static func onlyKnown(_ value: Value, _ names: Set<String>, _ place: String) throws {
        for member in value.object ?? Object() where !names.contains(member.key) {
            throw APIError.badRequest("unknown field \"\(place)\(member.key)\" of the audit policy")
        }
    }

    // MARK: Deciding

    /// The first rule that fits decides; a request that none fits is not logged.
    package func decide(_ request: RequestAttributes) -> Decision {
        rules.first { Self.fits($0, request) }?.decision ?? Decision(level: .none)
    }

    private static func fits(_ rule: Rule, _ request: RequestAttributes) -> Bool {
        if !rule.users.isEmpty, !rule.users.contains(request.user.name) { return false }
        if !rule.groups.isEmpty, Set(rule.groups).isDisjoint(with: request.user.groups) { return false }
        if !rule.verbs.isEmpty, !rule.verbs.contains(request.verb) { return false }
        if !rule.namespaces.isEmpty || !rule.resources.isEmpty {
            guard request.nonResourcePath == nil else { return false }
            if !rule.namespaces.isEmpty, !rule.namespaces.contains(request.namespace) { return false }
            return rule.resources.isEmpty || rule.resources.contains { fits($0, request) }
        }
        if !rule.paths.isEmpty {
            guard let path = request.nonResourcePath else { return false }
            return rule.paths.contains { $0 == "*" || $0 == path || ($0.hasSuffix("*") && path.hasPrefix($0.dropLast())) }
        }
        return true
    }

    private static func fits(_ entry: Rule.Resources, _ request: RequestAttributes) -> Bool {
        guard entry.group == request.resource.group else { return false }
        if entry.resources.isEmpty { return true }
        guard entry.names.isEmpty || entry.names.contains(request.name) else { return false }
        let (resource, part) = (request.resource.resource, request.subresource)
        return entry.resources.contains { word in
            word == "*" || word == (part.isEmpty ? resource : "\(resource)/\(part)") || word == "\(resource)/*"
                || (!part.isEmpty && word == "*/\(part)")
        }
    }
}
