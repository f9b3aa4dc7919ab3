/// What pods have in common that other pods choose them by: namespace, labels, and whether they are going. Compared by identity
/// first: pods made from one template share one.
package final class LabelGroup: Hashable, Sendable {
    package let namespace: String
    package let labels: [String: String]
    package let isTerminating: Bool
    private let hash: Int

    package init(namespace: String, labels: [String: String], isTerminating: Bool) {
        self.namespace = namespace
        self.labels = labels
        self.isTerminating = isTerminating
        var hasher = Hasher()
        hasher.combine(namespace)
        hasher.combine(labels)
        hasher.combine(isTerminating)
        hash = hasher.finalize()
    }

    package static func == (left: LabelGroup, right: LabelGroup) -> Bool {
        left === right
            || (left.hash == right.hash && left.isTerminating == right.isTerminating && left.namespace == right.namespace
                && left.labels == right.labels)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

/// The label groups of all placed pods, by namespace: who is meant by a selector is found without a look at every pod. Owned by one task.
package final class LabelGroups {
    let tally = GroupTally<LabelGroup>(\.groups)
    private var namespaces: [String: Set<LabelGroup>] = [:]

    package init() {}

    /// Counts one more pod of a group; answers the one that all pods of the group share.
    func add(_ group: LabelGroup, on node: NodeState) -> LabelGroup {
        let shared = tally.add(group, on: node)
        namespaces[group.namespace, default: []].insert(shared)
        return shared
    }

    func remove(_ group: LabelGroup, from node: NodeState) {
        tally.remove(group, from: node)
        guard !tally.contains(group) else { return }
        namespaces[group.namespace]?.remove(group)
        if namespaces[group.namespace]?.isEmpty == true { namespaces[group.namespace] = nil }
    }

    /// Those of some namespaces, or of all.
    func groups(in chosen: Set<String>?) -> [LabelGroup] {
        if let chosen { return chosen.flatMap { namespaces[$0] ?? [] } }
        return Array(tally.groups)
    }
}
