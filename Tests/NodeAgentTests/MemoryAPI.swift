import Client
import Core
import KubernetesAPI
import ResourceEngine
import Synchronization
import Values

/// An API server in a dictionary: what the agent needs of one and no more. Where the engine itself is the subject, tests use that.
final class MemoryAPI: ClientTransport {
    private struct State {
        var revision: Int64 = 1
        var objects: [GroupVersionResource: [ObjectKey: Value]] = [:]
        var watchers: [Int: (resource: GroupVersionResource, continuation: WatchStream.Continuation)] = [:]
        var nextWatcher = 0
        var statuses: [Value] = []
    }

    private let state = Mutex(State())

    /// Every status written for a pod, in order.
    func statuses(of name: String) -> [Value] {
        state.withLock { $0.statuses.filter { $0[path: "metadata", "name"]?.string == name }.compactMap { $0["status"] } }
    }

    func object(_ resource: String, _ key: ObjectKey, group: String = "") -> Value? {
        state.withLock { $0.objects[GroupVersionResource(group: group, version: "v1", resource: resource)]?[key] }
    }

    func all(_ resource: String) -> [Value] {
        state.withLock { Array(($0.objects[GroupVersionResource(group: "", version: "v1", resource: resource)] ?? [:]).values) }
    }

    func put<K: Kind>(_ object: K) {
        var value = object.raw
        value["kind"] = .string(K.descriptor.kind)
        value["apiVersion"] = .string(K.descriptor.gvk.apiVersion)
        state.withLock { state in _ = Self.store(&state, K.descriptor.gvr, object.key, value) }
    }

    private static func store(_ state: inout State, _ resource: GroupVersionResource, _ key: ObjectKey, _ value: Value) -> Value {
        var value = value
        state.revision += 1
        let isNew = state.objects[resource]?[key] == nil
        value["metadata"]?["resourceVersion"] = .string(String(state.revision))
        if value[path: "metadata", "uid"] == nil { value["metadata"]?["uid"] = .string("uid-\(state.revision)") }
        state.objects[resource, default: [:]][key] = value
        for watcher in state.watchers.values where watcher.resource == resource {
            watcher.continuation.yield([WatchEvent(kind: isNew ? .added : .modified, object: value)])
        }
        return value
    }

    private static func remove(_ state: inout State, _ resource: GroupVersionResource, _ key: ObjectKey) {
        guard var value = state.objects[resource]?.removeValue(forKey: key) else { return }
        state.revision += 1
        value["metadata"]?["resourceVersion"] = .string(String(state.revision))
        for watcher in state.watchers.values where watcher.resource == resource {
            watcher.continuation.yield([WatchEvent(kind: .deleted, object: value)])
        }
    }

    func perform(_ request: APIRequest) async throws -> Value {
        let key = ObjectKey(namespace: request.namespace, name: request.name)
        var body: Value = .null
        if case .value(let value, _) = request.body { body = value }
        let given = body
        return try state.withLock { state in
            let known = state.objects[request.resource]?[key]
            func existing() throws -> Value {
                guard let known else { throw APIError.notFound(request.resource.groupResource, key.name) }
                return known
            }
            switch request.verb {
            case .get: return try existing()
            case .list:
                let items = (state.objects[request.resource] ?? [:]).filter {
                    request.namespace.isEmpty || $0.key.namespace == request.namespace
                }
                return ["metadata": ["resourceVersion": .string(String(state.revision))], "items": .array(Array(items.values))]
            case .create:
                if request.subresource == "token" {
                    return ["status": ["token": "a-token", "expirationTimestamp": "2100-01-01T00:00:00Z"]]
                }
                if known != nil { throw APIError.alreadyExists(request.resource.groupResource, key.name) }
                return Self.store(&state, request.resource, key, given)
            case .patch:
                var value = try existing()
                if let uid = given[path: "metadata", "uid"], value[path: "metadata", "uid"] != uid {
                    throw APIError.conflict(request.resource.groupResource, key.name, "uid mismatch")
                }
                Self.merge(&value, given)
                if request.resource.resource == "pods" { state.statuses.append(value) }
                return Self.store(&state, request.resource, key, value)
            case .delete:
                var value = try existing()
                if request.resource.resource == "pods", request.options.gracePeriodSeconds != 0 {
                    let grace = request.options.gracePeriodSeconds ?? value[path: "spec", "terminationGracePeriodSeconds"]?.int ?? 30
                    value["metadata"]?["deletionTimestamp"] = "2026-01-01T00:00:00Z"
                    value["metadata"]?["deletionGracePeriodSeconds"] = .int(grace)
                    return Self.store(&state, request.resource, key, value)
                }
                Self.remove(&state, request.resource, key)
                return value
            default: throw APIError.methodNotAllowed(request.resource.groupResource, request.verb.rawValue)
            }
        }
    }

    private static func merge(_ value: inout Value, _ patch: Value) {
        guard let members = patch.object, value.object != nil else {
            value = patch
            return
        }
        for member in members {
            if member.value.isNull {
                value[member.key] = nil
            } else if member.value.object != nil, value[member.key]?.object != nil {
                merge(&value[member.key]!, member.value)
            } else {
                value[member.key] = member.value
            }
        }
    }

    func watch(_ request: APIRequest) async throws -> WatchStream {
        AsyncThrowingStream { continuation in
            let id = state.withLock { state in
                state.nextWatcher += 1
                // What changed between the list and this watch.
                let since = Int64(request.options.resourceVersion) ?? 0
                for value in (state.objects[request.resource] ?? [:]).values {
                    let revision = value[path: "metadata", "resourceVersion"]?.string.flatMap { Int64($0) } ?? 0
                    if revision > since { continuation.yield([WatchEvent(kind: .modified, object: value)]) }
                }
                state.watchers[state.nextWatcher] = (request.resource, continuation)
                return state.nextWatcher
            }
            continuation.onTermination = { _ in self.state.withLock { _ = $0.watchers.removeValue(forKey: id) } }
        }
    }
}
