import Core
import KubernetesAPI
import SchemaEngine
import Synchronization
import Values

/// The objects of a write in other versions than the one it came in: webhooks and policies see the version their rules name, and what they
/// change comes back. Safe from any thread.
final class AdmissionVersions: Sendable {
    private let registry: ResourceRegistry
    private let defaulter: Defaulter
    /// Resources that are stored in one place, of one state of the registry.
    private let byBucket = Mutex<(generation: Int, resources: [String: [ServedResource]])>((-1, [:]))

    init(registry: ResourceRegistry, defaulter: Defaulter) {
        self.registry = registry
        self.defaulter = defaulter
    }

    /// The other versions of a resource that have the subresource too.
    func equivalents(of resource: ServedResource, subresource: String) -> [ServedResource] {
        let generation = registry.generation
        let known = byBucket.withLock { $0.generation == generation ? $0.resources : nil }
        let resources: [String: [ServedResource]]
        if let known {
            resources = known
        } else {
            resources = Dictionary(grouping: registry.all, by: \.bucket).mapValues { list in
                list.sorted {
                    ($0.schema.resource.group, VersionPriority($1.schema.resource.version))
                        < ($1.schema.resource.group, VersionPriority($0.schema.resource.version))
                }
            }
            byBucket.withLock { $0 = (generation, resources) }
        }
        return (resources[resource.bucket] ?? []).filter { other in
            other.schema.resource != resource.schema.resource
                && (subresource.isEmpty || other.schema.subresources.contains { $0.name == subresource })
        }
    }

    /// The kind that a write shows in a version: that of its subresource where it has one of its own.
    func kind(of request: AdmissionRequest, in version: ServedResource) -> GroupVersionKind {
        guard !request.subresource.isEmpty else { return version.schema.kind }
        return version.schema.subresources.first { $0.name == request.subresource }?.kind ?? version.schema.kind
    }

    /// An object of the request (the new one or the old one) as a version shows it.
    func show(_ object: Value, of request: AdmissionRequest, in version: ServedResource) async throws -> Value {
        if request.subresource == "scale" { return ScaleView(request.schema).read(object) }
        guard isOwnKind(request) else { return object }
        let resource = request.resource
        if version === resource { return try await resource.toServed(object) }
        return try await version.toServed(try await version.toPrepared(stored: try await resource.toStored(object)))
    }

    /// What was made of an object that was shown in a version: decoded, with defaults, in the version of the request again.
    func take(_ changed: Value, of request: AdmissionRequest, in version: ServedResource, _ cluster: ClusterState) async throws -> Value {
        if request.subresource == "scale" {
            return try ScaleView(request.schema).write(changed, to: request.object ?? .null, request.request)
        }
        guard isOwnKind(request) else {
            guard let structure = BuiltInSchema.shared.structure(of: request.kind) else { return changed }
            var part = try ObjectDecoder.decode(changed, kind: request.kind, as: structure, fieldValidation: .ignore).value
            part["kind"] = .string(request.kind.kind)
            part["apiVersion"] = .string(request.kind.apiVersion)
            return part
        }
        let decoded = try decode(changed, request, version.schema, version.hooks, cluster)
        let resource = request.resource
        if version === resource { return try await resource.toPrepared(decoded) }
        return try await resource.toPrepared(stored: try await version.toStored(try await version.toPrepared(decoded)))
    }

    private func isOwnKind(_ request: AdmissionRequest) -> Bool {
        request.operation != .connect
            && (request.subresource.isEmpty || request.kind == request.resource.schema.kind || request.kind == request.schema.kind)
    }

    private func decode(
        _ value: Value, _ request: AdmissionRequest, _ schema: ResourceSchema, _ hooks: any ResourceHooks, _ cluster: ClusterState
    ) throws -> Value {
        if let custom = schema.custom { return try custom.decode(value, kind: schema.kind, fieldValidation: .ignore).value }
        var decoded = try ObjectDecoder.decode(
            value, kind: schema.kind, as: schema.structure, fieldValidation: .ignore, keepsEmptyLists: true)
        decoded.value["kind"] = .string(schema.kind.kind)
        decoded.value["apiVersion"] = .string(schema.kind.apiVersion)
        var object: Value
        do {
            object = try defaulter.applied(to: decoded, as: schema.structure).value
        } catch {
            throw APIError.internalError("the defaults of a \(schema.kind.kind) are wrong: \(error)")
        }
        hooks.applyDefaults(&object, HookContext(cluster: cluster, schema: schema, now: cluster.clock.now, request: request.request))
        return object
    }
}
