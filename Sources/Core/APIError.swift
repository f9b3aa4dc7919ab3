import Values

/// The one error of the API: maps one to one to `metav1.Status`.
///
/// Reasons, codes and message texts are upstream's, since clients match on them
/// (`k8s.io/apimachinery/pkg/api/errors`).
package struct APIError: Error, Sendable, Equatable {
    /// The machine-readable reason of a status.
    package struct Reason: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package init(stringLiteral value: String) { rawValue = value }

        package static let unknown: Reason = ""
        package static let unauthorized: Reason = "Unauthorized"
        package static let forbidden: Reason = "Forbidden"
        package static let notFound: Reason = "NotFound"
        package static let alreadyExists: Reason = "AlreadyExists"
        package static let conflict: Reason = "Conflict"
        package static let gone: Reason = "Gone"
        package static let expired: Reason = "Expired"
        package static let invalid: Reason = "Invalid"
        package static let serverTimeout: Reason = "ServerTimeout"
        package static let timeout: Reason = "Timeout"
        package static let tooManyRequests: Reason = "TooManyRequests"
        package static let badRequest: Reason = "BadRequest"
        package static let methodNotAllowed: Reason = "MethodNotAllowed"
        package static let notAcceptable: Reason = "NotAcceptable"
        package static let requestEntityTooLarge: Reason = "RequestEntityTooLarge"
        package static let unsupportedMediaType: Reason = "UnsupportedMediaType"
        package static let internalError: Reason = "InternalError"
        package static let serviceUnavailable: Reason = "ServiceUnavailable"
    }

    /// One field that was wrong: a `StatusCause`.
    package struct Cause: Sendable, Equatable {
        /// "FieldValueRequired", "FieldValueInvalid", …
        package var reason: String
        package var message: String
        package var field: String

        package init(reason: String, message: String, field: String) {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }

    package var code: Int
    package var reason: Reason
    package var message: String
    /// What the status is about; upstream leaves `details` out when all of it is empty.
    package var name = ""
    package var group = ""
    package var kind = ""
    package var uid = ""
    package var causes: [Cause] = []
    package var retryAfterSeconds = 0
    /// Whether the status has `details` even when there is nothing to tell in them, as upstream's answers of a general kind do.
    package var alwaysHasDetails = false
    /// Where a list may go on whose revision is gone (`metadata.continue`).
    package var continueToken = ""
    /// What was to be told before the request failed: texts of `Warning` headers, no part of the status.
    package var warnings: [String] = []

    package init(code: Int, reason: Reason, message: String) {
        self.code = code
        self.reason = reason
        self.message = message
    }

    /// The error as a `Status` object (`apiVersion: v1`, `kind: Status`).
    package var status: Value {
        var details = Object()
        if !name.isEmpty { details["name"] = .string(name) }
        if !group.isEmpty { details["group"] = .string(group) }
        if !kind.isEmpty { details["kind"] = .string(kind) }
        if !uid.isEmpty { details["uid"] = .string(uid) }
        if !causes.isEmpty {
            details["causes"] = .array(
                causes.map { cause in
                    var entry = Object()
                    if !cause.reason.isEmpty { entry["reason"] = .string(cause.reason) }
                    if !cause.message.isEmpty { entry["message"] = .string(cause.message) }
                    if !cause.field.isEmpty { entry["field"] = .string(cause.field) }
                    return .object(entry)
                })
        }
        if retryAfterSeconds > 0 { details["retryAfterSeconds"] = .int(Int64(retryAfterSeconds)) }
        var result: Object = [
            "kind": "Status", "apiVersion": "v1", "metadata": continueToken.isEmpty ? [:] : ["continue": .string(continueToken)],
            "status": "Failure", "message": .string(message),
        ]
        if !reason.rawValue.isEmpty { result["reason"] = .string(reason.rawValue) }
        if !details.isEmpty || alwaysHasDetails { result["details"] = .object(details) }
        result["code"] = .int(Int64(code))
        return .object(result)
    }

    /// The error that a `Status` object tells of.
    package init(status: Value) {
        self.init(
            code: Int(status["code"]?.int ?? 500), reason: Reason(rawValue: status["reason"]?.string ?? ""),
            message: status["message"]?.string ?? "unknown error")
        continueToken = status[path: "metadata", "continue"]?.string ?? ""
        guard let details = status["details"] else { return }
        alwaysHasDetails = details.isEmpty
        name = details["name"]?.string ?? ""
        group = details["group"]?.string ?? ""
        kind = details["kind"]?.string ?? ""
        uid = details["uid"]?.string ?? ""
        retryAfterSeconds = Int(details["retryAfterSeconds"]?.int ?? 0)
        causes = (details["causes"]?.array ?? []).map {
            Cause(reason: $0["reason"]?.string ?? "", message: $0["message"]?.string ?? "", field: $0["field"]?.string ?? "")
        }
    }
}

extension APIError: CustomStringConvertible {
    package var description: String { message }
}

/// The errors upstream has constructors for, with its texts.
extension APIError {
    private func about(_ resource: GroupResource, _ name: String) -> APIError {
        var error = self
        error.group = resource.group
        error.kind = resource.resource
        error.name = name
        return error
    }

    package static func notFound(_ resource: GroupResource, _ name: String) -> APIError {
        APIError(code: 404, reason: .notFound, message: "\(resource) \"\(name)\" not found").about(resource, name)
    }

    package static func alreadyExists(_ resource: GroupResource, _ name: String) -> APIError {
        APIError(code: 409, reason: .alreadyExists, message: "\(resource) \"\(name)\" already exists").about(resource, name)
    }

    package static func conflict(_ resource: GroupResource, _ name: String, _ why: String) -> APIError {
        APIError(
            code: 409, reason: .conflict, message: "Operation cannot be fulfilled on \(resource) \"\(name)\": \(why)"
        ).about(resource, name)
    }

    /// The conflict of a write whose resourceVersion is not the newest.
    package static func modified(_ resource: GroupResource, _ name: String) -> APIError {
        conflict(resource, name, "the object has been modified; please apply your changes to the latest version and try again")
    }

    package static func forbidden(_ resource: GroupResource, _ name: String, _ why: String) -> APIError {
        let subject = name.isEmpty ? "\(resource)" : "\(resource) \"\(name)\""
        let message = resource.resource.isEmpty ? "forbidden: \(why)" : "\(subject) is forbidden: \(why)"
        return APIError(code: 403, reason: .forbidden, message: message).about(resource, name)
    }

    /// A validation failure. The message lists every cause, as upstream's aggregate does.
    package static func invalid(_ kind: GroupVersionKind, _ name: String, _ causes: [Cause]) -> APIError {
        // The message says a thing once, however many causes say it.
        var said: Set<String> = []
        let list = causes.map { $0.field.isEmpty ? $0.message : "\($0.field): \($0.message)" }.filter { said.insert($0).inserted }
        let text = list.count == 1 ? list[0] : "[\(list.joined(separator: ", "))]"
        let subject = kind.group.isEmpty ? kind.kind : "\(kind.kind).\(kind.group)"
        var error = APIError(code: 422, reason: .invalid, message: "\(subject) \"\(name)\" is invalid: \(text)")
        error.group = kind.group
        error.kind = kind.kind
        error.name = name
        error.causes = causes
        return error
    }

    /// An answer of a general kind: a code, a reason and upstream's words for them.
    package static func general(_ code: Int, _ reason: Reason, _ message: String) -> APIError {
        var error = APIError(code: code, reason: reason, message: message)
        error.alwaysHasDetails = true
        return error
    }

    /// A resource that is not served.
    package static var unknownResource: APIError { general(404, .notFound, "the server could not find the requested resource") }

    /// A verb that a resource does not have.
    package static var verbNotAllowed: APIError {
        general(405, .methodNotAllowed, "the server does not allow this method on the requested resource")
    }

    package static func badRequest(_ message: String) -> APIError {
        APIError(code: 400, reason: .badRequest, message: message)
    }

    package static func unauthorized(_ message: String = "Unauthorized") -> APIError {
        APIError(code: 401, reason: .unauthorized, message: message)
    }

    package static func internalError(_ message: String) -> APIError {
        var error = APIError(code: 500, reason: .internalError, message: "Internal error occurred: \(message)")
        error.causes = [Cause(reason: "", message: message, field: "")]
        return error
    }

    package static func methodNotAllowed(_ resource: GroupResource, _ verb: String) -> APIError {
        APIError(
            code: 405, reason: .methodNotAllowed, message: "\(verb) is not supported on resources of kind \"\(resource)\""
        ).about(resource, "")
    }

    package static func unsupportedMediaType(_ message: String) -> APIError {
        APIError(code: 415, reason: .unsupportedMediaType, message: message)
    }

    package static func notAcceptable(_ message: String) -> APIError {
        APIError(code: 406, reason: .notAcceptable, message: message)
    }

    package static func tooLarge(limit: Int) -> APIError {
        APIError(
            code: 413, reason: .requestEntityTooLarge, message: "Request entity too large: limit is \(limit)")
    }

    package static func tooManyRequests(_ message: String, retryAfterSeconds: Int) -> APIError {
        var error = APIError(code: 429, reason: .tooManyRequests, message: message)
        error.retryAfterSeconds = retryAfterSeconds
        return error
    }

    /// A revision that is no longer kept: watches and continued lists start over.
    package static func expired(_ message: String) -> APIError { APIError(code: 410, reason: .expired, message: message) }

    package static func serviceUnavailable(_ message: String) -> APIError {
        APIError(code: 503, reason: .serviceUnavailable, message: message)
    }
}
