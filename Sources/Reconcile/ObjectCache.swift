import Core
import Values

/// One change of one object: `old` is nil when it is new, `new` is nil when it is gone.
package struct Change<Element: Sendable>: Sendable {
    package let key: ObjectKey
    package let old: Element?
    package let new: Element?

    package init(key: ObjectKey, old: Element?, new: Element?) {
        self.key = key
        self.old = old
        self.new = new
    }

    /// What is there now, or was there last.
    package var latest: Element { new ?? old! }
}

/// The objects of one resource as an informer knows them, with their indexes. Pure.
struct ObjectCache {
    /// An index and what it files under each of its values.
    private struct FiledKeys {
        let index: InformerIndex
        private(set) var keys: [String: Set<ObjectKey>] = [:]

        init(_ index: InformerIndex) { self.index = index }

        mutating func change(_ key: ObjectKey, from old: Value?, to new: Value?) {
            if let old, let new, index.isSame(old, new) { return }
            let before = old.map(index.values) ?? []
            let after = new.map(index.values) ?? []
            guard before != after else { return }
            for value in before {
                keys[value]?.remove(key)
                if keys[value]?.isEmpty == true { keys[value] = nil }
            }
            for value in after { keys[value, default: []].insert(key) }
        }
    }

    private(set) var objects: [ObjectKey: Value] = [:]
    private var byNamespace: [String: Set<ObjectKey>] = [:]
    /// Few. An array, because changing an element while a dictionary is walked would copy all that is filed.
    private var indexes: [FiledKeys] = []

    /// Adds an index over what is there already. One that is known by name stays.
    mutating func add(_ index: InformerIndex) {
        guard !indexes.contains(where: { $0.index.name == index.name }) else { return }
        var filed = FiledKeys(index)
        for (key, object) in objects { filed.change(key, from: nil, to: object) }
        indexes.append(filed)
    }

    func keys(namespace: String) -> Set<ObjectKey> { byNamespace[namespace] ?? [] }

    /// Nil for an index that was never added.
    func keys(index: String, value: String) -> Set<ObjectKey>? {
        guard let filed = indexes.first(where: { $0.index.name == index }) else { return nil }
        return filed.keys[value] ?? []
    }

    /// Puts an object, or removes it with nil. Answers nil when that changes nothing.
    mutating func set(_ key: ObjectKey, _ new: Value?) -> Change<Value>? {
        let old = objects[key]
        if old == nil && new == nil { return nil }
        if let old, let new, Self.revision(old) == Self.revision(new), Self.revision(old) != nil { return nil }
        objects[key] = new
        if old == nil { byNamespace[key.namespace, default: []].insert(key) }
        if new == nil {
            byNamespace[key.namespace]?.remove(key)
            if byNamespace[key.namespace]?.isEmpty == true { byNamespace[key.namespace] = nil }
        }
        for position in indexes.indices { indexes[position].change(key, from: old, to: new) }
        return Change(key: key, old: old, new: new)
    }

    /// Makes the cache hold exactly `fresh`.
    mutating func replace(_ fresh: [ObjectKey: Value]) -> [Change<Value>] {
        var changes: [Change<Value>] = []
        for key in objects.keys where fresh[key] == nil {
            if let change = set(key, nil) { changes.append(change) }
        }
        for (key, object) in fresh {
            if let change = set(key, object) { changes.append(change) }
        }
        return changes
    }

    private static func revision(_ object: Value) -> String? { object[path: "metadata", "resourceVersion"]?.string }
}
