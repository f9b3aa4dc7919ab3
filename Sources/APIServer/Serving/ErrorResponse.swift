import Core
import HTTPTransport
import JSON

/// A path behind which there is nothing: answered in plain text, as upstream's path multiplexer does.
struct PageNotFound: Error {
    static let response = HTTPResponse(
        status: 404,
        headers: ["Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache, private"],
        body: Array("404 page not found\n".utf8))
}

/// Answers that tell of a failure: `metav1.Status` bodies.
enum ErrorResponse {
    /// The router's refusal: no form that the path has is asked for.
    static func notAcceptable(_ forms: [String]) -> APIError {
        .general(406, .notAcceptable, "406: Not Acceptable\n\nAvailable representations: \(forms.joined(separator: ", "))")
    }

    /// The refusal of what lies behind the router: the forms are there, but not with these parameters.
    static func onlyAccepted(_ forms: [String]) -> APIError {
        .notAcceptable("only the following media types are accepted: \(forms.joined(separator: ", "))")
    }

    /// In the first form of `accept` that there is, tables aside; JSON where there is none, or nothing is known of the request.
    static func make(_ error: APIError, auditID: String?, accept: AcceptHeader? = nil) -> HTTPResponse {
        let representation = accept?.failureForm ?? Representation()
        var headers: HTTPFields = ["Content-Type": representation.contentType, "Cache-Control": "no-cache, private"]
        if let auditID { headers.add("Audit-Id", auditID) }
        if error.retryAfterSeconds > 0 { headers.add("Retry-After", String(error.retryAfterSeconds)) }
        return HTTPResponse(status: error.code, headers: headers, body: AnswerEncoder.encode(error.status, representation))
    }
}
