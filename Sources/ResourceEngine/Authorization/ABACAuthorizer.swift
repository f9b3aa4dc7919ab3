import Core
import JSON
import Values

/// Allows what a file says, a policy a line: upstream's mode ABAC.
package struct ABACAuthorizer: Authorizer, RuleListing {
    /// One line. An empty user or group says nothing of it; "*" stands for all groups, resources, namespaces and paths.
    private struct Policy {
        var user = ""
        var group = ""
        var isReadOnly = false
        var apiGroup = ""
        var resource = ""
        var namespace = ""
        var path = ""

        /// "*" stands for all who have said who they are.
        mutating func nameEveryone() {
            guard user == "*" || group == "*" else { return }
            (user, group) = ("", "system:authenticated")
        }

        func isOf(_ someone: UserInfo) -> Bool {
            if !user.isEmpty, user != someone.name { return false }
            if !group.isEmpty, !someone.groups.contains(group) { return false }
            return !user.isEmpty || !group.isEmpty
        }

        func covers(_ request: RequestAttributes) -> Bool {
            if isReadOnly, !ABACAuthorizer.readingVerbs.contains(request.verb) { return false }
            if let asked = request.nonResourcePath { return covers(path: asked) }
            return [(namespace, request.namespace), (resource, request.resource.resource), (apiGroup, request.resource.group)].allSatisfy {
                $0 == "*" || $0 == $1
            }
        }

        private func covers(path asked: String) -> Bool {
            if path == asked { return true }
            guard path.hasSuffix("*") else { return false }
            return asked.hasPrefix(path.dropLast(path.reversed().prefix { $0 == "*" }.count))
        }
    }

    private static let group = "abac.authorization.kubernetes.io"
    private static let readingVerbs = ["get", "list", "watch"]

    private let policies: [Policy]

    /// Reads a file; lines that are empty or begin with "#" say nothing. Throws `APIError` that names the line that is wrong.
    package init(_ file: [UInt8], path: String) throws {
        var policies: [Policy] = []
        for (index, bytes) in file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let content = bytes.drop { $0 == 0x20 || (9...13).contains($0) }
            guard let first = content.first, first != UInt8(ascii: "#") else { continue }
            do { policies.append(try Self.policy(try JSONParser.parse(Array(content), limits: .outside))) } catch {
                throw APIError.badRequest(
                    "error reading policy file \(path), line \(index + 1): \(String(decoding: content, as: UTF8.self)): \(error)")
            }
        }
        self.policies = policies
    }

    private struct Problem: Error, CustomStringConvertible { let description: String }

    private static func policy(_ line: Value) throws -> Policy {
        guard line.object != nil else { throw Problem(description: "a policy is an object") }
        let (kind, version) = (try text("kind", line), try text("apiVersion", line))
        switch (kind, version) {
        case ("Policy", "\(group)/v1beta1"): return try policy(spec: line["spec"] ?? [:])
        case ("", ""), ("Policy", ""), ("Policy", "\(group)/v0"): return try bare(line)
        default: throw Problem(description: "no kind \"\(kind)\" is registered for version \"\(version)\"")
        }
    }

    private static func policy(spec: Value) throws -> Policy {
        guard spec.object != nil else { throw Problem(description: "spec is no object") }
        var policy = Policy(
            user: try text("user", spec), group: try text("group", spec), isReadOnly: try flag("readonly", spec),
            apiGroup: try text("apiGroup", spec), resource: try text("resource", spec), namespace: try text("namespace", spec),
            path: try text("nonResourcePath", spec))
        policy.nameEveryone()
        return policy
    }

    /// A policy of the first format, which has no version: what it does not say it does not mind.
    private static func bare(_ line: Value) throws -> Policy {
        var policy = Policy(
            user: try text("user", line), group: try text("group", line), isReadOnly: try flag("readonly", line), apiGroup: "*",
            resource: try text("resource", line), namespace: try text("namespace", line))
        if policy.user.isEmpty, policy.group.isEmpty { policy.group = "*" }
        policy.nameEveryone()
        if policy.namespace.isEmpty, policy.resource.isEmpty { policy.path = "*" }
        if policy.namespace.isEmpty { policy.namespace = "*" }
        if policy.resource.isEmpty { policy.resource = "*" }
        return policy
    }

    private static func text(_ name: String, _ value: Value) throws -> String {
        guard let given = value[name], !given.isNull else { return "" }
        guard let text = given.string else { throw Problem(description: "\(name) is no string") }
        return text
    }

    private static func flag(_ name: String, _ value: Value) throws -> Bool {
        guard let given = value[name], !given.isNull else { return false }
        guard let flag = given.bool else { throw Problem(description: "\(name) is neither true nor false") }
        return flag
    }

    package func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision {
        if policies.contains(where: { $0.isOf(attributes.user) && $0.covers(attributes) }) { return .allow(reason: "") }
        return .noOpinion(reason: "No policy matched.")
    }

    package func rules(for user: UserInfo, in namespace: String) -> (rules: [RBACRule], isComplete: Bool) {
        var rules: [RBACRule] = []
        for policy in policies where policy.isOf(user) && (policy.namespace == "*" || policy.namespace == namespace) {
            let verbs = policy.isReadOnly ? Self.readingVerbs : ["*"]
            if !policy.resource.isEmpty { rules.append(RBACRule(verbs: verbs, groups: [policy.apiGroup], resources: [policy.resource])) }
            if !policy.path.isEmpty { rules.append(RBACRule(verbs: verbs, paths: [policy.path])) }
        }
        return (rules, true)
    }
}
