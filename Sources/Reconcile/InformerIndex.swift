import KubernetesAPI
import Values

/// A way to find objects in an informer's cache by something else than their name.
package struct InformerIndex: Sendable {
    /// Indexes of one name are taken to be the same.
    package let name: String
    let values: @Sendable (Value) -> [String]

    /// An index by what a function says of each object. The function must depend on the object alone.
    package init(name: String, values: @escaping @Sendable (Value) -> [String]) {
        self.name = name
        self.values = values
    }

    /// An index of a kind by what a function says of each object.
    package init<K: Kind>(name: String, of type: K.Type, values: @escaping @Sendable (K) -> [String]) {
        self.init(name: name) { values(K($0)) }
    }

    /// By the uid of every owner.
    package static let owner = InformerIndex(name: "owner") { value in
        (value[path: "metadata", "ownerReferences"]?.array ?? []).compactMap { $0["uid"]?.string }
    }

    /// By "namespace/uid of the controlling owner", or "namespace/" for objects that nobody controls.
    package static let controller = InformerIndex(name: "controller") { value in
        let namespace = value[path: "metadata", "namespace"]?.string ?? ""
        let owners = value[path: "metadata", "ownerReferences"]?.array ?? []
        let controller = owners.first { $0["controller"]?.bool == true }
        return ["\(namespace)/\(controller?["uid"]?.string ?? "")"]
    }

    /// By the value of a label; objects without it are not in the index.
    package static func label(_ key: String) -> InformerIndex {
        InformerIndex(name: "label:\(key)") { value in
            value[path: "metadata", "labels"]?[key]?.string.map { [$0] } ?? []
        }
    }
}
