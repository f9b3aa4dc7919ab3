import Synchronization

/// What the audit log is told of the request in progress besides the request itself: who allowed it, what admission had to say. Bound to the
/// request's task where requests are audited; nobody listens elsewhere.
package final class RequestAnnotations: Sendable {
    @TaskLocal package static var current: RequestAnnotations?

    private let values = Mutex<[String: String]>([:])

    package init() {}

    /// The first value of a key stays, as upstream has it.
    package func add(_ key: String, _ value: String) { values.withLock { if $0[key] == nil { $0[key] = value } } }
    /// That a version was asked for that is going away.
    package func add(_ deprecation: Deprecation) {
        add("k8s.io/deprecated", "true")
        if !deprecation.removedRelease.isEmpty { add("k8s.io/removed-release", deprecation.removedRelease) }
    }
    package var all: [String: String] { values.withLock { $0 } }
}
