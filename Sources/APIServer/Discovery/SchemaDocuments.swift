import Core
import JSON
import KubernetesAPI
import ResourceEngine
import SchemaEngine
import Synchronization

/// The OpenAPI documents of what a registry serves, each made when first asked for and kept until its resources change. Safe from any thread.
package final class SchemaDocuments: APIDocuments {
    private struct Document {
        let resources: Set<ObjectIdentifier>
        let bytes: [UInt8]
        let hash: String
    }

    private struct Cache {
        var generation = -1
        var builder: OpenAPIBuilder?
        /// Each document, and the resources it was made of.
        var documents: [String: Document] = [:]
    }

    private let schema: Schema
    private let registry: ResourceRegistry
    private let serverVersion: String
    private let cache = Mutex(Cache())

    /// `schema` has the kinds of subresources and requests; `serverVersion` is told in the documents ("1.36").
    package init(schema: Schema, registry: ResourceRegistry, serverVersion: String) {
        self.schema = schema
        self.registry = registry
        self.serverVersion = serverVersion
    }

    package func openAPIv2() -> [UInt8] {
        let (builder, resources) = present()
        return kept("v2", resources) { JSONWriter.encode(builder.documentTwo()) }?.bytes ?? []
    }

    package func openAPIv2Protobuf() -> [UInt8] {
        let (builder, resources) = present()
        return kept("v2 protobuf", resources) { OpenAPIProtobuf.encode(builder.documentTwo()) }?.bytes ?? []
    }

    package func openAPIv3Index() -> [(path: String, hash: String)] {
        let (builder, resources) = present()
        return builder.parts.compactMap { part in document(part, builder, resources).map { (OpenAPIBuilder.path(of: part), $0.hash) } }
    }

    package func openAPIv3(path: String) -> [UInt8]? {
        let (builder, resources) = present()
        return builder.parts.first { OpenAPIBuilder.path(of: $0) == path }.flatMap { document($0, builder, resources)?.bytes }
    }

    private func document(_ part: OpenAPIBuilder.Part, _ builder: OpenAPIBuilder, _ resources: [ServedResource]) -> Document? {
        var own: [ServedResource] = []
        if case .groupVersion(let version) = part { own = resources.filter { $0.schema.resource.groupVersion == version } }
        return kept(OpenAPIBuilder.path(of: part), own) { builder.documentThree(part).map(JSONWriter.encode) }
    }

    /// A builder of what is served now, and what that is, by name.
    private func present() -> (OpenAPIBuilder, [ServedResource]) {
        let generation = registry.generation
        let resources = registry.all.sorted { Self.name($0) < Self.name($1) }
        if let builder = cache.withLock({ $0.generation == generation ? $0.builder : nil }) { return (builder, resources) }
        let builder = OpenAPIBuilder(
            schema: schema, resources: resources.map(\.schema), serverVersion: serverVersion,
            // Of namespaces upstream's documents know only that a status comes back.
            deletionsWithObject: Set(
                resources.filter { $0.policy.returnsDeleted && $0.schema.resource.resource != "namespaces" }.map(\.schema.resource)),
            descriptions: FieldDescriptions(Descriptions.table()))
        cache.withLock { cache in
            cache.generation = generation
            cache.builder = builder
        }
        return (builder, resources)
    }

    private static func name(_ resource: ServedResource) -> String {
        "\(resource.schema.resource.apiVersion)/\(resource.schema.resource.resource)"
    }

    /// Two who ask at once may both make a document; the first one is kept.
    private func kept(_ name: String, _ resources: [ServedResource], _ make: () -> [UInt8]?) -> Document? {
        let identities = Set(resources.map { ObjectIdentifier($0) })
        if let entry = cache.withLock({ $0.documents[name] }), entry.resources == identities { return entry }
        guard let bytes = make() else { return nil }
        let document = Document(resources: identities, bytes: bytes, hash: OpenAPIBuilder.hash(bytes))
        return cache.withLock { cache in
            if let earlier = cache.documents[name], earlier.resources == identities { return earlier }
            cache.documents[name] = document
            return document
        }
    }
}
