import Core

/// Which options of lists and watches go together (`metav1.ListOptions`).
enum ListOptions {
    /// Throws `APIError` (422) that names the option.
    static func validate(_ options: APIRequest.Options, isWatch: Bool) throws {
        var causes: [APIError.Cause] = []
        func forbid(_ field: String, _ why: String) {
            causes.append(.init(reason: "FieldValueForbidden", message: "Forbidden: \(why)", field: field))
        }
        let match = options.resourceVersionMatch
        if let sendsInitial = options.sendInitialEvents {
            if !isWatch { forbid("sendInitialEvents", "sendInitialEvents is forbidden for list") }
            if match != "NotOlderThan" {
                forbid("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
            }
            if isWatch, sendsInitial, !options.allowWatchBookmarks, match == "NotOlderThan" {
                // Upstream lets this in: the client simply does not learn where the initial events end.
            }
        } else if !match.isEmpty {
            if isWatch {
                forbid("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")
            } else {
                if options.resourceVersion.isEmpty {
                    forbid("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided")
                }
                if !options.continueToken.isEmpty {
                    forbid("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided")
                }
                if match != "Exact", match != "NotOlderThan" {
                    causes.append(
                        .init(
                            reason: "FieldValueNotSupported",
                            message: "Unsupported value: \"\(match)\": supported values: \"Exact\", \"NotOlderThan\", \"\"",
                            field: "resourceVersionMatch"))
                }
                if match == "Exact", options.resourceVersion == "0" {
                    forbid("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"")
                }
            }
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
            throw APIError.badRequest(
                "invalid resource version: resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": invalid syntax"
            )
        }
        return Int64(number)
    }
}
