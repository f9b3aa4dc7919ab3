import Core
import JSON
import SchemaEngine
import Values

/// The question to a webhook and its answer: `admission.k8s.io AdmissionReview`.
enum AdmissionReview {
    /// What a webhook answered, verified.
    struct Response: Sendable {
        var isAllowed: Bool
        /// The `Status` of a refusal.
        var status: Value?
        /// Nil when nothing is to be changed.
        var patch: Value?
        var warnings: [String]
        var auditAnnotations: [String: String]
    }

    // MARK: Asking

    /// The review of a write, shown as `version` has it.
    static func request(
        _ request: AdmissionRequest, uid: String, reviewVersion: String, _ shown: AdmissionView
    ) -> Value {
        var content: Object = ["uid": .string(uid)]
        for (key, value) in attributes(request, shown) { content[key] = value }
        content["object"] = shown.object ?? .null
        content["oldObject"] = shown.oldObject ?? .null
        return [
            "kind": "AdmissionReview", "apiVersion": .string("admission.k8s.io/\(reviewVersion)"), "request": .object(content),
        ]
    }

    /// What a review and expressions are told of a request besides its objects.
    static func attributes(_ request: AdmissionRequest, _ shown: AdmissionView) -> [(String, Value)] {
        let asked = request.resource.schema.resource
        var result: [(String, Value)] = [
            ("kind", kind(shown.kind)), ("resource", resource(shown.resource)),
        ]
        if !request.subresource.isEmpty { result.append(("subResource", .string(request.subresource))) }
        result.append(("requestKind", kind(request.kind)))
        result.append(("requestResource", resource(asked)))
        if !request.subresource.isEmpty { result.append(("requestSubResource", .string(request.subresource))) }
        if !request.name.isEmpty { result.append(("name", .string(request.name))) }
        if !request.reviewedNamespace.isEmpty { result.append(("namespace", .string(request.reviewedNamespace))) }
        result.append(("operation", .string(request.operation.rawValue)))
        result.append(("userInfo", user(request.user)))
        result.append(("dryRun", .bool(request.isDryRun)))
        result.append(("options", options(request)))
        return result
    }

    private static func kind(_ kind: GroupVersionKind) -> Value {
        ["group": .string(kind.group), "version": .string(kind.version), "kind": .string(kind.kind)]
    }

    private static func resource(_ resource: GroupVersionResource) -> Value {
        ["group": .string(resource.group), "version": .string(resource.version), "resource": .string(resource.resource)]
    }

    private static func user(_ user: UserInfo) -> Value {
        var result: Object = ["username": .string(user.name)]
        if !user.uid.isEmpty { result["uid"] = .string(user.uid) }
        if !user.groups.isEmpty { result["groups"] = .array(user.groups.map { .string($0) }) }
        if !user.extra.isEmpty {
            result["extra"] = .object(Object(user.extra.sorted { $0.key < $1.key }.map { ($0.key, .array($0.value.map { .string($0) })) }))
        }
        return .object(result)
    }

    /// The options of the request: `CreateOptions` and its kin.
    private static func options(_ request: AdmissionRequest) -> Value {
        let options = request.options
        let kind: String
        switch (request.operation, request.request.verb) {
        case (.connect, _): return .null
        case (.delete, _): kind = "DeleteOptions"
        case (_, .patch): kind = "PatchOptions"
        case (.create, _): kind = "CreateOptions"
        case (.update, _): kind = "UpdateOptions"
        }
        var result: Object = ["kind": .string(kind), "apiVersion": "meta.k8s.io/v1"]
        if kind == "DeleteOptions" {
            if let seconds = options.gracePeriodSeconds { result["gracePeriodSeconds"] = .int(seconds) }
            var preconditions = Object()
            if let uid = options.preconditionUID { preconditions["uid"] = .string(uid) }
            if let revision = options.preconditionResourceVersion { preconditions["resourceVersion"] = .string(revision) }
            if !preconditions.isEmpty { result["preconditions"] = .object(preconditions) }
            if !options.propagationPolicy.isEmpty { result["propagationPolicy"] = .string(options.propagationPolicy) }
        } else {
            if kind == "PatchOptions", options.force { result["force"] = true }
            if !options.fieldManager.isEmpty { result["fieldManager"] = .string(options.fieldManager) }
            if !options.fieldValidation.isEmpty { result["fieldValidation"] = .string(options.fieldValidation) }
        }
        if options.isDryRun { result["dryRun"] = ["All"] }
        return .object(result)
    }

    // MARK: Answers

    /// Reads an answer. Throws `WebhookCallError` in upstream's words for one that does not fit the question.
    static func response(_ bytes: [UInt8], uid: String, reviewVersion: String, isMutating: Bool) throws(WebhookCallError) -> Response {
        let review: Value
        do { review = try JSONParser.parse(bytes) } catch { throw WebhookCallError("failed to call webhook: \(error)") }
        guard let response = review["response"], response.object != nil else { throw invalid("webhook response was absent") }
        var patchType = response["patchType"]?.string
        let patch = response["patch"]?.string ?? ""
        if reviewVersion == "v1" {
            let given = response["uid"]?.string ?? ""
            guard given == uid else { throw invalid("expected response.uid=\"\(uid)\", got \"\(given)\"") }
            let (version, kind) = (review["apiVersion"]?.string ?? "", review["kind"]?.string ?? "")
            guard version == "admission.k8s.io/v1", kind == "AdmissionReview" else {
                throw invalid("expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got \(version), Kind=\(kind)")
            }
            if isMutating {
                if !patch.isEmpty, patchType == nil { throw invalid("webhook returned response.patch but not response.patchType") }
                if patch.isEmpty, patchType != nil { throw invalid("webhook returned response.patchType but not response.patch") }
                if patchType == "" { throw invalid("webhook returned invalid response.patchType of \"\"") }
            } else {
                if !patch.isEmpty { throw invalid("validating webhook may not return response.patch") }
                if patchType != nil { throw invalid("validating webhook may not return response.patchType") }
            }
        } else if isMutating, !patch.isEmpty {
            patchType = "JSONPatch"
        }
        var annotations: [String: String] = [:]
        for member in response["auditAnnotations"]?.object ?? Object() { annotations[member.key] = member.value.string ?? "" }
        return Response(
            isAllowed: response["allowed"]?.bool ?? false, status: response["status"],
            patch: isMutating ? try self.patch(patch, patchType) : nil,
            warnings: (response["warnings"]?.array ?? []).compactMap(\.string), auditAnnotations: annotations)
    }

    private static func patch(_ text: String, _ type: String?) throws(WebhookCallError) -> Value? {
        guard !text.isEmpty else { return nil }
        guard type == "JSONPatch" else { throw WebhookCallError("unsupported patch type \"\(type ?? "")\"") }
        let patch: Value
        do { patch = try JSONParser.parse(try Base64.decode(text)) } catch {
            throw WebhookCallError("received undecodable patch in webhook response: \(error)")
        }
        if patch.isNull || patch.array?.isEmpty == true { return nil }
        guard patch.array != nil else {
            throw WebhookCallError("received undecodable patch in webhook response: it is no list of operations")
        }
        return patch
    }

    private static func invalid(_ why: String) -> WebhookCallError { WebhookCallError("received invalid webhook response: \(why)") }

    /// The error a client gets when a webhook says no, with what the webhook has to say about it.
    static func refusal(_ name: String, _ status: Value?) -> APIError {
        var error = APIError(status: status ?? .object(Object()))
        error.code = max(Int(status?["code"]?.int ?? 0), 400)
        let denied = "admission webhook \"\(name)\" denied the request"
        let message = status?["message"]?.string ?? ""
        if !message.isEmpty {
            error.message = "\(denied): \(message)"
        } else if !error.reason.rawValue.isEmpty {
            error.message = "\(denied): \(error.reason.rawValue)"
        } else {
            error.message = "\(denied) without explanation"
        }
        return error
    }
}

/// The objects of a write in one version.
struct AdmissionView: Sendable {
    let version: ServedResource
    let kind: GroupVersionKind
    let object: Value?
    let oldObject: Value?

    var resource: GroupVersionResource { version.schema.resource }

    init(_ request: AdmissionRequest, in version: ServedResource, _ versions: AdmissionVersions) async throws {
        self.version = version
        kind = versions.kind(of: request, in: version)
        if let given = request.object {
            object = try await versions.show(given, of: request, in: version)
        } else {
            object = nil
        }
        if let given = request.oldObject {
            oldObject = try await versions.show(given, of: request, in: version)
        } else {
            oldObject = nil
        }
    }
}
