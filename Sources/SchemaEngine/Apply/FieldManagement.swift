import Core
import JSON
import Values

/// Keeps `metadata.managedFields` and merges applied configurations, for one resource or subresource in one version.
///
/// Values in, values out; nothing is kept between calls. Objects are expected as the API shows them (defaulted, empty fields that
/// are not shown left out); the rules are those of server-side apply (KEP-555).
package struct FieldManagement: Sendable {
    /// Another version of an object and its shape; nil when that version is not served any more, and its owners are forgotten.
    package typealias Conversion = @Sendable (_ object: Value, _ apiVersion: String) -> (object: Value, shape: Shape)?

    package var kind: GroupVersionKind
    package var shape: Shape
    /// Empty for the resource itself.
    package var subresource: String
    /// Fields that a write here cannot change, and so does not come to own: status on the resource, spec on its status, …
    package var resetFields: FieldSet
    /// Where not empty, the only fields that a write here can come to own.
    package var ownableFields: [FieldPattern] = []
    package var convert: Conversion

    package init(
        kind: GroupVersionKind, structure: Structure, subresource: String = "", resetFields: FieldSet = FieldSet(),
        convert: @escaping Conversion = { _, _ in nil }
    ) {
        self.kind = kind
        self.shape = .structure(structure)
        self.subresource = subresource
        self.resetFields = resetFields
        self.convert = convert
    }

    /// Fields no manager ever owns.
    static let untracked = FieldSet(fields: [
        ["apiVersion"], ["kind"], ["metadata"], ["metadata", "name"], ["metadata", "namespace"], ["metadata", "creationTimestamp"],
        ["metadata", "selfLink"], ["metadata", "uid"], ["metadata", "clusterName"], ["metadata", "generation"],
        ["metadata", "managedFields"], ["metadata", "resourceVersion"],
    ])

    private func filtered(_ fields: FieldSet) -> FieldSet {
        let kept = fields.subtractingSubtrees(resetFields)
        return ownableFields.isEmpty ? kept : kept.including(ownableFields)
    }

    // MARK: Create, update and patch

    /// `new` with its managed fields brought up to date after a create (`live` is nil), update or patch by `manager`.
    ///
    /// A write that changes nothing keeps every entry and its time. When ownership cannot be worked out (list elements without their
    /// keys) the object comes back without managed fields, as upstream gives it.
    package func updating(_ new: Value, live: Value?, manager: String, now: Timestamp) -> Value {
        var result = new
        let provided = new["metadata"]?["managedFields"]
        let known = live?["metadata"]?["managedFields"]
        result["metadata", default: .object(Object())]["managedFields"] = nil
        let managed: ManagedFields
        if subresource.isEmpty, ManagedFields.isReset(provided) {
            managed = ManagedFields()
        } else if subresource.isEmpty, provided != known, let given = try? ManagedFields(decoding: provided), !given.isEmpty {
            managed = given
        } else {
            // Managers written by hand through a subresource are ignored, and so are clients that drop or garble them.
            managed = (try? ManagedFields(decoding: known, isOwn: true)) ?? ManagedFields()
        }
        // An object whose owners were forgotten is tracked again from its first apply on.
        if managed.isEmpty, live != nil { return result }
        let before = live ?? FieldManagement.emptyObject(shape)
        guard let updated = try? update(result, live: before, managed: managed, manager: manager, now: now) else { return result }
        result["metadata"]?["managedFields"] = updated.encoded
        return result
    }

    private func update(_ new: Value, live: Value, managed: ManagedFields, manager: String, now: Timestamp) throws -> ManagedFields {
        var live = live
        live["metadata"]?["managedFields"] = nil
        var updated = managed
        let difference = try settle(&updated, live: live, new: new, skipping: nil, force: true)
        let changed = difference.set.subtracting(Self.untracked)
        guard !changed.isEmpty else { return updated }
        let version = difference.apiVersion
        let identity = ManagedFields.Manager(
            name: manager.isEmpty ? "unknown" : manager, operation: .update, apiVersion: version, subresource: subresource)
        var entry = updated.entries[identity] ?? .init(apiVersion: version, time: nil, fields: FieldSet())
        if !entry.owns(allOf: changed) { entry.fields = changed.union(entry.fields) }
        entry.time = now.rfc3339
        updated.entries[identity] = entry
        updated.capUpdaters()
        return updated
    }

    /// What a change of the object does to the fields of one version, as far as a write here can do it.
    private struct Difference {
        let apiVersion: String
        /// The fields that are new or have another value.
        let set: FieldSet
        let removed: FieldSet
    }

    private func difference(_ old: Value, _ new: Value, shape: Shape, apiVersion: String) throws -> Difference {
        let comparison = try FieldComparison(old, new, shape: shape)
        return Difference(
            apiVersion: apiVersion, set: filtered(comparison.modified.union(comparison.added)), removed: filtered(comparison.removed))
    }

    /// Takes from every manager but `skipping` what the change from `live` to `new` took from it. Throws `ApplyConflicts` when
    /// that is more than what was removed and `force` is off.
    private func settle(
        _ managed: inout ManagedFields, live: Value, new: Value, skipping: ManagedFields.Manager?, force: Bool
    ) throws -> Difference {
        let own = try difference(live, new, shape: shape, apiVersion: kind.apiVersion)
        var differences = [own]
        var conflicts: [ManagedFields.Manager: FieldSet] = [:]
        var remaining = managed
        for (manager, entry) in managed.entries where manager != skipping {
            let change: Difference
            if let known = differences.first(where: { $0.apiVersion == entry.apiVersion }) {
                change = known
            } else {
                guard let old = convert(live, entry.apiVersion), let next = convert(new, entry.apiVersion) else {
                    remaining.entries[manager] = nil
                    continue
                }
                change = try difference(old.object, next.object, shape: old.shape, apiVersion: entry.apiVersion)
                differences.append(change)
            }
            guard entry.owns(anyOf: change.set) || entry.owns(anyOf: change.removed) || entry.isEmpty else { continue }
            let fields = entry.fields
            let taken = fields.intersection(change.set)
            if !taken.isEmpty { conflicts[manager] = taken }
            let left = fields.subtracting(taken).subtracting(change.removed)
            if left.isEmpty { remaining.entries[manager] = nil } else { remaining.entries[manager]?.fields = left }
        }
        if !force, !conflicts.isEmpty { throw ApplyConflicts(conflicts) }
        managed = remaining
        if let skipping, managed.entries[skipping]?.isEmpty == true { managed.entries[skipping] = nil }
        return own
    }

    // MARK: Apply

    /// The outcome of an apply.
    package struct Applied: Sendable {
        /// The merged object with its managed fields; defaults are still to be filled in.
        package var object: Value
        /// Whether the merge changed anything besides managed fields.
        package var isChanged: Bool
    }

    /// Merges `configuration`, applied by `manager`, into `live` (nil: the object is created).
    ///
    /// Throws `APIError`: 400 for a wrong version or managed fields in the configuration, 409 with a cause for every field another
    /// manager owns unless `force`, 500 with upstream's text where the configuration does not fit the schema.
    package func applying(_ configuration: Value, live: Value?, manager: String, force: Bool, now: Timestamp) throws -> Applied {
        let given = GroupVersionKind(apiVersion: configuration["apiVersion"]?.string ?? "", kind: configuration["kind"]?.string ?? "")
        guard given == kind else {
            throw APIError.badRequest("invalid object type: \(given.group)/\(given.version), Kind=\(given.kind)")
        }
        if let list = configuration["metadata"]?["managedFields"], !list.isNull {
            throw APIError.badRequest("metadata.managedFields must be nil")
        }
        var before = live ?? .object(["metadata": .object(Object())])
        var managed: ManagedFields
        do {
            managed = try ManagedFields(decoding: before["metadata"]?["managedFields"])
        } catch {
            throw Self.failure("failed to decode managed fields: \(error)")
        }
        before["metadata"]?["managedFields"] = nil
        try requireFit(configuration)
        do {
            return try merge(configuration, into: before, managed: &managed, isNew: live == nil, manager: manager, force: force, now: now)
        } catch let conflicts as ApplyConflicts {
            // `kubectl apply --server-side` takes over what `kubectl apply` had set and nobody changed since.
            guard manager == "kubectl", let forgiven = lastAppliedFields(before) else { throw ApplyConflict.error(conflicts.conflicts) }
            let left = conflicts.conflicts.filter { !forgiven.contains($0.path) }
            guard left.isEmpty else { throw ApplyConflict.error(left) }
            do {
                return try merge(
                    configuration, into: before, managed: &managed, isNew: live == nil, manager: manager, force: true, now: now)
            } catch let error as FieldError {
                throw Self.failure("failed to merge config: \(error)")
            }
        } catch let error as FieldError {
            throw Self.failure("failed to merge config: \(error)")
        }
    }

    private func merge(
        _ configuration: Value, into live: Value, managed initial: inout ManagedFields, isNew: Bool, manager: String, force: Bool,
        now: Timestamp
    ) throws -> Applied {
        var managed = initial
        if managed.isEmpty, !isNew {
            managed = try update(live, live: Self.emptyObject(shape), managed: managed, manager: "before-first-apply", now: now)
        }
        let identity = ManagedFields.Manager(name: manager, operation: .apply, apiVersion: kind.apiVersion, subresource: subresource)
        let last = managed.entries[identity]
        let fields = filtered(try FieldSet(of: configuration, shape: shape))
        managed.entries[identity] = .init(apiVersion: kind.apiVersion, time: last?.time, fields: fields)
        var merged = try live.merging(configuration, shape: shape)
        if let last { merged = try pruned(merged, last: last, managed: managed) }
        _ = try settle(&managed, live: live, new: merged, skipping: identity, force: force)
        if var entry = managed.entries[identity] {
            entry.fields = entry.fields.subtracting(Self.untracked)
            managed.entries[identity] = entry.fields.isEmpty ? nil : entry
        }
        let isChanged = isNew || merged != live
        if isChanged { managed.entries[identity]?.time = now.rfc3339 }
        if manager == "kubectl" { refreshLastApplied(&merged, from: configuration) }
        merged["metadata", default: .object(Object())]["managedFields"] = managed.encoded
        return Applied(object: merged, isChanged: isChanged)
    }

    /// Takes out what the manager applied last time and does not apply now, unless somebody else owns it.
    private func pruned(_ merged: Value, last: ManagedFields.Entry, managed: ManagedFields) throws -> Value {
        guard last.apiVersion == kind.apiVersion else {
            // Fields of another version are compared there; what cannot be converted back is left alone.
            return merged
        }
        let lastFields = last.fields.withNamedFields(shape)
        let owned = managed.entries.values.filter { $0.apiVersion == kind.apiVersion }.reduce(FieldSet()) { $0.union($1.fields) }
        let all = try FieldSet(of: merged, shape: shape).withNamedFields(shape)
        // First all of the last configuration goes, then what anyone owns comes back, then what this manager never owned.
        let stripped = try merged.removing(lastFields, shape: shape)
        let keptByOwners = try FieldSet(of: stripped, shape: shape).withNamedFields(shape).union(owned.withNamedFields(shape))
        let restored = try merged.removing(all.subtracting(keptByOwners), shape: shape)
        let keptByNobody = try FieldSet(of: restored, shape: shape).withNamedFields(shape)
        return try merged.removing(all.subtracting(keptByNobody).intersection(lastFields), shape: shape)
    }

    private func requireFit(_ configuration: Value) throws {
        let problems = shape.misfits(of: configuration)
        guard !problems.isEmpty else { return }
        let name = configuration["metadata"]?["name"]?.string ?? ""
        let namespace = configuration["metadata"]?["namespace"]?.string ?? ""
        let list = problems.count == 1 ? problems[0] : "errors:\n" + problems.map { "  " + $0 }.joined(separator: "\n")
        throw Self.failure(
            "failed to create typed patch object (\(namespace)/\(name); \(kind.apiVersion), Kind=\(kind.kind)): \(list)")
    }

    static func failure(_ message: String) -> APIError { APIError(code: 500, reason: .unknown, message: message) }

    /// What a freshly made object of the kind holds before anybody set a field: the structs and values that are always shown.
    package static func emptyObject(_ shape: Shape) -> Value {
        guard case .structure(let structure) = shape else { return .object(Object()) }
        var result = Object()
        for position in structure.columns.alwaysWritten {
            let field = structure.fields[position]
            if field.hasPresence {
                result.append(field.name, .null)
            } else if case .structure = field.shape {
                result.append(field.name, emptyObject(field.shape))
            } else {
                result.append(field.name, emptyValue(field.shape))
            }
        }
        return .object(result)
    }

    private static func emptyValue(_ shape: Shape) -> Value {
        guard case .scalar(let scalar) = shape else { return .null }
        switch scalar {
        case .string: return ""
        case .bool: return false
        case .int32, .int64, .double: return 0
        case .quantity: return "0"
        case .duration: return "0s"
        case .intOrString, .time, .microTime, .bytes: return .null
        }
    }
}

extension Value {
    /// A member that is made when it is absent.
    subscript(key: String, default fallback: @autoclosure () -> Value) -> Value {
        get { self[key] ?? fallback() }
        set { self[key] = newValue }
    }
}

extension FieldManagement {
    /// `new`, or `live` where nothing but times in managed fields tells them apart: then there is nothing to write.
    package static func withoutIdleTimes(_ new: Value, live: Value) -> Value {
        guard let members = new.object, members.count == live.object?.count else { return new }
        for member in members where member.key != "metadata" && live[member.key] != member.value { return new }
        func timeless(_ value: Value) -> Value {
            var value = value
            guard case .array(var list)? = value["metadata"]?["managedFields"] else { return value }
            for position in list.indices { list[position]["time"] = nil }
            // Times decide the order of entries, too.
            list.sort { JSONWriter.string($0) < JSONWriter.string($1) }
            value["metadata"]?["managedFields"] = .array(list)
            return value
        }
        return timeless(new) == timeless(live) ? live : new
    }
}
