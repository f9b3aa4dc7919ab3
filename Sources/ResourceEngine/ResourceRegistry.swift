import Core
import Synchronization

/// The resources that are served, by group, version and plural. Changes at run time as custom resources come and go. Safe from any thread.
package final class ResourceRegistry: Sendable {
    private let table = Mutex<[GroupVersionResource: ServedResource]>([:])

    package init() {}

    package subscript(_ resource: GroupVersionResource) -> ServedResource? { table.withLock { $0[resource] } }

    /// Adds a resource, or replaces what was served under its name.
    package func register(_ resource: ServedResource) { table.withLock { $0[resource.schema.resource] = resource } }
    package func unregister(_ resource: GroupVersionResource) { _ = table.withLock { $0.removeValue(forKey: resource) } }

    /// Every served resource, in no order.
    package var all: [ServedResource] { table.withLock { Array($0.values) } }

    /// The resource whose objects have the given kind.
    package func resource(of kind: GroupVersionKind) -> ServedResource? {
        table.withLock { $0.values.first { $0.schema.kind == kind } }
    }
}
