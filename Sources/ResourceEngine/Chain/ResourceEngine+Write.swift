import Core
import SchemaEngine
import Store
import Values

/// The chain every write runs through, the same for built-in kinds and custom resources. A request comes here authorised;
/// the steps are, in order: decode, default, (note who set which field,) mutating admission, prepare, validate, validating admission, commit
/// (together with what plugins charge for the object).
extension ResourceEngine {
    /// How often a write that lost a race is tried again before its client is told.
    static let attempts = 100
    /// How often a generated name that is taken is replaced by another.
    static let generatedNames = 8

    // MARK: Create

    func create(_ request: APIRequest, _ resource: ServedResource) async throws -> EngineResponse {
        try WriteOptions.validate(request.options, kind: "CreateOptions")
        // Decode and default.
        let body = try decode(request.body, resource.schema, resource.hooks, request)
        guard !body.warnings.isEmpty else { return try await create(body, request, resource) }
        do { return try await create(body, request, resource) } catch { throw Self.warning(error, body.warnings) }
    }

    private func create(_ given: DecodedBody, _ request: APIRequest, _ resource: ServedResource) async throws -> EngineResponse {
        var body = given
        try bindNamespace(&body.object, request, resource)
        if resource.groupResource == GroupResource(group: "", resource: "bindings") {
            return try await createBinding(body.object, request, resource)
        }
        let track = { (new: Value) in
            resource.fieldManagement().updating(new, live: nil, manager: request.manager, now: self.cluster.clock.now)
        }
        if let review = resource.review {
            let (object, warnings) = try await admit(
                track(body.object), AdmissionRequest(operation: .create, resource: resource, request: request, object: nil, oldObject: nil))
            return EngineResponse(
                .object(.value(try await review.review(object, request))), code: 201, warnings: body.warnings + warnings,
                resource: resource)
        }
        return try await insert(body, request, resource, track: track)
    }

    /// The rest of the chain for an object that is not there yet. `track` notes who set which field.
    func insert(
        _ body: DecodedBody, _ request: APIRequest, _ resource: ServedResource, track: (Value) -> Value
    ) async throws -> EngineResponse {
        let schema = resource.preparedSchema
        let known = resource.conversion == nil ? body.canonical : nil
        let isVersioned = !(body.object.meta("resourceVersion")?.string ?? "").isEmpty
        let object = try await resource.toPrepared(track(body.object))

        // Mutating admission.
        var admitted = AdmissionRequest(
            operation: .create, resource: resource, request: request, name: object.meta("name")?.string ?? "", object: object,
            oldObject: nil)
        admitted.warnings = body.warnings
        try await mutate(&admitted)
        guard var object = admitted.object else { throw APIError.internalError("admission took the object away") }

        // Prepare.
        let context = HookContext(cluster: cluster, schema: schema, now: cluster.clock.now, request: request)
        fillSystemFields(&object, context.now)
        let base = object.meta("name")?.string ?? ""
        let generateName = object.meta("generateName")?.string ?? ""
        let isGenerated = base.isEmpty && !generateName.isEmpty
        for attempt in 1...Self.generatedNames {
            var candidate = object
            if isGenerated { candidate.setMeta("name", .string(String(generateName.prefix(58)) + cluster.identifiers.suffix())) }
            if !resource.policy.keepsStatusOnCreate, schema.hasStatus { candidate["status"] = nil }
            candidate.setMeta("generation", resource.policy.tracksGeneration ? 1 : nil)
            try resource.hooks.prepareForCreate(&candidate, context)
            let reservation = try resource.hooks.reserve(&candidate, old: nil, context)
            do {
                candidate = try schema.canonical(candidate, known: known)

                // Validate.
                let causes = validator.validateCreate(candidate, schema)
                guard causes.isEmpty else { throw APIError.invalid(schema.kind, candidate.meta("name")?.string ?? "", causes) }
                admitted.warnings += validator.warnings(candidate, old: nil, schema)

                // Validating admission.
                admitted.object = candidate
                try await validate(&admitted)

                // The status that went has its defaults again.
                if let custom = schema.custom, schema.hasStatus { candidate = custom.converted(candidate, to: schema.kind) }

                // Commit. Upstream's store is the first to mind a revision, behind every plugin that may refuse.
                guard !isVersioned || request.options.isDryRun else {
                    throw APIError(code: 500, reason: .unknown, message: "resourceVersion should not be set on objects to be created")
                }
                let key = ObjectKey(namespace: request.namespace, name: candidate.meta("name")?.string ?? "")
                let served: ServedObject = try await charging(admitted) { charges in
                    if request.options.isDryRun {
                        guard cluster.store.get(resource.bucket, key) == nil else {
                            throw APIError.alreadyExists(resource.groupResource, key.name)
                        }
                        return .value(try await resource.toServed(candidate))
                    }
                    let reserved = reservation?.writes ?? []
                    return try await resource.serve(try await put(candidate, key, resource, .absent, reserved, charges))
                }
                if request.options.isDryRun { reservation?.fail() } else { reservation?.succeed() }
                return EngineResponse(.object(served), code: 201, warnings: admitted.warnings, resource: resource)
            } catch {
                reservation?.fail()
                if case StoreError.preconditionFailed(let current) = error {
                    // Somebody was faster with the generated name, or with what was reserved.
                    let isOther = current.map { $0.resource != resource.bucket } ?? false
                    if isGenerated || isOther, attempt < Self.generatedNames { continue }
                    let taken = APIError.alreadyExists(resource.groupResource, candidate.meta("name")?.string ?? "")
                    throw Self.warning(taken, admitted.warnings)
                }
                throw Self.warning(error, admitted.warnings)
            }
        }
        throw APIError.alreadyExists(resource.groupResource, generateName)
    }

    /// What the server alone sets on a new object.
    private func fillSystemFields(_ object: inout Value, _ now: Timestamp) {
        object.setMeta("uid", .string(cluster.identifiers.uid()))
        object.setMeta("creationTimestamp", .string(now.rfc3339))
        for field in ["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "resourceVersion"] { object.setMeta(field, nil) }
    }

    // MARK: Update

    func update(_ request: APIRequest, _ resource: ServedResource) async throws -> EngineResponse {
        try WriteOptions.validate(request.options, kind: "UpdateOptions")
        // Decode and default.
        let body = try decode(request.body, resource.schema, resource.hooks, request)
        do {
            var checked = body
            try checkIdentity(&checked.object, request, resource)
            let new = checked
            return try await replace(request, resource, createsAbsent: resource.policy.createsOnUpdate) { _ in
                new
            } track: { new, old in
                resource.fieldManagement(request.subresource)
                    .updating(new, live: old, manager: request.manager, now: self.cluster.clock.now)
            }
        } catch {
            throw Self.warning(error, body.warnings)
        }
    }

    /// The rest of the chain for an object that is there: `change` makes the new state (in the served version) of the present one, and
    /// is asked again when somebody else was faster. `track` notes who set which field.
    func replace(
        _ request: APIRequest, _ resource: ServedResource, createsAbsent: Bool, _ change: (Value?) throws -> DecodedBody,
        track: (Value, Value?) -> Value
    ) async throws -> EngineResponse {
        let schema = resource.preparedSchema
        let key = ObjectKey(namespace: request.namespace, name: request.name)
        for _ in 0..<Self.attempts {
            guard let current = cluster.store.get(resource.bucket, key) else {
                guard createsAbsent, request.subresource.isEmpty else { throw APIError.notFound(resource.groupResource, request.name) }
                try await authorizeCreate(request)
                return try await insert(try change(nil), request, resource) { track($0, nil) }
            }
            let old = try await resource.toPrepared(stored: try cluster.parsed.value(of: current))
            let shown = try await resource.toServed(old)
            let body = try change(shown)
            var new = body.object
            try checkRevision(&new, current, resource, request)
            new = track(new, shown)
            let object = try await resource.toPrepared(new)

            // Mutating admission.
            var admitted = AdmissionRequest(operation: .update, resource: resource, request: request, object: object, oldObject: old)
            admitted.warnings = body.warnings
            try await mutate(&admitted)
            guard var object = admitted.object else { throw APIError.internalError("admission took the object away") }

            // Prepare.
            let context = HookContext(cluster: cluster, schema: schema, now: cluster.clock.now, request: request)
            try prepareForUpdate(&object, old, resource, context)
            let reservation = try resource.hooks.reserve(&object, old: old, context)
            do {
                object = try schema.canonical(object, known: known(body, old, resource, request.subresource))

                // Validate.
                let causes = validator.validateUpdate(object, old: old, subresource: request.subresource, schema)
                guard causes.isEmpty else { throw APIError.invalid(schema.kind, request.name, causes) }
                admitted.warnings += validator.warnings(object, old: old, schema)

                // Validating admission.
                admitted.object = object
                try await validate(&admitted)

                // Commit.
                let served = try await charging(admitted) { charges in
                    try await commit(object, old, current, resource, request, context, reservation?.writes ?? [], charges)
                }
                if request.options.isDryRun { reservation?.fail() } else { reservation?.succeed() }
                return EngineResponse(.object(served), warnings: admitted.warnings, resource: resource)
            } catch StoreError.preconditionFailed {
                reservation?.fail()
                continue
            } catch {
                reservation?.fail()
                throw Self.warning(error, admitted.warnings)
            }
        }
        throw APIError.modified(resource.groupResource, request.name)
    }

    /// Optimistic concurrency: a write that names a revision or uid is for that one only.
    private func checkRevision(
        _ object: inout Value, _ current: StoredObject, _ resource: ServedResource, _ request: APIRequest
    ) throws {
        let given = object.meta("resourceVersion")?.string ?? ""
        if given.isEmpty || given == "0" {
            guard resource.policy.updatesUnconditionally else {
                let kind = GroupVersionKind(group: resource.groupResource.group, version: "", kind: resource.groupResource.resource)
                throw APIError.invalid(
                    kind, request.name,
                    [
                        .init(
                            reason: "FieldValueInvalid", message: "Invalid value: 0: must be specified for an update",
                            field: "metadata.resourceVersion")
                    ])
            }
        } else if given != String(current.revision) {
            throw APIError.modified(resource.groupResource, request.name)
        }
        let uid = object.meta("uid")?.string ?? ""
        guard uid.isEmpty || uid == current.summary.uid else {
            throw APIError.conflict(
                resource.groupResource, request.name,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: \(current.summary.uid)")
        }
        object.setMeta("resourceVersion", .string(String(current.revision)))
    }

    /// Keeps what a client cannot change and takes over of a subresource's write only its part.
    private func prepareForUpdate(_ object: inout Value, _ old: Value, _ resource: ServedResource, _ context: HookContext) throws {
        // A deletion is asked for by DELETE alone: who writes its time where there is none is refused.
        if old.meta("deletionTimestamp") != nil { object.setMeta("deletionTimestamp", old.meta("deletionTimestamp")) }
        for field in ["uid", "creationTimestamp", "name", "namespace", "generateName"] {
            if field != "generateName" || old.meta(field) != nil { object.setMeta(field, old.meta(field)) }
        }
        if object.meta("deletionGracePeriodSeconds") == nil || old.meta("deletionTimestamp") == nil {
            object.setMeta("deletionGracePeriodSeconds", old.meta("deletionGracePeriodSeconds"))
        }
        object.setMeta("generation", old.meta("generation"))
        object.setMeta("selfLink", nil)
        switch context.subresource {
        case "": if context.schema.hasStatus { object["status"] = old["status"] }
        case "status":
            // Everything but metadata and status stays as it is.
            var kept = old
            kept["metadata"] = object["metadata"]
            kept["status"] = object["status"]
            object = kept
        default: break
        }
        try resource.hooks.prepareForUpdate(&object, old: old, context)
        if resource.policy.tracksGeneration, context.subresource != "status", resource.hooks.raisesGeneration(object, old: old) {
            object.setMeta("generation", .int((old.meta("generation")?.int ?? 0) &+ 1))
        }
    }

    /// Of an object that replaces `old`, what is in canonical form already: the parts as they were decoded or stored.
    private func known(_ body: DecodedBody, _ old: Value, _ resource: ServedResource, _ subresource: String) -> Value {
        guard resource.conversion == nil, var known = body.canonical else { return old }
        switch subresource {
        case "": if resource.schema.hasStatus { known["status"] = old["status"] }
        case "status":
            let decoded = known
            known = old
            known["metadata"] = decoded["metadata"]
            known["status"] = decoded["status"]
        default: break
        }
        return known
    }

    /// Writes the new state unless it is the present one. An object whose deletion waited for its last finalizer goes with it.
    private func commit(
        _ object: Value, _ old: Value, _ current: StoredObject, _ resource: ServedResource, _ request: APIRequest, _ context: HookContext,
        _ reserved: [Write], _ charges: [Write]
    ) async throws -> ServedObject {
        let precondition = Write.Precondition.revision(current.revision)
        if isReleased(object, old, resource) {
            guard !request.options.isDryRun else { return .value(try await resource.toServed(object)) }
            let deleted = try await remove(
                current.key, resource, precondition, last: object, with: try resource.hooks.writesOnDeletion(object, context))
            resource.hooks.release(object, context)
            return try await resource.serve(deleted)
        }
        guard !request.options.isDryRun else { return .value(try await resource.toServed(object)) }
        let encoded = try await encode(object, resource)
        if current.holds(encoded) { return try await resource.serve(current) }
        return try await resource.serve(
            try await put(encoded, current.key, resource, precondition, resource.hooks.timeToLive(object), reserved, charges))
    }

    /// Whether nothing holds a deleted object any more.
    func isReleased(_ object: Value, _ old: Value, _ resource: ServedResource) -> Bool {
        guard old.meta("deletionTimestamp") != nil, (old.meta("deletionGracePeriodSeconds")?.int ?? 0) == 0 else { return false }
        return (object.meta("finalizers")?.array ?? []).isEmpty && !resource.hooks.holdsDeletion(object)
    }

    // MARK: Commit

    /// `reserved` is written before the object and `charges` behind it, in the same commit: whoever sees these has the object too, when it
    /// has seen everything before.
    func put(
        _ object: Value, _ key: ObjectKey, _ resource: ServedResource, _ precondition: Write.Precondition, _ reserved: [Write] = [],
        _ charges: [Write] = []
    ) async throws -> StoredObject {
        try await put(
            try await encode(object, resource), key, resource, precondition, resource.hooks.timeToLive(object), reserved, charges)
    }

    private func put(
        _ encoded: EncodedObject, _ key: ObjectKey, _ resource: ServedResource, _ precondition: Write.Precondition, _ timeToLive: Duration?,
        _ reserved: [Write], _ charges: [Write]
    ) async throws -> StoredObject {
        let write = Write(resource: resource.bucket, key: key, precondition: precondition, change: .put(encoded, timeToLive: timeToLive))
        let stored = try await cluster.store.commit(reserved + [write] + charges)[reserved.count]
        cluster.parsed.takeOrigin(of: stored)
        return stored
    }

    /// `others` are written before the object goes, in the same commit.
    func remove(
        _ key: ObjectKey, _ resource: ServedResource, _ precondition: Write.Precondition, last: Value?, with others: [Write] = []
    ) async throws -> StoredObject {
        var state: EncodedObject?
        if let last { state = try await encode(last, resource) }
        let write = Write(resource: resource.bucket, key: key, precondition: precondition, change: .delete(state))
        return try await cluster.store.commit(others + [write])[others.count]
    }

    private func encode(_ object: Value, _ resource: ServedResource) async throws -> EncodedObject {
        let schema = resource.storageSchema
        let object = try await resource.toStored(object)
        // A number of a custom resource may read otherwise than it was: 1.0 is written as 1.
        let origin = schema.custom == nil ? EncodedObject.Origin(object) : nil
        return ObjectEncoder.encode(object, schema.kind, ObjectSummary(of: object, schema.selectableFields), origin: origin)
    }

    // MARK: Identity

    /// A new object lives where the URL says.
    private func bindNamespace(_ object: inout Value, _ request: APIRequest, _ resource: ServedResource) throws {
        let given = object.meta("namespace")?.string ?? ""
        // Upstream takes the namespace away from what has none.
        guard given.isEmpty || given == request.namespace || !resource.schema.isNamespaced else {
            throw APIError.badRequest("the namespace of the provided object does not match the namespace sent on the request")
        }
        object.setMeta("namespace", request.namespace.isEmpty ? nil : .string(request.namespace))
    }

    /// An object that replaces another has that one's name.
    func checkIdentity(_ object: inout Value, _ request: APIRequest, _ resource: ServedResource) throws {
        let name = object.meta("name")?.string ?? ""
        guard !name.isEmpty else {
            throw APIError.badRequest("the name of the object (\(request.name) based on URL) was undeterminable: name must be provided")
        }
        guard name == request.name else {
            throw APIError.badRequest("the name of the object (\(name)) does not match the name on the URL (\(request.name))")
        }
        try bindNamespace(&object, request, resource)
    }

    private func authorizeCreate(_ request: APIRequest) async throws {
        var attributes = RequestAttributes(request)
        attributes.verb = Verb.create.rawValue
        try await authorize(attributes)
    }
}

extension APIRequest {
    /// Who sets fields: the request's field manager, or the program named by its User-Agent.
    var manager: String {
        if !options.fieldManager.isEmpty { return options.fieldManager }
        let program = userAgent.prefix { $0 != "/" }
        return String(program.prefix(128))
    }
}
