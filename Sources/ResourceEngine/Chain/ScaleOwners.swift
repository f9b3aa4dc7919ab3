import Core
import KubernetesAPI
import SchemaEngine
import Values

/// Who owns the replicas of an object when these are applied through its `scale`: there it is one field of another kind.
struct ScaleOwners {
    private static let replicasOfScale: [PathElement] = [.field("spec"), .field("replicas")]

    private let kind: GroupVersionKind
    private let replicas: [PathElement]

    /// `replicas` is where the object has them.
    init(_ kind: GroupVersionKind, replicas: [String]) {
        self.kind = kind
        self.replicas = replicas.map { .field($0) }
    }

    /// The scale with `configuration` applied to it, and with managed fields of its own. Throws `APIError`, as any apply.
    func applying(
        _ configuration: Value, to scale: Value, of object: Value, _ options: APIRequest.Options, now: Timestamp
    ) throws -> Value {
        guard let structure = BuiltInSchema.shared.structure(of: ScaleView.kind) else {
            throw APIError.internalError("there is no schema of \(ScaleView.kind.kind)")
        }
        var live = scale
        live.setMeta("managedFields", try ownersOfScale(object).encoded)
        let management = FieldManagement(kind: ScaleView.kind, structure: structure, subresource: "scale")
        return try management.applying(configuration, live: live, manager: options.fieldManager, force: options.force, now: now).object
    }

    private func ownersOfScale(_ object: Value) throws -> ManagedFields {
        var result = ManagedFields()
        for (manager, entry) in try owners(object).entries where owns(entry) {
            let own = ManagedFields.Manager(
                name: manager.name, operation: manager.operation, apiVersion: ScaleView.kind.apiVersion, subresource: manager.subresource)
            result.entries[own] = .init(
                apiVersion: ScaleView.kind.apiVersion, time: entry.time, fields: FieldSet([Self.replicasOfScale]))
        }
        return result
    }

    /// The object's managed fields once `scale` is written to it: who does not own the replicas of the scale does not own those of the object.
    func managedFields(of object: Value, after scale: Value) throws -> Value? {
        var result = try owners(object)
        var missing = try owners(scale).entries.filter { $0.value.fields.contains(Self.replicasOfScale) }
        for (manager, entry) in result.entries where owns(entry) {
            let same = missing.keys.first {
                ($0.name, $0.operation, $0.subresource) == (manager.name, manager.operation, manager.subresource)
            }
            if let same {
                result.entries[manager]?.time = missing[same]?.time
                missing[same] = nil
            } else {
                let left = entry.fields.subtracting(FieldSet([replicas]))
                result.entries[manager] = left.isEmpty ? nil : .init(apiVersion: entry.apiVersion, time: entry.time, fields: left)
            }
        }
        for (manager, entry) in missing {
            let own = ManagedFields.Manager(
                name: manager.name, operation: manager.operation, apiVersion: kind.apiVersion, subresource: manager.subresource)
            result.entries[own] = .init(apiVersion: kind.apiVersion, time: entry.time, fields: FieldSet([replicas]))
        }
        return result.encoded
    }

    private func owners(_ object: Value) throws -> ManagedFields {
        do { return try ManagedFields(decoding: object.meta("managedFields")) } catch {
            throw APIError.internalError("failed to decode managed fields: \(error)")
        }
    }

    /// Versions of one group have their replicas in one place.
    private func owns(_ entry: ManagedFields.Entry) -> Bool {
        GroupVersionKind(apiVersion: entry.apiVersion, kind: kind.kind).group == kind.group && entry.fields.contains(replicas)
    }
}
