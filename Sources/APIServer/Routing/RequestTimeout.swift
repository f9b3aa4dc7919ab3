import Core
import HTTPTransport

/// How long a request may take that is no watch and no stream: a minute, or less when its client says so with `timeout`.
package struct RequestTimeout: Sendable {
    /// What a request may take unless its client asks for less.
    package static let longest = Duration.seconds(60)

    let duration: Duration

    /// Throws `APIError` (400) for a parameter that is no duration.
    init(_ query: QueryParameters) throws {
        guard let text = query["timeout"], !text.isEmpty else {
            duration = Self.longest
            return
        }
        guard let asked = GoDuration.parse(text) else {
            let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            let problem = isNumber ? "missing unit in duration" : "invalid duration"
            throw APIError.badRequest("invalid timeout specified in the request URL - time: \(problem) \"\(text)\"")
        }
        duration = asked > .zero ? min(asked, Self.longest) : Self.longest
    }

    static var error: APIError {
        .general(504, .timeout, "Timeout: request did not complete within requested timeout - context deadline exceeded")
    }
}
