import Core
import HTTPTransport
import Values

/// What a request for a log may ask for (`v1.PodLogOptions`).
enum PodLogOptions {
    /// Throws `APIError`: 400 for what cannot be read, 422 for what cannot be.
    static func check(_ query: QueryParameters, pod: String) throws {
        func number(_ name: String) throws -> Int64? {
            guard let text = query[name] else { return nil }
            guard let number = Int64(text) else {
                throw APIError.badRequest("strconv.ParseInt: parsing \"\(text)\": \(RequestReader.problem(ofNumber: text))")
            }
            return number
        }
        let (tail, limit, seconds) = (try number("tailLines"), try number("limitBytes"), try number("sinceSeconds"))
        let hasTime = try hasTime(query["sinceTime"])
        var causes: [APIError.Cause] = []
        func invalid(_ field: String, _ number: Int64, _ detail: String) {
            causes.append(.init(reason: "FieldValueInvalid", message: "Invalid value: \(number): \(detail)", field: field))
        }
        if let tail, tail < 0 { invalid("tailLines", tail, "must be greater than or equal to 0") }
        if let limit, limit < 1 { invalid("limitBytes", limit, "must be greater than 0") }
        if let seconds {
            if hasTime {
                let message = "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified"
                causes.append(.init(reason: "FieldValueForbidden", message: message, field: "[]"))
            } else if seconds < 1 {
                invalid("sinceSeconds", seconds, "must be greater than 0")
            }
        }
        if query["stream"] != nil {
            causes.append(.init(reason: "FieldValueForbidden", message: "Forbidden: may not be specified", field: "stream"))
        }
        if !causes.isEmpty { throw APIError.invalid(GroupVersionKind(group: "", version: "v1", kind: "PodLogOptions"), pod, causes) }
    }

    private static func hasTime(_ text: String?) throws -> Bool {
        guard let text, !text.isEmpty, text != "null" else { return false }
        guard Timestamp(rfc3339: text) != nil else {
            throw APIError.badRequest(
                "parsing time \"\(text)\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\(text)\" as \"2006\"")
        }
        return true
    }
}
