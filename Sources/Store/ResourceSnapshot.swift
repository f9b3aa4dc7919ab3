import Core

/// All objects of a resource as they were at one revision. Taking one copies nothing, and later writes do not change it.
package struct ResourceSnapshot: Sendable {
    /// The store's revision (of all resources) that the snapshot shows.
    package let revision: Int64
    let tree: ObjectTree

    /// Objects in the namespace, or in all; O(log n).
    package func count(namespace: String? = nil) -> Int {
        guard let namespace else { return tree.count }
        return tree.rank(of: Self.end(namespace)) - tree.rank(of: ObjectKey(namespace: namespace, name: ""))
    }

    package subscript(key: ObjectKey) -> StoredObject? { tree[key] }

    /// Whether nothing of the resource has changed between two snapshots, as long as the earlier one is kept. O(1).
    package func isSame(as other: ResourceSnapshot) -> Bool { tree.isSame(as: other.tree) }

    /// Objects in key order: of one namespace when given, behind `after` when given, at most `limit` (0: all).
    package func objects(namespace: String? = nil, after: ObjectKey? = nil, limit: Int = 0) -> [StoredObject] {
        var result: [StoredObject] = []
        if limit > 0 {
            result.reserveCapacity(min(limit, tree.count))
        } else if after == nil {
            result.reserveCapacity(count(namespace: namespace))
        }
        forEach(namespace: namespace, after: after) { object in
            result.append(object)
            return limit == 0 || result.count < limit
        }
        return result
    }

    /// How many objects of the namespace, or of all, come behind `key`; O(log n).
    package func count(namespace: String? = nil, after key: ObjectKey) -> Int {
        let end = namespace.map { tree.rank(of: Self.end($0)) } ?? tree.count
        return end - tree.rank(of: key) - (tree[key] == nil ? 0 : 1)
    }

    /// Visits objects in key order until `visit` returns false: one namespace costs nothing of the others.
    package func forEach(namespace: String? = nil, after: ObjectKey? = nil, _ visit: (StoredObject) -> Bool) {
        let lower = after ?? namespace.map { ObjectKey(namespace: $0, name: "") }
        tree.forEach(from: lower) { object in
            if let namespace, object.key.namespace != namespace { return false }
            if let after, object.key == after { return true }
            return visit(object)
        }
    }

    /// A key above all of a namespace and below all of the next.
    private static func end(_ namespace: String) -> ObjectKey { ObjectKey(namespace: namespace + "\u{0}", name: "") }
}
