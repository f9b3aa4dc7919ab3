/// How many placed pods there are of each group, in all and in each domain of a topology: an answer costs the same however many nodes
/// there are, once a group was asked about. Owned by one task; shared by reference, for a change of a copy would copy it all.
package final class GroupTally<Group: AnyObject & Hashable> {
    private var members: [Group: Int] = [:]
    /// By group, label key of nodes and its value; of keys that were asked about.
    private var domains: [Group: [String: [String: Int]]] = [:]
    /// The groups of a node's pods.
    private let here: (NodeState) -> [Group: Int]

    init(_ here: @escaping (NodeState) -> [Group: Int]) { self.here = here }

    var isEmpty: Bool { members.isEmpty }
    var groups: some Sequence<Group> { members.keys }
    func contains(_ group: Group) -> Bool { members[group] != nil }

    /// Counts one more pod of a group; answers the one that all pods of the group share.
    func add(_ group: Group, on node: NodeState) -> Group {
        members[group, default: 0] += 1
        if node.isKnown { count(group, 1, node.labels) }
        return members.index(forKey: group).map { members.keys[$0] } ?? group
    }

    func remove(_ group: Group, from node: NodeState) {
        guard let number = members[group] else { return }
        members[group] = number > 1 ? number - 1 : nil
        if number == 1 { domains[group] = nil } else if node.isKnown { count(group, -1, node.labels) }
    }

    /// A node came to be known, or has these labels now.
    func join(_ node: NodeState, as labels: [String: String]) {
        for (group, number) in here(node) { count(group, number, labels) }
    }

    /// A node is no longer known, or has these labels no longer.
    func leave(_ node: NodeState, as labels: [String: String]) {
        for (group, number) in here(node) { count(group, -number, labels) }
    }

    private func count(_ group: Group, _ number: Int, _ labels: [String: String]) {
        // A copy of the keys, so that the counts below change in place.
        for key in domains[group].map({ Array($0.keys) }) ?? [] {
            guard let value = labels[key] else { continue }
            let sum = (domains[group]?[key]?[value] ?? 0) + number
            domains[group]?[key]?[value] = sum == 0 ? nil : sum
        }
    }

    /// How many pods of a group there are by value of a label of nodes, where there are any. `nodes` are all that are known, some of them
    /// changed for this question: `replaced` has by position what they were.
    func domains(of group: Group, by key: String, _ nodes: [NodeState], _ replaced: [Int: NodeState]) -> [String: Int] {
        var counts = domains[group]?[key] ?? [:]
        if domains[group]?[key] == nil, members[group] != nil {
            for (position, node) in nodes.enumerated() {
                let node = replaced[position] ?? node
                if let number = here(node)[group], let value = node.labels[key] { counts[value, default: 0] += number }
            }
            domains[group, default: [:]][key] = counts
        }
        for (position, before) in replaced {
            let difference = (here(nodes[position])[group] ?? 0) - (here(before)[group] ?? 0)
            guard difference != 0, let value = before.labels[key] else { continue }
            let sum = (counts[value] ?? 0) + difference
            counts[value] = sum == 0 ? nil : sum
        }
        return counts
    }
}

/// How many nodes have each value of a label that was asked about.
package final class NodeTally {
    private var domains: [String: [String: Int]] = [:]

    func join(_ labels: [String: String]) { count(1, labels) }
    func leave(_ labels: [String: String]) { count(-1, labels) }

    private func count(_ number: Int, _ labels: [String: String]) {
        for key in Array(domains.keys) {
            guard let value = labels[key] else { continue }
            let sum = (domains[key]?[value] ?? 0) + number
            domains[key]?[value] = sum == 0 ? nil : sum
        }
    }

    func domains(by key: String, _ nodes: [NodeState]) -> [String: Int] {
        if let known = domains[key] { return known }
        var counts: [String: Int] = [:]
        for node in nodes {
            if let value = node.labels[key] { counts[value, default: 0] += 1 }
        }
        domains[key] = counts
        return counts
    }
}
