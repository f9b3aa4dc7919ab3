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
        let (patch, duplicates) = try read(request.body, resource.schema.kind)
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
            var body = try decode(patched, duplicates: duplicates, resource.schema, resource.hooks, request, known: known)
            try checkIdentity(&body.object, request, resource)
            return body
        } track: { new, old in
            resource.fieldManagement(request.subresource).updating(new, live: old, manager: request.manager, now: self.cluster.clock.now)
        }
    }

    /// Server-side apply: merges by who owns what, and creates what is absent.
    private func apply(
        _ configuration: Value, _ duplicates: [String], _ request: APIRequest, _ resource: ServedResource
    ) async throws -> EngineResponse {
        var configuration = configuration
        try checkIdentity(&configuration, request, resource)
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
        } track: { new, _ in
            new
        }
    }
}
