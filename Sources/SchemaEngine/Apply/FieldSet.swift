import Values

/// A set of paths into an object, kept as a tree: what a field manager owns. Nodes are sorted by path element.
package struct FieldSet: Sendable, Equatable {
    /// One path element, whether the path that ends here belongs to the set, and what of the set lies below.
    package struct Node: Sendable, Equatable {
        package var element: PathElement
        package var isMember: Bool
        package var children: FieldSet
    }

    package internal(set) var nodes: [Node]

    package init() { nodes = [] }

    /// The set of these paths.
    package init(_ paths: [[PathElement]]) {
        self.init()
        for path in paths { insert(path) }
    }

    /// A set of paths of object members only: `[["spec", "replicas"]]`.
    package init(fields paths: [[String]]) { self.init(paths.map { $0.map(PathElement.field) }) }

    init(nodes: [Node]) { self.nodes = nodes }

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

    /// Where `element` is, or where it would go; it is known not to be before `start`.
    func place(of element: PathElement, from start: Int = 0) -> (position: Int, found: Bool) {
        var low = start
        var high = nodes.count
        while low < high {
            let middle = (low + high) / 2
            if nodes[middle].element < element { low = middle + 1 } else { high = middle }
        }
        return (low, low < nodes.count && nodes[low].element == element)
    }

    /// Adds `path`, which must not be empty to belong to a set.
    package mutating func insert(_ path: some Collection<PathElement>) {
        guard let first = path.first else { return }
        let (position, found) = place(of: first)
        if !found { nodes.insert(Node(element: first, isMember: false, children: FieldSet()), at: position) }
        let rest = path.dropFirst()
        if rest.isEmpty { nodes[position].isMember = true } else { nodes[position].children.insert(rest) }
    }

    /// Adds the path of `element` where `isMember`, and `children` below it. Amortised O(1) where elements come in order.
    mutating func add(_ element: PathElement, isMember: Bool, children: FieldSet = FieldSet()) {
        guard isMember || !children.isEmpty else { return }
        let node = Node(element: element, isMember: isMember, children: children)
        if nodes.isEmpty || nodes[nodes.count - 1].element < element { return nodes.append(node) }
        let (position, found) = place(of: element)
        guard found else { return nodes.insert(node, at: position) }
        nodes[position].isMember = nodes[position].isMember || isMember
        nodes[position].children = nodes[position].children.union(children)
    }

    /// Makes room for so many elements at the top.
    mutating func reserve(_ count: Int) { nodes.reserveCapacity(count) }

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
