import Core
import KubernetesAPI
import Values

/// Whether a pod that goes to one certain node may be there. Pure.
struct NodeFit {
    let spec: PodSpec
    let tolerations: [Toleration]

    /// Name, selector and required affinity allow it, and no taint keeps new pods away.
    func mayStart(on node: Node) -> Bool { isChosen(node) && !isRepelled(by: node, ["NoSchedule", "NoExecute"]) }

    /// The same for a pod that runs there already: only taints that drive pods off count.
    func mayStay(on node: Node) -> Bool { isChosen(node) && !isRepelled(by: node, ["NoExecute"]) }

    private func isRepelled(by node: Node, _ effects: Set<String>) -> Bool {
        node.spec.taints.contains { taint in effects.contains(taint.effect) && !tolerations.contains { $0.tolerates(taint) } }
    }

    /// Whether name, selector and required affinity allow it, whatever taints there are.
    func isChosen(_ node: Node) -> Bool {
        guard spec.nodeName.isEmpty || spec.nodeName == node.metadata.name else { return false }
        let labels = node.metadata.labels
        guard spec.nodeSelector.allSatisfy({ labels[$0.key] == $0.value }) else { return false }
        guard let required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution else { return true }
        let fields = ["metadata.name": node.metadata.name]
        return required.nodeSelectorTerms.contains { term in
            // A term without any requirement chooses nothing.
            !(term.matchExpressions.isEmpty && term.matchFields.isEmpty)
                && term.matchExpressions.allSatisfy { Self.holds($0, labels) } && term.matchFields.allSatisfy { Self.holds($0, fields) }
        }
    }

    private static func holds(_ requirement: NodeSelectorRequirement, _ values: [String: String]) -> Bool {
        let operations: [String: LabelMatcher.Operator] = [
            "In": .isIn, "NotIn": .notIn, "Exists": .exists, "DoesNotExist": .doesNotExist, "Gt": .greaterThan, "Lt": .lessThan,
        ]
        guard let operation = operations[requirement.operator] else { return false }
        return LabelMatcher.Requirement(requirement.key, operation, requirement.values).matches(values)
    }
}
