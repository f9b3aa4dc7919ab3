import Values

/// Reads the default roles and bindings out of a compact text.
///
/// A line without indent starts an object: `clusterrole NAME [feeds ROLE] [gathers ROLE]`, `role NAMESPACE/NAME`,
/// `clusterrolebinding NAME ClusterRole ROLE SUBJECT…`, `rolebinding NAMESPACE/NAME Role ROLE SUBJECT…`. Subjects are `user:`,
/// `group:` and `account:NAMESPACE/NAME`. Indented by two is a rule of the role above: verbs, API groups (`core` is the empty one),
/// resources and `named` with object names; or verbs, `url` and paths. `@read`, `@write` and `@all` stand for the usual verbs.
/// Deeper lines continue the one above. A role that `gathers` has the rules of all roles that feed it.
package struct RBACPolicy {
    private static let verbSets = [
        "@read": ["get", "list", "watch"], "@write": ["create", "delete", "deletecollection", "patch", "update"],
        "@all": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
    ]
    private static let group = "rbac.authorization.k8s.io"

    /// The roles and bindings in the order they are made: roles before the bindings that name them.
    package let objects: [Value]

    package init(_ text: String = rbacPolicyText) {
        var objects: [Value] = []
        for line in Self.joined(text) {
            let words = line.split(separator: " ").map(String.init)
            if line.hasPrefix("  ") {
                objects[objects.count - 1]["rules"]?.elements.append(Self.rule(words))
            } else {
                objects.append(Self.head(words))
            }
        }
        self.objects = Self.gather(objects)
    }

    /// The lines, with continued ones made whole.
    private static func joined(_ text: String) -> [String] {
        var lines: [String] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("      ") { lines[lines.count - 1] += line.drop { $0 == " " } } else { lines.append(String(line)) }
        }
        return lines
    }

    private static func head(_ words: [String]) -> Value {
        let kinds = ["clusterrole": "ClusterRole", "role": "Role", "clusterrolebinding": "ClusterRoleBinding", "rolebinding": "RoleBinding"]
        let place = words[1].split(separator: "/", maxSplits: 1).map(String.init)
        var metadata: Object = [
            "name": .string(place.last ?? ""), "labels": ["kubernetes.io/bootstrapping": "rbac-defaults"],
            "annotations": ["rbac.authorization.kubernetes.io/autoupdate": "true"],
        ]
        if place.count == 2 { metadata["namespace"] = .string(place[0]) }
        var object: Value = [
            "apiVersion": .string("\(group)/v1"), "kind": .string(kinds[words[0]] ?? words[0]), "metadata": .object(metadata),
        ]
        guard !words[0].hasSuffix("binding") else {
            object["roleRef"] = ["apiGroup": .string(group), "kind": .string(words[2]), "name": .string(words[3])]
            object["subjects"] = .array(words.dropFirst(4).map(subject))
            return object
        }
        object["rules"] = []
        for (keyword, target) in zip(words.dropFirst(2), words.dropFirst(3)) {
            if keyword == "feeds" { object["metadata"]?["labels"]?["\(group)/aggregate-to-\(target)"] = "true" }
            if keyword == "gathers" {
                let selector: Value = ["matchLabels": .object([("\(group)/aggregate-to-\(target)", "true")].reduce(into: Object()) { $0[$1.0] = .string($1.1) })]
                object["aggregationRule"] = ["clusterRoleSelectors": [selector]]
            }
        }
        return object
    }

    private static func subject(_ word: String) -> Value {
        let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts[0] == "account" else {
            return ["apiGroup": .string(group), "kind": parts[0] == "user" ? "User" : "Group", "name": .string(parts[1])]
        }
        let account = parts[1].split(separator: "/").map(String.init)
        return ["kind": "ServiceAccount", "name": .string(account[1]), "namespace": .string(account[0])]
    }

    private static func rule(_ words: [String]) -> Value {
        func list(_ word: String) -> Value { .array(word.split(separator: ",").map { .string($0 == "core" ? "" : String($0)) }) }
        let verbs = Value.array((verbSets[words[0]] ?? words[0].split(separator: ",").map(String.init)).map { .string($0) })
        if words[1] == "url" { return ["nonResourceURLs": list(words[2]), "verbs": verbs] }
        var rule: Value = ["apiGroups": list(words[1]), "resources": list(words[2]), "verbs": verbs]
        if words.count > 4, words[3] == "named" { rule["resourceNames"] = list(words[4]) }
        return rule
    }

    /// Fills in the rules of roles that gather those of others, as the ClusterRole aggregation controller would; twice,
    /// since edit gathers view's feeders and admin gathers edit's.
    private static func gather(_ objects: [Value]) -> [Value] {
        var objects = objects
        for _ in 0..<3 {
            for position in objects.indices {
                let selectors = objects[position]["aggregationRule"]?["clusterRoleSelectors"]?[0]?["matchLabels"]?.object
                guard let label = selectors?.keys.first(where: { _ in true }) else { continue }
                var rules: [Value] = []
                for (other, role) in objects.enumerated() where other != position && role["metadata"]?["labels"]?[label] != nil {
                    for rule in role["rules"]?.array ?? [] where !rules.contains(rule) { rules.append(rule) }
                }
                objects[position]["rules"] = .array(rules)
            }
        }
        return objects
    }
}

extension Value {
    /// The element of an array, or nil.
    fileprivate subscript(position: Int) -> Value? {
        guard case .array(let items) = self, items.indices.contains(position) else { return nil }
        return items[position]
    }
}
