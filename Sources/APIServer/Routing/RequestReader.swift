import Core
import HTTPTransport
import JSON
import ResourceEngine
import Values
import YAML

/// Turns HTTP requests for resources into the engine's requests.
enum RequestReader {
    /// The verb of a request (upstream's `RequestInfoFactory`).
    static func verb(method: String, route: ResourceRoute, query: QueryParameters) throws -> Verb {
        let isCollection = route.name.isEmpty
        switch method {
        case "GET", "HEAD":
            if route.isWatch { return .watch }
            // What names an object gets it, whatever else it says.
            guard isCollection else { return .get }
            return isTrue(query["watch"]) ? .watch : .list
        case "POST":
            guard isCollection || !route.subresource.isEmpty else { throw APIError.verbNotAllowed }
            return .create
        case "PUT", "PATCH":
            guard !isCollection else { throw APIError.verbNotAllowed }
            return method == "PUT" ? .update : .patch
        case "DELETE": return isCollection ? .deletecollection : .delete
        default: throw APIError.verbNotAllowed
        }
    }

    /// Whether a parameter such as `watch` is set: everything but "false" and "0" sets it, an empty text too.
    static func isTrue(_ text: String?) -> Bool {
        guard let text else { return false }
        return text != "0" && text.lowercased() != "false"
    }

    /// Whether `pretty` is asked for, which reads as Go's booleans do.
    static func isPretty(_ text: String) -> Bool { ["1", "t", "T", "TRUE", "true", "True"].contains(text) }

    /// The engine's request. Throws `APIError` for parameters that cannot be read and bodies in a format that is not known.
    static func read(_ request: HTTPRequest, _ query: QueryParameters, _ route: ResourceRoute, user: UserInfo) throws -> APIRequest {
        var result = APIRequest(verb: try verb(method: request.method, route: route, query: query), resource: route.resource, user: user)
        result.namespace = route.namespace
        result.name = route.name
        result.subresource = route.subresource
        result.userAgent = userAgent(request)
        result.options = try options(query, result.verb, hasBody: !request.bytes.isEmpty)
        try readTrial(request, query, into: &result)
        if result.verb == .watch, !route.name.isEmpty {
            // A watch of one object is a watch of the collection that selects it by name.
            let selector = "metadata.name=\(route.name)"
            result.options.fieldSelector = result.options.fieldSelector.isEmpty ? selector : "\(result.options.fieldSelector),\(selector)"
            result.name = ""
        }
        if result.options.fieldManager.isEmpty, result.verb != .patch || PatchType.of(request) != .apply {
            result.options.fieldManager = defaultManager(result.userAgent)
        }
        try readBody(request, into: &result)
        return result
    }

    /// The first part of the User-Agent (upstream's `prefixFromUserAgent`).
    private static func defaultManager(_ userAgent: String) -> String { String(userAgent.prefix { $0 != "/" }.prefix(128)) }
    private static func userAgent(_ request: HTTPRequest) -> String { request.headers["user-agent"] ?? "" }

    // MARK: Parameters

    private static func options(_ query: QueryParameters, _ verb: Verb, hasBody: Bool) throws -> APIRequest.Options {
        var options = APIRequest.Options()
        func integer(_ name: String) throws -> Int64? {
            guard let text = query[name], !text.isEmpty else { return nil }
            guard let number = Int64(text) else {
                throw APIError.badRequest("strconv.ParseInt: parsing \"\(text)\": \(Self.problem(ofNumber: text))")
            }
            return number
        }
        for (name, value) in query.items {
            switch name {
            case "labelSelector": options.labelSelector = value
            case "fieldSelector": options.fieldSelector = value
            case "continue": options.continueToken = value
            case "resourceVersion": options.resourceVersion = value
            case "resourceVersionMatch": options.resourceVersionMatch = value
            case "allowWatchBookmarks": options.allowWatchBookmarks = isTrue(value)
            case "sendInitialEvents": options.sendInitialEvents = isTrue(value)
            case "fieldManager": options.fieldManager = value
            case "force": options.force = isTrue(value)
            case "fieldValidation": options.fieldValidation = value
            case "propagationPolicy": options.propagationPolicy = value
            case "ignoreStoreReadErrorWithClusterBreakingPotential": options.ignoreStoreReadErrors = isTrue(value)
            case "orphanDependents": options.propagationPolicy = isTrue(value) ? "Orphan" : "Background"
            default: break
            }
        }
        if verb == .list || verb == .watch || verb == .deletecollection {
            options.limit = Int(try integer("limit") ?? 0)
            options.timeoutSeconds = try integer("timeoutSeconds").map { Int($0) }
        }
        let isDeletion = verb == .delete || verb == .deletecollection
        // What a deletion's body says, it says alone.
        guard !isDeletion || !hasBody else {
            options.propagationPolicy = ""
            return options
        }
        guard isDeletion else { return options }
        options.isDryRun = try isDryRun(query.all("dryRun"))
        if let policy = query["propagationPolicy"], query["orphanDependents"] != nil { throw contradiction(policy) }
        options.gracePeriodSeconds = try integer("gracePeriodSeconds")
        if verb == .delete {
            options.preconditionUID = query["uid"].flatMap { $0.isEmpty ? nil : $0 }
            options.preconditionResourceVersion = query["resourceVersion"].flatMap { $0.isEmpty ? nil : $0 }
        }
        return options
    }

    /// What Go says of a text that is no number of 64 bits.
    static func problem(ofNumber text: String) -> String {
        let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        return !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? "value out of range" : "invalid syntax"
    }

    /// Whether a creation or change is only to be tried. What is wrong with its other options is told beside a word that is not known.
    private static func readTrial(_ request: HTTPRequest, _ query: QueryParameters, into result: inout APIRequest) throws {
        let kind: String
        switch result.verb {
        case .create: kind = "CreateOptions"
        case .update: kind = "UpdateOptions"
        case .patch: kind = "PatchOptions"
        default: return
        }
        let words = query.all("dryRun")
        if !words.allSatisfy({ $0 == "All" }) {
            try WriteOptions.validate(result.options, kind: kind, patchType: PatchType.of(request), dryRun: words)
        }
        result.options.isDryRun = !words.isEmpty
    }

    /// Whether a deletion is only to be tried.
    private static func isDryRun(_ words: [String]) throws -> Bool {
        guard words.allSatisfy({ $0 == "All" }) else {
            throw APIError.invalid(
                GroupVersionKind(group: "meta.k8s.io", version: "v1", kind: "DeleteOptions"), "", [WriteOptions.unknownTrial(words)])
        }
        return !words.isEmpty
    }

    private static func contradiction(_ policy: String) -> APIError {
        .invalid(
            GroupVersionKind(group: "meta.k8s.io", version: "v1", kind: "DeleteOptions"), "",
            [
                .init(
                    reason: "FieldValueInvalid",
                    message: "Invalid value: \"\(policy)\": orphanDependents and deletionPropagation cannot be both set",
                    field: "propagationPolicy")
            ])
    }

    // MARK: Bodies

    private static func readBody(_ request: HTTPRequest, into result: inout APIRequest) throws {
        switch result.verb {
        case .create, .update: result.body = try body(request.bytes, contentType(request))
        case .patch:
            guard let type = PatchType.of(request) else {
                throw APIError.general(415, .unsupportedMediaType, "415: Unsupported Media Type")
            }
            result.patchType = type
            // Upstream minds the options of an apply before it reads what is applied.
            if type == .apply { try WriteOptions.validate(result.options, kind: "PatchOptions", patchType: type) }
            result.body = type == .apply ? try yaml(request.bytes) : .bytes(request.bytes, contentType: type.rawValue)
        case .delete, .deletecollection: try readDeleteOptions(request, into: &result)
        case .get, .list, .watch, .connect: break
        }
    }

    private static func contentType(_ request: HTTPRequest) -> String {
        let type = request.headers["content-type"] ?? ""
        return trimmed(type.prefix { $0 != ";" }).lowercased()
    }

    private static func body(_ bytes: [UInt8], _ type: String) throws -> APIRequest.Body {
        switch type {
        case "", "application/json": return .bytes(bytes, contentType: "application/json")
        case "application/yaml": return try yaml(bytes)
        case "application/vnd.kubernetes.protobuf":
            return .value(try ProtobufBody.decode(bytes))
        default:
            throw APIError.unsupportedMediaType(
                "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, "
                    + "application/vnd.kubernetes.protobuf")
        }
    }

    /// The body as the audit log shows it; nothing when it cannot be read, which the request is told anyway.
    static func recordedBody(_ request: HTTPRequest) -> APIRequest.Body {
        guard ["POST", "PUT", "PATCH", "DELETE"].contains(request.method), !request.bytes.isEmpty else { return .none }
        let type = contentType(request)
        if type.hasSuffix("yaml") { return (try? yaml(request.bytes)) ?? .none }
        if type.hasPrefix("application/json") || type.hasSuffix("+json") { return .bytes(request.bytes, contentType: type) }
        return (try? body(request.bytes, type)) ?? .none
    }

    private static func yaml(_ bytes: [UInt8]) throws -> APIRequest.Body {
        do {
            let (value, duplicates) = try YAMLParser.parseNotingDuplicates(bytes)
            guard !duplicates.isEmpty else { return .value(value) }
            // Upstream's YAML library tells all of a document at once.
            let lines = duplicates.map { "\n  line \($0.line): \($0.problem)" }
            return .value(value, duplicates: ["yaml: unmarshal errors:" + lines.joined()])
        } catch let error as YAMLError {
            throw APIError.badRequest("error decoding YAML: \(error)")
        }
    }

    private static func readDeleteOptions(_ request: HTTPRequest, into result: inout APIRequest) throws {
        guard !request.bytes.isEmpty else { return }
        let value: Value
        switch try body(request.bytes, contentType(request)) {
        case .none: return
        case .value(let parsed, _): value = parsed
        case .bytes(let bytes, _):
            do { value = try JSONParser.parse(bytes, limits: .outside) } catch let error as JSONError {
                throw APIError.badRequest("couldn't get version/kind; json parse error: \(error)")
            }
        }
        try DeleteOptionsForm.check(value)
        if let policy = value["propagationPolicy"]?.string, value["orphanDependents"]?.bool != nil { throw contradiction(policy) }
        if let seconds = value["gracePeriodSeconds"]?.int { result.options.gracePeriodSeconds = seconds }
        if let policy = value["propagationPolicy"]?.string { result.options.propagationPolicy = policy }
        if let orphan = value["orphanDependents"]?.bool { result.options.propagationPolicy = orphan ? "Orphan" : "Background" }
        result.options.preconditionUID = value[path: "preconditions", "uid"]?.string
        result.options.preconditionResourceVersion = value[path: "preconditions", "resourceVersion"]?.string
        if try isDryRun((value["dryRun"]?.array ?? []).map { $0.string ?? "" }) { result.options.isDryRun = true }
    }
}

extension PatchType {
    /// The type that a request's Content-Type names.
    static func of(_ request: HTTPRequest) -> PatchType? {
        PatchType(rawValue: trimmed((request.headers["content-type"] ?? "").prefix { $0 != ";" }).lowercased())
    }
}
