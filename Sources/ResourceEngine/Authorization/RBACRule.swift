import Values

/// One rule of a role, as RBAC reads it. "*" stands for all verbs, groups, resources and paths.
package struct RBACRule: Sendable, Hashable {
    var verbs: [String]
    var groups: [String]
    var resources: [String]
    var names: [String]
    var paths: [String]

    init(verbs: [String], groups: [String] = [], resources: [String] = [], names: [String] = [], paths: [String] = []) {
        self.verbs = verbs
        self.groups = groups
        self.resources = resources
        self.names = names
        self.paths = paths
    }

    /// From a `PolicyRule` of `rbac.authorization.k8s.io/v1`.
    package init(_ rule: Value) {
        func strings(_ key: String) -> [String] { rule[key]?.array?.compactMap(\.string) ?? [] }
        self.init(
            verbs: strings("verbs"), groups: strings("apiGroups"), resources: strings("resources"), names: strings("resourceNames"),
            paths: strings("nonResourceURLs"))
    }

    func allows(_ request: RequestAttributes) -> Bool {
        guard verbs.contains(request.verb) || verbs.contains("*") else { return false }
        if let path = request.nonResourcePath { return paths.contains { Self.path($0, covers: path) } }
        guard groups.contains(request.resource.group) || groups.contains("*") else { return false }
        return coversResource(request) && (names.isEmpty || names.contains(request.name))
    }

    private func coversResource(_ request: RequestAttributes) -> Bool {
        if resources.contains("*") { return true }
        guard !request.subresource.isEmpty else { return resources.contains(request.resource.resource) }
        return resources.contains("\(request.resource.resource)/\(request.subresource)") || resources.contains("*/\(request.subresource)")
    }

    /// A pattern is a path, or ends in "*" and covers all paths that begin so.
    private static func path(_ pattern: String, covers path: String) -> Bool {
        if pattern == path { return true }
        guard pattern.hasSuffix("*") else { return false }
        return path.hasPrefix(pattern.dropLast(pattern.reversed().prefix { $0 == "*" }.count))
    }

    // MARK: Comparing what roles grant

    /// The rules of one verb, resource, name or path each that together say the same.
    package var parts: [RBACRule] {
        var result: [RBACRule] = []
        for group in groups {
            for resource in resources {
                for verb in verbs {
                    let part = RBACRule(verbs: [verb], groups: [group], resources: [resource])
                    result += names.isEmpty ? [part] : names.map { name in part.named(name) }
                }
            }
        }
        for path in paths {
            for verb in verbs { result.append(RBACRule(verbs: [verb], paths: [path])) }
        }
        return result
    }

    private func named(_ name: String) -> RBACRule {
        var copy = self
        copy.names = [name]
        return copy
    }

    /// Whether this rule grants all that `part`, one of `parts`, grants.
    package func covers(_ part: RBACRule) -> Bool {
        func has(_ owned: [String], _ wanted: [String]) -> Bool { owned.contains("*") || wanted.allSatisfy(owned.contains) }
        guard has(verbs, part.verbs) else { return false }
        guard has(groups, part.groups), part.resources.allSatisfy(coversResource(named:)) else { return false }
        guard part.paths.allSatisfy({ wanted in paths.contains { Self.path($0, covers: wanted) } }) else { return false }
        return names.isEmpty || (!part.names.isEmpty && part.names.allSatisfy(names.contains))
    }

    private func coversResource(named resource: String) -> Bool {
        if resources.contains("*") || resources.contains(resource) { return true }
        guard let slash = resource.firstIndex(of: "/") else { return false }
        return resources.contains("*\(resource[slash...])")
    }

    /// The rule as upstream prints it in refusals.
    var text: String {
        let fields = [
            ("APIGroups", groups), ("Resources", resources), ("NonResourceURLs", paths), ("ResourceNames", names), ("Verbs", verbs),
        ]
        let shown = fields.filter { !$0.1.isEmpty }.map { name, values in
            "\(name):[\(values.map { "\"\($0)\"" }.joined(separator: " "))]"
        }
        return "{\(shown.joined(separator: ", "))}"
    }
}
