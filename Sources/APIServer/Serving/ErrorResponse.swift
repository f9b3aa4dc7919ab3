import Core
import HTTPTransport
import JSON

/// Answers that tell of a failure: `metav1.Status` bodies.
enum ErrorResponse {
    static var notAcceptable: APIError {
        .notAcceptable(
            "only the following media types are accepted: application/json, application/yaml, application/json;as=Table;v=v1;g=meta.k8s.io")
    }
    static var notFound: APIError { APIError(code: 404, reason: .notFound, message: "the server could not find the requested resource") }

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
