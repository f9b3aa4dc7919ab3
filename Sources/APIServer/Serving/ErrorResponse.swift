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
    static var notAcceptable: APIError {
        .general(
            406, .notAcceptable, "406: Not Acceptable\n\nAvailable representations: \(Representation.mediaTypes.joined(separator: ", "))")
    }

    static func make(_ error: APIError, auditID: String?) -> HTTPResponse {
        var headers: HTTPFields = ["Content-Type": "application/json", "Cache-Control": "no-cache, private"]
        if let auditID { headers.add("Audit-Id", auditID) }
        if error.retryAfterSeconds > 0 { headers.add("Retry-After", String(error.retryAfterSeconds)) }
        return HTTPResponse(status: error.code, headers: headers, body: JSONWriter.encode(error.status) + [UInt8(ascii: "\n")])
    }

    /// Text for a quoted string of a header: one line, quotes and backslashes escaped.
    static func quoted(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n", "\r": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
