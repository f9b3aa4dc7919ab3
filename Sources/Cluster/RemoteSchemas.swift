import Client
import Core
import CustomResources
import KubernetesAPI
import ResourceEngine
import SchemaEngine

/// The schemas of what another API server serves: the built-in ones as this program knows them, those of custom resources as their definitions
/// say. Of kinds of aggregated servers nothing is known.
package struct RemoteSchemas: ServedSchemas {
    private let client: Client
    private let kinds: [GroupVersionResource: GroupVersionKind]

    /// Asks the server once for all it serves; `client` must be allowed to list CustomResourceDefinitions.
    package init(_ transport: RemoteTransport, _ client: Client) async throws {
        self.client = client
        let served = try await transport.servedResources(inEveryVersion: true).map {
            ($0.resource, GroupVersionKind(group: $0.resource.group, version: $0.resource.version, kind: $0.kind))
        }
        kinds = Dictionary(served) { first, _ in first }
    }

    package func schema(at resource: GroupVersionResource) async throws -> ResourceSchema? {
        guard kinds[resource] != nil else { return nil }
        if let builtIn = BuiltInSchema.shared.resource(resource) { return builtIn }
        guard !resource.group.isEmpty else { return nil }
        // Controllers may list definitions, and not get one.
        var options = Client.Options()
        options.fieldSelector = "metadata.name=\(resource.resource).\(resource.group)"
        guard let definition = try await client.list(CustomResourceDefinition.self, options: options).items.first else { return nil }
        return CustomResource(definition.raw).served.map(\.schema).first { $0.resource == resource }
    }

    package func schema(of kind: GroupVersionKind) async throws -> ResourceSchema? {
        guard let resource = kinds.first(where: { $0.value == kind })?.key else { return nil }
        return try await schema(at: resource)
    }
}
