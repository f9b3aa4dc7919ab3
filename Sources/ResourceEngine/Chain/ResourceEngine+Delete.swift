import Core
import SchemaEngine
import Store
import Values

/// Deletion: at once, or by marking the object while a grace period runs or finalizers hold it.
extension ResourceEngine {
    static let orphanFinalizer = "orphan"
    static let foregroundFinalizer = "foregroundDeletion"

    func delete(_ request: APIRequest, _ resource: ServedResource) async throws -> EngineResponse {
        try WriteOptions.validateDelete(request.options)
        let key = ObjectKey(namespace: request.namespace, name: request.name)
        for _ in 0..<Self.attempts {
            guard let current = cluster.store.get(resource.bucket, key) else {
                throw APIError.notFound(resource.groupResource, request.name)
            }
            do {
                return try await delete(current, request, resource)
            } catch StoreError.preconditionFailed {
                continue
            }
        }
        throw APIError.modified(resource.groupResource, request.name)
    }

    /// What a deletion comes to for an object in its present state.
    private enum Outcome {
        case goes(last: Value)
        case marked(Value)
        case unchanged
    }

    private func delete(_ current: StoredObject, _ request: APIRequest, _ resource: ServedResource) async throws -> EngineResponse {
        let schema = resource.preparedSchema
        let old = try await resource.toPrepared(stored: try cluster.parsed.value(of: current))
        try checkPreconditions(current, request, resource)
        var admitted = AdmissionRequest(operation: .delete, resource: resource, request: request, object: nil, oldObject: old)
        try await mutate(&admitted)
        try await validate(&admitted)

        let context = HookContext(cluster: cluster, schema: schema, now: cluster.clock.now, request: request)
        let precondition = Write.Precondition.revision(current.revision)
        switch outcome(old, request, resource, context) {
        case .unchanged:
            return EngineResponse(.object(try await resource.serve(current)), warnings: admitted.warnings, resource: resource)
        case .marked(let marked):
            let object = try schema.canonical(marked, known: old)
            guard !request.options.isDryRun else {
                return EngineResponse(.object(.value(try await resource.toServed(object))), warnings: admitted.warnings, resource: resource)
            }
            let stored = try await put(object, current.key, resource, precondition)
            return EngineResponse(.object(try await resource.serve(stored)), warnings: admitted.warnings, resource: resource)
        case .goes(let last):
            var answer: ServedObject = .value(try await resource.toServed(last))
            if !request.options.isDryRun {
                // Without a state of its own the deletion carries the stored one.
                var state: Value?
                if last != old { state = try schema.canonical(last, known: old) }
                let removed = try await remove(
                    current.key, resource, precondition, last: state, with: try resource.hooks.writesOnDeletion(last, context))
                resource.hooks.release(last, context)
                answer = try await resource.serve(removed)
            }
            if resource.policy.returnsDeleted { return EngineResponse(.object(answer), warnings: admitted.warnings, resource: resource) }
            return EngineResponse(.status(Self.deleted(current, resource)), warnings: admitted.warnings, resource: resource)
        }
    }

    private func outcome(_ old: Value, _ request: APIRequest, _ resource: ServedResource, _ context: HookContext) -> Outcome {
        var object = old
        let isMarked = old.meta("deletionTimestamp") != nil
        let requested = request.options.gracePeriodSeconds.map { $0 < 0 ? 1 : $0 }
        let finalizersChanged = setPropagation(&object, request, resource)
        let isHeld = !(object.meta("finalizers")?.array ?? []).isEmpty || resource.hooks.holdsDeletion(object)
        let remaining = old.meta("deletionGracePeriodSeconds")?.int ?? 0

        if isMarked, remaining > 0 {
            // A grace period runs: a shorter one replaces it, anything else changes nothing.
            guard let requested, requested < remaining else { return .unchanged }
            guard requested > 0 || isHeld else { return .goes(last: object) }
            var deadline = context.now
            if let marked = old.meta("deletionTimestamp")?.string.flatMap(Timestamp.init(rfc3339:)) {
                deadline = max(context.now, marked - .seconds(remaining) + .seconds(requested))
            }
            object.setMeta("deletionTimestamp", .string(deadline.rfc3339))
            object.setMeta("deletionGracePeriodSeconds", .int(requested))
            return .marked(object)
        }
        if !isMarked, let period = resource.hooks.gracePeriod(object, requested: requested), period > 0 {
            mark(&object, context, period: period)
            return .marked(object)
        }
        guard isHeld else {
            if !isMarked {
                // Watchers see in the last state when and how it went.
                if resource.hooks.gracePeriod(object, requested: requested) != nil { mark(&object, context, period: 0) }
            }
            return .goes(last: object)
        }
        if isMarked { return finalizersChanged ? .marked(object) : .unchanged }
        mark(&object, context, period: 0)
        resource.hooks.prepareForDelete(&object, context)
        return .marked(object)
    }

    private func mark(_ object: inout Value, _ context: HookContext, period: Int64) {
        object.setMeta("deletionTimestamp", .string((context.now + .seconds(period)).rfc3339))
        object.setMeta("deletionGracePeriodSeconds", .int(period))
        if let generation = object.meta("generation")?.int, generation > 0 { object.setMeta("generation", .int(generation &+ 1)) }
    }

    /// Sets the finalizers by which the garbage collector learns what to do with dependents; tells whether that changed any.
    private func setPropagation(_ object: inout Value, _ request: APIRequest, _ resource: ServedResource) -> Bool {
        let present = (object.meta("finalizers")?.array ?? []).compactMap(\.string)
        var finalizers = present.filter { $0 != Self.orphanFinalizer && $0 != Self.foregroundFinalizer }
        switch (request.options.propagationPolicy, resource.policy.propagation) {
        case (_, .none), ("Background", _): break
        case ("Orphan", _): finalizers.append(Self.orphanFinalizer)
        case ("Foreground", _): finalizers.append(Self.foregroundFinalizer)
        default:
            // Nothing was asked for: what the object says already, else the kind's default.
            if let asked = present.first(where: { $0 == Self.orphanFinalizer || $0 == Self.foregroundFinalizer }) {
                finalizers.append(asked)
            } else if resource.policy.propagation == .orphan {
                finalizers.append(Self.orphanFinalizer)
            }
        }
        guard Set(finalizers) != Set(present) else { return false }
        object.setMeta("finalizers", finalizers.isEmpty ? nil : .array(finalizers.map { .string($0) }))
        return true
    }

    private func checkPreconditions(_ current: StoredObject, _ request: APIRequest, _ resource: ServedResource) throws {
        let kind = GroupResource(group: resource.schema.kind.group, resource: resource.schema.kind.kind)
        if let uid = request.options.preconditionUID, uid != current.summary.uid {
            throw APIError.conflict(
                kind, current.key.name,
                "the UID in the precondition (\(uid)) does not match the UID in record (\(current.summary.uid)). "
                    + "The object might have been deleted and then recreated")
        }
        if let revision = request.options.preconditionResourceVersion, revision != String(current.revision) {
            throw APIError.conflict(
                kind, current.key.name,
                "the ResourceVersion in the precondition (\(revision)) does not match the ResourceVersion in record (\(current.revision)). "
                    + "The object might have been modified")
        }
    }

    private static func deleted(_ object: StoredObject, _ resource: ServedResource) -> Value {
        var details: Object = ["name": .string(object.key.name)]
        if !resource.groupResource.group.isEmpty { details["group"] = .string(resource.groupResource.group) }
        details["kind"] = .string(resource.groupResource.resource)
        details["uid"] = .string(object.summary.uid)
        return ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": .object(details)]
    }

    // MARK: Collections

    /// How many deletions of one collection are under way at a time: enough to share the disk's writes.
    static let collectionWidth = 16

    func deleteCollection(_ request: APIRequest, _ resource: ServedResource) async throws -> EngineResponse {
        try WriteOptions.validateDelete(request.options)
        try ListOptions.validate(request.options, isWatch: false)
        let selection = try Selection(request, resource)
        // What goes is what a list with these options shows: one page where a limit is set.
        let (chosen, head) = try await page(request, resource, selection)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (position, object) in chosen.enumerated() {
                if position >= Self.collectionWidth { try await group.next() }
                var one = request
                one.namespace = object.key.namespace
                one.name = object.key.name
                group.addTask { [one] in
                    do {
                        _ = try await self.delete(one, resource)
                    } catch let error as APIError where error.reason == .notFound {
                        // Somebody else was faster.
                    }
                }
            }
            try await group.waitForAll()
        }
        var answer = head
        answer.items = try await resource.serve(chosen)
        return EngineResponse(.list(answer), resource: resource)
    }
}
