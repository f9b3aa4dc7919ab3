import Core

/// Which options of lists and watches go together (`metav1.ListOptions`).
enum ListOptions {
    /// Throws `APIError` (422) that names the option.
    static func validate(_ options: APIRequest.Options, isWatch: Bool) throws {
        var causes: [APIError.Cause] = []
        func forbid(_ field: String, _ why: String) {
            causes.append(.init(reason: "FieldValueForbidden", message: "Forbidden: \(why)", field: field))
        }
        func unsupported(_ value: String, _ supported: String) {
            let message = "Unsupported value: \"\(value)\": supported values: \(supported)"
            causes.append(.init(reason: "FieldValueNotSupported", message: message, field: "resourceVersionMatch"))
        }
        var match = options.resourceVersionMatch
        if isWatch {
            if options.sendInitialEvents != nil, match != "NotOlderThan" {
                forbid("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
            }
            // Upstream reads a token as one for the newest state, which is a match of its own.
            let goesOn = !options.continueToken.isEmpty
            if goesOn, match.isEmpty, options.sendInitialEvents == nil { match = "NotOlderThan" }
            if !match.isEmpty {
                if options.sendInitialEvents == nil, !goesOn {
                    forbid("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")
                }
                if match != "NotOlderThan" { unsupported(match, "\"NotOlderThan\"") }
                if goesOn { forbid("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided") }
            }
        } else {
            if !match.isEmpty {
                if options.resourceVersion.isEmpty {
                    forbid("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided")
                }
                if !options.continueToken.isEmpty {
                    forbid("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided")
                }
                if match != "Exact", match != "NotOlderThan" { unsupported(match, "\"Exact\", \"NotOlderThan\", \"\"") }
                if match == "Exact", options.resourceVersion == "0" {
                    forbid("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"")
                }
            }
            if options.sendInitialEvents != nil { forbid("sendInitialEvents", "sendInitialEvents is forbidden for list") }
        }
        if !isWatch, !options.continueToken.isEmpty, !options.resourceVersion.isEmpty, options.resourceVersion != "0" {
            throw APIError.badRequest("specifying resource version is not allowed when using continue")
        }
        guard causes.isEmpty else {
            throw APIError.invalid(GroupVersionKind(group: "meta.k8s.io", version: "v1", kind: "ListOptions"), "", causes)
        }
    }

    /// A resourceVersion as a number; empty is 0.
    static func revision(_ text: String) throws -> Int64 {
        if text.isEmpty { return 0 }
        guard let number = UInt64(text), number <= UInt64(Int64.max) else {
            let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            let problem = isNumber ? "value out of range" : "invalid syntax"
            throw APIError.badRequest(
                "invalid resource version: resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": \(problem)")
        }
        return Int64(number)
    }
}
