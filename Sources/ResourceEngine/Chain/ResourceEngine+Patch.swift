import Core
import JSON
import SchemaEngine
import Values

/// Patches: the new state is made of the present one, then goes the way of an update. A patch that loses a race is made anew.
extension ResourceEngine {
    func patch(_ request: APIRequest, _ resource: ServedResource) async throws -> EngineResponse {
        guard let type = request.patchType else { throw APIError.general(415, .unsupportedMediaType, "415: Unsupported Media Type") }
        guard resource.schema.custom == nil || type != .strategicMerge || request.subresource == "scale" else {
            throw APIError.unsupportedMediaType(
                "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
                    + "application/merge-patch+json, application/apply-patch+yaml")
        }
        try WriteOptions.validate(request.options, kind: "PatchOptions", patchType: type)
        let (patch, duplicates) = try readPatch(request.body, type, resource.schema.kind)
        if type == .apply { return try await apply(patch, duplicates, request, resource) }
        let operations = type == .json ? try JSONPatch(patch) : nil
        return try await replace(request, resource, createsAbsent: false) { old in
            let old = old ?? .object(Object())
            let patched: Value
            switch type {
            case .json: patched = try operations?.apply(to: old) ?? old
            case .merge: patched = JSONMergePatch.apply(patch, to: old)
            case .strategicMerge: patched = try StrategicMergePatch.apply(patch, to: old, structure: resource.schema.structure)
            case .apply: patched = old
            }
            // What the patch left alone is as it was stored.
            let known = resource.conversion == nil ? old : nil
            var body: DecodedBody
            do {
                body = try decode(patched, duplicates: duplicates, resource.schema, resource.hooks, request, known: known)
            } catch let error as APIError {
                throw Self.refused(error, resource.schema, shown: type == .strategicMerge ? patch.goText : Self.text(of: patched))
            }
            try checkIdentity(&body.object, request, resource)
            // A patch has no preconditions: who writes another uid changes what cannot be changed.
            let uid = body.object.meta("uid")?.string ?? ""
            guard uid.isEmpty || uid == old.meta("uid")?.string else {
                let cause = APIError.Cause(
                    reason: "FieldValueInvalid", message: "Invalid value: \(Validator.quoted(uid)): field is immutable",
                    field: "metadata.uid")
                throw APIError.invalid(resource.schema.kind, request.name, [cause, cause])
            }
            return body
        } track: { new, old in
            resource.fieldManagement(request.subresource).updating(new, live: old, manager: request.manager, now: self.cluster.clock.now)
        }
    }

    /// The value of a patch that has a form that its type can have.
    private func readPatch(
        _ body: APIRequest.Body, _ type: PatchType, _ kind: GroupVersionKind
    ) throws -> (value: Value, duplicates: [String]) {
        guard type != .apply, case .bytes(let bytes, _) = body else { return try read(body, kind) }
        let start = type == .strategicMerge ? "" : "error decoding patch: "
        let value: Value, duplicates: [String]
        do { (value, duplicates) = try JSONParser.parseNotingDuplicates(bytes) } catch let error as JSONError {
            throw APIError.badRequest(start + Self.problem(error, bytes))
        }
        if type == .merge, value.object == nil {
            throw APIError.badRequest(
                value.isNull
                    ? "Invalid JSON Patch"
                    : "\(start)json: cannot unmarshal \(value.jsonKind) into Go value of type map[string]interface {}")
        }
        return (value, duplicates.map { "duplicate field \"\($0)\"" })
    }

    /// What a patch made is no object of its kind: upstream blames the patch for it (422), and shows `shown` of it.
    private static func refused(_ error: APIError, _ schema: ResourceSchema, shown: String) -> APIError {
        let words = "cannot be handled as a \(schema.kind.kind): "
        guard error.reason == .badRequest, schema.custom == nil, let range = error.message.firstRange(of: words) else { return error }
        let detail = error.message[range.upperBound...]
        let cause = APIError.Cause(
            reason: "FieldValueInvalid", message: "Invalid value: \(Validator.quoted(shown)): \(detail)", field: "patch")
        return .invalid(GroupVersionKind(group: "", version: "", kind: ""), "", [cause])
    }

    private static func text(of patched: Value) -> String {
        guard case .object(let object) = patched else { return JSONWriter.string(patched) }
        return JSONWriter.string(.object(Object(object.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 })))
    }

    /// Server-side apply: merges by who owns what, and creates what is absent.
    private func apply(
        _ configuration: Value, _ duplicates: [String], _ request: APIRequest, _ resource: ServedResource
    ) async throws -> EngineResponse {
        // A part can be applied only to what is there.
        if !request.subresource.isEmpty { _ = try stored(request, resource) }
        guard configuration["kind"]?.string?.isEmpty == false, configuration["apiVersion"]?.string?.isEmpty == false else {
            let version = configuration["apiVersion"]?.string ?? ""
            throw APIError.badRequest(
                "invalid object type: \(version.contains("/") ? version : "/" + version), Kind=\(configuration["kind"]?.string ?? "")")
        }
        var configuration = configuration
        let isInNamespace = configuration.meta("namespace") != nil
        try checkIdentity(&configuration, request, resource)
        // Refusals show the namespace as the configuration has it.
        if !isInNamespace { configuration.setMeta("namespace", nil) }
        let applied = configuration
        let management = resource.fieldManagement(request.subresource)
        // Fields nobody knows are an error of the configuration here, whatever the field validation, and are told as such.
        return try await replace(request, resource, createsAbsent: true) { old in
            var merged = try management.applying(
                applied, live: old, manager: request.options.fieldManager, force: request.options.force, now: cluster.clock.now
            ).object
            if old == nil { merged.setMeta("namespace", request.namespace.isEmpty ? nil : .string(request.namespace)) }
            let known = resource.conversion == nil ? old : nil
            return try decode(merged, duplicates: duplicates, resource.schema, resource.hooks, request, known: known)
        } track: { new, old in
            // What an atomic list lost of its defaults has come back by now.
            old.map { FieldManagement.withoutIdleTimes(new, live: $0) } ?? new
        }
    }
}
