import Core
import ResourceEngine
import Values

/// How a client reaches an API server: in this process, or over HTTP.
package protocol ClientTransport: Sendable {
    /// Answers every verb but `.watch` with the object or list. Throws `APIError`. The transport sets the request's user.
    func perform(_ request: APIRequest) async throws -> Value
    /// Events from the request's `resourceVersion` on, in order. The stream ends when the server closes it (resume from the
    /// last revision seen) and throws `APIError` (reason `Expired`: list again).
    func watch(_ request: APIRequest) async throws -> WatchStream
}

/// One change of one object.
package struct WatchEvent: Sendable {
    package enum Kind: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
        case bookmark = "BOOKMARK"
    }

    package var kind: Kind
    package var object: Value

    package init(kind: Kind, object: Value) {
        self.kind = kind
        self.object = object
    }
}

/// Events come in batches, so that a burst costs one wake-up.
package typealias WatchStream = AsyncThrowingStream<[WatchEvent], any Error>
