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

    /// Adds a resource, or replaces what was served under its name.
    package func register(_ resource: ServedResource) {
        state.withLock { state in
            state.table[resource.schema.resource] = resource
            state.generation += 1
        }
    }

    package func unregister(_ resource: GroupVersionResource) {
        state.withLock { state in
            if state.table.removeValue(forKey: resource) != nil { state.generation += 1 }
        }
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
