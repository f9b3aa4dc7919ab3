import Values

/// A set of paths into an object, kept as a tree: what a field manager owns. Nodes are sorted by path element.
package struct FieldSet: Sendable, Equatable {
    /// One path element, whether the path that ends here belongs to the set, and what of the set lies below.
    package struct Node: Sendable, Equatable {
        package var element: PathElement
        package var isMember: Bool
        package var children: FieldSet
    }

    package private(set) var nodes: [Node]

    package init() { nodes = [] }

    /// The set of these paths.
    package init(_ paths: [[PathElement]]) {
        self.init()
        for path in paths { insert(path) }
    }

    /// A set of paths of object members only: `[["spec", "replicas"]]`.
    package init(fields paths: [[String]]) { self.init(paths.map { $0.map(PathElement.field) }) }

    private init(nodes: [Node]) { self.nodes = nodes }

    package var isEmpty: Bool { nodes.isEmpty }

    /// Every path of the set, parents before children.
    package var paths: [[PathElement]] {
        var result: [[PathElement]] = []
        collect([], into: &result)
        return result
    }

    private func collect(_ prefix: [PathElement], into result: inout [[PathElement]]) {
        for node in nodes where node.isMember { result.append(prefix + [node.element]) }
        for node in nodes { node.children.collect(prefix + [node.element], into: &result) }
    }

    /// Where `element` is, or where it would go.
    private func place(of element: PathElement) -> (position: Int, found: Bool) {
        var low = 0
        var high = nodes.count
        while low < high {
            let middle = (low + high) / 2
            if nodes[middle].element < element { low = middle + 1 } else { high = middle }
        }
        return (low, low < nodes.count && nodes[low].element == element)
    }

    package mutating func insert(_ path: some Collection<PathElement>) {
        guard let first = path.first else { return }
        let (position, found) = place(of: first)
        if !found { nodes.insert(Node(element: first, isMember: false, children: FieldSet()), at: position) }
        let rest = path.dropFirst()
        if rest.isEmpty { nodes[position].isMember = true } else { nodes[position].children.insert(rest) }
    }

    package func contains(_ path: some Collection<PathElement>) -> Bool {
        guard let first = path.first else { return false }
        let (position, found) = place(of: first)
        guard found else { return false }
        let rest = path.dropFirst()
        return rest.isEmpty ? nodes[position].isMember : nodes[position].children.contains(rest)
    }

    /// What of the set lies below `element`.
    package func below(_ element: PathElement) -> FieldSet {
        let (position, found) = place(of: element)
        return found ? nodes[position].children : FieldSet()
    }

    /// Whether the path of this one element belongs to the set.
    package func has(_ element: PathElement) -> Bool {
        let (position, found) = place(of: element)
        return found && nodes[position].isMember
    }

    /// Walks both sets side by side; nodes that come out empty are left out.
    private func combined(with other: FieldSet, _ combine: (Node?, Node?) -> Node?) -> FieldSet {
        var result: [Node] = []
        var left = 0
        var right = 0
        func keep(_ node: Node?) {
            if let node, node.isMember || !node.children.isEmpty { result.append(node) }
        }
        while left < nodes.count || right < other.nodes.count {
            if right >= other.nodes.count || (left < nodes.count && nodes[left].element < other.nodes[right].element) {
                keep(combine(nodes[left], nil))
                left += 1
            } else if left >= nodes.count || other.nodes[right].element < nodes[left].element {
                keep(combine(nil, other.nodes[right]))
                right += 1
            } else {
                keep(combine(nodes[left], other.nodes[right]))
                left += 1
                right += 1
            }
        }
        return FieldSet(nodes: result)
    }

    package func union(_ other: FieldSet) -> FieldSet {
        if isEmpty { return other }
        if other.isEmpty { return self }
        return combined(with: other) { left, right in
            guard let left else { return right }
            guard let right else { return left }
            return Node(element: left.element, isMember: left.isMember || right.isMember, children: left.children.union(right.children))
        }
    }

    package func intersection(_ other: FieldSet) -> FieldSet {
        if isEmpty || other.isEmpty { return FieldSet() }
        return combined(with: other) { left, right in
            guard let left, let right else { return nil }
            return Node(
                element: left.element, isMember: left.isMember && right.isMember, children: left.children.intersection(right.children))
        }
    }

    /// The paths that are not in `other`; a path below one of those stays.
    package func subtracting(_ other: FieldSet) -> FieldSet {
        if isEmpty || other.isEmpty { return self }
        return combined(with: other) { left, right in
            guard let left, let right else { return left }
            return Node(
                element: left.element, isMember: left.isMember && !right.isMember, children: left.children.subtracting(right.children))
        }
    }

    /// The paths that neither are in `other` nor lie below one of those.
    package func subtractingSubtrees(_ other: FieldSet) -> FieldSet {
        if isEmpty || other.isEmpty { return self }
        return combined(with: other) { left, right in
            guard let left, let right else { return left }
            if right.isMember { return nil }
            return Node(
                element: left.element, isMember: left.isMember, children: left.children.subtractingSubtrees(right.children))
        }
    }

    /// The set with every declared field on the way to a member made a member too: list elements and map entries are not.
    package func withNamedFields(_ shape: Shape) -> FieldSet {
        FieldSet(
            nodes: nodes.map { node in
                var node = node
                let below = shape.part(at: node.element)
                if case .structure(let structure) = shape, case .field(let name) = node.element, structure.has(field: name),
                    !node.children.isEmpty
                {
                    node.isMember = true
                }
                if let below { node.children = node.children.withNamedFields(below) }
                return node
            })
    }
}

/// Which part of field sets a subresource may own, where that is less than the whole object.
package struct FieldPattern: Sendable, Equatable {
    package enum Step: Sendable, Equatable {
        case field(String)
        /// Any element of a list.
        case any
    }

    package var steps: [Step]

    package init(_ steps: [Step]) { self.steps = steps }
}

extension FieldSet {
    /// The paths that run through one of the patterns, or end on the way to it.
    package func including(_ patterns: [FieldPattern]) -> FieldSet {
        including(patterns.map { $0.steps[...] })
    }

    private func including(_ patterns: [ArraySlice<FieldPattern.Step>]) -> FieldSet {
        if patterns.contains(where: \.isEmpty) { return self }
        var result: [Node] = []
        for node in nodes {
            let matching = patterns.filter { pattern in
                switch pattern.first {
                case .any: true
                case .field(let name): node.element == .field(name)
                case nil: false
                }
            }
            guard !matching.isEmpty else { continue }
            var kept = node
            kept.children = node.children.including(matching.map { $0.dropFirst() })
            if kept.isMember || !kept.children.isEmpty { result.append(kept) }
        }
        return FieldSet(nodes: result)
    }
}
