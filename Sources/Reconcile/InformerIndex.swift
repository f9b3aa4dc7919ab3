import KubernetesAPI
import Values

/// A way to find objects in an informer's cache by something else than their name.
package struct InformerIndex: Sendable {
    /// Indexes of one name are taken to be the same.
    package let name: String
    let values: @Sendable (Value) -> [String]
    /// The member that `values` looks at besides name and namespace; empty: any.
    private let part: [String]

    /// An index by what a function says of each object. The function must depend on the object alone; where it looks at the name, the
    /// namespace and one list or map alone, `part` is the path to that, and objects that share it are not looked at again.
    package init(name: String, of part: [String] = [], values: @escaping @Sendable (Value) -> [String]) {
        self.name = name
        self.part = part
        self.values = values
    }

    /// An index of a kind by what a function says of each object.
    package init<K: Kind>(name: String, of type: K.Type, _ part: [String] = [], values: @escaping @Sendable (K) -> [String]) {
        self.init(name: name, of: part) { values(K($0)) }
    }

    /// Whether two versions of an object are known to have the same values.
    func isSame(_ old: Value, _ new: Value) -> Bool {
        guard !part.isEmpty else { return false }
        var (old, new): (Value?, Value?) = (old, new)
        for step in part { (old, new) = (old?[step], new?[step]) }
        guard let old, let new else { return old == nil && new == nil }
        return old.isIdentical(to: new)
    }

    /// By the uid of every owner.
    package static let owner = InformerIndex(name: "owner", of: ["metadata", "ownerReferences"]) { value in
        (value[path: "metadata", "ownerReferences"]?.array ?? []).compactMap { $0["uid"]?.string }
    }

    /// By "namespace/uid of the controlling owner", or "namespace/" for objects that nobody controls.
    package static let controller = InformerIndex(name: "controller", of: ["metadata", "ownerReferences"]) { value in
        let namespace = value[path: "metadata", "namespace"]?.string ?? ""
        let owners = value[path: "metadata", "ownerReferences"]?.array ?? []
        let controller = owners.first { $0["controller"]?.bool == true }
        return ["\(namespace)/\(controller?["uid"]?.string ?? "")"]
    }

    /// By the value of a label; objects without it are not in the index.
    package static func label(_ key: String) -> InformerIndex {
        InformerIndex(name: "label:\(key)", of: ["metadata", "labels"]) { value in
            value[path: "metadata", "labels"]?[key]?.string.map { [$0] } ?? []
        }
    }
}
