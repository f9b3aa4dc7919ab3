import Core
import JSON
import Synchronization
import Values

/// What other API servers say of themselves: the last discovery and OpenAPI documents of each, kept while they are away. Safe from any thread.
final class RemoteDocuments: Sendable {
    struct Entry: Sendable {
        /// `APIVersionDiscovery` of apidiscovery.k8s.io/v2; nil until it was told once.
        var discovery: Value?
        /// Whether the last attempt to read it failed.
        var isStale = false
        /// The OpenAPI version 2 document, narrowed to this group version.
        var openAPI: Value?
        /// The hash its OpenAPI version 3 document goes by; nil when it has none.
        var openAPIHash: String?
    }

    private let state = Mutex((entries: [GroupVersion: Entry](), generation: 0))

    func entry(_ key: GroupVersion) -> Entry? { state.withLock { $0.entries[key] } }
    /// Those that have an OpenAPI document, by group and version, and a number that rises with every change.
    var all: (entries: [GroupVersion: Entry], generation: Int) { state.withLock { ($0.entries, $0.generation) } }

    func update(_ key: GroupVersion, _ change: (inout Entry) -> Void) {
        state.withLock { state in
            let before = state.entries[key]
            var entry = before ?? Entry()
            change(&entry)
            state.entries[key] = entry
            if before?.openAPI != entry.openAPI || before?.openAPIHash != entry.openAPIHash { state.generation += 1 }
        }
    }

    func forget(_ key: GroupVersion) {
        state.withLock { state in
            if state.entries.removeValue(forKey: key) != nil { state.generation += 1 }
        }
    }
}
