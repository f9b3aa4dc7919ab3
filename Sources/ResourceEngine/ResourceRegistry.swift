import Core
import Synchronization

/// The resources that are served, by group, version and plural. Changes at run time as custom resources come and go. Safe from any thread.
package final class ResourceRegistry: Sendable {
    private struct State {
        var table: [GroupVersionResource: ServedResource] = [:]
        var generation = 0
    }

    private let state = Mutex(State())

    package init() {}

    package subscript(_ resource: GroupVersionResource) -> ServedResource? { state.withLock { $0.table[resource] } }

    /// Whether any resource of a version is served.
    package func serves(group: String, version: String) -> Bool {
        state.withLock { $0.table.keys.contains { $0.group == group && $0.version == version } }
    }

    /// Adds a resource, or replaces what was served under its name: watches of that end and are started anew by their clients.
    package func register(_ resource: ServedResource) {
        let old = state.withLock { state in
            state.generation += 1
            return state.table.updateValue(resource, forKey: resource.schema.resource)
        }
        old?.lifetime.end()
    }

    /// Takes a resource away and ends the watches of it.
    package func unregister(_ resource: GroupVersionResource) {
        let old = state.withLock { state in
            let old = state.table.removeValue(forKey: resource)
            if old != nil { state.generation += 1 }
            return old
        }
        old?.lifetime.end()
    }

    /// Every served resource, in no order.
    package var all: [ServedResource] { state.withLock { Array($0.table.values) } }

    /// Rises with every change: what was made from the registry is good as long as this stays.
    package var generation: Int { state.withLock { $0.generation } }

    /// The resource whose objects have the given kind.
    package func resource(of kind: GroupVersionKind) -> ServedResource? {
        state.withLock { $0.table.values.first { $0.schema.kind == kind } }
    }
}
