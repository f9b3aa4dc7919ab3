/// How the body of a request reaches the handler.
package enum HTTPBodyPolicy: Sendable {
    /// Whole, before the handler is called; longer ones are answered through `bodyTooLarge`.
    case collect(limit: Int)
    /// As it arrives, at the handler's pace.
    case stream
}

/// Answers requests. One object serves all connections of a server, on any thread.
package protocol HTTPHandler: Sendable {
    /// Decided from the head, before the body is read. On an event loop: must return at once.
    func bodyPolicy(method: String, path: Substring) -> HTTPBodyPolicy

    /// Answers one request. Starts on the connection's event loop and stays there until it first suspends, so that short
    /// answers cost no change of thread: work of more than a millisecond belongs elsewhere. Its task is cancelled when the client
    /// goes away. A handler that returns without having answered leaves a 500.
    func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async

    /// The answer to a body over the limit.
    func bodyTooLarge(limit: Int) -> HTTPResponse
}

extension HTTPHandler {
    package func bodyPolicy(method: String, path: Substring) -> HTTPBodyPolicy { .collect(limit: 3 * 1024 * 1024) }
    package func bodyTooLarge(limit: Int) -> HTTPResponse { .text(413, "Request entity too large: limit is \(limit)\n") }
}

/// A whole answer.
package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: HTTPFields
    package var body: [UInt8]

    package init(status: Int, headers: HTTPFields = HTTPFields(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array(text.utf8))
    }
}
