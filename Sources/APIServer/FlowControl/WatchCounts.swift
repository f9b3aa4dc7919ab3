import Core
import ResourceEngine
import Synchronization

/// How many clients watch what, for what a write costs. Safe from any thread.
final class WatchCounts: Sendable {
    /// What a watch is of: all of a resource, a namespace, or one object.
    private struct Scope: Hashable {
        var resource: GroupResource
        var namespace: String
        var name: String
    }

    private let counts = Mutex<[Scope: Int]>([:])

    private static func scope(_ request: APIRequest) -> Scope {
        Scope(resource: request.resource.groupResource, namespace: request.namespace, name: request.name)
    }

    func began(_ request: APIRequest) { counts.withLock { $0[Self.scope(request), default: 0] += 1 } }

    func ended(_ request: APIRequest) {
        counts.withLock { counts in
            let scope = Self.scope(request)
            let left = (counts[scope] ?? 0) - 1
            counts[scope] = left > 0 ? left : nil
        }
    }

    /// Those who are told of a change.
    func interested(in request: RequestAttributes) -> Int {
        let resource = request.resource.groupResource
        return counts.withLock { counts in
            if counts.isEmpty { return 0 }
            var total = counts[Scope(resource: resource, namespace: "", name: "")] ?? 0
            if !request.namespace.isEmpty { total += counts[Scope(resource: resource, namespace: request.namespace, name: "")] ?? 0 }
            if !request.name.isEmpty { total += counts[Scope(resource: resource, namespace: request.namespace, name: request.name)] ?? 0 }
            return total
        }
    }
}
