import KubernetesAPI

/// The pod names its node already.
package struct NodeName: FilterPlugin {
    package static let name = "NodeName"
    package static let hints: ClusterChange = [.nodeAdded]
    package init() {}
    package func prepare(_ cycle: SchedulingCycle) -> FilterWork {
        let wanted = cycle.pod.nodeName
        guard !wanted.isEmpty else { return .none }
        return .check { $0.name == wanted ? nil : .final("node(s) didn't match the requested node name") }
    }
}

/// Cordoned nodes, unless the pod tolerates their taint.
package struct NodeUnschedulable: FilterPlugin {
    package static let name = "NodeUnschedulable"
    package static let hints: ClusterChange = .nodes
    package init() {}
    package func mayHelp(_ pod: PodState, _ news: ClusterNews) -> Bool { news.nodes.contains { !$0.isUnschedulable } }
    package func prepare(_ cycle: SchedulingCycle) -> FilterWork {
        var taint = Taint()
        taint.key = "node.kubernetes.io/unschedulable"
        taint.effect = "NoSchedule"
        let cordon = taint
        guard !cycle.pod.tolerations.contains(where: { $0.tolerates(cordon) }) else { return .none }
        return .check { $0.isUnschedulable ? .final("node(s) were unschedulable") : nil }
    }
}

/// Host ports that are taken.
package struct NodePorts: FilterPlugin {
    package static let name = "NodePorts"
    package static let hints: ClusterChange = [.nodes, .podGone]
    package init() {}
    package func mayHelp(_ pod: PodState, _ news: ClusterNews) -> Bool {
        if !news.changes.isDisjoint(with: .nodes) { return true }
        return news.gone.contains { other in other.hostPorts.contains { port in pod.hostPorts.contains { $0.conflicts(with: port) } } }
    }
    package func prepare(_ cycle: SchedulingCycle) -> FilterWork {
        let wanted = cycle.pod.hostPorts
        guard !wanted.isEmpty else { return .none }
        return .check { node in
            let conflicts = wanted.contains { port in node.hostPorts.contains { $0.conflicts(with: port) } }
            return conflicts ? .resolvable("node(s) didn't have free ports for the requested pod ports") : nil
        }
    }
}
