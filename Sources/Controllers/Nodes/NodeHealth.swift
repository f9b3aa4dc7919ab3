import Core
import KubernetesAPI
import Reconcile
import Values

/// What a node's conditions and taints should be, given when it was last heard of. Pure.
package struct NodeHealth {
    /// How long a node may be silent (kube-controller-manager's `--node-monitor-grace-period`).
    static let grace = Duration.seconds(50)
    /// How long a node may take to say anything at all.
    static let startGrace = Duration.seconds(60)

    private static let watched = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"]

    /// The node with what nobody vouches for any more marked as unknown; nil when nothing changes.
    static func silenced(_ node: Node, now: Timestamp) -> Node? {
        var changed = node
        for type in watched {
            if let position = node.status.conditions.firstIndex(where: { $0.type == type }) {
                guard node.status.conditions[position].status != "Unknown" else { continue }
                changed.status.conditions[position].status = "Unknown"
                changed.status.conditions[position].reason = "NodeStatusUnknown"
                changed.status.conditions[position].message = "Kubelet stopped posting node status."
                changed.status.conditions[position].lastTransitionTime = now.rfc3339
            } else {
                var condition = NodeCondition()
                condition.type = type
                condition.status = "Unknown"
                condition.reason = "NodeStatusNeverUpdated"
                condition.message = "Kubelet never posted node status."
                condition.lastHeartbeatTime = node.metadata.creationTimestamp
                condition.lastTransitionTime = now.rfc3339
                changed.status.conditions.append(condition)
            }
        }
        return changed == node ? nil : changed
    }

    private static let managed: Set<String> = [
        "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable", "node.kubernetes.io/memory-pressure",
        "node.kubernetes.io/disk-pressure", "node.kubernetes.io/pid-pressure", "node.kubernetes.io/network-unavailable",
        "node.kubernetes.io/unschedulable",
    ]

    /// The taints a node should have. Pods are driven off (`NoExecute`) only while `mayEvict`: when no node is ready it is
    /// more likely that we are cut off than that all have died.
    package static func taints(of node: Node, mayEvict: Bool, now: Timestamp) -> [Taint] {
        var wanted: [(key: String, effect: String)] = []
        switch node.condition("Ready")?.status {
        case "True": break
        case "False":
            wanted.append(("node.kubernetes.io/not-ready", "NoSchedule"))
            if mayEvict { wanted.append(("node.kubernetes.io/not-ready", "NoExecute")) }
        case "Unknown":
            wanted.append(("node.kubernetes.io/unreachable", "NoSchedule"))
            if mayEvict { wanted.append(("node.kubernetes.io/unreachable", "NoExecute")) }
        default:
            // A node that has not said anything yet was given its taint when it was created.
            wanted.append(("node.kubernetes.io/not-ready", "NoSchedule"))
        }
        let pressures = [
            ("MemoryPressure", "memory-pressure"), ("DiskPressure", "disk-pressure"), ("PIDPressure", "pid-pressure"),
            ("NetworkUnavailable", "network-unavailable"),
        ]
        for (type, taint) in pressures where node.condition(type)?.status == "True" {
            wanted.append(("node.kubernetes.io/\(taint)", "NoSchedule"))
        }
        if node.spec.unschedulable == true { wanted.append(("node.kubernetes.io/unschedulable", "NoSchedule")) }
        var taints = node.spec.taints.filter { taint in
            guard managed.contains(taint.key), taint.effect == "NoSchedule" || taint.effect == "NoExecute" else { return true }
            return wanted.contains { $0.key == taint.key && $0.effect == taint.effect }
        }
        for (key, effect) in wanted where !taints.contains(where: { $0.key == key && $0.effect == effect }) {
            var taint = Taint()
            taint.key = key
            taint.effect = effect
            taint.timeAdded = now.rfc3339
            taints.append(taint)
        }
        return Array(taints)
    }
}

extension Node {
    /// Its condition of a type.
    package func condition(_ type: String) -> NodeCondition? { status.conditions.first { $0.type == type } }
    /// Takes pods and runs them.
    package var isReady: Bool { condition("Ready")?.status == "True" }
}

extension InformerIndex {
    /// Pods by the name of their node.
    static let podNode = InformerIndex(name: "node", of: Pod.self) { $0.spec.nodeName.isEmpty ? [] : [$0.spec.nodeName] }
}
