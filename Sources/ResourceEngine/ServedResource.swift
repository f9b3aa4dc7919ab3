import Core
import JSON
import SchemaEngine
import Store
import Values

/// Turns objects of one version into another, where a resource is served in several. The storage version is the hub.
package struct Conversion: Sendable {
    /// Whether writes are prepared, admitted and validated in the served version (custom resources) or in the stored one (built-in kinds).
    package var preparesServedVersion = false
    package let toStorage: @Sendable (Value) async throws -> Value
    /// Many at once, for a conversion that asks another server.
    package let fromStorage: @Sendable ([Value]) async throws -> [Value]
    /// What the stored version calls a selectable field of the served one.
    package var storedField: @Sendable (String) -> String = { $0 }

    package init(toStorage: @escaping @Sendable (Value) throws -> Value, fromStorage: @escaping @Sendable (Value) -> Value) {
        self.toStorage = toStorage
        self.fromStorage = { $0.map(fromStorage) }
    }

    /// A conversion that may have to wait. `fromStorage` answers with as many objects as it is given, in their order.
    package init(
        toStorage: @escaping @Sendable (Value) async throws -> Value,
        fromStorageTogether: @escaping @Sendable ([Value]) async throws -> [Value]
    ) {
        self.toStorage = toStorage
        fromStorage = fromStorageTogether
    }

    func served(_ stored: Value) async throws -> Value {
        guard let served = try await fromStorage([stored]).first else { throw APIError.internalError("a conversion lost an object") }
        return served
    }
}

/// One resource in one version as the engine serves it: its tables, its rules, and where it is stored.
package final class ServedResource: Sendable {
    /// The version that is served.
    package let schema: ResourceSchema
    /// The version that is stored: the same one but for resources with a conversion.
    package let storageSchema: ResourceSchema
    package let hooks: any ResourceHooks
    package let policy: KindPolicy
    /// Nil where the stored form is the served form.
    package let conversion: Conversion?
    /// Set for kinds that are answered and never stored.
    package let review: (any ReviewHandler)?
    /// Set for kinds that are computed when read, and never stored.
    package let source: (any ObjectSource)?
    /// Where the store keeps it: "pods", "apps/deployments".
    package let bucket: String
    /// Length of `{"kind":…,"apiVersion":…,` with which stored bytes begin: what an item of a list leaves out but for its brace.
    package let typePrefixLength: Int
    /// Nil while it is not going away.
    package let deprecation: Deprecation?
    let lifetime = ResourceLifetime()
    /// Other versions of an object, for the owners of fields in them.
    private let otherVersions: FieldManagement.Conversion

    package init(
        schema: ResourceSchema, storageSchema: ResourceSchema? = nil, hooks: any ResourceHooks = GenericHooks(), policy: KindPolicy? = nil,
        conversion: Conversion? = nil, review: (any ReviewHandler)? = nil,
        source: (any ObjectSource)? = nil, otherVersions: @escaping FieldManagement.Conversion = { _, _ in nil }
    ) {
        self.schema = schema
        self.storageSchema = storageSchema ?? schema
        self.hooks = hooks
        self.policy = policy ?? .builtIn(schema.resource.groupResource)
        self.conversion = conversion
        self.review = review
        self.source = source
        self.otherVersions = otherVersions
        deprecation = Deprecation(schema)
        bucket = Self.bucket(self.storageSchema.resource.groupResource)
        // Items of lists of custom resources keep their kind and version, as they have no type that would tell.
        typePrefixLength = schema.custom == nil ? ObjectEncoder.typePrefix(self.storageSchema.kind).count : 0
    }

    package static func bucket(_ resource: GroupResource) -> String {
        resource.group.isEmpty ? resource.resource : "\(resource.group)/\(resource.resource)"
    }

    // MARK: Versions

    /// Of objects whose stored form is selected those whose served form is, too.
    func selected(_ objects: [StoredObject], _ selection: Selection) async throws -> [StoredObject] {
        guard let fields = selection.servedFields, let conversion, !objects.isEmpty else { return objects }
        let served = try await conversion.fromStorage(objects.map { try $0.parsed() })
        guard served.count == objects.count else { throw APIError.internalError("a conversion lost an object") }
        return zip(objects, served).filter { _, value in fields.matches { value.fieldText($0) } }.map(\.0)
    }

    private var preparesServed: Bool { conversion?.preparesServedVersion ?? false }
    /// The version in which writes are prepared, admitted and validated.
    var preparedSchema: ResourceSchema { preparesServed ? schema : storageSchema }

    /// From the served version to the prepared one, and back.
    func toPrepared(_ served: Value) async throws -> Value {
        guard !preparesServed, let conversion else { return served }
        return try await conversion.toStorage(served)
    }
    func toServed(_ prepared: Value) async throws -> Value {
        guard !preparesServed, let conversion else { return prepared }
        return try await conversion.served(prepared)
    }
    /// From the stored version to the prepared one, and back.
    func toPrepared(stored: Value) async throws -> Value {
        guard preparesServed, let conversion else { return stored }
        return try await conversion.served(stored)
    }
    func toStored(_ prepared: Value) async throws -> Value {
        guard preparesServed, let conversion else { return prepared }
        return try await conversion.toStorage(prepared)
    }

    /// Who owns which field of the served form, for writes to the resource or one of its subresources.
    func fieldManagement(_ subresource: String = "") -> FieldManagement {
        let kind = schema.kind
        let isCustomStatus = schema.custom != nil && subresource == "status"
        var management = FieldManagement(
            kind: kind, structure: schema.structure, subresource: subresource,
            resetFields: isCustomStatus
                ? .allButStatus
                : .resetFields(kind: kind, subresource: subresource, hasStatus: schema.hasStatus),
            convert: otherVersions)
        management.ownableFields = FieldPattern.ownable(kind: kind, subresource: subresource)
        return management
    }

    /// What messages call it: "pods", "deployments.apps".
    package var groupResource: GroupResource { schema.resource.groupResource }

    /// What the engine's answers give of a stored object.
    package func serve(_ stored: StoredObject) async throws -> ServedObject {
        guard let conversion else { return .stored(stored) }
        return .value(try await conversion.served(try stored.parsed()))
    }

    /// The same of many.
    func serve(_ stored: [StoredObject]) async throws -> [ServedObject] {
        guard let conversion else { return stored.map { .stored($0) } }
        return try await conversion.fromStorage(try stored.map { try $0.parsed() }).map { .value($0) }
    }

    /// The events of a watch, whose objects are as they are stored, in the version that is served.
    func serve(_ events: [EngineEvent]) async throws -> [EngineEvent] {
        guard let conversion, !events.isEmpty else { return events }
        let objects = try await conversion.fromStorage(try events.map { try $0.object.value() })
        return zip(events, objects).map { EngineEvent(kind: $0.kind, object: .value($1), revision: $0.revision) }
    }
}
