/// What two sets have in common, and what tells them apart. Parts that only one set has are taken over as they are, not walked.
extension FieldSet {
    package func union(_ other: FieldSet) -> FieldSet {
        if isEmpty { return other }
        if other.isEmpty { return self }
        var result: [Node] = []
        result.reserveCapacity(nodes.count + other.nodes.count)
        var next = 0
        for node in nodes {
            while next < other.nodes.count, other.nodes[next].element < node.element {
                result.append(other.nodes[next])
                next += 1
            }
            result.append(node)
            guard next < other.nodes.count, other.nodes[next].element == node.element else { continue }
            if other.nodes[next].isMember { result[result.count - 1].isMember = true }
            result[result.count - 1].children = node.children.union(other.nodes[next].children)
            next += 1
        }
        result.append(contentsOf: other.nodes[next...])
        return FieldSet(nodes: result)
    }

    package func intersection(_ other: FieldSet) -> FieldSet {
        var result = FieldSet()
        forEachShared(with: other) { mine, other in
            result.add(
                mine.element, isMember: mine.isMember && other.isMember, children: mine.children.intersection(other.children))
            return true
        }
        return result
    }

    /// Whether any path belongs to both sets.
    package func meets(_ other: FieldSet) -> Bool {
        var found = false
        forEachShared(with: other) { mine, other in
            found = (mine.isMember && other.isMember) || mine.children.meets(other.children)
            return !found
        }
        return found
    }

    /// Calls `visit` with the nodes of each element that both sets have, in order, until it says false.
    private func forEachShared(with other: FieldSet, _ visit: (Node, Node) -> Bool) {
        guard !other.isEmpty else { return }
        var start = 0
        for node in nodes {
            let (position, found) = other.place(of: node.element, from: start)
            if found, !visit(node, other.nodes[position]) { return }
            start = position
        }
    }

    /// The paths that are not in `other`; a path below one of those stays.
    package func subtracting(_ other: FieldSet) -> FieldSet {
        var result = self
        result.subtract(other, withSubtrees: false)
        return result
    }

    /// The paths that neither are in `other` nor lie below one of those.
    package func subtractingSubtrees(_ other: FieldSet) -> FieldSet {
        var result = self
        result.subtract(other, withSubtrees: true)
        return result
    }

    private mutating func subtract(_ other: FieldSet, withSubtrees: Bool) {
        var isEmptied = false
        var start = 0
        for taken in other.nodes where start < nodes.count {
            let (position, found) = place(of: taken.element, from: start)
            start = position
            guard found else { continue }
            if taken.isMember, nodes[position].isMember { nodes[position].isMember = false }
            if taken.isMember, withSubtrees {
                nodes[position].children = FieldSet()
            } else if !taken.children.isEmpty, !nodes[position].children.isEmpty {
                nodes[position].children.subtract(taken.children, withSubtrees: withSubtrees)
            }
            if nodes[position].isNothing { isEmptied = true }
        }
        if isEmptied { nodes.removeAll(where: \.isNothing) }
    }
}

extension FieldSet.Node {
    /// Whether no path of a set ends here or below.
    fileprivate var isNothing: Bool { !isMember && children.isEmpty }
}
