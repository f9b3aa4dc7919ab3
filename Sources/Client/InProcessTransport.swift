import Core
import ResourceEngine
import Values

/// Calls the engine of this process as a given user: authorised and admitted like anyone, without HTTP and without encoding.
package struct InProcessTransport: ClientTransport {
    private let engine: ResourceEngine
    private let user: UserInfo

    package init(engine: ResourceEngine, user: UserInfo) {
        self.engine = engine
        self.user = user
    }

    package func perform(_ request: APIRequest) async throws -> Value {
        var request = request
        request.user = user
        return try engine.value(of: try await engine.perform(request))
    }

    package func watch(_ request: APIRequest) async throws -> WatchStream {
        var request = request
        request.user = user
        let engine = engine
        let watch = try await engine.watch(request)
        return WatchStream {
            guard let events = try await watch.next() else { return nil }
            return try events.map { event in
                WatchEvent(kind: WatchEvent.Kind(event.kind), object: try engine.value(of: event.object))
            }
        }
    }
}

extension WatchEvent.Kind {
    fileprivate init(_ kind: EngineEvent.Kind) {
        switch kind {
        case .added: self = .added
        case .modified: self = .modified
        case .deleted: self = .deleted
        case .bookmark: self = .bookmark
        }
    }
}
