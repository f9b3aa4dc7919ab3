import Client
import Core
import ResourceEngine
import Synchronization
import Values

/// An API server of config maps whose every answer the test decides.
final class ScriptedTransport: ClientTransport {
    private struct State {
        var revision: Int64 = 1
        var objects: [ObjectKey: Value] = [:]
        /// What a watch that starts at an older revision is told first.
        var log: [(revision: Int64, event: WatchEvent)] = []
        var watches: [AsyncThrowingStream<[WatchEvent], any Error>.Continuation] = []
        var watchedFrom: [String] = []
        var lists = 0
        var listErrors: [APIError] = []
        var watchErrors: [APIError] = []
        var created: [Value] = []
        var patches: [Value] = []

        mutating func tell(_ event: WatchEvent) {
            log.append((revision, event))
            for watch in watches { watch.yield([event]) }
        }
    }

    private let state = Mutex(State())

    var lists: Int { state.withLock { $0.lists } }
    var watchedFrom: [String] { state.withLock { $0.watchedFrom } }
    var created: [Value] { state.withLock { $0.created } }
    var patches: [Value] { state.withLock { $0.patches } }

    func failNextList(_ error: APIError) { state.withLock { $0.listErrors.append(error) } }
    func failNextWatch(_ error: APIError) { state.withLock { $0.watchErrors.append(error) } }

    func perform(_ request: APIRequest) async throws -> Value {
        try state.withLock { state in
            switch request.verb {
            case .list:
                state.lists += 1
                if !state.listErrors.isEmpty { throw state.listErrors.removeFirst() }
                return [
                    "kind": "ConfigMapList", "apiVersion": "v1", "metadata": ["resourceVersion": .string(String(state.revision))],
                    "items": .array(Array(state.objects.values)),
                ]
            case .create:
                guard case .value(let body, _) = request.body else { throw APIError.badRequest("no body") }
                state.created.append(body)
                return body
            case .patch:
                guard case .value(let body, _) = request.body else { throw APIError.badRequest("no body") }
                state.patches.append(body)
                return body
            default: throw APIError.methodNotAllowed(GroupResource(group: "", resource: "configmaps"), request.verb.rawValue)
            }
        }
    }

    func watch(_ request: APIRequest) async throws -> WatchStream {
        try state.withLock { state in
            state.watchedFrom.append(request.options.resourceVersion)
            if !state.watchErrors.isEmpty { throw state.watchErrors.removeFirst() }
            let (stream, continuation) = WatchStream.makeStream()
            let start = Int64(request.options.resourceVersion) ?? 0
            let missed = state.log.filter { $0.revision > start }.map(\.event)
            if !missed.isEmpty { continuation.yield(missed) }
            state.watches.append(continuation)
            return stream
        }
    }

    /// Stores an object and tells the watches. Answers its revision.
    @discardableResult
    func put(_ name: String, data: String = "", labels: Object = [:]) -> String {
        state.withLock { state in
            state.revision += 1
            let key = ObjectKey(namespace: "shop", name: name)
            let object: Value = [
                "kind": "ConfigMap", "apiVersion": "v1",
                "metadata": [
                    "name": .string(name), "namespace": "shop", "uid": .string("uid-\(name)"), "labels": .object(labels),
                    "resourceVersion": .string(String(state.revision)),
                ],
                "data": ["text": .string(data)],
            ]
            let isNew = state.objects.updateValue(object, forKey: key) == nil
            state.tell(WatchEvent(kind: isNew ? .added : .modified, object: object))
            return String(state.revision)
        }
    }

    func remove(_ name: String, silently: Bool = false) {
        state.withLock { state in
            state.revision += 1
            guard var object = state.objects.removeValue(forKey: ObjectKey(namespace: "shop", name: name)), !silently else { return }
            object["metadata"]?["resourceVersion"] = .string(String(state.revision))
            state.tell(WatchEvent(kind: .deleted, object: object))
        }
    }

    func bookmark() {
        state.withLock { state in
            state.revision += 1
            let object: Value = ["metadata": ["resourceVersion": .string(String(state.revision))]]
            state.tell(WatchEvent(kind: .bookmark, object: object))
        }
    }

    /// Ends every open watch, with an error or as a server does that closes it.
    func endWatches(_ error: APIError? = nil) {
        let watches = state.withLock { state in
            defer { state.watches = [] }
            return state.watches
        }
        for watch in watches { watch.finish(throwing: error) }
    }
}
