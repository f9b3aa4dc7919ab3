import Core
import JSON
import ResourceEngine
import Values

/// What every new Kubernetes v1.36 cluster has, as objects without the server's own fields.
package enum BootstrapFacts {
    /// An object to create, and the resource it belongs to.
    package struct Wanted: Sendable {
        package let resource: GroupVersionResource
        package let object: Value

        package init(resource: GroupVersionResource, object: Value) {
            self.resource = resource
            self.object = object
        }

        /// The object with `apiVersion` and `kind`.
        var body: Value {
            var result: Object = ["apiVersion": .string(resource.apiVersion), "kind": .string(kinds[resource.resource] ?? "")]
            for member in object.object ?? Object() { result.append(member.key, member.value) }
            return .object(result)
        }

        package var key: ObjectKey {
            ObjectKey(
                namespace: object[path: "metadata", "namespace"]?.string ?? "", name: object[path: "metadata", "name"]?.string ?? "")
        }
    }

    private static let kinds = [
        "apiservices": "APIService", "clusterrolebindings": "ClusterRoleBinding", "clusterroles": "ClusterRole", "configmaps": "ConfigMap",
        "endpoints": "Endpoints", "endpointslices": "EndpointSlice", "flowschemas": "FlowSchema", "namespaces": "Namespace",
        "priorityclasses": "PriorityClass", "prioritylevelconfigurations": "PriorityLevelConfiguration", "rolebindings": "RoleBinding",
        "roles": "Role", "servicecidrs": "ServiceCIDR", "services": "Service",
    ]

    static let rbac = "rbac.authorization.k8s.io"

    static func resource(_ group: String, _ name: String, _ version: String = "v1") -> GroupVersionResource {
        GroupVersionResource(group: group, version: version, resource: name)
    }

    // MARK: Roles and bindings

    /// Everything in `roles`, the rules of aggregated roles gathered.
    package static var rolesAndBindings: [Wanted] { rolesAndBindings(FeatureGates()) }

    /// Those, and what the features that are on add to them.
    package static func rolesAndBindings(_ gates: FeatureGates) -> [Wanted] {
        var objects: [(kind: String, object: Value)] = []
        let texts = [roles] + gatedRoles.filter { gates.isOn($0.gate) }.map(\.text)
        var current = 0
        for line in texts.joined(separator: "\n").split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if line.hasPrefix("  ") {
                add(words, to: &objects[current].object)
            } else {
                let object = words[0].hasSuffix("binding") ? binding(words) : role(words[1])
                // A role that is there already gets more rules.
                let (name, namespace) = (object[path: "metadata", "name"], object[path: "metadata", "namespace"])
                if let known = objects.firstIndex(where: {
                    $0.kind == words[0] && $0.object[path: "metadata", "name"] == name
                        && $0.object[path: "metadata", "namespace"] == namespace
                }) {
                    current = known
                } else {
                    current = objects.count
                    objects.append((words[0], object))
                }
            }
        }
        // As deep as they are nested: `admin` gathers `edit`, which gathers `view`.
        for _ in 0..<3 {
            let all = objects
            for position in objects.indices { gather(into: &objects[position].object, from: all.map(\.object)) }
        }
        return objects.map { Wanted(resource: resource(rbac, "\($0.kind)s"), object: $0.object) }
    }

    /// The rules of the cluster role that nodes have without a binding.
    package static func nodeRules(_ gates: FeatureGates = FeatureGates()) -> [Value] {
        let role = rolesAndBindings(gates).first { $0.resource.resource == "clusterroles" && $0.key.name == "system:node" }
        return role?.object["rules"]?.array ?? []
    }

    private static func metadata(_ place: String) -> Object {
        let parts = place.split(separator: "/", maxSplits: 1).map(String.init)
        var metadata: Object = ["name": .string(parts[parts.count - 1])]
        if parts.count == 2 { metadata["namespace"] = .string(parts[0]) }
        metadata["labels"] = ["kubernetes.io/bootstrapping": "rbac-defaults"]
        metadata["annotations"] = ["rbac.authorization.kubernetes.io/autoupdate": "true"]
        return metadata
    }

    private static func role(_ place: String) -> Value { ["metadata": .object(metadata(place)), "rules": []] }

    private static func add(_ words: [String], to role: inout Value) {
        let label = "\(rbac)/aggregate-to-"
        switch words[0] {
        case "part-of": role["metadata"]?["labels"]?[label + words[1]] = "true"
        case "gathers":
            role["aggregationRule"] = ["clusterRoleSelectors": [["matchLabels": .object([label + words[1]: "true"])]]]
        case "paths":
            role["rules"]?.elements.append(["nonResourceURLs": list(words[1]), "verbs": verbs(words[2])])
        default:
            var rule: Object = [
                "apiGroups": .array(words[0].split(separator: ",").map { .string($0 == "core" ? "" : String($0)) }),
                "resources": list(words[1]), "verbs": verbs(words[2]),
            ]
            if words.count > 3 { rule["resourceNames"] = list(words[3]) }
            role["rules"]?.elements.append(.object(rule))
        }
    }

    private static func list(_ text: String) -> Value { .array(text.split(separator: ",").map { .string(String($0)) }) }

    private static func verbs(_ text: String) -> Value {
        switch text {
        case "read": ["get", "list", "watch"]
        case "write": ["create", "delete", "deletecollection", "patch", "update"]
        case "all": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
        default: list(text)
        }
    }

    /// The rules of all roles that an aggregated one selects, by name of role, each rule once.
    private static func gather(into role: inout Value, from roles: [Value]) {
        guard
            let label = role[path: "aggregationRule", "clusterRoleSelectors"]?.array?[0]["matchLabels"]?.object?.keys.first(where: { _ in
                true
            })
        else { return }
        var rules: [Value] = []
        let parts = roles.filter { $0[path: "metadata", "labels"]?[label]?.string == "true" }
        for part in parts.sorted(by: { $0[path: "metadata", "name"]?.string ?? "" < $1[path: "metadata", "name"]?.string ?? "" }) {
            for rule in part["rules"]?.array ?? [] where !rules.contains(rule) { rules.append(rule) }
        }
        role["rules"] = .array(rules)
    }

    private static func binding(_ words: [String]) -> Value {
        var subjects: [Value] = []
        for word in words[3...] {
            let (kind, name) = split(word, "=")
            if kind == "account" {
                let (namespace, account) = split(name, "/")
                subjects.append(["kind": "ServiceAccount", "name": .string(account), "namespace": .string(namespace)])
            } else {
                subjects.append(["apiGroup": .string(rbac), "kind": kind == "user" ? "User" : "Group", "name": .string(name)])
            }
        }
        let (kind, name) = split(words[2], "=")
        var binding: Object = [
            "metadata": .object(metadata(words[1])),
            "roleRef": ["apiGroup": .string(rbac), "kind": kind == "role" ? "Role" : "ClusterRole", "name": .string(name)],
        ]
        if !subjects.isEmpty { binding["subjects"] = .array(subjects) }
        return .object(binding)
    }

    private static func split(_ text: String, _ separator: Character) -> (String, String) {
        let parts = text.split(separator: separator, maxSplits: 1)
        return (String(parts[0]), String(parts[1]))
    }

    // MARK: Everything else that is the same in every cluster

    package static var flowControlObjects: [Wanted] {
        (MandatoryFlows.text + "\n" + suggestedFlows).split(separator: "\n").map { line in
            let words = line.split(separator: " ", maxSplits: 2)
            guard let spec = try? JSONParser.parse(String(words[2])) else { fatalError("a fact that is not JSON: \(line)") }
            return Wanted(
                resource: resource("flowcontrol.apiserver.k8s.io", String(words[0])),
                object: [
                    "metadata": ["name": .string(String(words[1])), "annotations": ["apf.kubernetes.io/autoupdate-spec": "true"]],
                    "spec": spec,
                ])
        }
    }

    package static var namespaces: [Wanted] {
        ["default", "kube-system", "kube-public", "kube-node-lease"].map {
            Wanted(resource: resource("", "namespaces"), object: ["metadata": ["name": .string($0)]])
        }
    }

    package static var priorityClasses: [Wanted] {
        [
            (
                "system-node-critical", 2_000_001_000,
                "Used for system critical pods that must not be moved from their current node."
            ),
            (
                "system-cluster-critical", 2_000_000_000,
                "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."
            ),
        ].map { name, value, description in
            Wanted(
                resource: resource("scheduling.k8s.io", "priorityclasses"),
                object: ["metadata": ["name": .string(name)], "value": .int(value), "description": .string(description)])
        }
    }

    /// What metrics-server's manifest would bring, for the metrics API that is served here: who may view a namespace may view its metrics.
    /// The APIService has no label of ours, so that one that points to another metrics server stays.
    package static var metricsObjects: [Wanted] {
        let role = "rbac.authorization.k8s.io/aggregate-to-"
        return [
            Wanted(
                resource: resource("rbac.authorization.k8s.io", "clusterroles"),
                object: [
                    "metadata": [
                        "name": "system:aggregated-metrics-reader",
                        "labels": .object(Object(["admin", "edit", "view"].map { (role + $0, "true") })),
                    ],
                    "rules": [["apiGroups": ["metrics.k8s.io"], "resources": ["pods", "nodes"], "verbs": ["get", "list", "watch"]]],
                ]),
            Wanted(
                resource: resource("apiregistration.k8s.io", "apiservices"),
                object: [
                    "metadata": ["name": "v1beta1.metrics.k8s.io"],
                    "spec": ["group": "metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100],
                ]),
        ]
    }

    /// The groups served here, with upstream's order of preference among them.
    package static var apiServices: [Wanted] {
        let groups: [(group: String, version: String, groupPriority: Int64, versionPriority: Int64)] = [
            ("", "v1", 18000, 1), ("admissionregistration.k8s.io", "v1", 16700, 15), ("apiextensions.k8s.io", "v1", 16700, 15),
            ("apps", "v1", 17800, 15), ("authentication.k8s.io", "v1", 17700, 15), ("authorization.k8s.io", "v1", 17600, 15),
            ("autoscaling", "v1", 17500, 15), ("autoscaling", "v2", 17500, 30), ("batch", "v1", 17400, 15),
            ("certificates.k8s.io", "v1", 17300, 15), ("coordination.k8s.io", "v1", 16500, 15), ("discovery.k8s.io", "v1", 16200, 15),
            ("events.k8s.io", "v1", 17750, 15), ("flowcontrol.apiserver.k8s.io", "v1", 16100, 21),
            ("networking.k8s.io", "v1", 17200, 15), ("node.k8s.io", "v1", 16300, 15), ("policy", "v1", 17100, 15),
            ("rbac.authorization.k8s.io", "v1", 17000, 15), ("resource.k8s.io", "v1", 16200, 21),
            ("scheduling.k8s.io", "v1", 16600, 15), ("storage.k8s.io", "v1", 16800, 15),
        ]
        return apiServices(groups)
    }

    /// Those of versions that are not served by default, with upstream's order of preference.
    package static func apiServices(_ versions: [GroupVersion]) -> [Wanted] {
        apiServices(
            versions.map { version -> (group: String, version: String, groupPriority: Int64, versionPriority: Int64) in
                let known = unstable["\(version.group)/\(version.version)"] ?? (1000, 1)
                return (version.group, version.version, known.0, known.1)
            })
    }

    /// Every alpha and beta version there is.
    static var unstableVersions: [GroupVersion] {
        unstable.keys.sorted().map { name in
            let parts = name.split(separator: "/").map(String.init)
            return GroupVersion(parts[0], parts[1])
        }
    }

    private static let unstable: [String: (Int64, Int64)] = [
        "admissionregistration.k8s.io/v1beta1": (16700, 12), "admissionregistration.k8s.io/v1alpha1": (16700, 9),
        "certificates.k8s.io/v1beta1": (17300, 9), "certificates.k8s.io/v1alpha1": (17300, 1),
        "coordination.k8s.io/v1beta1": (16500, 13), "coordination.k8s.io/v1alpha2": (16500, 12),
        "internal.apiserver.k8s.io/v1alpha1": (16000, 9), "networking.k8s.io/v1beta1": (17200, 12),
        "resource.k8s.io/v1beta2": (16200, 15), "resource.k8s.io/v1beta1": (16200, 9), "resource.k8s.io/v1alpha3": (16200, 1),
        "scheduling.k8s.io/v1alpha2": (16600, 9), "storage.k8s.io/v1beta1": (16800, 9), "storagemigration.k8s.io/v1beta1": (15800, 9),
    ]

    private static func apiServices(
        _ groups: [(group: String, version: String, groupPriority: Int64, versionPriority: Int64)]
    ) -> [Wanted] {
        groups.map { group, version, groupPriority, versionPriority in
            var spec: Object = [
                "version": .string(version), "groupPriorityMinimum": .int(groupPriority), "versionPriority": .int(versionPriority),
            ]
            if !group.isEmpty { spec["group"] = .string(group) }
            return Wanted(
                resource: resource("apiregistration.k8s.io", "apiservices"),
                object: [
                    "metadata": [
                        "name": .string("\(version).\(group)"), "labels": ["kube-aggregator.kubernetes.io/automanaged": "onstart"],
                    ],
                    "spec": .object(spec),
                ])
        }
    }
}
