import Core
import SchemaEngine
import Values

/// Subresources: parts of the object are read and written like it, `scale` is a view of it, the others have a handler in the kind's hooks.
extension ResourceEngine {
    func performSubresource(_ request: APIRequest, _ resource: ServedResource) async throws -> EngineResponse {
        if request.subresource == "scale" { return try await performScale(request, resource) }
        if let handler = resource.hooks.subresource(request.subresource) {
            let part = resource.schema.subresources.first { $0.name == request.subresource }
            let body = try decodePart(request.body, part?.kind ?? resource.schema.kind, request)
            var told = body.warnings
            do {
                let (object, warnings) = try await admit(
                    body.object,
                    AdmissionRequest(
                        operation: .create, resource: resource, kind: part?.kind, request: request, warnings: told, object: nil,
                        oldObject: nil))
                told = warnings
                let answer = try await handler.perform(request, body: object, on: resource, self)
                return EngineResponse(
                    .object(.value(answer)), code: request.verb == .create ? 201 : 200, warnings: told, kind: part?.kind, resource: resource
                )
            } catch {
                throw Self.warning(error, told)
            }
        }
        switch request.verb {
        case .get: return try await get(request, resource)
        case .update: return try await update(request, resource)
        case .patch: return try await patch(request, resource)
        default: throw APIError.verbNotAllowed
        }
    }

    // MARK: Scale

    private func performScale(_ request: APIRequest, _ resource: ServedResource) async throws -> EngineResponse {
        let scale = ScaleView(resource.schema)
        switch request.verb {
        case .get:
            let object = try await resource.toPrepared(stored: try cluster.parsed.value(of: try stored(request, resource)))
            try scale.requireReplicas(object)
            return EngineResponse(.object(.value(scale.read(object))), kind: ScaleView.kind, resource: resource)
        case .update, .patch:
            var inner = request
            inner.options.fieldValidation = "Ignore"
            try WriteOptions.validate(
                request.options, kind: request.verb == .update ? "UpdateOptions" : "PatchOptions", patchType: request.patchType)
            // What is to be patched is looked for first, and what replaces it looked at first.
            if request.verb == .patch { _ = try stored(request, resource) }
            var (body, _) = try read(request.body, ScaleView.kind)
            if request.verb == .update { try checkIdentity(&body, request, resource) }
            let wantedBody = body
            let owners = ScaleOwners(resource.schema.kind, replicas: scale.specPath)
            let response = try await replace(inner, resource, createsAbsent: false) { old in
                let old = old ?? .object(Object())
                let present = scale.read(old)
                let wanted: Value
                switch request.patchType {
                case nil: wanted = wantedBody
                case .json: wanted = try JSONPatch(wantedBody).apply(to: present)
                case .merge, .strategicMerge: wanted = JSONMergePatch.apply(wantedBody, to: present)
                case .apply:
                    let applied = try owners.applying(wantedBody, to: present, of: old, request.options, now: cluster.clock.now)
                    var object = try scale.write(applied, to: old, request)
                    object.setMeta("managedFields", try owners.managedFields(of: old, after: applied))
                    return DecodedBody(object: object, warnings: [])
                }
                var object = try scale.write(wanted, to: old, request)
                if request.verb == .update { object.setMeta("resourceVersion", wanted.meta("resourceVersion")) }
                return DecodedBody(object: object, warnings: [])
            } track: { new, old in
                guard request.patchType != .apply else { return new }
                return resource.fieldManagement("scale").updating(new, live: old, manager: request.manager, now: self.cluster.clock.now)
            }
            guard case .object(let object) = response.content else { return response }
            return EngineResponse(
                .object(.value(scale.read(try object.value()))), warnings: response.warnings, kind: ScaleView.kind, resource: resource)
        default: throw APIError.verbNotAllowed
        }
    }
}

/// `autoscaling/v1 Scale` of an object that has replicas.
struct ScaleView {
    static let kind = GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale")

    /// Where a custom resource has its replicas; nil for built-in kinds, which all have them in the same place.
    private let custom: CustomResourceForm.ScalePaths?

    init(_ schema: ResourceSchema) { custom = schema.custom?.scale }

    var specPath: [String] { custom?.specReplicas ?? ["spec", "replicas"] }
    private var statusPath: [String] { custom?.statusReplicas ?? ["status", "replicas"] }

    /// Refuses to show a custom resource that says nothing of replicas, as upstream does.
    func requireReplicas(_ object: Value) throws {
        guard let custom, object.value(at: custom.specReplicas) == nil else { return }
        throw APIError.internalError("the spec replicas field \".\(custom.specReplicas.joined(separator: "."))\" does not exist")
    }

    func read(_ object: Value) -> Value {
        var metadata = Object()
        for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] { metadata[field] = object.meta(field) }
        var spec = Object()
        if let replicas = object.value(at: specPath)?.int, replicas != 0 { spec["replicas"] = .int(replicas) }
        var status: Object = ["replicas": .int(object.value(at: statusPath)?.int ?? 0)]
        let selector = selectorText(object)
        if !selector.isEmpty { status["selector"] = .string(selector) }
        return [
            "kind": .string(Self.kind.kind), "apiVersion": .string(Self.kind.apiVersion), "metadata": .object(metadata),
            "spec": .object(spec),
            "status": .object(status),
        ]
    }

    private func selectorText(_ object: Value) -> String {
        if let custom { return custom.labelSelector.isEmpty ? "" : object.value(at: custom.labelSelector)?.string ?? "" }
        guard let selector = object[path: "spec", "selector"] else { return "" }
        // A replication controller's selector is a plain map of labels.
        if selector["matchLabels"] == nil, selector["matchExpressions"] == nil {
            var labels: [String: String] = [:]
            for member in selector.object ?? Object() { labels[member.key] = member.value.string ?? "" }
            return LabelMatcher(labels: labels).description
        }
        return (try? LabelMatcher(selector: selector).description) ?? ""
    }

    /// The object with the replicas a Scale asks for.
    func write(_ scale: Value, to object: Value, _ request: APIRequest) throws -> Value {
        let name = scale.meta("name")?.string ?? ""
        guard name.isEmpty || name == request.name else {
            throw APIError.badRequest("the name of the object (\(name)) does not match the name on the URL (\(request.name))")
        }
        let replicas = scale[path: "spec", "replicas"]
        if let replicas, !replicas.isNull, replicas.int == nil {
            throw APIError.badRequest(
                "Scale in version \"v1\" cannot be handled as a Scale: json: cannot unmarshal into Go struct field ScaleSpec.spec.replicas of type int32"
            )
        }
        let number = replicas?.int ?? 0
        guard number >= 0 else {
            throw APIError.invalid(
                Self.kind, request.name,
                [
                    .init(
                        reason: "FieldValueInvalid", message: "Invalid value: \(number): must be greater than or equal to 0",
                        field: "spec.replicas")
                ])
        }
        let uid = scale.meta("uid")?.string ?? ""
        guard uid.isEmpty || uid == object.meta("uid")?.string else {
            throw APIError.conflict(
                request.resource.groupResource, request.name,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: \(object.meta("uid")?.string ?? "")")
        }
        var result = object
        result.set(.int(number), at: specPath[...])
        return result
    }
}

extension Value {
    /// What lies at a path of member names.
    fileprivate func value(at path: [String]) -> Value? {
        var current: Value? = self
        for step in path { current = current?[step] }
        return current
    }

    /// Writes a value at a path of member names; objects on the way are made.
    fileprivate mutating func set(_ value: Value, at path: ArraySlice<String>) {
        guard let first = path.first else { return self = value }
        if path.count > 1, self[first]?.object == nil { self[first] = .object(Object()) }
        var inner = self[first] ?? .null
        inner.set(value, at: path.dropFirst())
        self[first] = inner
    }
}
