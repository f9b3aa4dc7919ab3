import KubernetesAPI

/// Pods that ask for what not every node can do want nodes that say they can (KEP-5328).
package struct NodeDeclaredFeatures: FilterPlugin {
    package static let name = "NodeDeclaredFeatures"
    package static let hints: ClusterChange = .nodes

    package init() {}

    package func mayHelp(_ pod: PodState, _ news: ClusterNews) -> Bool {
        news.nodes.contains { pod.requiredFeatures.isSubset(of: $0.features) }
    }

    package func prepare(_ cycle: SchedulingCycle) -> FilterWork {
        let wanted = cycle.pod.requiredFeatures
        guard !wanted.isEmpty else { return .none }
        return .check { wanted.isSubset(of: $0.features) ? nil : .final("node(s) didn't match Pod's required features") }
    }

    /// What a pod asks for: rules that restart all its containers, and user namespaces on the host's network.
    package static func required(by spec: PodSpec) -> Set<String> {
        var features = Set<String>()
        func restartsAll(_ containers: ViewList<Container>) -> Bool {
            for container in containers.values {
                for rule in container["restartPolicyRules"]?.array ?? [] where rule["action"]?.string == "RestartAllContainers" {
                    return true
                }
            }
            return false
        }
        if restartsAll(spec.containers) || restartsAll(spec.initContainers) { features.insert("RestartAllContainersOnContainerExits") }
        if spec.hostNetwork == true, spec.hostUsers == false { features.insert("UserNamespacesHostNetworkSupport") }
        return features
    }
}
