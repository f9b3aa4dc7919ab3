import Core
import ResourceEngine
import Values

/// One FlowSchema: which requests it takes, and where to.
package struct FlowRules: Sendable, Equatable {
    private struct Subject: Sendable, Equatable {
        var kind: String
        var name: String
        var namespace: String
    }

    private struct ResourceRule: Sendable, Equatable {
        var verbs: [String]
        var groups: [String]
        var resources: [String]
        var clusterScope: Bool
        var namespaces: [String]
    }

    private struct PathRule: Sendable, Equatable {
        var verbs: [String]
        var paths: [String]
    }

    private struct Rule: Sendable, Equatable {
        var subjects: [Subject]
        var resources: [ResourceRule]
        var paths: [PathRule]
    }

    package let name: String
    package let uid: String
    package let level: String
    package let precedence: Int
    /// "ByUser", "ByNamespace", or empty: all its requests are one flow.
    package let distinguisher: String
    private let rules: [Rule]

    package init(_ object: Value) {
        name = object[path: "metadata", "name"]?.string ?? ""
        uid = object[path: "metadata", "uid"]?.string ?? ""
        let spec = object["spec"]
        level = spec?["priorityLevelConfiguration"]?["name"]?.string ?? ""
        precedence = Int(spec?["matchingPrecedence"]?.int ?? 1000)
        distinguisher = spec?["distinguisherMethod"]?["type"]?.string ?? ""
        rules = (spec?["rules"]?.array ?? []).map { rule in
            Rule(
                subjects: (rule["subjects"]?.array ?? []).map { subject in
                    let kind = subject["kind"]?.string ?? ""
                    let part = subject[kind == "User" ? "user" : kind == "Group" ? "group" : "serviceAccount"]
                    return Subject(kind: kind, name: part?["name"]?.string ?? "", namespace: part?["namespace"]?.string ?? "")
                },
                resources: (rule["resourceRules"]?.array ?? []).map { entry in
                    ResourceRule(
                        verbs: Self.words(entry["verbs"]), groups: Self.words(entry["apiGroups"]),
                        resources: Self.words(entry["resources"]),
                        clusterScope: entry["clusterScope"]?.bool ?? false, namespaces: Self.words(entry["namespaces"]))
                },
                paths: (rule["nonResourceRules"]?.array ?? []).map { entry in
                    PathRule(verbs: Self.words(entry["verbs"]), paths: Self.words(entry["nonResourceURLs"]))
                })
        }
    }

    private static func words(_ value: Value?) -> [String] { (value?.array ?? []).compactMap(\.string) }

    /// The order in which schemas are asked.
    package static func isBefore(_ left: FlowRules, _ right: FlowRules) -> Bool {
        (left.precedence, left.name) < (right.precedence, right.name)
    }

    /// Whether a request is one of its own.
    package func takes(_ request: RequestAttributes) -> Bool {
        rules.contains { rule in
            rule.subjects.contains { Self.isMeant($0, request.user) }
                && (request.nonResourcePath.map { path in rule.paths.contains { Self.fits($0, path, request.verb) } }
                    ?? rule.resources.contains { Self.fits($0, request) })
        }
    }

    /// Whether any of its rules is about the user: what need not be asked again of each of his requests.
    package func concerns(_ user: UserInfo) -> Bool {
        rules.contains { rule in rule.subjects.contains { Self.isMeant($0, user) } }
    }

    /// What tells its flows apart.
    package func flow(of request: RequestAttributes) -> String {
        switch distinguisher {
        case "ByUser": request.user.name
        case "ByNamespace": request.namespace
        default: ""
        }
    }

    private static func isMeant(_ subject: Subject, _ user: UserInfo) -> Bool {
        switch subject.kind {
        case "User": return subject.name == "*" || subject.name == user.name
        case "Group": return subject.name == "*" || user.groups.contains(subject.name)
        case "ServiceAccount":
            let prefix = "system:serviceaccount:\(subject.namespace):"
            return subject.name == "*" ? user.name.hasPrefix(prefix) : user.name == prefix + subject.name
        default: return false
        }
    }

    private static func has(_ list: [String], _ word: String) -> Bool { list.contains { $0 == "*" || $0 == word } }

    private static func fits(_ rule: ResourceRule, _ request: RequestAttributes) -> Bool {
        guard has(rule.verbs, request.verb), has(rule.groups, request.resource.group), hasResource(rule.resources, request) else {
            return false
        }
        return request.namespace.isEmpty ? rule.clusterScope : has(rule.namespaces, request.namespace)
    }

    private static func hasResource(_ list: [String], _ request: RequestAttributes) -> Bool {
        if list.contains("*") { return true }
        guard !request.subresource.isEmpty else { return list.contains(request.resource.resource) }
        return list.contains("\(request.resource.resource)/\(request.subresource)")
    }

    private static func fits(_ rule: PathRule, _ path: String, _ verb: String) -> Bool {
        has(rule.verbs, verb)
            && rule.paths.contains { $0 == "*" || $0 == path || ($0.hasSuffix("/*") && path.hasPrefix($0.dropLast())) }
    }
}
