import Core

/// The objects of one resource in key order: a B-tree whose nodes are copied only when a snapshot still holds them.
/// A copy of the tree is a snapshot and costs one reference. Look-up, insertion and removal are O(log n).
struct ObjectTree: Sendable {
    static let width = 64

    /// Written only while uniquely referenced, hence by nobody but the owner of the one tree that holds it.
    final class Node: @unchecked Sendable {
        /// Of a leaf.
        var objects: [StoredObject]
        /// Of an inner node, with the lower bound of each child's keys; the first one's is never looked at.
        var children: [Node]
        var bounds: [ObjectKey]
        /// Objects below and in this node.
        var count: Int

        init(objects: [StoredObject]) {
            self.objects = objects
            children = []
            bounds = []
            count = objects.count
        }

        init(children: [Node], bounds: [ObjectKey]) {
            objects = []
            self.children = children
            self.bounds = bounds
            count = children.reduce(0) { $0 + $1.count }
        }

        init(copy other: Node) {
            objects = other.objects
            children = other.children
            bounds = other.bounds
            count = other.count
        }

        var isLeaf: Bool { children.isEmpty }

        /// The first position in a leaf whose key is not below `key`.
        func position(of key: ObjectKey) -> Int {
            var low = 0
            var high = objects.count
            while low < high {
                let middle = (low + high) / 2
                if objects[middle].key < key { low = middle + 1 } else { high = middle }
            }
            return low
        }

        /// The child of an inner node that holds `key`, were it there.
        func childPosition(of key: ObjectKey) -> Int {
            var low = 1
            var high = children.count
            while low < high {
                let middle = (low + high) / 2
                if key < bounds[middle] { high = middle } else { low = middle + 1 }
            }
            return low - 1
        }
    }

    private var root = Node(objects: [])

    var count: Int { root.count }

    /// Whether both are the same snapshot: a write never touches a root that a snapshot holds.
    func isSame(as other: ObjectTree) -> Bool { root === other.root }

    subscript(key: ObjectKey) -> StoredObject? {
        var node = root
        while !node.isLeaf { node = node.children[node.childPosition(of: key)] }
        let position = node.position(of: key)
        guard position < node.objects.count, node.objects[position].key == key else { return nil }
        return node.objects[position]
    }

    /// Puts an object in; returns the one it replaced.
    @discardableResult
    mutating func insert(_ object: StoredObject) -> StoredObject? {
        let (previous, split) = Self.insert(object, into: &root)
        if let split { root = Node(children: [root, split.node], bounds: [split.bound, split.bound]) }
        return previous
    }

    @discardableResult
    mutating func remove(_ key: ObjectKey) -> StoredObject? {
        let removed = Self.remove(key, from: &root)
        while root.children.count == 1 { root = root.children[0] }
        return removed
    }

    /// How many objects have a key below `key`.
    func rank(of key: ObjectKey) -> Int {
        var node = root
        var before = 0
        while !node.isLeaf {
            let position = node.childPosition(of: key)
            for child in node.children[..<position] { before += child.count }
            node = node.children[position]
        }
        return before + node.position(of: key)
    }

    /// Visits the objects whose key is not below `lower` in order, until `visit` returns false.
    func forEach(from lower: ObjectKey? = nil, _ visit: (StoredObject) -> Bool) {
        _ = Self.visit(root, from: lower, visit)
    }

    private static func visit(_ node: Node, from lower: ObjectKey?, _ body: (StoredObject) -> Bool) -> Bool {
        if node.isLeaf {
            for object in node.objects[(lower.map(node.position(of:)) ?? 0)...] where !body(object) { return false }
            return true
        }
        let first = lower.map(node.childPosition(of:)) ?? 0
        for position in first..<node.children.count {
            guard visit(node.children[position], from: position == first ? lower : nil, body) else { return false }
        }
        return true
    }

    private typealias Split = (bound: ObjectKey, node: Node)

    private static func own(_ node: inout Node) {
        if !isKnownUniquelyReferenced(&node) { node = Node(copy: node) }
    }

    private static func insert(_ object: StoredObject, into node: inout Node) -> (previous: StoredObject?, split: Split?) {
        own(&node)
        if node.isLeaf {
            let position = node.position(of: object.key)
            if position < node.objects.count, node.objects[position].key == object.key {
                let previous = node.objects[position]
                node.objects[position] = object
                return (previous, nil)
            }
            node.objects.insert(object, at: position)
            node.count += 1
            guard node.objects.count > width else { return (nil, nil) }
            // Names that only grow (generated ones, events) leave full nodes behind instead of half-full ones.
            let cut = position == node.objects.count - 1 ? position : node.objects.count / 2
            let right = Node(objects: Array(node.objects[cut...]))
            node.objects.removeSubrange(cut...)
            node.count = cut
            return (nil, (right.objects[0].key, right))
        }
        let position = node.childPosition(of: object.key)
        let (previous, split) = insert(object, into: &node.children[position])
        if previous == nil { node.count += 1 }
        guard let split else { return (previous, nil) }
        node.children.insert(split.node, at: position + 1)
        node.bounds.insert(split.bound, at: position + 1)
        guard node.children.count > width else { return (previous, nil) }
        let cut = position + 1 == node.children.count - 1 ? position + 1 : node.children.count / 2
        let right = Node(children: Array(node.children[cut...]), bounds: Array(node.bounds[cut...]))
        node.children.removeSubrange(cut...)
        node.bounds.removeSubrange(cut...)
        node.count -= right.count
        return (previous, (right.bounds[0], right))
    }

    private static func remove(_ key: ObjectKey, from node: inout Node) -> StoredObject? {
        if node.isLeaf {
            let position = node.position(of: key)
            guard position < node.objects.count, node.objects[position].key == key else { return nil }
            own(&node)
            node.count -= 1
            return node.objects.remove(at: position)
        }
        own(&node)
        let position = node.childPosition(of: key)
        guard let removed = remove(key, from: &node.children[position]) else { return nil }
        node.count -= 1
        mergeChildren(of: node, around: position)
        return removed
    }

    /// Drops an empty child, and joins one that became small with a neighbour where both fit in one node.
    private static func mergeChildren(of node: Node, around position: Int) {
        let child = node.children[position]
        if child.count == 0, node.children.count > 1 {
            node.children.remove(at: position)
            node.bounds.remove(at: position)
            return
        }
        let left = position > 0 ? position - 1 : position
        guard left + 1 < node.children.count, max(child.objects.count, child.children.count) < width / 4 else { return }
        let (first, second) = (node.children[left], node.children[left + 1])
        guard first.isLeaf == second.isLeaf, first.objects.count + second.objects.count <= width / 2,
            first.children.count + second.children.count <= width / 2
        else { return }
        node.children[left] =
            first.isLeaf
            ? Node(objects: first.objects + second.objects)
            : Node(
                children: first.children + second.children,
                bounds: first.bounds + [node.bounds[left + 1]] + second.bounds.dropFirst())
        node.children.remove(at: left + 1)
        node.bounds.remove(at: left + 1)
    }
}
