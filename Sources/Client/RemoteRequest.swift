import Core
import JSON
import ResourceEngine
import Values

/// An `APIRequest` as HTTP has it: method, path with query, and body.
package struct RemoteRequest: Equatable {
    package var method: String
    package var path: String
    package var contentType = ""
    package var body: [UInt8] = []

    /// Throws `APIError` for what HTTP cannot say.
    package init(_ request: APIRequest, prefix: String = "") throws {
        let resource = request.resource
        path = prefix + (resource.group.isEmpty ? "/api/" : "/apis/\(resource.group)/") + resource.version
        if !request.namespace.isEmpty { path += "/namespaces/" + Self.encoded(request.namespace) }
        path += "/" + resource.resource
        let isCollection =
            switch request.verb {
            case .list, .watch, .deletecollection: true
            case .create: request.subresource.isEmpty
            case .get, .update, .patch, .delete, .connect: false
            }
        if !isCollection {
            guard !request.name.isEmpty else { throw APIError.badRequest("resource name may not be empty") }
            path += "/" + Self.encoded(request.name)
        }
        if !request.subresource.isEmpty { path += "/" + request.subresource }
        switch request.verb {
        case .get, .list, .watch, .connect: method = "GET"
        case .create: method = "POST"
        case .update: method = "PUT"
        case .patch: method = "PATCH"
        case .delete, .deletecollection: method = "DELETE"
        }
        let query = Self.query(request)
        if !query.isEmpty { path += "?" + query }
        try setBody(request)
    }

    private mutating func setBody(_ request: APIRequest) throws {
        switch request.verb {
        case .delete, .deletecollection:
            let options = Self.deleteOptions(request.options)
            guard options.count > 2 else { return }
            contentType = "application/json"
            body = JSONWriter.encode(.object(options))
        default:
            switch request.body {
            case .none: return
            case .value(let value, _):
                contentType = request.patchType?.rawValue ?? "application/json"
                body = JSONWriter.encode(value)
            case .bytes(let bytes, let type):
                contentType = request.patchType?.rawValue ?? type
                body = bytes
            }
        }
    }

    private static func query(_ request: APIRequest) -> String {
        let options = request.options
        var items: [(String, String)] = []
        func add(_ name: String, _ value: String) { if !value.isEmpty { items.append((name, value)) } }
        switch request.verb {
        case .list, .watch, .deletecollection:
            if request.verb == .watch { add("watch", "true") }
            add("labelSelector", options.labelSelector)
            add("fieldSelector", options.fieldSelector)
            if options.limit > 0 { add("limit", String(options.limit)) }
            add("continue", options.continueToken)
            add("resourceVersion", options.resourceVersion)
            add("resourceVersionMatch", options.resourceVersionMatch)
            if options.allowWatchBookmarks { add("allowWatchBookmarks", "true") }
            if let send = options.sendInitialEvents { add("sendInitialEvents", String(send)) }
            if let timeout = options.timeoutSeconds { add("timeoutSeconds", String(timeout)) }
        case .get:
            add("resourceVersion", options.resourceVersion)
            add("labelSelector", options.labelSelector)
            add("metricLabelSelector", options.metricLabelSelector)
        case .create, .update, .patch:
            add("fieldManager", options.fieldManager)
            if options.force, request.verb == .patch { add("force", "true") }
            add("fieldValidation", options.fieldValidation)
            if options.isDryRun { add("dryRun", "All") }
        case .delete, .connect: break
        }
        return items.map { "\($0.0)=\(encoded($0.1))" }.joined(separator: "&")
    }

    private static func deleteOptions(_ options: APIRequest.Options) -> Object {
        var body: Object = ["kind": "DeleteOptions", "apiVersion": "v1"]
        if let grace = options.gracePeriodSeconds { body["gracePeriodSeconds"] = .int(grace) }
        if !options.propagationPolicy.isEmpty { body["propagationPolicy"] = .string(options.propagationPolicy) }
        if options.isDryRun { body["dryRun"] = ["All"] }
        var preconditions = Object()
        if let uid = options.preconditionUID { preconditions["uid"] = .string(uid) }
        if let version = options.preconditionResourceVersion { preconditions["resourceVersion"] = .string(version) }
        if !preconditions.isEmpty { body["preconditions"] = .object(preconditions) }
        return body
    }

    /// A text as it may stand in a path segment or a query value.
    package static func encoded(_ text: String) -> String {
        let hexadecimal = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.append(byte)
            default: result += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
