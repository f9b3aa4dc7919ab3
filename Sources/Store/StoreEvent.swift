import Core

/// One durable change. Events come in the order of their revisions.
package struct StoreEvent: Sendable {
    package enum Kind: Int, Sendable {
        case put = 0
        case delete = 1
    }

    package let kind: Kind
    /// The state after a put; for a delete the last state at the revision of the deletion.
    package let object: StoredObject
    /// The state before, nil when the object was created.
    package let previous: StoredObject?

    package var revision: Int64 { object.revision }
}

/// Which objects of a resource a watch is about. The store finds the watches of an event by looking these up, so that an
/// event costs nothing for watches of other scopes.
package enum WatchScope: Hashable, Sendable {
    case all
    case namespace(String)
    case object(ObjectKey)
    /// Objects whose selectable field has a value, before or after the change.
    case field(String, value: String)

    func contains(_ event: StoreEvent) -> Bool {
        switch self {
        case .all: true
        case .namespace(let namespace): event.object.key.namespace == namespace
        case .object(let key): event.object.key == key
        case .field(let name, let value):
            event.object.summary.fields[name] == value || event.previous?.summary.fields[name] == value
        }
    }
}
