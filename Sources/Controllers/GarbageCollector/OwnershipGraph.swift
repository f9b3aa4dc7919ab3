import Core
import KubernetesAPI
import Values

/// Who owns whom among all objects of the cluster, by uid, and whom a change concerns. Pure.
struct OwnershipGraph {
    struct Node {
        let resource: GroupVersionResource
        let kind: GroupVersionKind
        let key: ObjectKey
        let uid: String
        let owners: [OwnerReference]
        let isBeingDeleted: Bool
        /// Its dependents are deleted first.
        let isForeground: Bool
        /// Its dependents lose their reference to it.
        let isOrphaning: Bool

        init(_ object: Value, resource: GroupVersionResource) {
            let object = DynamicObject(object)
            let metadata = object.metadata
            self.resource = resource
            kind = GroupVersionKind(apiVersion: object.apiVersion, kind: object.kind)
            key = metadata.key
            uid = metadata.uid
            owners = metadata.ownerReferences.values.map { OwnerReference($0) }
            isBeingDeleted = metadata.isBeingDeleted
            isForeground = isBeingDeleted && metadata.finalizers.contains("foregroundDeletion")
            isOrphaning = isBeingDeleted && metadata.finalizers.contains("orphan")
        }

        /// Whether nothing differs in two versions of an object that counts here.
        static func isSame(_ old: Value, _ new: Value) -> Bool {
            guard let old = old["metadata"], let new = new["metadata"] else { return false }
            return old["uid"] == new["uid"] && old["ownerReferences"] == new["ownerReferences"] && old["finalizers"] == new["finalizers"]
                && old["deletionTimestamp"] == new["deletionTimestamp"]
        }

        func isOwned(by uid: String, blocking: Bool) -> Bool {
            owners.contains { $0.uid == uid && (!blocking || $0.blockOwnerDeletion == true) }
        }
    }

    private(set) var nodes: [String: Node] = [:]
    private var dependents: [String: Set<String>] = [:]

    func dependents(of uid: String) -> [Node] { (dependents[uid] ?? []).compactMap { nodes[$0] } }
    func hasDependents(_ uid: String) -> Bool { dependents[uid]?.isEmpty == false }

    /// Takes in an object as it is now; answers the uids of those to look at because of it.
    mutating func put(_ node: Node) -> Set<String> {
        let old = nodes.updateValue(node, forKey: node.uid)
        var concerned = Set<String>()
        if !node.owners.isEmpty || !(old?.owners.isEmpty ?? true) {
            let ownersBefore = Set((old?.owners ?? []).map(\.uid))
            let ownersNow = Set(node.owners.map(\.uid))
            for owner in ownersBefore.subtracting(ownersNow) { removeDependent(node.uid, of: owner) }
            for owner in ownersNow.subtracting(ownersBefore) { dependents[owner, default: []].insert(node.uid) }
            // Somebody whose owner is missing or waits for its dependents to go.
            if node.owners.contains(where: { nodes[$0.uid].map(\.isForeground) ?? true }) { concerned.insert(node.uid) }
            // An owner that may no longer be held up by this one.
            for owner in ownersBefore.union(ownersNow) where nodes[owner]?.isForeground == true { concerned.insert(owner) }
        }
        if node.isOrphaning { concerned.insert(node.uid) }
        if node.isForeground {
            concerned.insert(node.uid)
            if old?.isForeground != true { concerned.formUnion(dependents[node.uid] ?? []) }
        }
        return concerned
    }

    /// Forgets an object that is gone.
    mutating func remove(_ uid: String) -> Set<String> {
        guard let node = nodes.removeValue(forKey: uid) else { return [] }
        for owner in node.owners { removeDependent(uid, of: owner.uid) }
        return (dependents[uid] ?? []).union(node.owners.map(\.uid).filter { nodes[$0]?.isForeground == true })
    }

    private mutating func removeDependent(_ uid: String, of owner: String) {
        dependents[owner]?.remove(uid)
        if dependents[owner]?.isEmpty == true { dependents[owner] = nil }
    }
}
