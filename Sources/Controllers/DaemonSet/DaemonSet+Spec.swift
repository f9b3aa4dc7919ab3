import Core
import KubernetesAPI
import Values

/// What a daemon set's spec says, and the pods it makes.
extension DaemonSet {
    var isRolling: Bool { spec.updateStrategy?.type != "OnDelete" }
    var minReadySeconds: Int { spec.minReadySeconds ?? 0 }
    var allowsSurge: Bool { surge(of: 1) > 0 }

    /// How many nodes may have two pods during an update, of so many.
    func surge(of nodes: Int) -> Int {
        guard isRolling else { return 0 }
        return IntOrPercent.resolve(spec.updateStrategy?.rollingUpdate?.maxSurge, of: nodes, roundUp: true) ?? 0
    }

    /// How many nodes may have no available pod during an update, of so many.
    func unavailable(of nodes: Int) -> Int {
        let count = IntOrPercent.resolve(spec.updateStrategy?.rollingUpdate?.maxUnavailable, of: nodes, roundUp: true) ?? 1
        return count == 0 && surge(of: nodes) == 0 ? 1 : count
    }

    private static let tolerated: [(key: String, effect: String)] = [
        ("node.kubernetes.io/not-ready", "NoExecute"), ("node.kubernetes.io/unreachable", "NoExecute"),
        ("node.kubernetes.io/disk-pressure", "NoSchedule"), ("node.kubernetes.io/memory-pressure", "NoSchedule"),
        ("node.kubernetes.io/pid-pressure", "NoSchedule"), ("node.kubernetes.io/unschedulable", "NoSchedule"),
    ]

    /// Its template's tolerations and those that let daemons run on nodes in trouble.
    var tolerations: ViewList<Toleration> {
        var result = spec.template.spec.tolerations
        var wanted = Self.tolerated
        if spec.template.spec.hostNetwork == true { wanted.append(("node.kubernetes.io/network-unavailable", "NoSchedule")) }
        for (key, effect) in wanted {
            var toleration = Toleration()
            toleration.key = key
            toleration.operator = "Exists"
            toleration.effect = effect
            let position = result.firstIndex {
                $0.key == key && $0.effect == effect && $0.operator == "Exists" && $0.value.isEmpty
            }
            if let position { result[position] = toleration } else { result.append(toleration) }
        }
        return result
    }

    var fit: NodeFit { NodeFit(spec: spec.template.spec, tolerations: Array(tolerations)) }

    /// The number by which clients of old tell templates apart.
    private var templateGeneration: String? {
        metadata.annotations["deprecated.daemonset.template.generation"].flatMap { Int($0) }.map { String($0) }
    }

    func isUpdated(_ pod: Pod, hash: String) -> Bool {
        if pod.metadata.labels[RevisionLabel.pod] == hash { return true }
        guard let templateGeneration else { return false }
        return pod.metadata.labels["pod-template-generation"] == templateGeneration
    }

    /// The pod for a node; the scheduler places it there.
    func pod(on node: String, hash: String) -> Pod {
        var pod = Pod.from(spec.template, controlledBy: self)
        pod.metadata.labels[RevisionLabel.pod] = hash
        if let templateGeneration { pod.metadata.labels["pod-template-generation"] = templateGeneration }
        pod.spec.tolerations = tolerations
        var affinity = pod.spec.raw["affinity"] ?? [:]
        var nodeAffinity = affinity["nodeAffinity"] ?? [:]
        nodeAffinity["requiredDuringSchedulingIgnoredDuringExecution"] = [
            "nodeSelectorTerms": [["matchFields": [["key": "metadata.name", "operator": "In", "values": [.string(node)]]]]]
        ]
        affinity["nodeAffinity"] = nodeAffinity
        pod.spec.raw["affinity"] = affinity
        return pod
    }
}

extension Pod {
    /// The node a daemon's pod is on or is meant for.
    var targetNode: String? {
        if !spec.nodeName.isEmpty { return spec.nodeName }
        let terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
        for term in terms {
            for field in term.matchFields where field.key == "metadata.name" && field.operator == "In" { return field.values.first }
        }
        return nil
    }
}
