import KubernetesAPI

/// The pod names its node already.
package struct NodeName: FilterPlugin {
    package static let name = "NodeName"
    package func filter(_ cycle: SchedulingCycle, _ feasibility: inout Feasibility) {
        guard !cycle.pod.nodeName.isEmpty else { return }
        feasibility.filter { cycle.nodes[$0].name == cycle.pod.nodeName ? nil : "node(s) didn't match the requested node name" }
    }
}

/// Cordoned nodes, unless the pod tolerates their taint.
package struct NodeUnschedulable: FilterPlugin {
    package static let name = "NodeUnschedulable"
    package func filter(_ cycle: SchedulingCycle, _ feasibility: inout Feasibility) {
        var taint = Taint()
        taint.key = "node.kubernetes.io/unschedulable"
        taint.effect = "NoSchedule"
        let tolerates = cycle.pod.tolerations.contains { $0.tolerates(taint) }
        guard !tolerates else { return }
        feasibility.filter { cycle.nodes[$0].isUnschedulable ? "node(s) were unschedulable" : nil }
    }
}

/// Host ports that are taken.
package struct NodePorts: FilterPlugin {
    package static let name = "NodePorts"
    package func filter(_ cycle: SchedulingCycle, _ feasibility: inout Feasibility) {
        guard !cycle.pod.hostPorts.isEmpty else { return }
        feasibility.filter { position in
            let taken = cycle.nodes[position].hostPorts
            let conflicts = cycle.pod.hostPorts.contains { wanted in taken.contains { $0.conflicts(with: wanted) } }
            return conflicts ? "node(s) didn't have free ports for the requested pod ports" : nil
        }
    }
}
