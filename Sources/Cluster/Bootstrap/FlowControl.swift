import Values

/// Upstream's default flow schemas and priority levels, as facts.
enum FlowControl {
    private static let apiVersion: Value = "flowcontrol.apiserver.k8s.io/v1"

    static var objects: [Value] { levels + schemas }

    private static func metadata(_ name: String) -> Value {
        ["name": .string(name), "annotations": ["apf.kubernetes.io/autoupdate-spec": "true"]]
    }

    private static func level(_ name: String, shares: Int64, lendable: Int64, queues: Int64 = 0, hand: Int64 = 0) -> Value {
        var response: Value = ["type": "Reject"]
        if queues > 0 {
            response = ["type": "Queue", "queuing": ["queues": .int(queues), "handSize": .int(hand), "queueLengthLimit": 50]]
        }
        return [
            "apiVersion": apiVersion, "kind": "PriorityLevelConfiguration", "metadata": metadata(name),
            "spec": [
                "type": "Limited",
                "limited": ["nominalConcurrencyShares": .int(shares), "lendablePercent": .int(lendable), "limitResponse": response],
            ],
        ]
    }

    private static var levels: [Value] {
        [
            level("catch-all", shares: 5, lendable: 0),
            [
                "apiVersion": apiVersion, "kind": "PriorityLevelConfiguration", "metadata": metadata("exempt"),
                "spec": ["type": "Exempt", "exempt": ["nominalConcurrencyShares": 0, "lendablePercent": 0]],
            ],
            level("global-default", shares: 20, lendable: 50, queues: 128, hand: 6),
            level("leader-election", shares: 10, lendable: 0, queues: 16, hand: 4),
            level("node-high", shares: 40, lendable: 25, queues: 64, hand: 6),
            level("system", shares: 30, lendable: 33, queues: 64, hand: 6),
            level("workload-high", shares: 40, lendable: 50, queues: 128, hand: 6),
            level("workload-low", shares: 100, lendable: 90, queues: 128, hand: 6),
        ]
    }

    private static let everyURL: Value = [["nonResourceURLs": ["*"], "verbs": ["*"]]]
    private static let everyResource: Value = [
        ["apiGroups": ["*"], "clusterScope": true, "namespaces": ["*"], "resources": ["*"], "verbs": ["*"]]
    ]
    private static let leases: Value = ["apiGroups": ["coordination.k8s.io"], "namespaces": ["*"], "resources": ["leases"]]

    private static func group(_ name: String) -> Value { ["kind": "Group", "group": ["name": .string(name)]] }
    private static func user(_ name: String) -> Value { ["kind": "User", "user": ["name": .string(name)]] }
    private static let systemAccounts: Value = [
        "kind": "ServiceAccount", "serviceAccount": ["name": "*", "namespace": "kube-system"],
    ]
    private static let everybody: [Value] = [group("system:unauthenticated"), group("system:authenticated")]

    private static func schema(
        _ name: String, _ precedence: Int64, level: String, by distinguisher: String = "", subjects: [Value],
        resources: Value? = everyResource, urls: Value? = everyURL
    ) -> Value {
        var rule: Value = ["subjects": .array(subjects)]
        rule["resourceRules"] = resources
        rule["nonResourceRules"] = urls
        var spec: Value = [
            "matchingPrecedence": .int(precedence), "priorityLevelConfiguration": ["name": .string(level)], "rules": [rule],
        ]
        if !distinguisher.isEmpty { spec["distinguisherMethod"] = ["type": .string(distinguisher)] }
        return ["apiVersion": apiVersion, "kind": "FlowSchema", "metadata": metadata(name), "spec": spec]
    }

    private static var schemas: [Value] {
        var leaseElection = leases
        leaseElection["verbs"] = ["get", "create", "update"]
        var everyLease = leases
        everyLease["verbs"] = ["*"]
        let nodes: Value = [
            "apiGroups": [""], "clusterScope": true, "namespaces": ["*"], "resources": ["nodes", "nodes/status"], "verbs": ["*"],
        ]
        return [
            schema("exempt", 1, level: "exempt", subjects: [group("system:masters")]),
            schema(
                "probes", 2, level: "exempt", subjects: everybody, resources: nil,
                urls: [["nonResourceURLs": ["/healthz", "/readyz", "/livez"], "verbs": ["get"]]]),
            schema(
                "system-leader-election", 100, level: "leader-election", by: "ByUser",
                subjects: [user("system:kube-controller-manager"), user("system:kube-scheduler"), systemAccounts],
                resources: [leaseElection], urls: nil),
            schema(
                "system-node-high", 400, level: "node-high", by: "ByUser", subjects: [group("system:nodes")],
                resources: [nodes, everyLease], urls: nil),
            schema("system-nodes", 500, level: "system", by: "ByUser", subjects: [group("system:nodes")]),
            schema(
                "kube-controller-manager", 800, level: "workload-high", by: "ByNamespace",
                subjects: [user("system:kube-controller-manager")]),
            schema("kube-scheduler", 800, level: "workload-high", by: "ByNamespace", subjects: [user("system:kube-scheduler")]),
            schema("kube-system-service-accounts", 900, level: "workload-high", by: "ByNamespace", subjects: [systemAccounts]),
            schema("service-accounts", 9000, level: "workload-low", by: "ByUser", subjects: [group("system:serviceaccounts")]),
            schema("global-default", 9900, level: "global-default", by: "ByUser", subjects: everybody),
            schema("catch-all", 10_000, level: "catch-all", by: "ByUser", subjects: everybody),
        ]
    }
}
