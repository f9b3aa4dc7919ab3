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

/// The label groups of all placed pods and the nodes that hold each: who is asked for by a selector is found without a look at every
/// pod. Owned by one task; shared by reference, for a change of a copy would copy what every group is held by.
package final class LabelGroups {
    /// By namespace, then group: how many pods on which node.
    private var holders: [String: [LabelGroup: [String: Int]]] = [:]

    package init() {}

    /// One that can be changed on its own.
    func copy() -> LabelGroups {
        let copy = LabelGroups()
        copy.holders = holders
        return copy
    }

    /// Counts one more pod of a group; answers the one that all pods of the group share.
    @discardableResult
    package func add(_ group: LabelGroup, on node: String) -> LabelGroup {
        holders[group.namespace, default: [:]][group, default: [:]][node, default: 0] += 1
        guard let here = holders[group.namespace], let position = here.index(forKey: group) else { return group }
        return here.keys[position]
    }

    package func remove(_ group: LabelGroup, from node: String) {
        guard let count = holders[group.namespace]?[group]?[node] else { return }
        if count > 1 {
            holders[group.namespace]?[group]?[node] = count - 1
            return
        }
        holders[group.namespace]?[group]?[node] = nil
        if holders[group.namespace]?[group]?.isEmpty == true { holders[group.namespace]?[group] = nil }
        if holders[group.namespace]?.isEmpty == true { holders[group.namespace] = nil }
    }

    /// The groups that a condition holds for, in one namespace or in all.
    package func matching(namespace: String? = nil, _ condition: (LabelGroup) -> Bool) -> Set<LabelGroup> {
        var result: Set<LabelGroup> = []
        if let namespace {
            for group in (holders[namespace] ?? [:]).keys where condition(group) { result.insert(group) }
        } else {
            for groups in holders.values {
                for group in groups.keys where condition(group) { result.insert(group) }
            }
        }
        return result
    }
}
